"""Amendments of an event: it never happened, happened otherwise, or was decided."""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Self

from ladder.domain.activities.activity import (
    AMENDMENTS,
    CORRECTED,
    DENIED,
    LADDER,
    LONGEST_ID,
    REBUILT,
    RELEASED,
    REVERSED,
    UPHELD,
    Activity,
    Key,
    validation_error,
)
from ladder.domain.message import Message
from ladder.domain.points.hold_decision import HoldDecision
from ladder.domain.points.ledger import decides_all


@dataclass(frozen=True, slots=True)
class Amendments:
    """Amendments by the event they amend. Reversed weighs more than an upheld dispute, denied less, and released least.

    So whichever comes first, the clock's release or a reviewer's denial, the denial holds until its dispute is upheld.
    What Ladder corrects, a person decided: it weighs more than whatever the source says, before or after.
    """

    corrections: dict[Key, list[Activity]] = field(default_factory=dict)
    decisions: dict[Key, list[Activity]] = field(default_factory=dict)  # Ladder's own, but for reversals
    types: dict[Key, set[str]] = field(default_factory=dict)

    @classmethod
    def among(cls, activities: Iterable[Activity]) -> Self:
        amendments = cls()
        amending = [(activity.target, activity) for activity in activities if activity.target is not None]
        for target, activity in sorted(amending, key=lambda pair: (pair[1].source == LADDER, pair[1].order)):
            amendments.types.setdefault(target, set()).update([activity.type] if decides_all(activity) else [])
            if activity.type == CORRECTED:
                amendments.corrections.setdefault(target, []).append(activity)
            if activity.source == LADDER and activity.type != REVERSED:
                amendments.decisions.setdefault(target, []).append(activity)
        return amendments

    @property
    def targets(self) -> Collection[Key]:
        return self.types.keys()

    def reverses(self, key: Key) -> bool:
        return REVERSED in self.types.get(key, ())

    def outcome(self, key: Key) -> Literal["paid", "denied", "waiting"]:
        """Return what became of points of the event that were held when it came."""
        types = self.types.get(key, set())
        if UPHELD in types:
            return "paid"
        return "denied" if DENIED in types else "paid" if RELEASED in types else "waiting"

    def decision(self, key: Key) -> HoldDecision | None:
        """Return what was decided of an event. What a reviewer changed binds its source, and nothing else."""
        decisions = self.decisions.get(key)
        if not decisions:
            return None
        decision = HoldDecision.of(decisions)
        if all(correction.source == LADDER for correction in self.corrections.get(key, ())):
            decision.settled = None
        return decision

    def applied(self, activity: Activity) -> Activity:
        """Return the activity with its corrections, but for those that would make it invalid."""
        for correction in self.corrections.get(activity.key, ()):
            corrected = activity.corrected(correction)
            activity = activity if validation_error(corrected) else corrected
        return activity


def reversal(key: Key, *, reason: str, actor: str, now: datetime) -> Activity:
    """Return the reversal of an event. Its id follows from the event's, so a second one is the same event."""
    source, event = key
    return Activity(
        source=LADDER,
        id=reversal_key(key)[1],
        type=REVERSED,
        occurred_at=now,
        attributes={"source": source, "id": event, "reason": reason, "actor": actor},
    )


def release(key: Key, *, worth: int | None, reason: Message, now: datetime, **about: str) -> Activity:
    """Return the release of what was seen of a held event: reviewer, colleague and clock release it under one id.

    `worth`: of the event's held awards before caps; None: whatever they are worth, as reviews of long ago have it.
    """
    source, event = key
    seen = {} if worth is None else {"points": worth}
    return Activity(
        source=LADDER,
        id=":".join(["release", source, event, *map(str, seen.values())]),
        type=RELEASED,
        occurred_at=now,
        attributes={"source": source, "id": event, "reason": json.dumps(reason.to_dict()), **seen, **about},
    )


def reversal_refusal(activity: Activity) -> Message | None:
    """Return why an activity cannot be reversed; None where it can."""
    if activity.type == REVERSED:
        return Message("points.reversal_stays")
    if activity.type in AMENDMENTS or activity.type == REBUILT:
        return Message("points.nothing_to_reverse", {"type": activity.type})
    return None


def reversal_key(key: Key) -> Key:
    event = f"reverse:{key[0]}#{key[1]}"
    return LADDER, event if len(event) <= LONGEST_ID else f"reverse:{hashlib.sha256(event.encode()).hexdigest()}"
