"""Judged badges, each broken once: the problem names its path and its hint."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ladder.domain.activities.event_filter import Condition as Holds
from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.judging.check import NO_OVERWORK
from ladder.domain.judging.judge_model import JudgeModel
from ladder.domain.points.judged_badge import Cohort, Pieces
from ladder.domain.programs.program import Program
from tests.builders.judged_badges import CHAMPION, FAILED, PERSEVERANCE, TRIED, WRITER, program
from tests.builders.program_files import BANK, playable, read
from tests.builders.program_problems import check


def champion(**changed: Any) -> Program:
    return program(replace(CHAMPION, **changed))


def model(**changed: Any) -> Program:
    return program(CHAMPION, model=replace(JudgeModel(model="m"), **changed))


TRIES = PERSEVERANCE.perseverance
assert TRIES
MISTAKES: dict[str, tuple[Program, str, str, str]] = {
    "auto without probation": (champion(probation_days=0), "CHAMPION.probation_days", "0 is too small", "30 to 60"),
    "a short probation": (champion(probation_days=29, policy="approve"), "CHAMPION.probation_days", "29", "person"),
    "an endless probation": (champion(probation_days=61), "CHAMPION.probation_days", "61 is too large", "30 to 60"),
    "no confidence": (champion(confidence=0.0), "CHAMPION.confidence", "0 is too small", "at most 1"),
    "more than sure": (champion(confidence=1.2), "CHAMPION.confidence", "1.2", "at most 1"),
    "auto on a text alone": (
        champion(policy="auto", confirmed_by=()), "CHAMPION.policy", "what a member wrote", "policy: approve",
    ),
    "auto on a number that comes with the text": (
        champion(policy="auto"), "CHAMPION.policy", "the numbers sent with it (helpful)", "policy: approve",
    ),
    "auto on the numbers of several pieces": (
        program(replace(WRITER, policy="auto", confirmed_by=CHAMPION.confirmed_by)),
        "WRITER.policy", "(helpful)", "policy: approve",
    ),
    "what Ladder reports": (
        champion(match=EventFilter(types=("forum.posted", "challenge.completed"))),
        "CHAMPION.when", "challenge.completed", "forum.posted",
    ),
    "nobody in charge": (champion(owner=" "), "CHAMPION.owner", "is empty", "Name who"),
    "no cases a day": (champion(per_member_daily=0), "CHAMPION.per_member_daily", "0 is too small", "1 to 20"),
    "a share of two": (champion(pilot=Cohort(share=2)), "CHAMPION.pilot.share", "2 is too large", "0 to 1"),
    "a pilot of nobody": (champion(phase="pilot"), "CHAMPION.pilot", "nobody is judged", "phase: scale"),
    "an expansion of nobody": (champion(phase="expansion"), "CHAMPION.expansion", "nobody is judged", "share: 0.1"),
    "one piece": (
        program(replace(WRITER, pieces=Pieces(at_least=1, within_days=9))), "WRITER.pieces.at_least",
        "1 is too small", "2 to",
    ),
    "pieces of years": (
        program(replace(WRITER, pieces=Pieces(at_least=3, within_days=365))), "WRITER.pieces.within_days", "365", "92",
    ),
    "both at once": (
        program(replace(PERSEVERANCE, pieces=WRITER.pieces)), "PERSEVERANCE.pieces", "already makes a case", "Keep",
    ),
    "no failures": (
        program(replace(PERSEVERANCE, perseverance=replace(TRIES, after_failures=0))),
        "PERSEVERANCE.perseverance.after_failures", "0 is too small", "1 to 20",
    ),
    "failing is passing": (
        program(replace(PERSEVERANCE, match=FAILED)), "PERSEVERANCE.perseverance.failed", "successful", "passed: false",
    ),
    "two things tested": (
        champion(confirmed_by=(Holds(attribute="helpful", at_least=1, at_most=2),)),
        "CHAMPION.confirmed_by.helpful", "at once", "Write one value",
    ),
    "what Ladder books": (
        champion(match=replace(TRIED, types=("badge.granted",))), "CHAMPION.when", "recorded by Ladder", "somebody did",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_with_its_path_and_its_hint(mistake: str) -> None:
    wrong, place, message, hint = MISTAKES[mistake]
    (problem,) = [each for each in check(wrong) if each.where == f"judged.{place}"]
    assert problem.severity == "error"
    assert message in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"daily_tokens": 9_999}, "judge.daily_tokens"),
        ({"timeout_seconds": 31}, "judge.timeout_seconds"),
    ],
)
def test_a_model_that_cannot_be_asked_or_paid_is_refused(changed: dict[str, Any], place: str) -> None:
    assert [each.where for each in check(model(**changed))] == [place]


@pytest.mark.parametrize(
    "words",
    [
        "Works at night", "night shifts", "Worked overtime", "over time", "over-time", "after hours",
        "outside office hours",
        "long hours", "on weekends", "until midnight", "every Sunday", "extra hours",
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["criteria", "description", "name"])
def test_working_at_night_or_over_time_is_never_a_criterion(words: str, key: str) -> None:
    (problem,) = check(champion(**{key: f"Somebody who {words} to help."}))
    assert problem.where == f"judged.CHAMPION.{key}"
    assert NO_OVERWORK in problem.hint


@pytest.mark.parametrize(
    "words", ["Improves over several weeks.", "Explains the overview.", "Insights for a fortnight."]
)
def test_ordinary_words_are_no_overwork(words: str) -> None:
    assert check(champion(criteria=words)) == ()


def test_good_ones_have_no_problem() -> None:
    assert check(program(CHAMPION, PERSEVERANCE, WRITER)) == ()


def test_the_bank_has_four_as_they_are_written(tmp_path: Path) -> None:
    bank = playable(read(tmp_path, BANK))
    kudos, champion_, perseverance, writer = bank.rulebook.judged
    assert bank.judge == JudgeModel(kind="bedrock", model=bank.judge.model if bank.judge else "")
    helped = (Holds(attribute="helpful", at_least=3),)
    assert (kudos.policy, kudos.confirmed_by, kudos.pieces) == ("approve", helped, None)
    assert (kudos.pilot, kudos.expansion) == (Cohort(channels=("chat",)), Cohort(share=0.5))
    assert (champion_.match.where, champion_.pieces) == (helped, Pieces(at_least=3, within_days=90))
    assert perseverance.perseverance
    assert (perseverance.perseverance.subject, perseverance.perseverance.after_failures) == ("module", 3)
    assert (writer.pieces, writer.since, writer.probation_days) == (
        Pieces(at_least=3, within_days=60), date(2026, 11, 1), 60,
    )  # fmt: skip
