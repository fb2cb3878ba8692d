"""Judged badges, each broken once: the problem names its path and its hint."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ladder.domain.judging.check import NO_OVERWORK
from ladder.domain.points.judged_badge import Cohort, Confirmations, JudgedBadge, JudgeModel, Pieces
from ladder.domain.programs.program import Program
from tests.builders.judged_badges import CHAMPION, HELPFUL, PERSEVERANCE, WRITER, program
from tests.builders.program_files import BANK, playable, read
from tests.builders.program_mistakes.judged_badges import champion
from tests.builders.program_problems import check


def model(**changed: Any) -> Program:
    return program(CHAMPION, model=replace(JudgeModel(model="m"), **changed))


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


@pytest.mark.parametrize(
    ("badge", "place"),
    [
        (replace(CHAMPION, confirmed_by=HELPFUL), "confirmed_by"),
        (replace(CHAMPION, match=replace(CHAMPION.match, where=HELPFUL)), "where"),
        (replace(WRITER, key="CHAMPION", match=replace(WRITER.match, where=HELPFUL)), "where"),
    ],
)
def test_a_second_signal_that_the_sender_of_the_text_wrote_is_warned_of_with_what_to_write_instead(
    badge: JudgedBadge, place: str
) -> None:
    (problem,) = check(program(badge))
    assert (problem.severity, problem.where) == ("warning", f"judged.CHAMPION.{place}")
    assert "whoever sends the text sends the number" in problem.message
    assert "confirmations: {at_least: 2" in problem.hint


def test_auto_may_rest_on_confirmations_by_two_other_members() -> None:
    assert check(champion(policy="auto", confirmations=Confirmations(at_least=2))) == ()


def test_the_bank_has_four_as_they_are_written(tmp_path: Path) -> None:
    bank = playable(read(tmp_path, BANK))
    kudos, champion_, perseverance, writer = bank.rulebook.judged
    assert bank.judge == JudgeModel(kind="bedrock", model=bank.judge.model if bank.judge else "")
    confirmed = Confirmations(at_least=2, within_days=14)
    assert (kudos.policy, kudos.confirmed_by, kudos.confirmations, kudos.pieces) == ("approve", (), confirmed, None)
    assert (kudos.pilot, kudos.expansion) == (Cohort(channels=("chat",)), Cohort(share=0.5))
    assert (champion_.confirmations, champion_.pieces) == (confirmed, Pieces(at_least=3, within_days=90))
    assert perseverance.perseverance
    assert (perseverance.perseverance.subject, perseverance.perseverance.after_failures) == ("module", 3)
    assert (writer.pieces, writer.since, writer.probation_days) == (
        Pieces(at_least=3, within_days=60), date(2026, 11, 1), 60,
    )  # fmt: skip
