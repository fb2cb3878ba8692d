"""A review: a question that a person decides, once.

| Kind          | Subject                        | Opened by                                          |
|---------------|--------------------------------|----------------------------------------------------|
| `verdict`     | a verdict's key                | a model that proposes a badge                      |
| `unjudged`    | a verdict's key                | a case that no model could judge                   |
| `hold`        | an entry with held points      | rewards                                            |
| `dispute`     | a disputed entry               | the member                                         |
| `miss_streak` | category and date of the third | three hardest challenges in a row that were missed |
| `audit`       | an entry                       | a random sample, or staff who want it reviewed     |
| `peer`        | an entry                       | staff who want somebody else to verify it          |
| `link`        | where an id is known           | staff who want it linked, where it is no first link|
| `badge`       | a badge and its review day     | the clock, once that day has passed                |
| `publication` | a version of the program       | an admin, where another one has to confirm it      |
| `erasure`     | a member                       | an admin, where another one has to confirm it      |
| `grant`       | a request of points            | an admin who gave their share of the day before    |
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ladder.domain.activities.activity import Key
from ladder.domain.audit.records import NO_MEMBER
from ladder.domain.message import Message
from ladder.domain.validation.constraints import Plain

Kind = Literal[
    "verdict",
    "unjudged",
    "hold",
    "dispute",
    "miss_streak",
    "audit",
    "peer",
    "link",
    "badge",
    "publication",
    "erasure",
    "grant",
]
Action = Literal["approve", "change", "reject"]
Remedy = Literal["reverse", "release"]
Status = Literal["open", "decided", "lapsed"]
HIDDEN = frozenset({"salt"})  # keys of a link's summary that nobody needs to read
REMOVED_ONCE_DECIDED = frozenset({"user"})  # those that are deleted once it is decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A decision. `badge`: another one than proposed; `remedy`: of a dispute; `attributes`: the corrected ones."""

    action: Action
    badge: str | None = None
    remedy: Remedy | None = None
    attributes: Mapping[str, Plain] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDecision:
    """`seen`: what the entry was worth then: `points` of an upheld dispute, `settled` and `released` of a change."""

    terms: Terms
    reason: str
    by: str  # the subject of a login
    at: datetime
    seen: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """`id` is unique within the member; `lapsed`: time or an event has decided what it was about.

    `member` is NO_MEMBER where it is about the program itself: it is stored as a member's reviews are.
    """

    id: str
    kind: Kind
    program: str
    member: str
    subject: str
    summary: Mapping[str, str]  # facts, and what people wrote
    created_at: datetime
    because: tuple[Message, ...] = ()  # why it was opened
    facts: tuple[Message, ...] = ()  # of a judged case, what systems recorded
    assigned_to: str | None = None
    decided: ReviewDecision | None = None
    lapsed: bool = False

    @property
    def address(self) -> str:
        """Return the address by which it is found: reviews are stored with their members."""
        return f"{self.member}.{self.id}"

    @property
    def about_program(self) -> bool:
        """Return whether it is about the program itself, and about no member."""
        return self.member == NO_MEMBER

    @property
    def status(self) -> Status:
        if self.decided:
            return "decided"
        return "lapsed" if self.lapsed else "open"

    @property
    def opened_by(self) -> str | None:
        """Return the subject of the login that asked for it; None where nobody did."""
        return self.summary.get("opened_by")

    @property
    def members(self) -> frozenset[str]:
        """Return whose case it is: for a link that moves, also the member whom the id leads to so far."""
        was = self.summary.get("was")
        return frozenset({self.member, was} if was else {self.member})

    @property
    def event(self) -> Key | None:
        """Return the key of the event that it is about, if it is about one."""
        event = self.summary.get("event")
        if event is None:
            return None
        source = self.summary.get("source")
        if source is None:
            source, _, event = event.partition("#")
        return source, event


def review_id(kind: Kind, *about: str) -> str:
    text = json.dumps([kind, *about], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReview:
    """An open review as the queue lists it: what is needed to choose among reviews."""

    opened_at: datetime
    kind: Kind
    member: str
    id: str
    assigned_to: str | None

    @property
    def order(self) -> tuple[datetime, str, str]:
        """Sort oldest first, in the same order for everybody."""
        return self.opened_at, self.member, self.id
