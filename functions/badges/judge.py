"""Judge: one case is put to the model once, and what stands of it becomes a review, a grant or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from badges.prompts import question
from ladder.domain.activities.activity import Delivery
from ladder.domain.activities.ports import Activities
from ladder.domain.calendar import local_day
from ladder.domain.errors import Rejected, Throttled, Unavailable
from ladder.domain.judging.case import Case
from ladder.domain.judging.evaluation import (
    MAX_CALLS,
    Attempt,
    EvaluationRequest,
    EvaluationResult,
    Exhausted,
    OverBudget,
    badge_grant,
    criteria_digest,
    input_digest,
    max_call_tokens,
    max_case_tokens,
    verdict_key,
)
from ladder.domain.judging.policy import Decision, decide
from ladder.domain.judging.ports import Judge, Verdicts
from ladder.domain.judging.question import DelimiterSource, Question
from ladder.domain.judging.verdict import Reason, Verdict, check_answer
from ladder.domain.programs.judged_badge import JudgedBadge, JudgeModel
from ladder.domain.programs.program import Program
from ladder.domain.reviews.ports import NewReview, Reviews

SPARE_SECONDS = 10.0  # of a lease, beside the time that its calls may take
MAX_CASE_SECONDS = 70.0  # seconds: the lease at the longest time-out that a program may have
NOT_JUDGED = Decision("review", "no model gave an answer that could be taken")
NO_MODEL = "none"  # the model of a ruling without a verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationContext:
    """Where the cases of a program are judged, and what stands behind it."""

    program: Program
    model: JudgeModel
    judge: Judge
    verdicts: Verdicts
    reviews: Reviews
    activities: Activities
    token: DelimiterSource
    now: datetime


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One case of one badge, as it is put to the model."""

    badge: JudgedBadge
    case: Case
    put: Question
    asked: EvaluationRequest


@dataclass(slots=True)
class EvaluationAttempt:
    """What the calls of an attempt have come to. `refused`: why answers were not taken, in their order."""

    verdict: Verdict | None = None
    refused: list[Reason] = field(default_factory=list)
    tokens: int = 0
    model: str = NO_MODEL
    failed: Unavailable | Rejected | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """`refused`: of this run; where a verdict stood already, nothing was asked."""

    ruling: EvaluationResult
    refused: tuple[Reason, ...] = ()


def judge(bench: EvaluationContext, badge: JudgedBadge, case: Case) -> Judged | None:
    """Running it again asks nothing once a verdict stands; what follows from it is done again, and is the same.

    None where the member's cases of the day are used up. Raises Unavailable while the case waits: somebody else has
    it, the day's tokens are spent, or the model failed and another attempt is left.
    """
    put = question(badge, case, token=bench.token)
    matter = Evaluation(badge, case, put, _asked(bench, badge, case, put))
    lease = MAX_CALLS * bench.model.timeout_seconds + SPARE_SECONDS
    claimed = bench.verdicts.claim(matter.asked, now=bench.now, lease_seconds=lease)
    match claimed:
        case OverBudget():
            return None
        case EvaluationResult():
            judged = Judged(claimed)
        case Exhausted():
            judged = Judged(bench.verdicts.record(matter.asked, _ruling(bench, matter, EvaluationAttempt())))
        case Attempt():
            judged = _attempted(bench, matter, claimed)
    _follow(bench, matter, judged.ruling)
    return judged


def _asked(bench: EvaluationContext, badge: JudgedBadge, case: Case, put: Question) -> EvaluationRequest:
    return EvaluationRequest(
        program=case.program,
        member=case.member,
        badge=badge.key,
        case=case.id,
        key=verdict_key(case.id, criteria_digest(badge, put.version)),
        day=local_day(bench.program.schedule, bench.now),
        bound=max_case_tokens(put),
        daily_tokens=bench.model.daily_tokens,
        daily_cases=badge.per_member_daily,
    )


def _attempted(bench: EvaluationContext, matter: Evaluation, attempt: Attempt) -> Judged:
    """The last attempt always leaves a ruling: where there was no answer, a person looks at the case.

    One that was throttled is none: the case waits for as long as the queue keeps it.
    """
    hearing = EvaluationAttempt()
    try:
        _hear(bench.judge, matter, hearing)
    except Throttled:
        bench.verdicts.settle(attempt, tokens=hearing.tokens, used=False)
        raise
    except (Unavailable, Rejected) as error:
        hearing.failed = error
    if hearing.verdict is None and not attempt.last:
        bench.verdicts.settle(attempt, tokens=hearing.tokens)
        raise hearing.failed or Unavailable(f"no answer that could be taken: {', '.join(hearing.refused)}")
    ruling = bench.verdicts.record(attempt, _ruling(bench, matter, hearing))
    bench.verdicts.settle(attempt, tokens=hearing.tokens)
    return Judged(ruling, tuple(hearing.refused))


def _hear(model: Judge, matter: Evaluation, hearing: EvaluationAttempt) -> None:
    """Asks, and once more where the answer could not be taken. A call that tells no cost may have cost all it could."""
    ask = matter.put
    for _ in range(MAX_CALLS):
        bound = max_call_tokens(ask)
        hearing.tokens += bound
        try:
            reply = model.ask(ask)
        except Throttled:
            hearing.tokens -= bound  # nothing was read
            raise
        hearing.tokens += (reply.tokens or bound) - bound
        hearing.model = reply.model
        found = check_answer(reply.answer, matter.case)
        if isinstance(found, Verdict):
            hearing.verdict = found
            return
        hearing.refused.append(found.reason)
        ask = matter.put.once_more(found.mend)


def _ruling(bench: EvaluationContext, matter: Evaluation, hearing: EvaluationAttempt) -> EvaluationResult:
    today, verdict = local_day(bench.program.schedule, bench.now), hearing.verdict
    return EvaluationResult(
        verdict=verdict,
        decision=decide(verdict, matter.badge, matter.case, today=today) if verdict else NOT_JUDGED,
        prompt=matter.put.version,
        criteria=criteria_digest(matter.badge, matter.put.version),
        model=hearing.model,
        tokens=hearing.tokens,
        looked_at=input_digest(matter.case),
        at=bench.now,
    )


def _follow(bench: EvaluationContext, matter: Evaluation, ruling: EvaluationResult) -> None:
    """As the ruling says, with the ids and times that stand in it: done twice, it is the same review or grant."""
    case, key = matter.case, matter.asked.key
    if ruling.decision.outcome == "review":
        review = NewReview(
            id=key,
            kind="verdict" if ruling.verdict else "unjudged",
            program=case.program,
            member=case.member,
            subject=key,
            summary=_summary(case, ruling),
            created_at=ruling.at,
        )
        bench.reviews.open(review)
    elif ruling.decision.outcome == "grant":
        grant = badge_grant(badge=case.badge, case=case.id, verdict=key, by="policy", at=ruling.at)
        bench.activities.send([Delivery(case.program, case.member, (grant,))])


def _summary(case: Case, ruling: EvaluationResult) -> Mapping[str, str]:
    """What a reviewer reads: the case as the model saw it, and what the model made of it."""
    told = {
        "badge": case.badge,
        "case": case.id,
        "event": "#".join(case.event),
        "because": ruling.decision.because,
        "facts": "\n".join(case.facts),
        "text": "\n\n".join(case.texts),
    }
    if ruling.verdict is None:
        return told
    verdict = ruling.verdict
    return told | {
        "confidence": f"{verdict.confidence:g}",
        "evidence": "\n".join(verdict.evidence),
        "rationale": verdict.rationale,
        "model": ruling.model,
    }
