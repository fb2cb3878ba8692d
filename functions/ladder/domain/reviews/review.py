"""A review: something that a person decides, once.

| Kind       | Subject                        | Fed by                                             |
|------------|--------------------------------|----------------------------------------------------|
| `verdict`  | a verdict's key                | a model that proposes a badge                      |
| `unjudged` | a verdict's key                | a case that no model could judge                   |
| `hold`     | an entry of which points wait  | rewards                                            |
| `dispute`  | a disputed entry               | the member                                         |
| `stretch`  | category and date of the third | three hardest challenges in a row that were missed |
| `audit`    | an entry                       | chance, or whoever wants it looked at              |
| `peer`     | an entry                       | whoever wants somebody else to verify it           |
| `link`     | where an id is known           | whoever wants it linked, where it is no first link |
| `badge`    | a badge and its review day     | the clock, once that day has passed                |
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from ladder.domain.activities.activity import Key
from ladder.domain.programs.rules import Plain

NO_MEMBER = "0" * 32  # no member's id: those are drawn at random

Kind = Literal["verdict", "unjudged", "hold", "dispute", "miss_streak", "audit", "peer", "link", "badge"]
Action = Literal["approve", "change", "reject"]
Remedy = Literal["reverse", "release"]
Status = Literal["open", "decided", "lapsed"]
REMOVED_ONCE_DECIDED = frozenset({"user"})  # of the summary of a link: what goes once it is decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is done. `badge`: another one than was proposed; `remedy`: of a dispute; `attributes`: the right ones."""

    action: Action
    badge: str | None = None
    remedy: Remedy | None = None
    attributes: Mapping[str, Plain] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDecision:
    terms: Terms
    reason: str
    by: str  # the subject of a login
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """`id` makes it the same one within its member; `lapsed`: time or an event has decided what it was about.

    `member` is PROGRAM where it is about nobody: it stands where a member's reviews would.
    """

    id: str
    kind: Kind
    program: str
    member: str
    subject: str
    summary: Mapping[str, str]
    created_at: datetime
    assigned_to: str | None = None
    decided: ReviewDecision | None = None
    lapsed: bool = False

    @property
    def address(self) -> str:
        """By which anybody finds it: reviews are kept with their members."""
        return f"{self.member}.{self.id}"

    @property
    def status(self) -> Status:
        if self.decided:
            return "decided"
        return "lapsed" if self.lapsed else "open"

    @property
    def opened_by(self) -> str | None:
        """The subject of the login of whoever asked for it; None where nobody did."""
        return self.summary.get("opened_by")

    @property
    def members(self) -> frozenset[str]:
        """Whose case it is: of a link that moves, also the member whom the id leads to until now."""
        was = self.summary.get("was")
        return frozenset({self.member, was} if was else {self.member})

    @property
    def event(self) -> Key | None:
        """What happened, where it is about one thing that did."""
        told = self.summary.get("event")
        if told is None:
            return None
        source = self.summary.get("source")
        if source is None:
            source, _, told = told.partition("#")
        return source, told


def without_linked_id(review: Review) -> Review:
    """Of a link, as it is kept once it is decided: the id itself goes."""
    return replace(
        review, summary={name: each for name, each in review.summary.items() if name not in REMOVED_ONCE_DECIDED}
    )


def review_id(kind: Kind, *about: str) -> str:
    told = json.dumps([kind, *about], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def parse_address(address: str) -> tuple[str, str]:
    """Member and id."""
    member, _, review = address.partition(".")
    return member, review


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReview:
    """An open review as the queue lists it: what is needed to choose among them."""

    opened_at: datetime
    kind: Kind
    member: str
    id: str
    assigned_to: str | None

    @property
    def order(self) -> tuple[datetime, str, str]:
        """Oldest first, and the same for all who ask."""
        return self.opened_at, self.member, self.id
