"""Changes of what is stored of a member, as the stream of the members table tells them."""

from dataclasses import dataclass
from datetime import datetime

from ladder.domain.members.preferences import Preferences
from ladder.domain.points.fulfilment import Fulfilment
from ladder.domain.points.ledger import Entry


@dataclass(frozen=True, slots=True)
class EntryRecorded:
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeAnswered:
    """`event`: the disputed one, as source#id; `answer`: what the person who decided has written."""

    event: str
    upheld: bool
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestDeclined:
    """A person agreed with a verdict that its member had contested; where they did not, the ledger tells of the badge.

    `event`: what the verdict was about, as source#id.
    """

    verdict: str
    badge: str
    event: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KudosGiven:
    """`by`: the colleague who gives them; `text`: what they wrote, which is data and never an instruction."""

    id: str
    by: str
    value: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDecided:
    """Staff took a step of an order's fulfilment. `order`: the id that its member chose."""

    order: str
    fulfilment: Fulfilment


@dataclass(frozen=True, slots=True)
class PreferencesChanged:
    preferences: Preferences


type Change = EntryRecorded | DisputeAnswered | ContestDeclined | KudosGiven | OrderDecided | PreferencesChanged


@dataclass(frozen=True, slots=True)
class MemberChange:
    program: str
    member: str
    change: Change
