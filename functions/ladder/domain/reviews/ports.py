"""The ports of reviews: the queue, the staff and what they declare, links, and what is stored of members."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from ladder.domain.activities.activity import Key
from ladder.domain.audit.records import Record
from ladder.domain.errors import LadderError
from ladder.domain.points.ledger import Entry, State
from ladder.domain.programs.program import Program
from ladder.domain.reviews.contest import Contest, StoredVerdict
from ladder.domain.reviews.permissions import DailyGrant, Declaration, Role
from ladder.domain.reviews.review import OpenReview, Review, ReviewDecision


class Reviews(Protocol):
    def open(self, review: Review) -> bool: ...  # False: it was opened before, whatever its status is now


class ReviewQueue(Reviews, Protocol):
    """The queue that staff work through. A review that a person opened is audited.

    The effect of a decision is stored with it until it is delivered.
    """

    def waiting(self, program: str) -> Sequence[OpenReview]: ...  # oldest first; one just decided may still be in it
    def find(self, program: str, places: Sequence[tuple[str, str]]) -> Sequence[Review]: ...  # by member and id
    def assign(self, review: Review, to: str | None, *, by: str, at: datetime) -> bool:
        """Assign and audit. Returns False where it was decided, or assigned again, since it was read."""

    def decide(
        self,
        review: Review,
        decided: ReviewDecision,
        grant: DailyGrant | None = None,
        publication: tuple[Program, Record] | None = None,
    ) -> bool:
        """Decide and audit. Returns False where it was decided or lapsed already. Raises MemberErased.

        `grant`: counted in the same transaction. Raises Conflict where the person may give no more on that day.
        `publication`: the version that it publishes, in the same transaction, with its record. Raises Conflict where
        the version before is no longer the current one.
        """

    def delivered(self, review: Review) -> None: ...
    def undelivered(self, program: str) -> Sequence[Review]: ...


class WaitingReviews(Protocol):
    def open(self, program: str) -> Sequence[OpenReview]: ...  # oldest first
    def for_colleagues(self, program: str, members: Collection[str]) -> Collection[tuple[str, str]]:
        """Return member and review of each of their holds that a colleague can confirm."""


class MemberVerdicts(Protocol):
    """The verdicts of a member, each with the review that followed, and their contests."""

    def of(self, program: str, member: str) -> Sequence[StoredVerdict]: ...
    def latest(self, program: str, member: str) -> Sequence[StoredVerdict]: ...  # of the last day, in a few reads
    def find(self, program: str, member: str, verdict: str) -> StoredVerdict | None: ...
    def contest(self, stored: StoredVerdict, contest: Contest) -> Contest | None:
        """Store and audit the contest and open its review, together; return None, or the contest that exists.

        Raises Conflict where the member may contest no more that day, MemberErased after an erasure.
        """


class Reviewers(Protocol):
    def of(self, program: str, least: Role = "reviewer") -> Sequence[str]: ...  # the subjects of that role, or a higher
    def names(self, program: str) -> Mapping[str, str]: ...  # the user name of each subject who decides


class Decisions(Protocol):
    def find(self, program: str, key: str) -> Record | None: ...
    def record(self, record: Record, grant: DailyGrant | None = None) -> Record:
        """Put the record where there is none; return the one that is stored.

        `grant`: counted in the same transaction. Raises Conflict where the person may give no more on that day,
        SecondPersonRequired where no more without another person.
        """


class Declarations(Protocol):
    """The declarations of a program's staff about themselves. Nothing of it is ever removed."""

    def of(self, program: str, subject: str) -> Declaration: ...
    def admins(self, program: str) -> Collection[str]: ...  # the subjects of all who ever declared as an admin
    def declare(
        self, program: str, subject: str, member: str | None, *, role: Role, after: Declaration, at: datetime
    ) -> None:
        """Declare and audit. `after`: the declaration that was read; raises DeclarationChanged where it changed."""


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


class Links(Protocol):
    """Ids by which systems and logins know members. Each change is audited with a salted digest of the id.

    One person makes a first link: the first ever for its id and the first of its source for its member. Another id of
    a member, or an id that leads or once led to somebody else, gives a member's points or login to whoever holds that
    id: so one admin asks for it by a review of the kind `link`, and another decides.
    """

    def link(self, program: str, source: str, raw: str, member: str, record: Record) -> None:
        """Link the id; an existing link stays as it is.

        Raises ConfirmationRequired where it is no first link, Rejected where the id or the member was erased.
        """

    def unlink(self, program: str, source: str, raw: str, member: str, record: Record) -> bool:
        """Unlink the id: it leads to nobody until it is linked again. Returns False where it was unlinked already.

        Raises Rejected where the id is not the member's. For a login that is unlinked, the member's cases stay its own.
        """

    def fingerprint(self, source: str, raw: str) -> str: ...  # a keyed hash that leads to nobody
    def of(self, program: str, member: str) -> Sequence[KnownBy]: ...


class People(Protocol):
    def known(self, program: str, member: str) -> bool: ...  # they play, or have played, and were not erased
    def pages(self, program: str) -> Iterable[Sequence[str]]: ...  # members with a ledger; some pages are empty


class PersonalData(Protocol):
    def of(self, program: str, member: str) -> Mapping[str, Sequence[Mapping[str, object]]]: ...  # by kind, as JSON
    def audited(self, program: str, member: str) -> Sequence[Mapping[str, object]]: ...  # the records that name them


class OwnExports(PersonalData, Protocol):
    def exported(self, record: Record, day: date, *, most: int) -> bool: ...  # audited; False: `most` times before


class Erasures(Protocol):
    """The steps of erasing a member. Each may run again, also after a run that was cut off."""

    def close(self, program: str, member: str, *, at: datetime) -> bytes | None:
        """Allow no further writes about the member. Returns the salt of this erasure; None where it was finished."""

    def forget(self, program: str, member: str, *, user: str | None) -> None: ...  # all but identities and entries
    def replace(self, program: str, member: str, entries: Sequence[tuple[Key, Entry]]) -> None: ...  # key, new entry
    def finish(self, program: str, member: str, state: State) -> None: ...  # deletes the salt and the member's hashes
