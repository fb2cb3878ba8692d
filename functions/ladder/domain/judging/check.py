"""Check judged badges and their model: a person decides, criteria may be published, the model can be called."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from ladder.domain.activities.activity import COMPLETED
from ladder.domain.points.check import check_perseverance
from ladder.domain.points.judged_badge import Cohort, JudgedBadge, JudgeModel
from ladder.domain.validation.problem import Problem, error, nearest, warning

type Models = Mapping[str, date]  # models that the deployment may call, with the day on which each ends

LEAST_FOR_AUTO = 2  # other members
CONFIRMATIONS = "confirmations: {at_least: 2, within_days: 14}"
ANNOUNCED_BEFORE = timedelta(days=90)  # the end of a model
NO_OVERWORK = "Working at night or over time is never a positive criterion."
_OVERWORK = re.compile(
    r"\b(at|by|all|through the|during the) nights?\b|\bnight[- ]?(shifts?|work|time|owls?)\b|\bmidnight\b|"
    r"\bover[- ]?time\b|\b(out of|outside|after)( of)?( office| working| business)?[- ]hours\b|\bweekends?\b|"
    r"\b(long|longer|extra|unpaid) hours\b|\bsundays?\b",
    re.IGNORECASE,
)


def check_judged_badges(badges: Iterable[JudgedBadge]) -> Iterator[Problem]:
    for badge in badges:
        path = ("judged", badge.key)
        for field, text in (("criteria", badge.criteria), ("description", badge.description), ("name", badge.name)):
            if overwork := _OVERWORK.search(text):
                hint = f"{NO_OVERWORK} Write what came of the work, not when it was done."
                yield error((*path, field), f'it mentions "{overwork[0]}"', hint)
        if COMPLETED in badge.types:
            hint = "Name what members do and write, such as forum.posted; count challenges in a badge by rules."
            yield error((*path, "when"), f"{COMPLETED} is settled by metrics, so there is nothing to judge", hint)
        yield from _check_second_signal(badge)
        if badge.perseverance and badge.pieces:
            yield error((*path, "pieces"), "perseverance already makes a case", "Keep perseverance or pieces.")
        if badge.perseverance:
            yield from check_perseverance((*path, "perseverance"), badge.match, badge.perseverance)
        if badge.perseverance and badge.confirmations:
            hint = "Keep perseverance or confirmations."
            yield error((*path, "confirmations"), "tries have no text that others could confirm", hint)
        cohorts = {"pilot": (badge.pilot,), "expansion": (badge.pilot, badge.expansion), "scale": ()}[badge.phase]
        if cohorts and all(cohort == Cohort() for cohort in cohorts):
            hint = f"Write {badge.phase}: {{share: 0.1}}, or {{teams: [north]}}; or phase: scale."
            yield error((*path, badge.phase), "nobody is judged in this phase", hint)


def _check_second_signal(badge: JudgedBadge) -> Iterator[Problem]:
    """Check what speaks for a text beside the text itself: events of other members, and no number from its sender."""
    path = ("judged", badge.key)
    sent = list(dict.fromkeys(test.attribute for test in badge.confirmed_by))
    if badge.policy == "auto" and not badge.perseverance and not badge.confirmations:
        numbers = f" and the numbers sent with it ({', '.join(sent)}), which are not independent" if sent else ""
        hint = (
            "Write policy: approve: a person decides, and sees both. Only recorded tries (perseverance) and "
            f"confirmations by other members ({CONFIRMATIONS}) allow auto."
        )
        yield error((*path, "policy"), f"auto would rest on what a member wrote{numbers}", hint)
    elif badge.policy == "auto" and badge.confirmations and badge.confirmations.at_least < LEAST_FOR_AUTO:
        hint = f"Write at_least: {LEAST_FOR_AUTO} or more, or policy: approve."
        yield error((*path, "confirmations", "at_least"), "one friend alone would decide under auto", hint)
    if badge.perseverance:
        return
    if sent:
        message = f"{', '.join(sent)} came with the text: whoever sends the text sends the number, so it proves nothing"
        hint = f"Write {CONFIRMATIONS}, and let the source send post.confirmed for each colleague who confirms a text."
        yield warning((*path, "confirmed_by"), message, hint)
    counted = [test.attribute for test in badge.match.where if test.at_least is not None or test.at_most is not None]
    if counted and not badge.confirmations:
        message = f"{', '.join(counted)} comes with the text: whoever sends the text sends the number"
        yield warning((*path, "where"), message, f"Write {CONFIRMATIONS} where colleagues are to have the say.")


def check_model_granted(judge: JudgeModel | None, models: Models) -> Iterator[Problem]:
    """Check that the deployment may call the model: asked where the deployment is known, as no program file says it."""
    if judge and judge.kind == "bedrock" and judge.model not in models:
        hint = f"{nearest(judge.model, models)} Or add it to infra/models.py, and deploy before you publish."
        yield error(("judge", "model"), f'"{judge.model}" is not a model that this deployment may call', hint)


def check_model_end(judge: JudgeModel | None, models: Models, today: date) -> Iterator[Problem]:
    """Warn before the day on which AWS ends the model, and refuse it from then on: no call of it succeeds."""
    ends = models.get(judge.model) if judge and judge.kind == "bedrock" else None
    if judge is None or ends is None or today < ends - ANNOUNCED_BEFORE:
        return
    hint = "Name another one of infra/models.py; or, where AWS keeps it longer, write the new day there and deploy."
    problem, verb = (error, "ended") if today >= ends else (warning, "ends")
    yield problem(("judge", "model"), f'"{judge.model}" {verb} on {ends}', hint)
