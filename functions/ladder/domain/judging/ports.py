"""The ports of judging: the model, its verdicts and their budget, and the texts of members."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from ladder.domain.activities.activity import Key
from ladder.domain.judging.evaluation import ClaimResult, EvaluationRequest, EvaluationResult, Lease
from ladder.domain.judging.question import Question, Reply


class Judge(Protocol):
    """A model. Its one tool is its answer, and the answer grants nothing."""

    def ask(self, question: Question) -> Reply:
        """Raises Throttled where it read nothing, Unavailable where it is late or down, Rejected where it refuses."""


class Verdicts(Protocol):
    """Stored results, one a case and criteria, and the token budget, one a program and day."""

    def claim(self, request: EvaluationRequest, *, now: datetime, lease_seconds: float) -> ClaimResult:
        """Reserve the tokens and return the right to ask, or why there is none, such as an existing result.

        Raises Unavailable while another invocation holds that right, and while the program's tokens of the day are
        spent.
        """

    def record(self, lease: Lease | EvaluationRequest, result: EvaluationResult) -> EvaluationResult:
        """Store and audit the result where there is none; return the one that is stored."""

    def charge_tokens(self, lease: Lease, *, tokens: int, used: bool = True) -> None:
        """Replace the reserved tokens by the actual cost, once. `used` False: the attempt does not count."""

    def existing(self, program: str, member: str) -> Mapping[str, EvaluationResult]: ...  # by key


class MemberTexts(Protocol):
    """Texts of members as a model may see them, stored for a time and deleted with their member."""

    def save(self, program: str, member: str, event: Key, text: str, *, until: datetime) -> None:
        """Store the first text of an event, and keep it and its `until` after that. Raises MemberErased."""

    def texts(self, program: str, member: str, events: Collection[Key], *, now: datetime) -> Mapping[Key, str]:
        """Return the texts of these events that are still stored."""
