"""Linking ids of systems and logins to members. One person makes a first link; a second one confirms others.

A first link is the first ever for its id and the first of its source for its member. Another id of a member, or an id
that leads or once led to somebody else, gives a member's points or login to whoever holds that id: so one admin asks
for it by a review of the kind `link`, and another decides.
"""

from dataclasses import dataclass
from datetime import datetime

from ladder.domain.activities.validation import normalized_id
from ladder.domain.errors import LadderError
from ladder.domain.reviews.review import Review, review_id

HIDDEN = frozenset({"salt"})  # keys of a review's summary that nobody needs to read


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBy:
    """A link of a member, without the id itself. `by_hand`: a person made it.

    `until`: when a person unlinked it.
    """

    source: str
    since: datetime | None
    by_hand: bool
    until: datetime | None = None


class ConfirmationRequired(LadderError):
    """The link is no first link. `was`: the member whom the id leads or led to."""

    def __init__(self, was: str | None) -> None:
        super().__init__("another person has to confirm this link")
        self.was = was


def link_review(
    program: str, member: str, source: str, raw: str, *, mark: str, was: str | None, by: str, reason: str, now: datetime
) -> Review:
    """Return the review of a link. `mark`: a keyed hash of the id; the same request on one day is one review."""
    because = "the id is known as another member's" if was else "the member is known by another id there"
    return Review(
        id=review_id("link", source, mark, was or "", now.date().isoformat()),
        kind="link",
        program=program,
        member=member,
        subject=source,
        summary={
            "source": source,
            "user": normalized_id(raw),
            "because": because,
            "opened_by": by,
            "reason": reason,
            **({"was": was} if was else {}),
        },
        created_at=now,
    )
