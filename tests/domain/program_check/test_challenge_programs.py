"""Each rule of the program file, broken once: the problem names its path and its hint."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from infra.cli.program_file import read_program
from ladder.adapters.dynamodb.table import RETENTION_DAYS
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.check import check_cap_for_members, clash_reason, clashes
from ladder.domain.challenges.metric_files import Measure, MetricFiles
from ladder.domain.challenges.rules import KEPT_DAYS, LITERAL, Guard, HardContacts, Platform, SelectionRule, TierRule
from ladder.domain.validation.problem import Problem, nearest
from tests.builders.academy import academy
from tests.builders.bank import (
    CARE,
    SHARES_GROUPS,
    SPRINT,
    STEADY,
    category,
    grouped,
    guarded,
    handle_time,
    many,
    program,
    schedule,
    selecting,
    tiers,
)
from tests.builders.program_mistakes.challenges import NEW, OLD, ONE_A_METRIC, ONE_GROUP
from tests.builders.program_problems import check, found_at
from tests.builders.programs import with_values
from tests.builders.without_platform import without_platform
from tests.paths import PROGRAMS

BANK = PROGRAMS / "bank.yaml"


def test_a_good_program_has_no_problem() -> None:
    assert check(program()) == ()


def test_every_mistake_is_found_at_once() -> None:
    wrong = with_values(
        schedule(time_zone="Mars"), key="", caps=Caps(reserve_percent=0), tier_rule=TierRule(min_members=0)
    )
    places = [problem.where for problem in check(wrong)]
    assert places == ["program", "time_zone", "tiers.min_members", "caps.reserve_percent"]


def test_the_literal_single_threshold_rule_can_be_played() -> None:
    assert check(program(tier_rule=LITERAL)) == ()


def test_contact_types_a_guard_hard_contacts_and_files_can_be_played_together() -> None:
    whole = with_values(
        guarded(Guard(short_contacts="SHORT", repeat_contacts="SHORT", false_alarms=0.1, min_contacts=1)),
        hard_contacts=HardContacts(ratio=1.01),
        metric_files=MetricFiles(measures={key: Measure(columns=(key,), count="n") for key in ("AHT", "QA", "SHORT")}),
        contact_types=(replace(NEW, seconds="new s"), replace(OLD, seconds="old s")),
    )
    assert check(whole) == ()


def test_three_hours_after_the_day_begins_is_soon_enough() -> None:
    assert check(schedule(day_starts_at=time(6), rotation_time=time(9))) == ()


def test_a_margin_that_nobody_needs_is_not_judged() -> None:
    assert check(tiers(up=(44, 69), previous_kept_days=0)) == ()


def test_the_way_back_may_be_as_hard_as_the_way_up_and_no_harder() -> None:
    assert check(tiers(return_margin=8)) == ()


@pytest.mark.parametrize("name", ["previous_after_days", "previous_kept_days", "return_margin"])
def test_the_memory_of_home_may_be_set_to_nothing(name: str) -> None:
    assert check(tiers(**{name: 0})) == ()


def test_a_platform_that_allows_one_challenge_a_metric_can_be_played() -> None:
    assert check(program(platform=ONE_A_METRIC)) == ()


def test_one_category_a_night_may_run_where_a_user_is_in_one_group() -> None:
    assert check(with_values(selecting(1), platform=ONE_GROUP)) == ()


def test_categories_on_one_metric_may_share_their_groups_as_they_never_run_together() -> None:
    twin = grouped(STEADY, *SPRINT.groups)
    assert check(program(categories=(SPRINT, twin, CARE))) == ()


def test_a_shared_group_counts_against_what_can_run_together() -> None:
    assert "at most 1 can run" in found_at("selection.per_night", program(categories=(SPRINT, SHARES_GROUPS))).message


def test_the_most_that_can_stand_together_may_leave_out_the_category_in_the_middle() -> None:
    left, middle, right = (category(f"C{n}", f"Q{n}", (1, 2, 3)) for n in range(3))
    joined = grouped(replace(middle, metric=left.metric), *right.groups)
    chain = with_values(many(3), categories=(joined, left, right))
    assert check(with_values(chain, selection=SelectionRule(per_night=2))) == ()
    assert (
        "at most 2" in found_at("selection.per_night", with_values(chain, selection=SelectionRule(per_night=3))).message
    )


def test_two_challenges_on_a_metric_that_is_not_exclusive_may_run_together() -> None:
    shared = handle_time(exclusive=False)
    assert clashes(shared.challenges) == []
    assert check(with_values(shared, selection=SelectionRule(per_night=3))) == ()


def test_the_reason_why_two_stand_apart_is_the_metric_or_the_group() -> None:
    apart = program(categories=(SPRINT, STEADY, SHARES_GROUPS))
    assert [clash_reason(apart.challenges, *pair) for pair in clashes(apart.challenges)] == [
        "SPRINT and STEADY are both on AHT",
        "SPRINT and CARE share the group SPRINT-1",
    ]


def test_a_problem_reads_as_one_line_with_path_label_and_hint() -> None:
    problem = Problem(path=("a", 0, "b"), message="is odd", hint="Even it.", severity="warning", file="x.yaml", line=7)
    assert str(problem) == "x.yaml:7  warning: a[0].b: is odd. Even it."
    assert str(replace(problem, path=(), line=0, severity="error")) == "x.yaml  is odd. Even it."


@pytest.mark.parametrize(
    ("word", "known", "answer"),
    [
        ("metrc", ["metric", "caps"], "Did you mean metric?"),
        ("aht", ["AHT", "QA"], "Did you mean AHT?"),
        ("zebra", ["caps", "selection"], "Known here: caps, selection."),
        ("zebra", [], "None is defined yet."),
    ],
)
def test_an_unknown_word_is_answered_with_the_nearest_known_one(word: str, known: list[str], answer: str) -> None:
    assert nearest(word, known) == answer


@pytest.mark.parametrize(("members", "warned"), [(250, False), (400, False), (600, False), (900, True), (1_300, True)])
def test_a_cap_is_checked_against_the_members_that_are_known(members: int, warned: bool) -> None:  # noqa: FBT001
    """As the nights of the bank's program come out: 60,000 points are enough for 600 members, and not for 900."""
    bank = read_program(BANK).program
    assert bank is not None

    found = list(check_cap_for_members(bank.challenges, bank.caps, members))

    assert [each.severity for each in found] == ["warning"] * warned
    for each in found:
        enough = int(each.hint.removeprefix("Write about ").partition(", run")[0].replace(",", ""))
        caps = replace(bank.caps, program_daily_points=enough)
        assert not list(check_cap_for_members(bank.challenges, caps, members))
    assert not list(check_cap_for_members(bank.challenges, Caps(), members))
    assert not list(check_cap_for_members(with_values(bank, categories=()).challenges, bank.caps, members))


