"""What judging asks of the outside: a model, and what it said."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from ladder.domain.activities.activity import Key
from ladder.domain.judging.evaluation import Attempt, ClaimResult, EvaluationRequest, EvaluationResult
from ladder.domain.judging.question import Question, Reply


class Judge(Protocol):
    """A model. It has no tools but the one it answers with, and its answer grants nothing."""

    def ask(self, question: Question) -> Reply:
        """Raises Throttled where it read nothing, Unavailable where it is late or down, Rejected where it says no."""


class Verdicts(Protocol):
    """What was judged, and what it may cost: one verdict a case and criteria, a budget a program and day."""

    def claim(self, asked: EvaluationRequest, *, now: datetime, lease_seconds: float) -> ClaimResult:
        """The right to ask, with its tokens set aside; or what stands instead of it.

        Raises Unavailable while another holds that right, and while the program's tokens of the day are spent.
        """

    def record(
        self, attempt: Attempt | EvaluationRequest, ruling: EvaluationResult
    ) -> EvaluationResult: ...  # audited; the first one stands
    def settle(self, attempt: Attempt, *, tokens: int, used: bool = True) -> None:
        """What it did cost; once. `used` False: the model did nothing, and the attempt is there again."""

    def existing(self, program: str, member: str) -> Mapping[str, EvaluationResult]: ...  # by key


class MemberTexts(Protocol):
    """What members wrote, as a model may see it: for a while, and gone with its member."""

    def save(self, program: str, member: str, event: Key, text: str, *, until: datetime) -> None:
        """The first text of an event stands, until the moment that was said with it. Raises Gone after an erasure."""

    def texts(self, program: str, member: str, events: Collection[Key], *, now: datetime) -> Mapping[Key, str]:
        """Of those events whose text is kept still."""
