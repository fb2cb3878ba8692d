"""A system that reports, as a program names it: its requests, what is in them, and what it hears."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

from ladder.domain.activities.activity import Event
from ladder.domain.validation.constraints import Says, Text, matching

POLL_MINUTES = 5  # between two polls of a source that does not send by itself
MOST_BYTES = 1_048_576  # of a body, as it is sent and as it is decoded
MOST_EVENTS = 1_000
RESERVED_KEYS = frozenset({"platform", "judge"})  # they name the program's other secrets, which other functions read
MARKER = "marker."  # before a badge in a channel's options: the course or group that stands for it in a learning system
SourceKind = Literal["standard", "cornerstone", "docebo", "absorb", "talentlms", "xapi", "hubspot", "jira"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A system that posts events for a program, or that is polled. Its secret is found by the two keys."""

    key: Annotated[  # "academy", the last part of its hook's address, and of its secret's name
        str,
        matching(
            r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?",
            "part of an address",
            "1 to 40 lower-case letters, digits and hyphens between them, such as academy",
        ),
    ]
    kind: Annotated[SourceKind, Says("Write the kind of system, such as standard or docebo.")]
    events: Annotated[  # the vendor's event name -> canonical type, beside the usual
        Mapping[str, Text],
        Says('Write what the system says and what it is here: {"issue_closed": task.completed}.'),
    ] = field(default_factory=dict)
    options: Annotated[  # what the source's kind leaves to configuration
        Mapping[str, str], Says("Write what this kind of system is told, each as text.", as_text=True)
    ] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class UnreadableRecord:
    """A record that cannot be read; whose it is, nobody knows."""

    record: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The contents of a body. `ignored`: events of types that mean nothing here, or of nobody.

    `ids`: of everything in the body that could be read, in its order, where the source wants to hear them.
    `sender_can_correct`: the sender reads the answer, so a call without one valid event is refused.
    """

    events: tuple[Event, ...] = ()
    unread: tuple[UnreadableRecord, ...] = ()
    ignored: int = 0
    ids: tuple[str, ...] = ()
    sender_can_correct: bool = False

    def without(self, markers: Collection[str]) -> "Contents":
        """Return the contents without the events of markers: Ladder completed them itself, and nobody earns by that."""
        kept = tuple(
            event
            for event in self.events
            if not {str(event.attributes.get(name)) for name in ("course", "module")} & {*markers}
        )
        return replace(self, events=kept, ignored=self.ignored + len(self.events) - len(kept))


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
    """The response that a source expects. `body` is JSON."""

    status: int
    body: object
    headers: Mapping[str, str] = field(default_factory=dict)
