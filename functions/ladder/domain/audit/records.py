"""Every kind of audit record. Text that somebody may want erased stays outside: a record holds its digest at most."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ladder.domain.activity import Activity, digest
from ladder.domain.audit.seal import is_ours
from ladder.domain.disputes import Dispute
from ladder.domain.reviews.review import Decided, Review
from ladder.domain.rotation import Rotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One decision. `key` follows from what was decided, so the same decision twice is one record.

    It has no digest of its own: whoever can rewrite a record can rewrite that too. The seal has it.
    """

    program: str
    key: str
    what: str
    who: str  # a person, or the part of Ladder that did it
    why: str
    at: datetime
    about: Mapping[str, str | int] = field(default_factory=dict)  # the ids it is found by: member, decision, rotation …
    digest: bytes | None = None  # of what may be erased, salted where it could be guessed; the salt goes with the text

    def __post_init__(self) -> None:
        if is_ours(self.key):
            raise ValueError(f"the sealer alone writes what is called {self.key!r}")

    @property
    def item(self) -> dict[str, Any]:
        return {
            "pk": self.program,
            "sk": self.key,
            "what": self.what,
            "who": self.who,
            "why": self.why,
            "at": self.at.astimezone(UTC).isoformat(),
            "about": dict(self.about),
            **({"digest": self.digest} if self.digest else {}),
        }


def rotation_activated(rotation: Rotation, *, at: datetime) -> Record:
    claim = rotation.claim
    return Record(
        program=claim.program,
        key=f"ROTATION#{claim.rotation}",
        what="rotation activated",
        who=rotation.actor,
        why=rotation.reason,
        at=at,
        about={
            "rotation": claim.rotation,
            "program_version": rotation.program_version,
            "execution": claim.execution,
        },
    )


def event_refused(program: str, member: str, activity: Activity, *, at: datetime) -> Record:
    source, event = activity.key
    return Record(
        program=program,
        key=f"REFUSED#ENTRY#{source}#{event}#{digest(activity).hex()}",
        what="event refused: its id has come with another body before",
        who=source,
        why="what was recorded first stands",
        at=at,
        about={"member": member, "source": source, "event": event},
        digest=digest(activity),
    )


def dispute_raised(dispute: Dispute, *, salted: bytes) -> Record:
    """`salted`: the digest of what the member said, with a salt that is kept beside it."""
    return Record(
        program=dispute.program,
        key=f"DISPUTE#{dispute.source}#{dispute.id}#{dispute.member}",
        what="dispute raised",
        who=dispute.member,
        why="the member says that the entry is wrong",
        at=dispute.raised_at,
        about={"member": dispute.member, "source": dispute.source, "event": dispute.id},
        digest=salted,
    )


def review_decided(review: Review, decided: Decided, *, salted: bytes) -> Record:
    """`salted`: the digest of the reason, which may speak of the member; the salt is kept beside it."""
    terms = decided.terms
    chosen = {"badge": terms.badge or review.summary.get("badge"), "remedy": terms.remedy}
    return Record(
        program=review.program,
        key=f"REVIEW#{review.address}",
        what=f"review decided: {terms.action}",
        who=decided.by,
        why=f"a person looked at a review of the kind {review.kind}; what he said stands with it",
        at=decided.at,
        about={
            "member": review.member,
            "decision": review.id,
            "kind": review.kind,
            "subject": review.subject,
            **{name: value for name, value in chosen.items() if value},
        },
        digest=salted,
    )
