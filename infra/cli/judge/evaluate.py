"""Run the code of the badges function for one badge of a program; everything but the model is in memory."""

import hashlib
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from time import monotonic

from badges.confirm import ConfirmationStores
from badges.judge import EvaluationContext, judge
from badges.select_cases import CaseSelection, MemberEvent
from infra.cli.driver.model import ModelService
from infra.cli.judge.posts import Post
from ladder.domain.activities.activity import TEXT, Activity, as_recorded, with_text
from ladder.domain.errors import LadderError, Rejected, Unavailable
from ladder.domain.judging.confirmations import Confirmation
from ladder.domain.judging.evaluation import MAX_ATTEMPTS, EvaluationResult, Reason
from ladder.domain.judging.ports import Judge
from ladder.domain.judging.question import Question, Reply
from ladder.domain.points.apply import evaluate
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.judged_badge import JudgedBadge, JudgeModel
from ladder.domain.points.ledger import LedgerChange
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.program import Program
from ladder.domain.validation.constraints import Plain
from tests.fakes import MemoryActivities, MemoryPrograms
from tests.fakes.confirmations import MemoryConfirmations
from tests.fakes.member_texts import MemoryMemberTexts
from tests.fakes.members import MemoryLedger
from tests.fakes.objections import MemoryObjections
from tests.fakes.reviews import MemoryReviewQueue
from tests.fakes.verdicts import MemoryRosters, MemoryVerdicts

TOKENS = 10**12  # tuning a prompt needs no budget
POSTED = "forum.posted"
SOURCE = "posts"
RETRY_AFTER = timedelta(minutes=12)  # as the queue delivers again after a failure


@dataclass(frozen=True, slots=True)
class JudgedPost:
    """`result` None: the post made no case, or no answer of the model was valid. `invalid`: answers not accepted."""

    post: Post
    member: str
    result: EvaluationResult | None
    invalid: tuple[Reason, ...] = ()


@dataclass(slots=True)
class CountingJudge:
    """Pass questions on, count answers and tokens, and keep the last error."""

    judge: Judge
    answers: int = 0
    tokens: int = 0
    error: LadderError | None = None

    def ask(self, question: Question) -> Reply:
        try:
            reply = self.judge.ask(question)
        except (Unavailable, Rejected) as error:
            self.error = error
            raise
        self.answers += 1
        self.tokens += reply.tokens
        return reply


