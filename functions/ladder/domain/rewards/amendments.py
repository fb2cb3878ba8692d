"""What is said of an event afterwards: that it never happened, happened otherwise, or was decided."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Literal, Self

from ladder.domain.activity import CORRECTED, DENIED, LADDER, RELEASED, REVERSED, UPHELD, Activity, Key
from ladder.domain.rewards.soundness import unsound

type Decision = Literal["released", "denied"] | None


@dataclass(frozen=True, slots=True)
class Amendments:
    """By the event they speak of. Reversed weighs more than an upheld dispute, denied less, and released least.

    So whichever comes first, the clock's release or a reviewer's no, the no stands until its dispute is upheld.
    What Ladder corrects, a person decided: it weighs more than whatever the source says, before or after.
    """

    corrections: dict[Key, list[Activity]] = field(default_factory=dict)
    said: dict[Key, set[str]] = field(default_factory=dict)

    @classmethod
    def among(cls, activities: Iterable[Activity]) -> Self:
        found = cls()
        amending = [(each.target, each) for each in activities if each.target is not None]
        for target, each in sorted(amending, key=lambda told: (told[1].source == LADDER, told[1].order)):
            found.said.setdefault(target, set()).add(each.type)
            if each.type == CORRECTED:
                found.corrections.setdefault(target, []).append(each)
        return found

    @property
    def targets(self) -> Collection[Key]:
        return self.said.keys()

    def reverses(self, key: Key) -> bool:
        return REVERSED in self.said.get(key, ())

    def decision(self, key: Key) -> Decision:
        said = self.said.get(key, set())
        if UPHELD in said:
            return "released"
        return "denied" if DENIED in said else "released" if RELEASED in said else None

    def applied(self, activity: Activity) -> Activity:
        """Corrected by all that make sense: one after which it could not be folded changes nothing."""
        for correction in self.corrections.get(activity.key, ()):
            corrected = activity.corrected(correction)
            activity = activity if unsound(corrected) else corrected
        return activity
