"""A completion: a member met their challenge on one date. The canonical activity that pays."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ladder.domain.activities.activity import COMPLETED, ROTATION, Activity
from ladder.domain.message import Message

Outcome = Literal[
    "not playing", "absent", "open", "missed", "provisional", "gate failed", "completed", "unproven", "too few contacts"
]
OUTCOMES: tuple[Outcome, ...] = (
    "not playing",
    "absent",  # did not work that day
    "open",  # the day's value is not final yet
    "missed",
    "provisional",  # met, but the quality gate's values are not final yet
    "gate failed",
    "completed",
    "unproven",  # met, but there is no quality value to judge by
    "too few contacts",  # too little for the day to count as met or missed
)


@dataclass(frozen=True, slots=True)
class TooFewContacts:
    """The contacts that a member handled on a day, and the number that it needed to count."""

    contacts: int
    needs: int


type TooFewBySlot = Mapping[int, TooFewContacts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A completion as it is sent: at least once, always under the same id and with the same body."""

    program: str
    member: str
    date: date
    category: str
    tier: int
    metric: str
    value: float | None  # what it was judged by; None: the platform reported it, and we have no value
    measured: float | None  # as it was measured, before the case mix was taken into account
    target: float
    points: int
    occurred_at: datetime  # the end of the local day
    rotation: str  # the epoch it was played under
    program_version: int
    sentence: Message
    bonus_percentage: float = 0.0  # per cent of base, for a mix of contacts that was harder than usual
    held: Message | None = None  # why it is shown but not paid yet
    mirrored: bool = False  # the platform paid: record it, pay nothing

    @property
    def id(self) -> str:
        """Return a deterministic id: a category pays a member once a date, whatever the revision."""
        return f"{self.date.isoformat()}:{self.category}:{self.member}"

    @property
    def activity(self) -> Activity:
        return Activity(
            source=ROTATION,
            id=self.id,
            type=COMPLETED,
            occurred_at=self.occurred_at,
            attributes={
                "date": self.date.isoformat(),
                "category": self.category,
                "tier": self.tier,
                "metric": self.metric,
                "value": self.value,
                "measured": self.measured,
                "target": self.target,
                "points": self.points,
                "bonus_percentage": self.bonus_percentage,
                "rotation": self.rotation,
                "program_version": self.program_version,
                "sentence": json.dumps(self.sentence.to_dict(), ensure_ascii=False),
                "held": json.dumps(self.held.to_dict(), ensure_ascii=False) if self.held else None,
                "mirrored": self.mirrored,
            },
        )
