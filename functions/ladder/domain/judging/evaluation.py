"""The evaluation of a case: the request, the attempt, the stored result, and the tokens that it may cost."""

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
MAX_CALLS = 2  # of an attempt: the question, and again after an invalid answer
TOOL_OVERHEAD_TOKENS = 600  # that a service adds to a question with a tool, by its own account
HINT_TOKENS = 200  # that asking again adds


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRequest:
    """A claim on the model. `key`: of the case under these criteria; `day`: local; `max_tokens`: of both calls."""

    program: str
    member: str
    badge: str
    case: str
    key: str
    day: date
    max_tokens: int
    daily_tokens: int  # of the program
    daily_cases: int  # of the member and badge


@dataclass(frozen=True, slots=True)
class Attempt:
    """The right to ask the model, for the time of a lease; `number` counts from 1."""

    request: EvaluationRequest
    number: int

    @property
    def last(self) -> bool:
        return self.number >= MAX_ATTEMPTS


@dataclass(frozen=True, slots=True)
class Exhausted:
    """Every attempt was made and none left a result: a person reviews the case."""


@dataclass(frozen=True, slots=True)
class OverBudget:
    """The member's cases of this day are used up: the case is not judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationResult:
    """The first result stored is final, with the decision taken on it: later rules change neither.

    `verdict` None: no model gave an answer that was accepted. `input_digest`: of what the model was shown.
    """

    verdict: Verdict | None
    decision: Decision
    prompt: str  # its version
    criteria: str  # a digest of them
    model: str
    tokens: int
    input_digest: bytes
    at: datetime


type ClaimResult = EvaluationResult | Attempt | Exhausted | OverBudget


def criteria_digest(badge: JudgedBadge, prompt: str) -> str:
    """Return a digest of the criteria, the name and the prompt: if one changes, a case may be judged again."""
    text = json.dumps([badge.key, badge.name, badge.criteria, prompt], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def verdict_key(case: str, criteria: str) -> str:
    return hashlib.sha256(f"{case}:{criteria}".encode()).hexdigest()[:32]


def input_digest(case: Case) -> bytes:
    return hashlib.sha256(json.dumps(case.parts, ensure_ascii=False).encode()).digest()


def badge_grant(*, badge: str, case: str, verdict: str, by: str, at: datetime) -> Activity:
    """Return the event that grants the badge: the same one for a badge and case, whoever grants it and how often."""
    return Activity(
        source=LADDER,
        id=f"badge:{badge}:{case}",
        type=BADGE_GRANTED,
        occurred_at=at,
        attributes={"badge": badge, "verdict": verdict, "by": by},
    )


def max_call_tokens(question: Question) -> int:
    """Return the most that one call may cost: no token is shorter than a byte."""
    text = f"{question.system}{question.user}{json.dumps(dict(question.schema))}"
    return len(text.encode()) + TOOL_OVERHEAD_TOKENS + question.max_answer_tokens


def max_case_tokens(question: Question) -> int:
    return MAX_CALLS * max_call_tokens(question) + HINT_TOKENS
