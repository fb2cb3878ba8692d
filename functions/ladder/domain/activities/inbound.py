"""What comes in from outside, before it is an activity: a call, the events read from it, and why one is not taken.

Attributes have these names whatever the source, so that one rule works on all of them:
`module` (a unit or learning object) · `course` · `score` (per cent, where the source says out of how many) ·
`passed` (bool) · `attempt` (number) · `seconds` (time spent) · `task` · `due` (ISO date) · `record` and `kind` (of a
CRM) · `stage` (of a task or record) · `article` · `colleague` · `text` (of a forum post, up to 4,000 characters).

IngestError
├── InvalidSignature  the signature is missing, wrong, too old or too new
│   └── Unknown       there is no such program or source: the sender hears the same
├── TooLarge          more than is read in one call
├── Unsupported       a content encoding, or a form of event, that is not read
└── Malformed         says where, and what to send instead
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from ladder.domain.activities.activity import CORRECTED, DAY_OFF, LADDER, REPORTED_BY, ROTATION
from ladder.domain.errors import LadderError
from ladder.domain.validation.constraints import Plain

CANONICAL = frozenset(
    {
        "user.completed",  # a whole course or path
        "learner.completed_module",
        "assessment.submitted",
        "content.accessed",
        "forum.posted",
        "task.completed",
        "record.updated",
        "article.contributed",
        "peer.assisted",
        "peer.mentored",
        "calendar.attended",
        DAY_OFF,
        CORRECTED,
    }
)
OURS = REPORTED_BY.keys()  # types that never come from outside
DECIDES = frozenset(
    {"held", "released", "denied", "upheld", "reversed", "mirrored"}
)  # attributes that never do, either
LOGIN = "login"  # what an identity provider's user ids are known under: no source may introduce one
OUR_SOURCES = frozenset({LADDER, ROTATION, LOGIN})
SUBJECTS = frozenset({"module", "course", "task", "record", "article", "colleague"})  # what is done, always as text
MENTIONS = frozenset({"colleague"})  # attributes that are somebody else's user id in the source
POLL_MINUTES = 5  # between two polls of a source that does not send by itself
MOST_BYTES = 1_048_576  # of a body, as it is sent and as it is decoded
MOST_EVENTS = 1_000
MAX_REASONS = 20  # reasons, in one answer
MOST_ATTRIBUTES = 24
LONGEST_NAME = 64
LONGEST_VALUE = 200
LONGEST_TEXT = 4_000
LARGEST_ACTIVITY = 6_144  # bytes, so that twenty of them are one message and one transaction
LARGEST_WHOLE = 2**53  # beyond it, readers of JSON disagree


class IngestError(LadderError):
    """Nothing of the call was done."""


class InvalidSignature(IngestError):
    """The call does not prove that it comes from the source."""

    def __init__(self, what: str = "the call is not signed by the source") -> None:
        super().__init__(what)


class Unknown(InvalidSignature):
    """There is no such program or source. Answered like a forged call, so that nobody learns which there are."""


class TooLarge(IngestError):
    """The call carries more than is read."""


class Unsupported(IngestError):
    """The body's encoding, or the form of its events, is not read."""


class Malformed(IngestError):
    """The call is genuine and cannot be read, or nothing of it can be taken."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"{place}: {what}")

    @classmethod
    def whole(cls, reasons: Sequence[str]) -> Self:
        """Return the error of a call whose events are all refused, with the first of the reasons."""
        first, more = reasons[:MAX_REASONS], len(reasons) - MAX_REASONS
        place, _, what = "\n".join([*first, *([f"… and {more} more"] if more > 0 else [])]).partition(": ")
        return cls(place, what)


@dataclass(frozen=True, slots=True, kw_only=True)
class HookRequest:
    """An HTTP request; `body` is as it was sent until it is decoded. Names of headers are in lower case."""

    method: str
    url: str  # as the sender sees it, with the query
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Keys:
    """A source's secret as it is stored: `{"secrets": [newest, older …], …}`, or one secret as bare text."""

    secrets: tuple[str, ...]
    extras: Mapping[str, object] = field(default_factory=dict)

    def texts(self, name: str) -> tuple[str, ...]:
        """An extra that may be one text or several, such as API keys while they are rotated."""
        value = self.extras.get(name, ())
        return (value,) if isinstance(value, str) else tuple(map(str, value)) if isinstance(value, list) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event in canonical form, of somebody whom only the source knows by that name."""

    place: str  # in the body: "events[3]"
    id: str
    type: str
    occurred_at: datetime
    member: str  # the source's own id of the user: never logged, never stored
    attributes: Mapping[str, Plain] = field(default_factory=dict)
    record: str = ""  # as the source wrote it: out of bounds, it is quarantined


@dataclass(frozen=True, slots=True)
class UnreadableRecord:
    """A record that cannot be read; whose it is, nobody knows."""

    record: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a body holds. `ignored`: events of types that mean nothing here, or of nobody.

    `ids`: of everything in the body that could be read, in its order, where the source wants to hear them.
    `mendable`: the sender reads the answer and can correct an event, so a call without one valid event is refused.
    """

    events: tuple[Event, ...] = ()
    unread: tuple[UnreadableRecord, ...] = ()
    ignored: int = 0
    ids: tuple[str, ...] = ()
    mendable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestResult:
    """`accepted` events are in the queue; `ignored` ones are of no type, of nobody, or of a member who was erased.

    `unreadable` ones are quarantined; `refused`: what is wrong with each, and where, for a sender that can correct it.
    """

    accepted: int
    ignored: int
    unreadable: int = 0
    refused: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()  # as they were read, of all but what was refused


@dataclass(frozen=True, slots=True, kw_only=True)
class HookResponse:
    """What a source expects to hear. `body` is JSON."""

    status: int
    body: object
    headers: Mapping[str, str] = field(default_factory=dict)
