"""What stands of a case for good, and the attempt that may lead to it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime

from ladder.domain.activities.activity import BADGE_GRANTED, LADDER, Activity
from ladder.domain.judging.case import Case
from ladder.domain.judging.policy import Decision
from ladder.domain.judging.question import Question
from ladder.domain.judging.verdict import Verdict
from ladder.domain.programs.judged_badge import JudgedBadge

MAX_ATTEMPTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRequest:
    """What is about to be asked. `key`: of the case under these criteria; `day`: local; `bound`: tokens at most."""

    program: str
    member: str
    badge: str
    case: str
    key: str
    day: date
    bound: int
    daily_tokens: int  # of the program
    daily_cases: int  # of the member and badge


@dataclass(frozen=True, slots=True)
class Attempt:
    """The right to ask, for a while; `number` counts from 1."""

    asked: EvaluationRequest
    number: int

    @property
    def last(self) -> bool:
        return self.number >= MAX_ATTEMPTS


@dataclass(frozen=True, slots=True)
class Exhausted:
    """Every attempt was made and none left a verdict: a person looks at the case."""


@dataclass(frozen=True, slots=True)
class OverBudget:
    """The member's cases of this day are used up: it is not judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationResult:
    """The first that is stored stands, with the decision that was taken on it: later rules change neither.

    `verdict` None: no model gave an answer that could be taken. `looked_at`: a digest of what it was shown.
    """

    verdict: Verdict | None
    decision: Decision
    prompt: str  # its version
    criteria: str  # a digest of them
    model: str
    tokens: int
    looked_at: bytes
    at: datetime


type ClaimResult = EvaluationResult | Attempt | Exhausted | OverBudget


def criteria_digest(badge: JudgedBadge, prompt: str) -> str:
    """Changes with the criteria, the name or the prompt: then a case may be judged anew."""
    told = json.dumps([badge.key, badge.name, badge.criteria, prompt], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def verdict_key(case: str, criteria: str) -> str:
    return hashlib.sha256(f"{case}:{criteria}".encode()).hexdigest()[:32]


def input_digest(case: Case) -> bytes:
    return hashlib.sha256(json.dumps(case.parts, ensure_ascii=False).encode()).digest()


def badge_grant(*, badge: str, case: str, verdict: str, by: str, at: datetime) -> Activity:
    """One event for a badge and case, whoever grants it and however often."""
    return Activity(
        source=LADDER,
        id=f"badge:{badge}:{case}",
        type=BADGE_GRANTED,
        occurred_at=at,
        attributes={"badge": badge, "verdict": verdict, "by": by},
    )


MAX_CALLS = 2  # a question, and once more after an answer that could not be taken
TOOL_OVERHEAD_TOKENS = 600  # tokens that a service puts around a question with a tool, by its own account
HINT_TOKENS = 200  # tokens that asking once more adds


def max_call_tokens(question: Question) -> int:
    """No token is shorter than a byte, so a question never costs more than its bytes."""
    told = f"{question.system}{question.user}{json.dumps(dict(question.schema))}"
    return len(told.encode()) + TOOL_OVERHEAD_TOKENS + question.most_answered


def max_case_tokens(question: Question) -> int:
    return MAX_CALLS * max_call_tokens(question) + HINT_TOKENS
