"""Judged badges: a person stays in the hand, criteria that may be published, a model that can be paid."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from ladder.domain.activity import COMPLETED
from ladder.domain.judged_badge import Cohort, JudgedBadge, JudgeModel, Pieces
from ladder.domain.program import Program
from ladder.domain.program_check.problem import Path, Problem, error, nearest, warning
from ladder.domain.program_check.rulebook.rules import MOST_FAILURES
from ladder.domain.rules import Perseverance

type Models = Mapping[str, date]  # that the bundle may ask, with the day on which each ends

PROBATION = (30, 60)  # days
MOST_PIECES, MOST_DAYS = 8, 92
MOST_DAILY = 20
FEWEST_TOKENS, MOST_TOKENS = 10_000, 1_000_000_000
TOLD_BEFORE = timedelta(days=90)  # the end of a model
MOST_SECONDS = 30  # of a call: a case may take two
NEVER = "Working at night or over time is never a positive criterion."
_OVERWORK = re.compile(
    r"\b(at|by|all|through the|during the) nights?\b|\bnight[- ]?(shifts?|work|time|owls?)\b|\bmidnight\b|"
    r"\bover[- ]?time\b|\b(out of|outside|after)( of)?( office| working| business)?[- ]hours\b|\bweekends?\b|"
    r"\b(long|longer|extra|unpaid) hours\b|\bsundays?\b",
    re.IGNORECASE,
)


def check_judged(program: Program) -> Iterator[Problem]:
    if program.judge:
        yield from _model(program.judge)
    for badge in program.rulebook.judged:
        yield from _badge(("judged", badge.key), badge)


def ungranted(program: Program, models: Models) -> Iterator[Problem]:
    """No file can tell what the bundle may ask, so whoever knows the bundle asks this besides."""
    judge = program.judge
    if judge and judge.kind == "bedrock" and judge.model not in models:
        mend = f"{nearest(judge.model, models)} Or add it to infra/models.py, and deploy before you publish."
        yield error(("judge", "model"), f'"{judge.model}" is no model that this bundle may ask', mend)


def ending(program: Program, models: Models, today: date) -> Iterator[Problem]:
    """A warning before the day on which AWS ends the model, an error from then on: no call of it succeeds."""
    judge = program.judge
    ends = models.get(judge.model) if judge and judge.kind == "bedrock" else None
    if judge is None or ends is None or today < ends - TOLD_BEFORE:
        return
    mend = "Name another one of infra/models.py; or, where AWS keeps it longer, write the new day there and deploy."
    found = error if today >= ends else warning
    verb = "ended" if today >= ends else "ends"
    yield found(("judge", "model"), f'"{judge.model}" {verb} on {ends}', mend)


def _model(judge: JudgeModel) -> Iterator[Problem]:
    if not FEWEST_TOKENS <= judge.daily_tokens <= MOST_TOKENS:
        message = f"{judge.daily_tokens} tokens a day are no budget"
        yield error(("judge", "daily_tokens"), message, f"Write {FEWEST_TOKENS} or more; a case takes about 2000.")
    if not 1 <= judge.timeout_seconds <= MOST_SECONDS:
        message = f"{judge.timeout_seconds} seconds are no time to answer in"
        yield error(("judge", "timeout_seconds"), message, f"Write 1 to {MOST_SECONDS}.")


def _badge(at: Path, badge: JudgedBadge) -> Iterator[Problem]:
    if not badge.owner.strip():
        yield error((*at, "owner"), "nobody answers for it", "Name who answers for it, and reads what is proposed.")
    for name, text in (("criteria", badge.criteria), ("description", badge.description), ("name", badge.name)):
        if found := _OVERWORK.search(text):
            message = f'it speaks of "{found[0]}"'
            yield error((*at, name), message, f"{NEVER} Write what came of the work, not when it was done.")
    if not 0 < badge.confidence <= 1:
        message = f"a confidence of {badge.confidence:g} is none"
        yield error((*at, "confidence"), message, "Write more than 0 and at most 1, such as 0.8.")
    if not 1 <= badge.per_member_daily <= MOST_DAILY:
        message = f"{badge.per_member_daily} cases a day are no budget"
        yield error((*at, "per_member_daily"), message, f"Write 1 to {MOST_DAILY}.")
    if COMPLETED in badge.types:
        mend = "Name what members do and write, such as forum.posted; a count of challenges is for a badge by rules."
        yield error((*at, "when"), f"{COMPLETED} is settled by figures, and judged by nobody", mend)
    yield from _policy(at, badge)
    yield from _case(at, badge)
    yield from _cohorts(at, badge)


def _policy(at: Path, badge: JudgedBadge) -> Iterator[Problem]:
    first, last = PROBATION
    if not first <= badge.probation_days <= last:
        alone = badge.policy == "auto" and badge.probation_days < first
        message = "auto without probation" if alone else f"a probation of {badge.probation_days} days"
        mend = f"Write {first} to {last}: until then a person decides on every proposal, whatever the policy."
        yield error((*at, "probation_days"), f"{message} is not for a judged badge", mend)
    if badge.policy == "auto" and not badge.perseverance:
        numbers = ", ".join(dict.fromkeys(test.attribute for test in badge.confirmed_by))
        came = f" and the numbers sent with it ({numbers}), which prove nobody else's judgement" if numbers else ""
        mend = "Write policy: approve: a person decides, and sees both. Only recorded tries (perseverance) allow auto."
        yield error((*at, "policy"), f"auto would rest on what a member wrote{came}", mend)


def _case(at: Path, badge: JudgedBadge) -> Iterator[Problem]:
    if badge.perseverance and badge.pieces:
        yield error((*at, "pieces"), "a case is already made by perseverance", "Keep perseverance or pieces.")
    if badge.perseverance:
        yield from _perseverance((*at, "perseverance"), badge, badge.perseverance)
    if badge.pieces:
        yield from _pieces((*at, "pieces"), badge.pieces)


def _perseverance(at: Path, badge: JudgedBadge, tried: Perseverance) -> Iterator[Problem]:
    if not 1 <= tried.after_failures <= MOST_FAILURES:
        message = f"{tried.after_failures} failures are no try that anybody went on after"
        yield error((*at, "after_failures"), message, f"Write 1 to {MOST_FAILURES}.")
    if tried.failed == badge.match:
        mend = "Write where: {passed: false} for a failed try, and where: {passed: true} for the badge."
        yield error((*at, "failed"), "what fails is what succeeds", mend)


def _pieces(at: Path, pieces: Pieces) -> Iterator[Problem]:
    if not 2 <= pieces.at_least <= MOST_PIECES:  # noqa: PLR2004 - one piece is no several
        message = f"{pieces.at_least} pieces are not several"
        yield error((*at, "at_least"), message, f"Write 2 to {MOST_PIECES}, or leave pieces out.")
    if not 1 <= pieces.within_days <= MOST_DAYS:
        message = f"{pieces.within_days} days cannot be looked over"
        yield error((*at, "within_days"), message, f"Write 1 to {MOST_DAYS}.")


def _cohorts(at: Path, badge: JudgedBadge) -> Iterator[Problem]:
    for name, cohort in (("pilot", badge.pilot), ("expansion", badge.expansion)):
        if not 0 <= cohort.share <= 1:
            yield error((*at, name, "share"), f"{cohort.share:g} is no share of the members", "Write 0 to 1.")
    judged = {"pilot": (badge.pilot,), "expansion": (badge.pilot, badge.expansion), "scale": ()}[badge.phase]
    if judged and all(cohort == Cohort() for cohort in judged):
        mend = f"Write {badge.phase}: {{share: 0.1}}, or {{teams: [north]}}; or phase: scale."
        yield error((*at, badge.phase), "nobody is judged in this phase", mend)
