"""`ladder simulate`: what it prints, what it refuses, and whether the default rule is good enough."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from infra.cli.main import main

SMALL = ["--members", "60", "--days", "160"]
KEYS = {
    "rule",
    "members",
    "days",
    "changes_per_member_year",
    "changes_per_250_worked_days",
    "put_into_tier_1",
    "median_days_to_return",
    "stuck_share",
    "below_twin_share",
    "days_to_own_tier",
    "days_to_own_tier_p90",
    "completion_rate_by_tier",
    "completion_by_tier",
}


def run(arguments: Sequence[str]) -> int:
    return main(["simulate", *arguments])


@pytest.fixture
def simulated(capsys: pytest.CaptureFixture[str]) -> Any:
    def simulate(*arguments: str) -> Any:
        assert run([*arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return simulate


def test_without_a_rule_the_default_one_stands_beside_the_literal_one(simulated: Any) -> None:
    both = simulated(*SMALL)
    assert set(both) == KEYS | {"literal"}
    assert set(both["literal"]) == KEYS
    assert (both["rule"], both["literal"]["rule"]) == ("bands", "literal")
    assert (both["members"], both["days"]) == (60, 160)
    assert set(both["completion_rate_by_tier"]) == {"1", "2", "3"}


def test_a_rule_that_is_asked_for_is_reported_alone_with_the_same_figures(simulated: Any) -> None:
    both = simulated(*SMALL)
    literal = both.pop("literal")
    assert simulated(*SMALL, "--rule", "literal") == literal
    assert simulated(*SMALL, "--rule", "bands") == both


def test_a_seed_always_draws_the_same_members_and_another_seed_others(simulated: Any) -> None:
    alone = (*SMALL, "--rule", "bands")
    first = simulated(*alone, "--seed", "0")
    assert simulated(*alone) == first
    assert simulated(*alone, "--seed", "8") != first


def test_a_person_reads_one_sentence_a_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(SMALL) == 0
    output = " ".join(capsys.readouterr().out.split())
    for words in ("60 members, 160 days", "bands literal", "The same for nine in ten.", "everybody works every day"):
        assert words in output


def test_a_conclusion_on_few_people_is_refused_and_one_on_many_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    run(["--members", "20", "--days", "160", "--rule", "bands"])
    few = " ".join(capsys.readouterr().out.split())
    run(["--members", "2000", "--days", "160", "--rule", "bands"])
    many = " ".join(capsys.readouterr().out.split())
    assert "too few for a conclusion on how they recover. Simulate more --members." in few
    assert "too few for a conclusion" not in many


def test_the_help_says_how_many_members_and_days_there_have_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    assert "20 or more, over 160 days or more" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Missing option '--members'"),
        (["--members", "19", "--days", "160"], "'--members': 19 is too small; write at least 20, so that"),
        (["--members", "20", "--days", "159"], "'--days': 159 is too small; write at least 160, so that"),
        (["--members", "many", "--days", "160"], '"many" is not a whole number; write at least 20'),
        (["--members", "20.5", "--days", "160"], '"20.5" is not a whole number'),
        (["--members", "-3", "--days", "160"], "-3 is too small"),
        (["--members", "1000000", "--days", "1000"], "at most 50,000,000 fit into memory"),
        ([*SMALL, "--seed", "-1"], "'--seed': -1 is too small; write 0 or more"),
        ([*SMALL, "--rule", "mine"], "'mine' is not one of"),
    ],
)
def test_arguments_that_cannot_be_simulated_exit_with_two_and_say_what_to_write(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    assert words in " ".join(capsys.readouterr().err.split())


def test_the_default_rule_is_calm_forgets_slumps_and_asks_what_can_be_reached(simulated: Any) -> None:
    reached = simulated("--members", "2000", "--days", "500", "--rule", "bands")
    assert reached["changes_per_member_year"] <= 2.0
    assert reached["stuck_share"] <= 0.02
    assert reached["median_days_to_return"] <= 20
    rates = reached["completion_rate_by_tier"]
    assert 0.7 >= rates["1"] >= rates["2"] >= rates["3"] >= 0.5
    for tier, completion in reached["completion_by_tier"].items():
        assert completion["rate"] == rates[tier]
        assert 0.5 <= completion["low"] <= completion["rate"] <= completion["high"] <= 0.7


def test_on_a_noisy_floor_tiers_stay_calm_and_a_slump_is_forgotten(simulated: Any) -> None:
    reached = simulated("--members", "2000", "--days", "500", "--rule", "bands", "--within", "160")
    assert reached["changes_per_member_year"] <= 2.5
    assert reached["below_twin_share"] <= 0.02


def test_a_part_timer_is_placed_within_two_weeks_and_moves_up_within_a_month_of_becoming_better(
    simulated: Any,
) -> None:
    reached = simulated("--members", "2000", "--days", "500", "--rule", "bands", "--part-time")["part_time"]
    assert reached["days_to_first_placement"] <= 14
    assert reached["days_to_own_tier"] <= 30
    assert reached["changes_per_member_year"] <= 1.2 * 0.3481  # of a rule that counts ten worked days of everybody


def test_half_a_floor_that_moves_to_a_slow_queue_falls_no_more_than_without_the_move(simulated: Any) -> None:
    moved = simulated("--members", "400", "--days", "220", "--rule", "bands", "--queue-move")["queue_move"]
    assert moved["as_measured"]["low"] > 0.2
    assert moved["at_usual_load"]["share"] <= moved["without_move"]["high"]
    assert moved["at_usual_load"]["share"] <= moved["without_move"]["share"] + 0.01


def test_a_person_reads_what_becomes_of_those_who_move_to_a_slow_queue(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*SMALL, "--queue-move"]) == 0
    output = " ".join(capsys.readouterr().out.split())
    for words in ("Moved to a slow queue: share in a lower tier 60 worked days later", "take 1.5 times as long"):
        assert words in output


def test_a_person_reads_what_becomes_of_part_timers(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*SMALL, "--part-time", "--within", "40"]) == 0
    output = " ".join(capsys.readouterr().out.split())
    for words in ("Part-timers: days until nine in ten", "20 % of the members work 2 days a week", "by 40 s"):
        assert words in output