@dataclass(slots=True)
class LocalEvaluation:
    """`numbers`: what every post comes with, beside its own attributes."""

    program: Program
    badge: JudgedBadge
    model: CountingJudge
    numbers: Mapping[str, Plain] = field(default_factory=dict)
    confirmations: MemoryConfirmations = field(default_factory=MemoryConfirmations)
    verdicts: MemoryVerdicts = field(default_factory=MemoryVerdicts)
    reviews: MemoryReviewQueue = field(default_factory=MemoryReviewQueue)
    activities: MemoryActivities = field(default_factory=MemoryActivities)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    member_texts: MemoryMemberTexts = field(default_factory=MemoryMemberTexts)
    seconds: float = 0.0
    compiled: CompiledProgram = field(init=False)

    def __post_init__(self) -> None:
        self.compiled = compile_program(self.program)

    def judge_post(self, post: Post) -> JudgedPost:
        """Judge a post as often as the queue would deliver it. Raises Unavailable if the model never answers at all."""
        began, now, event = monotonic(), datetime.now(UTC), self._recorded_event(post)
        judged = None
        for tries in range(MAX_ATTEMPTS):
            context = EvaluationContext(
                program=self.program,
                model=self.program.judge or JudgeModel(model=""),
                judge=self.model,
                verdicts=self.verdicts,
                reviews=self.reviews,
                activities=self.activities,
                member_texts=self.member_texts,
                new_delimiter=lambda: secrets.token_hex(9),
                now=now + tries * RETRY_AFTER,
            )
            stores = ConfirmationStores(
                confirmations=self.confirmations,
                ledger=self.ledger,
                rosters=MemoryRosters(MemoryPrograms()),
                reviews=self.reviews,
            )
            cases = CaseSelection(self.program, stores, self.member_texts, MemoryObjections(), context.now).cases(event)
            with suppress(Unavailable, Rejected):
                judged = next((judge(context, badge, case) for badge, case in cases), None)
                break
            if not self.model.answers:
                raise Unavailable(f"the model does not answer: {self.model.error}")
        self.seconds += monotonic() - began
        result, invalid = (judged.result, judged.invalid) if judged else (None, ())
        return JudgedPost(post, event.member, result, invalid)

    def _recorded_event(self, post: Post) -> MemberEvent:
        """Record the post as ingestion and rewards do: a text is judged only together with its entry in the ledger.

        Every post has a member of its own, so that no daily budget is used up.
        """
        member = hashlib.sha256(f"{post.number}".encode()).hexdigest()[:32]
        activity = Activity(
            source=SOURCE,
            id=f"post-{post.number}",
            type=POSTED,
            occurred_at=datetime.now(UTC),
            attributes={**self.numbers, **post.attributes, TEXT: post.text},
        )
        recorded = as_recorded(activity, key=member)
        before, _ = self.ledger.load(self.program.key, member, [])
        after, entries = evaluate(self.compiled, before, [recorded], allowances={})
        self.ledger.commit(
            LedgerChange(
                program=self.program.key,
                member=member,
                before=before,
                after=after,
                entries=entries,
                due_at=recorded.occurred_at,
            )
        )
        self._confirm(recorded)
        return MemberEvent(program=self.program.key, member=member, activity=with_text(recorded, post.text))

    def _confirm(self, post: Activity) -> None:
        """Confirm a post, where it would wait else, as a forger can: by made-up accounts, all at once."""
        until = post.occurred_at + timedelta(days=1)
        for number in range(self.badge.confirmations.at_least if self.badge.confirmations else 0):
            account = Confirmation(hashlib.sha256(f"{number} {post.id}".encode()).hexdigest()[:32], post.occurred_at)
            event = (SOURCE, f"{number} confirms {post.id}")
            self.confirmations.confirm(self.program.key, account, event, post.key, holds=True, sequence=1, until=until)


def local_evaluation(
    program: Program, key: str | None, model: ModelService, *, worst_case: bool = False
) -> LocalEvaluation:
    """Judge by the badge of that key, else by the first that is judged by posts. Raises Rejected if there is none.

    Everybody is in its cohort; its policy and its probation stay as they are written. `worst_case` loosens the policy
    and ends the probation: only code stands between a verdict and a grant. Under `auto` every post comes with the
    numbers that the badge asks for: a sender can make them up. Where a badge asks for confirmations, every post has as
    many, by accounts that nobody knows.
    """
    badges = (
        badge
        for badge in program.rulebook.judged
        if POSTED in badge.match.types and not badge.pieces and not badge.perseverance and key in {None, badge.key}
    )
    badge = next(badges, None)
    if badge is None:
        named = f"badge {key!r}" if key else "badge"
        raise Rejected(
            f"program {program.key!r} judges posts for no {named}: add one under judged: with when: {POSTED}"
        )
    badge = replace(badge, policy="auto", since=date.min) if worst_case else badge
    numbers = dict[str, Plain]()
    for condition in (*badge.match.where, *badge.confirmed_by) if badge.policy == "auto" else ():
        likely = (condition.equals, *condition.one_of, condition.at_least, condition.at_most)
        numbers[condition.attribute] = next((value for value in likely if value is not None), None)
    judge_model = JudgeModel(kind="openai", model=model.name, daily_tokens=TOKENS)
    rulebook = replace(program.rulebook, judged=(replace(badge, phase="scale"),))
    alone = replace(program, judge=judge_model, rulebook=rulebook)
    return LocalEvaluation(alone, badge, CountingJudge(model.judge(judge_model)), numbers)