@pytest.mark.parametrize(
    ("completion", "told"),
    [
        ((70, 60, 50), ()),
        ((90, 60, 50), ("tiers.completion[0]: where targets are met on 90 % of worked days, a day worse than usual",)),
        ((60, 60, 30), ("tiers.completion[2]: where targets are met on 30 % of worked days, most days fail",)),
    ],
)
def test_a_share_of_days_that_is_no_fun_is_warned_of(completion: tuple[float, ...], told: tuple[str, ...]) -> None:
    problems = check(tiers(completion=completion))

    assert [problem.severity for problem in problems] == ["warning"] * len(told)
    for problem, text in zip(problems, told, strict=True):
        assert f"{problem.where}: {problem.message}".startswith(text)


@pytest.mark.parametrize(
    ("caps", "tiers_lost"),
    [
        (Caps(), []),
        (Caps(member_daily_points=180, member_daily_bonus_points=60), []),
        (Caps(member_daily_points=100, member_daily_bonus_points=60), [3]),
        (Caps(member_daily_points=60, member_daily_bonus_points=60), [2, 3]),
        (Caps(member_daily_bonus_points=50), [3]),
    ],
)
def test_a_cap_of_members_that_no_challenge_of_a_tier_fits_into_is_warned_of(caps: Caps, tiers_lost: list[int]) -> None:
    """Tiers pay 50, 80 and 120 points, and the third a bonus of 60."""
    bank = read_program(BANK).program
    assert bank is not None
    sprint = bank.challenges.category("AHT_SPRINT")

    problems = [each for each in check(with_values(bank, caps=caps)) if each.message.endswith("nobody ever plays it")]

    found = {each.where for each in problems if sprint.key in each.path}
    assert found == {f"challenge_library.AHT_SPRINT.tier_{tier}.points" for tier in tiers_lost}
    assert {each.severity for each in problems} <= {"warning"}


def test_a_metric_with_too_few_values_for_three_targets_is_warned_of() -> None:
    def told(**changes: Any) -> list[str]:
        metrics = tuple(
            replace(each, **changes) if each.key == "AHT" else each for each in program().challenges.metrics
        )
        return [each.message for each in check(with_values(program(), metrics=metrics)) if "fewer than" in each.message]

    assert told() == []
    assert told(step=1.0, range=(1, 3)) == []
    (two,) = told(step=1.0, range=(0, 1))
    assert two.startswith("from 0 to 1 in steps of 1 there are 2 targets")


def test_where_the_platform_gives_the_figures_a_least_number_of_contacts_may_count_for_nothing() -> None:
    files = MetricFiles(measures={"AHT": Measure(columns=("a",), count="c")})
    told, quiet = (
        [
            each
            for each in check(with_values(handle_time(at_least=10), metric_files=given))
            if each.path[-1] == "at_least"
        ]
        for given in (None, files)
    )

    assert ([each.severity for each in told], quiet) == (["warning"], [])


def test_what_the_check_says_of_figures_that_are_gone_is_what_the_store_does() -> None:
    assert KEPT_DAYS == RETENTION_DAYS
    oldest = with_values(handle_time(final_after_days=145), tier_rule=TierRule(window_days=255))
    assert check(oldest) == ()


def test_to_write_the_default_kind_of_platform_is_to_leave_it_out() -> None:
    for program_without in (academy(), without_platform()):
        assert check(with_values(program_without, platform=Platform())) == check(program_without) == ()


@pytest.mark.parametrize(("hours", "warned"), [(None, False), (1, True), (3, True), (4, False), (12, False)])
def test_reading_todays_values_member_by_member_more_often_than_every_four_hours_is_warned_of(
    hours: int | None, *, warned: bool
) -> None:
    told = [problem for problem in check(program(today_every_hours=hours)) if problem.path == ("today_every_hours",)]
    assert [problem.severity for problem in told] == ["warning"] * warned


def test_reading_todays_values_from_files_costs_a_platform_nothing() -> None:
    assert "today_every_hours" not in {problem.where for problem in check(without_platform(today_every_hours=1))}
