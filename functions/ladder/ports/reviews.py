"""What people decide: the queue of reviews, and who may be asked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ladder.domain.reviews.daily_grant import DailyGrant
from ladder.domain.reviews.review import Decided, Review, Waiting
from ladder.domain.reviews.rights import Role

NewReview = Review  # one that nobody has decided yet


class Reviews(Protocol):
    def open(self, review: NewReview) -> bool: ...  # False: it was opened before, whatever has become of it


class ReviewQueue(Reviews, Protocol):
    """What people work off: what one of them opened is audited.

    What a decision brings about stands beside it until it is delivered.
    """

    def waiting(self, program: str) -> Sequence[Waiting]: ...  # oldest first; one decided a moment ago may be in it
    def find(self, program: str, places: Sequence[tuple[str, str]]) -> Sequence[Review]: ...  # by member and id
    def assign(self, review: Review, to: str | None, *, by: str, at: datetime) -> bool:
        """Audited. False: decided, or assigned anew, since it was read."""

    def decide(self, review: Review, decided: Decided, grant: DailyGrant | None = None) -> bool:
        """Audited. False: somebody or something was faster. Raises Gone where the member was erased.

        `grant`: counted together with it. Raises InConflict where its person may give no more on that day.
        """

    def delivered(self, review: Review) -> None: ...
    def undelivered(self, program: str) -> Sequence[Review]: ...


class Reviewers(Protocol):
    def of(self, program: str, least: Role = "reviewer") -> Sequence[str]: ...  # the subjects of that role, or a higher
