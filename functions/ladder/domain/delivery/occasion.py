"""Occasions: what can be said, to whom it may be said, and whether it interrupts somebody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

# member: the one whom it is about · team: their team's feed · supervisors: who leads their team · system: a machine
Audience = Literal["member", "team", "supervisors", "system"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)

Occasion = Literal[
    "badge",  # a badge was granted
    "level",  # a level was reached
    "path",  # the last step of a learning path was done
    "challenge",  # the challenges of the day are there
    "completed",  # a challenge was completed and is paid
    "streak",  # a streak ends today unless something is done
    "deadline",  # something is due soon, or overdue
    "session",  # a session begins soon
    "session_changed",  # a session was moved or cancelled
    "confirm",  # a colleague is asked to confirm what was done for them
    "confirmed",  # the colleague confirmed it, or did not
    "order",  # an order was approved, handed over or refused
    "verdict",  # a judged badge was declined, with its reasons
    "dispute",  # a dispute was answered
    "well_done",  # something hard was finished, with a poor score
    "kudos",  # a colleague says thank you
    "weekly",  # a supervisor's note of their team's week
    "digest",  # several of these in one message
    "points",  # points were added to the ledger, or taken back
]
OCCASIONS: tuple[Occasion, ...] = get_args(Occasion)


@dataclass(frozen=True, slots=True)
class OccasionRules:
    """What holds of an occasion whatever a program says.

    `audiences`: who may hear of it. `urgent`: it is worth nothing in a digest, and goes alone. `praise`: it may be said
    where others read it, because it can only please; nothing else is ever said to a team. `on_request`: only on a
    channel that names it, because it comes every day.
    """

    audiences: tuple[Audience, ...]
    urgent: bool = False
    praise: bool = False
    on_request: bool = False


_ONE: tuple[Audience, ...] = ("member", "system")
_ALL: tuple[Audience, ...] = ("member", "team", "system")
RULES: Mapping[Occasion, OccasionRules] = {
    "badge": OccasionRules(_ALL, praise=True),
    "level": OccasionRules(_ALL, praise=True),
    "path": OccasionRules(_ALL, praise=True),
    "challenge": OccasionRules(("member",), on_request=True),
    "completed": OccasionRules(_ALL, praise=True),
    "streak": OccasionRules(("member",), urgent=True),
    "deadline": OccasionRules(("member",), urgent=True),
    "session": OccasionRules(("member",), urgent=True),
    "session_changed": OccasionRules(_ONE, urgent=True),
    "confirm": OccasionRules(("member",), urgent=True),
    "confirmed": OccasionRules(_ONE),
    "order": OccasionRules(_ONE, urgent=True),
    "verdict": OccasionRules(_ONE),
    "dispute": OccasionRules(_ONE),
    "well_done": OccasionRules(("member",)),
    "kudos": OccasionRules(_ALL, praise=True),
    "weekly": OccasionRules(("supervisors",)),
    "digest": OccasionRules(("member",), urgent=True),
    "points": OccasionRules(("system",)),
}
