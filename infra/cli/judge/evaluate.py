"""The badges function's acts around one badge of a program; everything but the model is in memory."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from time import monotonic

from badges.judge import EvaluationContext, judge
from badges.select_cases import MemberEvent, select_cases
from infra.cli.judge.posts import Post
from ladder.adapters.openai import OpenAIJudge
from ladder.adapters.secrets import Secret
from ladder.domain.activities.activity import Activity
from ladder.domain.activities.written_text import TEXT, as_recorded, with_text
from ladder.domain.errors import LadderError, Rejected, Unavailable
from ladder.domain.judging.evaluation import MAX_ATTEMPTS, EvaluationResult
from ladder.domain.judging.ports import Judge
from ladder.domain.judging.question import Question, Reply
from ladder.domain.judging.verdict import Reason
from ladder.domain.points.apply import evaluate
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import LedgerChange
from ladder.domain.programs.judged_badge import JudgedBadge, JudgeModel
from ladder.domain.programs.program import Program
from ladder.domain.programs.rules import Condition, Plain
from tests.fakes import MemoryActivities, MemoryPrograms
from tests.fakes.member_texts import MemoryMemberTexts
from tests.fakes.members import MemoryLedger
from tests.fakes.reviews import MemoryReviewQueue
from tests.fakes.verdicts import MemoryRosters, MemoryVerdicts

TOKENS = 10**12  # who tunes a prompt has a budget of his own
POSTED = "forum.posted"
SOURCE = "posts"
BROUGHT_AGAIN = timedelta(minutes=12)  # after a failure, by the queue


@dataclass(frozen=True, slots=True)
class JudgedPost:
    """What came of a post. `ruling` None: it made no case, or nothing stands of it."""

    post: Post
    member: str
    ruling: EvaluationResult | None
    refused: tuple[Reason, ...] = ()


@dataclass(slots=True)
class CountingJudge:
    """Passes questions on, and knows whether anybody ever answered."""

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
    """`numbers`: that every post comes with, beside its own."""

    program: Program
    badge: JudgedBadge
    model: CountingJudge
    numbers: Mapping[str, Plain] = field(default_factory=dict)
    verdicts: MemoryVerdicts = field(default_factory=MemoryVerdicts)
    reviews: MemoryReviewQueue = field(default_factory=MemoryReviewQueue)
    activities: MemoryActivities = field(default_factory=MemoryActivities)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    seconds: float = 0.0
    book: CompiledProgram = field(init=False)

    def __post_init__(self) -> None:
        self.book = CompiledProgram.of(self.program)

    def hear(self, posts: Sequence[Post]) -> list[JudgedPost]:
        """Raises Unavailable where the model does not answer at all."""
        began = monotonic()
        heard = [self._hear(post) for post in posts]
        self.seconds = monotonic() - began
        return heard

    def _hear(self, post: Post) -> JudgedPost:
        """As often as the queue would bring it."""
        happened, now = self._happened(post), datetime.now(UTC)
        refused = list[Reason]()
        for tries in range(MAX_ATTEMPTS):
            with suppress(Unavailable, Rejected):
                judged = self._judged(happened, now + tries * BROUGHT_AGAIN)
                if judged is None:
                    break
                refused += judged[1]
                return JudgedPost(post, happened.member, judged[0], tuple(refused))
            if not self.model.answers:
                raise Unavailable(f"the model does not answer: {self.model.error}")
        return JudgedPost(post, happened.member, None)

    def _judged(self, happened: MemberEvent, now: datetime) -> tuple[EvaluationResult, tuple[Reason, ...]] | None:
        rosters, member_texts = MemoryRosters(MemoryPrograms()), MemoryMemberTexts()
        picked = select_cases(
            self.program, happened, ledger=self.ledger, member_texts=member_texts, rosters=rosters, now=now
        )
        for badge, case in picked:
            judged = judge(self._bench(now), badge, case)
            return (judged.result, judged.invalid) if judged else None
        return None

    def _happened(self, post: Post) -> MemberEvent:
        """As ingestion and rewards leave it. Each is a member's own, so that nobody's daily budget is used up."""
        member = hashlib.sha256(f"{post.number}".encode()).hexdigest()[:32]
        activity = Activity(
            source=SOURCE,
            id=f"post-{post.number}",
            type=POSTED,
            occurred_at=datetime.now(UTC),
            attributes={**self.numbers, **post.attributes, TEXT: post.text},
        )
        recorded = as_recorded(activity, key=member)
        self._record(member, recorded)
        return MemberEvent(program=self.program.key, member=member, activity=with_text(recorded, post.text))

    def _record(self, member: str, activity: Activity) -> None:
        """Into the ledger: a text is judged only with the entry that it came in."""
        before, _ = self.ledger.load(self.program.key, member, [])
        after, entries = evaluate(self.book, before, [activity], allowances={})
        now = activity.occurred_at
        self.ledger.commit(
            LedgerChange(
                program=self.program.key, member=member, before=before, after=after, entries=entries, due_at=now
            )
        )

    def _bench(self, now: datetime) -> EvaluationContext:
        return EvaluationContext(
            program=self.program,
            model=self.program.judge or JudgeModel(model=""),
            judge=self.model,
            verdicts=self.verdicts,
            reviews=self.reviews,
            activities=self.activities,
            new_delimiter=lambda: secrets.token_hex(9),
            now=now,
        )


def find_badge(program: Program, key: str | None) -> JudgedBadge:
    """The one of that key, else the first that posts are judged for. Raises Rejected where there is none."""
    posts = [each for each in program.rulebook.judged if POSTED in each.match.types and not each.pieces]
    posts = [each for each in posts if not each.perseverance and key in {None, each.key}]
    if not posts:
        wanted = f"badge {key!r}" if key else "badge"
        raise Rejected(
            f"program {program.key!r} judges posts for no {wanted}: write one under judged: with when: {POSTED}"
        )
    return posts[0]


def local_evaluation(
    program: Program, badge: JudgedBadge, *, url: str, model: str, api_key: str | None = None
) -> LocalEvaluation:
    """Everybody is in the badge's cohort; its policy and its probation stay as they are written.

    Under `auto` every post comes with the numbers that the badge asks for: what a sender can make up, some sender will.
    """
    told = JudgeModel(kind="openai", model=model, daily_tokens=TOKENS)
    alone = replace(program, judge=told, rulebook=replace(program.rulebook, judged=(replace(badge, phase="scale"),)))
    secret = Secret("--model-url", json.dumps({"base_url": url, "api_key": api_key}))
    numbers = made_up(badge) if badge.policy == "auto" else {}
    return LocalEvaluation(alone, badge, CountingJudge(OpenAIJudge(told, lambda: secret)), numbers)


def worst_case(badge: JudgedBadge) -> JudgedBadge:
    """Under the loosest policy and long past its probation: nothing stands between a verdict and a grant but code."""
    return replace(badge, policy="auto", since=date.min)


def made_up(badge: JudgedBadge) -> dict[str, Plain]:
    """Numbers under which everything holds that the badge asks of a post."""
    return {test.attribute: _held(test) for test in (*badge.match.where, *badge.confirmed_by)}


def _held(test: Condition) -> Plain:
    likely = (test.equals, *test.one_of, test.at_least, test.at_most)
    return next((value for value in likely if value is not None), None)
