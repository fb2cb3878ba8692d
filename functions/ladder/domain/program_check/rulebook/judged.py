"""Judged badges: a person stays in the hand, criteria that may be published, a model that can be paid."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from ladder.domain.activities.activity import COMPLETED
from ladder.domain.program_check.problem import Problem, error, nearest, warning
from ladder.domain.program_check.rulebook.rules import check_perseverance
from ladder.domain.programs.judged_badge import Cohort, JudgedBadge
from ladder.domain.programs.places import Path
from ladder.domain.programs.program import Program

type Models = Mapping[str, date]  # that the bundle may ask, with the day on which each ends

TOLD_BEFORE = timedelta(days=90)  # the end of a model
NEVER = "Working at night or over time is never a positive criterion."
_OVERWORK = re.compile(
    r"\b(at|by|all|through the|during the) nights?\b|\bnight[- ]?(shifts?|work|time|owls?)\b|\bmidnight\b|"
    r"\bover[- ]?time\b|\b(out of|outside|after)( of)?( office| working| business)?[- ]hours\b|\bweekends?\b|"
    r"\b(long|longer|extra|unpaid) hours\b|\bsundays?\b",
    re.IGNORECASE,
)


def check_judged(program: Program) -> Iterator[Problem]:
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
    if badge.policy == "auto" and not badge.perseverance:
        numbers = ", ".join(dict.fromkeys(test.attribute for test in badge.confirmed_by))
        came = f" and the numbers sent with it ({numbers}), which prove nobody else's judgement" if numbers else ""
        mend = "Write policy: approve: a person decides, and sees both. Only recorded tries (perseverance) allow auto."
        yield error((*at, "policy"), f"auto would rest on what a member wrote{came}", mend)


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
