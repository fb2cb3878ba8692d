"""What people decide: the queue of reviews, and who may be asked."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ladder.domain.activities.activity import Key
from ladder.domain.audit.records import Record
from ladder.domain.points.ledger import Entry, State
from ladder.domain.reviews.linking import KnownBy
from ladder.domain.reviews.permissions import DailyGrant, Declaration, Role
from ladder.domain.reviews.review import OpenReview, Review, ReviewDecision

NewReview = Review  # one that nobody has decided yet


class Reviews(Protocol):
    def open(self, review: NewReview) -> bool: ...  # False: it was opened before, whatever has become of it


class ReviewQueue(Reviews, Protocol):
    """What people work off: what one of them opened is audited.

    What a decision brings about stands beside it until it is delivered.
    """

    def waiting(self, program: str) -> Sequence[OpenReview]: ...  # oldest first; one decided a moment ago may be in it
    def find(self, program: str, places: Sequence[tuple[str, str]]) -> Sequence[Review]: ...  # by member and id
    def assign(self, review: Review, to: str | None, *, by: str, at: datetime) -> bool:
        """Audited. False: decided, or assigned anew, since it was read."""

    def decide(self, review: Review, decided: ReviewDecision, grant: DailyGrant | None = None) -> bool:
        """Audited. False: somebody or something was faster. Raises Gone where the member was erased.

        `grant`: counted together with it. Raises InConflict where its person may give no more on that day.
        """

    def delivered(self, review: Review) -> None: ...
    def undelivered(self, program: str) -> Sequence[Review]: ...


class Reviewers(Protocol):
    def of(self, program: str, least: Role = "reviewer") -> Sequence[str]: ...  # the subjects of that role, or a higher


class Decisions(Protocol):
    def record(self, record: Record, grant: DailyGrant | None = None) -> Record:
        """Put where there is none; the one that stands.

        `grant`: counted together with it. Raises InConflict where its person may give no more on that day.
        """


class Declarations(Protocol):
    """What the staff of a program said of themselves. Nothing of it is ever taken back."""

    def of(self, program: str, subject: str) -> Declaration: ...
    def declare(self, program: str, subject: str, member: str | None, *, after: Declaration, at: datetime) -> None:
        """Audited with it. `after`: what stands until now; Raises Changed where that is something else by now."""


class Links(Protocol):
    """Ids by which systems and logins know members. Each change is audited with a salted digest of the id."""

    def link(self, program: str, source: str, raw: str, member: str, record: Record) -> None:
        """Where it stands, nothing is written. Raises SecondPerson where it is no first link, Rejected where the id or
        the member was erased."""

    def unlink(self, program: str, source: str, raw: str, member: str, record: Record) -> bool:
        """The id leads to nobody until it is linked again. False: it was so before. Raises Rejected where it is none of
        the member's. A login that is unlinked keeps the member as its own case."""

    def fingerprint(self, source: str, raw: str) -> str: ...  # a keyed hash that leads to nobody
    def of(self, program: str, member: str) -> Sequence[KnownBy]: ...


class People(Protocol):
    def known(self, program: str, member: str) -> bool: ...  # he plays, or has played, and was not erased
    def pages(self, program: str) -> Iterable[Sequence[str]]: ...  # whoever has a ledger; some pages have nobody


class PersonalData(Protocol):
    def of(self, program: str, member: str) -> Mapping[str, Sequence[Mapping[str, object]]]: ...  # by kind, as JSON
    def audited(self, program: str, member: str) -> Sequence[Mapping[str, object]]: ...  # the records that name him


class Erasures(Protocol):
    """What is left of a member to forget. Each may run again, and after a run that was cut off."""

    def close(self, program: str, member: str, *, at: datetime) -> bytes | None:
        """Nothing is written of him from now on. Gives the salt of this erasure; None where it was finished before."""

    def forget(self, program: str, member: str, *, user: str | None) -> None: ...  # all but identities and entries
    def replace(
        self, program: str, member: str, entries: Sequence[tuple[Key, Entry]]
    ) -> None: ...  # each by its new one
    def finish(self, program: str, member: str, state: State) -> None: ...  # the salt goes, and what led to his hashes
