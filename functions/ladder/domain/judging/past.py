"""What one member did and wrote, as it stands by now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ladder.domain.activity import Activity, Key
from ladder.domain.calendar import LocalDays
from ladder.domain.rewards.amendments import Amendments
from ladder.domain.rules import Plain
from ladder.domain.written import TEXT, TEXT_DIGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What one member did, as it stands: nothing that was taken back, everything as it was corrected.

    `rewritten`: what was said afterwards to have another text than it had.
    """

    program: str
    member: str
    activities: Sequence[Activity]
    days: LocalDays
    rewritten: frozenset[Key] = frozenset()

    @classmethod
    def of(cls, program: str, member: str, told: Iterable[Activity], days: LocalDays) -> "Past":
        """An event that is told twice, first by its entry, is as the entry has it, with the message's text."""
        known = dict[Key, Activity]()
        for each in told:
            first = known.setdefault(each.key, each)
            if text := each.attributes.get(TEXT):
                known[each.key] = replace(first, attributes={**first.attributes, TEXT: text})
        amendments = Amendments.among(known.values())
        standing = [amendments.applied(each) for key, each in known.items() if not amendments.reverses(key)]
        rewritten = (each.key for each in standing if _mark(each) != _mark(known[each.key]))
        return cls(
            program=program,
            member=member,
            activities=sorted(standing, key=lambda each: each.order),
            days=days,
            rewritten=frozenset(rewritten),
        )

    def reading(self, texts: Mapping[Key, str]) -> "Past":
        """With what was written, by event; without the first words of what was rewritten."""
        return replace(self, activities=[self._with_text(each, texts.get(each.key)) for each in self.activities])

    def _with_text(self, activity: Activity, text: str | None) -> Activity:
        if activity.key in self.rewritten:
            return replace(activity, attributes={**activity.attributes, TEXT: ""})
        return replace(activity, attributes={**activity.attributes, TEXT: text}) if text else activity

    def find(self, key: Key) -> Activity | None:
        return next((each for each in self.activities if each.key == key), None)


def _mark(activity: Activity) -> Plain:
    return activity.attributes.get(TEXT_DIGEST)
