"""Judged badges: a person stays in the hand, criteria that may be published, a model that can be paid."""

import re
from collections.abc import Collection, Iterator

from ladder.domain.activity import COMPLETED
from ladder.domain.judged_badge import Cohort, JudgedBadge, JudgeModel
from ladder.domain.program import Program
from ladder.domain.program_check.problem import Path, Problem, error, nearest
from ladder.domain.program_check.rulebook.rules import check_perseverance

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


def ungranted(program: Program, models: Collection[str]) -> Iterator[Problem]:
    """`models`: those that the bundle may ask. No file can tell, so whoever knows the bundle asks this besides."""
    judge = program.judge
    if judge and judge.kind == "bedrock" and judge.model not in models:
        mend = f"{nearest(judge.model, models)} Or add it to infra/models.py, and deploy before you publish."
        yield error(("judge", "model"), f'"{judge.model}" is no model that this bundle may ask', mend)


def _model(judge: JudgeModel) -> Iterator[Problem]:
    if judge.kind == "openai" and judge.secret is None:
        mend = "Write the name of a secret with base_url and api_key, such as ladder/bank/judge."
        yield error(("judge", "secret"), "is missing", mend)


def _badge(at: Path, badge: JudgedBadge) -> Iterator[Problem]:
    for name, text in (("criteria", badge.criteria), ("description", badge.description), ("name", badge.name)):
        if found := _OVERWORK.search(text):
            message = f'it speaks of "{found[0]}"'
            yield error((*at, name), message, f"{NEVER} Write what came of the work, not when it was done.")
    if COMPLETED in badge.types:
        mend = "Name what members do and write, such as forum.posted; a count of challenges is for a badge by rules."
        yield error((*at, "when"), f"{COMPLETED} is settled by figures, and judged by nobody", mend)
    yield from _policy(at, badge)
    yield from _case(at, badge)
    yield from _cohorts(at, badge)


def _policy(at: Path, badge: JudgedBadge) -> Iterator[Problem]:
    if badge.policy == "auto" and not badge.confirmed_by and not badge.perseverance:
        mend = "Write confirmed_by: {helpful: {at_least: 3}}, something that others record, or policy: approve."
        yield error((*at, "policy"), "auto would rest on nothing but what learners wrote themselves", mend)


def _case(at: Path, badge: JudgedBadge) -> Iterator[Problem]:
    if badge.perseverance and badge.pieces:
        yield error((*at, "pieces"), "a case is already made by perseverance", "Keep perseverance or pieces.")
    if badge.perseverance:
        yield from check_perseverance((*at, "perseverance"), badge.match, badge.perseverance)


def _cohorts(at: Path, badge: JudgedBadge) -> Iterator[Problem]:
    judged = {"pilot": (badge.pilot,), "expansion": (badge.pilot, badge.expansion), "scale": ()}[badge.phase]
    if judged and all(cohort == Cohort() for cohort in judged):
        mend = f"Write {badge.phase}: {{share: 0.1}}, or {{teams: [north]}}; or phase: scale."
        yield error((*at, badge.phase), "nobody is judged in this phase", mend)
