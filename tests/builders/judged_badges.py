"""Judging in memory: an academy with three judged badges, a model with scripted answers, and all stores."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from badges.confirm import ConfirmationStores
from badges.judge import EvaluationContext, Judged, judge
from badges.select_cases import CaseSelection, MemberEvent
from ladder.domain.activities.activity import Activity, as_recorded, text_of, with_text
from ladder.domain.activities.event_filter import Condition as Holds
from ladder.domain.activities.event_filter import EventFilter, Perseverance
from ladder.domain.calendar.schedule import LocalDays
from ladder.domain.judging.case import Case, MemberHistory, build_case
from ladder.domain.judging.question import Question, Reply
from ladder.domain.points.apply import evaluate
from ladder.domain.points.judged_badge import JudgedBadge, JudgeModel, Pieces
from ladder.domain.points.ledger import LedgerChange
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.program import Program
from tests.builders.academy import academy
from tests.builders.programs import with_values
from tests.fakes import MemoryActivities, MemoryPrograms
from tests.fakes.confirmations import MemoryConfirmations
from tests.fakes.member_texts import MemoryMemberTexts
from tests.fakes.members import MemoryLedger
from tests.fakes.objections import MemoryObjections
from tests.fakes.reviews import MemoryReviewQueue
from tests.fakes.verdicts import MemoryRosters, MemoryVerdicts

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MEMBER = "5e" * 16
KEY = "key of the post"
ANSWER = "First open the settings, then clear the cache. It works because the old key is dropped."
QUOTE = "First open the settings, then clear the cache."
TRIED = EventFilter(types=("assessment.submitted",), where=(Holds(attribute="passed", equals=True),))
FAILED = replace(TRIED, where=(Holds(attribute="passed", equals=False),))
MODEL = JudgeModel(kind="openai", model="fake", daily_tokens=100_000, member_share=1.0, timeout_seconds=5)

HELPFUL = (Holds(attribute="helpful", at_least=3),)  # a number that comes with a text

CHAMPION = JudgedBadge(
    key="CHAMPION",
    name="community champion",
    description="Got a colleague going again.",
    criteria="The post answers a colleague's problem with steps that can be followed.",
    owner="anna.l",
    review_on=date(2027, 5, 1),
    match=EventFilter(types=("forum.posted",)),
    since=date(2026, 9, 1),
    policy="approve",
    phase="scale",
)
PERSEVERANCE = replace(
    CHAMPION,
    key="PERSEVERANCE",
    name="perseverance",
    criteria="Passed after three failed tries or more.",
    match=TRIED,
    policy="auto",
    perseverance=Perseverance(subject="module", failed=FAILED, after_failures=3),
)
WRITER = replace(
    CHAMPION,
    key="WRITER",
    name="clear writer",
    criteria="At least three posts each explain one thing step by step.",
    pieces=Pieces(at_least=3, within_days=30),
    policy="suggest",
)

TRIES = "1. 4 days before: assessment submitted, passed no, score 45"

type Answering = Callable[[Question], Reply]


def program(*badges: JudgedBadge, model: JudgeModel = MODEL) -> Program:
    good = academy()
    return with_values(good, version=1, judge=model, judged=badges or (CHAMPION,))


def post(number: int = 1, text: str = ANSWER, *, at: datetime = NOW, **attributes: Any) -> Activity:
    return activity(f"post-{number}", "forum.posted", at=at, text=text, **attributes)


def piece(number: int, text: str | None = None, *, at: datetime = NOW, **attributes: Any) -> Activity:
    """Return a post with words of its own; the first one is ANSWER."""
    words = ANSWER if number == 1 else f"Case {'i' * number}: restart the phone, then sign in with the new code."
    return post(number, words if text is None else text, at=at, **attributes)


def tried(number: int, *, passed: bool, at: datetime, module: str = "fraud", **attributes: Any) -> Activity:
    return activity(f"try-{number}", "assessment.submitted", at=at, passed=passed, module=module, **attributes)


def activity(event: str, kind: str, *, at: datetime = NOW, **attributes: Any) -> Activity:
    return Activity(source="academy", id=event, type=kind, occurred_at=at, received_at=at, attributes=attributes)


def marked(written: Activity) -> Activity:
    """Its entry, which knows the text by a digest only."""
    return as_recorded(written, KEY)


def told(written: Activity) -> Activity:
    """As the cases queue tells it: what the entry has, and the text."""
    return with_text(marked(written), text_of(written)) if text_of(written) else written


def five_tries() -> list[Activity]:
    """Four failed, a day apart each, then passed."""
    failed = [tried(n, passed=False, score=40 + 5 * n, at=NOW - timedelta(days=5 - n)) for n in range(1, 5)]
    return [*failed, tried(5, passed=True, score=85, at=NOW)]


def case(badge: JudgedBadge, *done: Activity, event: Activity | None = None) -> Case | None:
    past = MemberHistory.of("academy", MEMBER, done, LocalDays(academy().schedule))
    return build_case(badge, (event or done[-1]).key, past)


def verdict(**changed: Any) -> dict[str, Any]:
    return {"badge": "CHAMPION", "confidence": 0.9, "evidence": [QUOTE], "rationale": "Steps to follow."} | changed


def reply(answer: Mapping[str, Any] | None, *, tokens: int = 300) -> Reply:
    return Reply(answer=answer, input_tokens=tokens - 50, output_tokens=50, model="fake")


@dataclass(slots=True)
class Model:
    """Answers with the next of `script`, an error is raised; when it is through, with the last one again."""

    script: list[Mapping[str, Any] | BaseException | Reply | None]
    asked: list[Question] = field(default_factory=list)

    def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        said = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(said, BaseException):
            raise said
        return said if isinstance(said, Reply) else reply(said)


@dataclass(slots=True)
class BadgeEvaluations:
    """`judge` stands for any of the ports where a test puts something in between."""

    program: Program = field(default_factory=program)
    model: Any = field(default_factory=lambda: Model([verdict()]))
    verdicts: Any = field(default_factory=MemoryVerdicts)
    reviews: Any = field(default_factory=MemoryReviewQueue)
    activities: Any = field(default_factory=MemoryActivities)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    member_texts: Any = field(default_factory=MemoryMemberTexts)
    confirmations: Any = field(default_factory=MemoryConfirmations)
    objections: MemoryObjections = field(default_factory=MemoryObjections)
    programs: MemoryPrograms = field(default_factory=MemoryPrograms)
    numbers: Any = field(default_factory=count)

    def context(self, now: datetime) -> EvaluationContext:
        return EvaluationContext(
            program=self.program,
            model=self.program.judge or MODEL,
            judge=self.model,
            verdicts=self.verdicts,
            reviews=self.reviews,
            activities=self.activities,
            member_texts=self.member_texts,
            new_delimiter=lambda: f"token{next(self.numbers)}",
            now=now,
        )

    def record(self, *activities: Activity, member: str = MEMBER) -> None:
        """Into the ledger, as rewards would."""
        book = compile_program(self.program)
        for each in activities:
            before, _ = self.ledger.load(self.program.key, member, [])
            after, entries = evaluate(book, before, [each], allowances={})
            self.ledger.commit(
                LedgerChange(program="academy", member=member, before=before, after=after, entries=entries, due_at=NOW)
            )

    def write(self, *posts: Activity, member: str = MEMBER) -> list[str]:
        """Send each as ingestion does: its digest to the ledger, its text to be judged. Returns the case ids."""
        return [case.id for each in posts for _, case in self.cases(each, member=member, now=each.occurred_at)]

    def cases(
        self, done: Activity, *, member: str = MEMBER, now: datetime = NOW, entered: bool = True
    ) -> Iterable[tuple[JudgedBadge, Case]]:
        """`entered`: the ledger has the event by then, as it has on most days."""
        if entered and text_of(done) and not self._knows(done, member):
            self.record(marked(done), member=member)
        happened = MemberEvent(program="academy", member=member, activity=told(done))
        rosters = MemoryRosters(self.programs)
        stores = ConfirmationStores(
            confirmations=self.confirmations, ledger=self.ledger, rosters=rosters, reviews=self.reviews
        )
        return CaseSelection(self.program, stores, self.member_texts, self.objections, now).cases(happened)

    def judge(
        self, done: Activity, *, member: str = MEMBER, now: datetime = NOW, entered: bool = True
    ) -> list[Judged | None]:
        cases = self.cases(done, member=member, now=now, entered=entered)
        return [judge(self.context(now), badge, case) for badge, case in cases]

    def _knows(self, done: Activity, member: str) -> bool:
        erased = ("academy", member) in getattr(self.ledger, "erased", ())
        return erased or done.key in self.ledger.load("academy", member, [done.key])[1]

    def grants(self) -> list[Activity]:
        found: list[Activity] = self.activities.activities
        return found


def persevering(**changed: Any) -> BadgeEvaluations:
    """Whose ledger has five tries, the last one passed: what `auto` may grant."""
    model = Model([verdict(badge="PERSEVERANCE", evidence=[TRIES])])
    world = BadgeEvaluations(program=program(replace(PERSEVERANCE, **changed)), model=model)
    world.record(*five_tries())
    return world
