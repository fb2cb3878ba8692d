"""Judge one case: ask the model once, then open a review, grant the badge, or do nothing, as the decision says."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from badges.prompts import question
from ladder.domain.activities.activity import Delivery
from ladder.domain.activities.ports import Activities
from ladder.domain.calendar.schedule import local_day
from ladder.domain.errors import Rejected, Throttled, Unavailable
from ladder.domain.judging.case import Case
from ladder.domain.judging.evaluation import (
    ASK_AGAIN,
    CONTEST_DAYS,
    MAX_CALLS,
    Decision,
    EvaluationRequest,
    EvaluationResult,
    Exhausted,
    Lease,
    OverBudget,
    Reason,
    Verdict,
    case_shown,
    check_answer,
    decide,
    input_digest,
    max_call_tokens,
)
from ladder.domain.judging.ports import Judge, MemberTexts, Verdicts
from ladder.domain.judging.question import DelimiterSource, Question
from ladder.domain.message import Message
from ladder.domain.points.judged_badge import JudgedBadge, JudgeModel, badge_grant
from ladder.domain.programs.program import Program
from ladder.domain.reviews.ports import Reviews
from ladder.domain.reviews.review import Review

SPARE_SECONDS = 10.0  # of a lease, beside the time that its calls may take
MAX_CASE_SECONDS = 70.0  # the lease at the longest time-out that a program may have
NOT_JUDGED = Decision("review", Message("judging.no_valid_answer"))
NO_MODEL = "none"  # the model of a result without a verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationContext:
    """The program and the ports that its cases are judged with."""

    program: Program
    model: JudgeModel
    judge: Judge
    verdicts: Verdicts
    reviews: Reviews
    activities: Activities
    member_texts: MemberTexts
    new_delimiter: DelimiterSource
    now: datetime


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One case of one badge, with the question for the model and the claim on the budget."""

    badge: JudgedBadge
    case: Case
    question: Question
    request: EvaluationRequest


@dataclass(slots=True)
class EvaluationAttempt:
    """The outcome of the calls of one attempt. `invalid`: why answers were not accepted, in their order."""

    verdict: Verdict | None = None
    invalid: list[Reason] = field(default_factory=list)
    tokens: int = 0
    model: str = NO_MODEL
    error: Unavailable | Rejected | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """`invalid`: the answers that this run did not accept; empty where a result existed and no model was asked."""

    result: EvaluationResult
    invalid: tuple[Reason, ...] = ()


def judge(context: EvaluationContext, badge: JudgedBadge, case: Case) -> Judged | None:
    """Judge a case and carry out the decision.

    A second run asks no model once a result is stored; it repeats the review or grant under the same id.
    Returns None where the member's cases or tokens of the day are used up. Raises Unavailable while the case has to
    wait: another invocation holds it, the day's tokens are spent, or the model failed and another attempt is left.
    """
    asked = question(badge, case, new_delimiter=context.new_delimiter)
    today = local_day(context.program.schedule, context.now)
    request = EvaluationRequest.of(badge, case, asked, day=today, model=context.model)
    evaluation = Evaluation(badge, case, asked, request)
    lease = MAX_CALLS * context.model.timeout_seconds + SPARE_SECONDS
    claim = context.verdicts.claim(request, now=context.now, lease_seconds=lease)
    match claim:
        case OverBudget():
            return None
        case EvaluationResult():
            judged = Judged(claim)
        case Exhausted():
            judged = Judged(context.verdicts.record(request, _result(context, evaluation, EvaluationAttempt())))
        case Lease():
            judged = _attempt(context, evaluation, claim)
    _carry_out(context, evaluation, judged.result)
    return judged


def _attempt(context: EvaluationContext, evaluation: Evaluation, lease: Lease) -> Judged:
    """Ask the model and store the result.

    The last attempt always stores one: where no answer was accepted, a person reviews the case. A throttled attempt
    does not count: the case waits for as long as the queue keeps it.
    """
    attempt = EvaluationAttempt()
    try:
        _ask(context.judge, evaluation, attempt)
    except Throttled:
        context.verdicts.charge_tokens(lease, tokens=attempt.tokens, used=False)
        raise
    except (Unavailable, Rejected) as error:
        attempt.error = error
    if attempt.verdict is None and not lease.last:
        context.verdicts.charge_tokens(lease, tokens=attempt.tokens)
        raise attempt.error or Unavailable(f"no answer that could be taken: {', '.join(attempt.invalid)}")
    result = context.verdicts.record(lease, _result(context, evaluation, attempt))
    context.verdicts.charge_tokens(lease, tokens=attempt.tokens)
    return Judged(result, tuple(attempt.invalid))


def _ask(model: Judge, evaluation: Evaluation, attempt: EvaluationAttempt) -> None:
    """Ask, and ask again with a hint where the answer is invalid.

    A call that fails without reporting its cost is counted at the most that it may have cost.
    """
    asked = evaluation.question
    for _ in range(MAX_CALLS):
        reserved = max_call_tokens(asked)
        attempt.tokens += reserved
        try:
            reply = model.ask(asked)
        except Throttled:
            attempt.tokens -= reserved  # the model read nothing
            raise
        attempt.tokens += (reply.tokens or reserved) - reserved
        attempt.model = reply.model
        answer = check_answer(reply.answer, evaluation.case)
        if isinstance(answer, Verdict):
            attempt.verdict = answer
            return
        attempt.invalid.append(answer.reason)
        asked = replace(asked, user=f"{evaluation.question.user}{ASK_AGAIN}{answer.hint}")


def _result(context: EvaluationContext, evaluation: Evaluation, attempt: EvaluationAttempt) -> EvaluationResult:
    today, verdict = evaluation.request.day, attempt.verdict
    return EvaluationResult(
        verdict=verdict,
        decision=decide(verdict, evaluation.badge, evaluation.case, today=today) if verdict else NOT_JUDGED,
        prompt=evaluation.question.version,
        criteria=evaluation.request.criteria,
        model=attempt.model,
        tokens=attempt.tokens,
        input_digest=input_digest(evaluation.case),
        at=context.now,
    )


def _carry_out(context: EvaluationContext, evaluation: Evaluation, result: EvaluationResult) -> None:
    """Open the review or send the grant, with ids and times from the stored result: a second run changes nothing."""
    case, key, verdict = evaluation.case, evaluation.request.key, result.verdict
    if result.decision.outcome == "grant":
        grant = badge_grant(badge=case.badge, case=case.id, verdict=key, by="policy", at=result.at)
        context.activities.send([Delivery(case.program, case.member, (grant,))])
    if result.decision.outcome == "nothing":  # what a person reads if the member contests it
        shown, until = "\n\n".join(case.parts), result.at + CONTEST_DAYS
        context.member_texts.save(case.program, case.member, case_shown(key), shown, until=until)
    if result.decision.outcome != "review":
        return
    summary = {  # what a reviewer reads: the case as the model saw it, and the model's answer
        "badge": case.badge,
        "case": case.id,
        "event": "#".join(case.event),
        "text": "\n\n".join(case.texts),
    }
    if verdict:
        summary |= {
            "confidence": f"{verdict.confidence:g}",
            "evidence": "\n".join(verdict.evidence),
            "rationale": verdict.rationale,
            "model": result.model,
        }
    review = Review(
        id=key,
        kind="verdict" if verdict else "unjudged",
        program=case.program,
        member=case.member,
        subject=key,
        because=(result.decision.because,),
        facts=case.recorded,
        summary=summary,
        created_at=result.at,
    )
    context.reviews.open(review)
