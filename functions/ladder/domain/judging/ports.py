"""The ports of judging: the model, its verdicts and their budget, and the texts of members."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ladder.domain.activities.activity import Key
from ladder.domain.judging.confirmations import Confirmation, GivenConfirmation, PostConfirmations
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


class Confirmations(Protocol):
    """Who confirmed which post, kept for a time and deleted with its members. Each method raises MemberErased."""

    def wrote(self, program: str, member: str, event: Key, post: Key, *, until: datetime) -> PostConfirmations:
        """Note who wrote a post and return its confirmations; the first to be noted stays its author."""

    def confirm(
        self,
        program: str,
        confirmation: Confirmation,
        event: Key,
        post: Key,
        *,
        holds: bool,
        sequence: int,
        until: datetime,
    ) -> PostConfirmations:
        """Store what is known of a confirmation, and return the post. `holds`: it was not taken back.

        `sequence`: the member's entries that were read; what was known of fewer changes nothing.
        """

    def of_posts(self, program: str, posts: Collection[Key]) -> Mapping[Key, PostConfirmations]: ...
    def by_members(self, program: str, members: Collection[str]) -> Mapping[str, Sequence[GivenConfirmation]]: ...
    def same_person(self, program: str, member: str, others: Collection[str]) -> frozenset[str]:
        """Return those who are, or once were, known by an id or a login of the member's."""


class MemberTexts(Protocol):
    """Texts of members as a model may see them, stored for a time and deleted with their member."""

    def save(self, program: str, member: str, event: Key, text: str, *, until: datetime) -> None:
        """Store the first text of an event, and keep it and its `until` after that. Raises MemberErased."""

    def texts(self, program: str, member: str, events: Collection[Key], *, now: datetime) -> Mapping[Key, str]:
        """Return the texts of these events that are still stored."""
