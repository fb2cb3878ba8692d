"""What a replay counts, against figures that can be worked by hand."""

from datetime import timedelta

import numpy as np
import pytest

from infra.cli.backtest.mix_effect import mix_effects
from infra.cli.backtest.outcomes import YEAR, flag_periods, flags_by_date, settle_all
from infra.cli.backtest.report import Report
from ladder.domain.challenges.history import Values
from ladder.domain.challenges.rules import Guard, TierRule
from tests.builders.bank import HANDLE_TIME, QUALITY
from tests.builders.drawn_centre import FIRST_DAY, replayed, two_ladders
from tests.builders.nights import small_program
from tests.builders.planning import NAN, category, metric

RULE = TierRule(up=(55.0, 77.0), down=(33.0, 67.0), targets=(25.0, 50.0, 75.0))
ONE_LADDER = two_ladders(metrics=(metric(),), categories=(category(),), tier_rule=RULE)


def constant(days: int = 60, agents: int = 5) -> Values:
    """Agents at 100, 110, 120, 130 and 140 s, and so on, day after day."""
    return np.tile(100 + 10 * np.arange(agents, dtype=np.float32), (days, 1))


def report_of(figures: Values, *, nights: int = 40) -> Report:
    return Report.of(replayed(ONE_LADDER, {"AHT": figures}, nights=nights), file="centre.csv")


def test_a_hand_worked_centre() -> None:
    """Ranks 90, 70, 50, 30 and 10: one agent is placed in tier 3, one in 2, three in 1.

    Hazen's percentiles ask 132.5, 120 and 107.5 s, rounded to the easier second: of tier 1 two in three meet theirs.
    """
    result = report_of(constant())

    assert result.nights[-1].categories["AHT_SPRINT"].targets.shown == (133, 120, 108)
    document = result.as_json()
    assert document["completion_rate_by_tier"] == {"1": 0.6667, "2": 1.0, "3": 1.0}
    assert document["completion_rate_by_category"] == {"AHT_SPRINT": document["completion_rate_by_tier"]}
    assert document["worked_days_by_category"] == {"AHT_SPRINT": {"1": 120, "2": 40, "3": 40}}
    assert document["tier_shares_final"] == {"AHT_SPRINT": {"1": 0.6, "2": 0.2, "3": 0.2}}
    assert (document["members"], document["nights"], document["tier_changes"]) == (5, 40, 0)
    assert document["changes_per_member_year"] == 0
    assert {(move["agent"], move["to"]) for move in document["moves"]} == {("user-0", 3), ("user-1", 2)}
    assert all(move["first_placement"] for move in document["moves"])


def test_rates_outside_fifty_to_seventy_per_cent_and_reversed_tiers_are_warned_of() -> None:
    warnings = report_of(constant()).warnings

    too_easy = "tier 2 is met on 100 % of 40 worked days"
    assert any(too_easy in warning and "higher percentile" in warning for warning in warnings)
    assert any("tier 1 is the hardest to complete" in warning for warning in warnings)
    assert not any("tier 1 is met" in warning for warning in warnings)


def test_a_rate_of_few_days_is_not_warned_of() -> None:
    assert not any("is met on" in warning for warning in report_of(constant(), nights=20).warnings)


def test_completion_has_an_interval_that_draws_whole_agents() -> None:
    """In tier 1, of three agents two meet the target on every day and one on none."""
    first, second, third = report_of(constant()).completion.values()

    assert (first.rate, first.low, first.high, first.members, first.days) == (0.6667, 0, 1, 3, 120)
    assert (second.rate, second.low, second.high, second.members, second.days) == (1, 1, 1, 1, 40)
    assert (first.outside, second.outside, third.outside) == (False, True, True)


def test_days_on_a_target_at_the_best_possible_value_are_listed_and_not_counted() -> None:
    """Eight of ten agents have no short call on nine days of ten: nobody can be asked for fewer than none."""
    rng = np.random.default_rng(3)
    figures = np.where(rng.random((60, 10)) < 0.9, 0.0, 5.0).astype(np.float32)
    figures[:, 8:] = rng.integers(4, 12, (60, 2))
    short = metric("SHORT10", unit="%", step=0.5)
    ladder = two_ladders(metrics=(short,), categories=(category("CALM", "SHORT10"),))
    report = Report.of(replayed(ladder, {"SHORT10": figures}, nights=40), file="centre.csv")

    (exempt,) = report.as_json()["exempt_targets"]
    assert (exempt["category"], exempt["tier"], exempt["target"], exempt["unit"]) == ("CALM", 3, 0, "%")
    assert (exempt["nights"], exempt["worked_days"]) == (40, 320)
    assert exempt["rate"] == pytest.approx(0.9, abs=0.05)
    assert report.completion["3"].days == 0
    assert 0.5 <= (report.completion["1"].rate or 0) <= 0.75
    assert any("the best value there is, 0 %" in warning for warning in report.warnings)
    assert any("8 of 10 members have the same value, 0 %" in warning for warning in report.warnings)


def test_the_points_that_a_category_offers_rise_with_the_tier() -> None:
    assert report_of(constant()).as_json()["points_offered_by_tier"] == {"1": 50, "2": 100, "3": 150}


def test_changes_are_counted_without_first_placements_and_for_the_nights_of_a_player() -> None:
    figures = constant(100)
    figures[50:, 0] = 200
    figures[70:, 4] = NAN
    result = report_of(figures, nights=90)

    totals = result.totals["AHT_SPRINT"]
    moves = [move for night in result.nights for move in night.tier_changes]
    assert [(move.slot, move.old, move.new) for move in moves if move.slot == 0 and not move.first_placement] == [
        (0, 3, 2),
        (0, 2, 1),
    ]
    assert totals.tier_changes == sum(not move.first_placement for move in moves)
    assert totals.changes_per_member_year == pytest.approx(totals.tier_changes / totals.member_nights * YEAR, abs=1e-3)
    gone = 4  # the last nights: of days 70 to 99 they worked none, and fewer than five are left in the window
    assert totals.member_nights == 5 * 90 - gone


def test_a_gap_and_too_little_history_are_said() -> None:
    figures = constant(100, agents=6)
    figures[40:60] = NAN
    figures[:95, 3] = NAN
    warnings = report_of(figures, nights=90).warnings

    assert any(f"No figures for 20 days after {FIRST_DAY + timedelta(days=39)}" in warning for warning in warnings)
    too_new = "1 of 6 agents are not placed and stay in tier 1 (fewer than 10 worked days known): user-3."
    assert any(too_new in warning for warning in warnings)
    assert any("AHT has no values since" in warning for warning in warnings)


def test_a_part_timer_who_is_not_placed_lacks_the_fewer_days_that_part_timers_need() -> None:
    """Three days a week for two weeks: seven days would do. Four at two days a week are enough, but for colleagues."""
    figures = constant(agents=6)
    figures[np.setdiff1d(np.arange(60), [45, 47, 49, 52, 54, 56]), 5] = NAN
    (reason,) = (line for line in report_of(figures).warnings if "not placed" in line)

    assert "1 of 6 agents are not placed and stay in tier 1 (fewer than 7 worked days known): user-5." in reason

    figures = constant(agents=4)
    figures[np.setdiff1d(np.arange(60), [45, 48, 52, 55]), 3] = NAN
    (reason,) = (line for line in report_of(figures).warnings if "not placed" in line)

    assert "4 of 4 agents are not placed and stay in tier 1 (fewer than 5 agents to compare with" in reason


def test_whose_worked_days_are_too_far_apart_for_a_value_is_not_said_to_lack_colleagues() -> None:
    figures = constant(120, agents=6)
    figures[np.setdiff1d(np.arange(120), np.arange(0, 120, 10)), 5] = NAN
    (reason,) = (line for line in report_of(figures, nights=90).warnings if "not placed" in line)

    assert "stay in tier 1 (fewer than 5 worked days within 30 days): user-5." in reason


def test_where_nobody_can_be_placed_for_want_of_peers_it_is_not_said_that_their_own_days_are_too_few() -> None:
    warnings = report_of(constant(39, agents=4), nights=29).warnings

    alone = "4 of 4 agents are not placed and stay in tier 1 (fewer than 5 agents to compare with at a time)"
    assert any(alone in warning for warning in warnings)
    assert not any("worked days known" in warning for warning in warnings if "AHT_SPRINT" in warning)


def test_who_is_not_placed_on_speed_because_of_a_flag_is_named_with_that_reason() -> None:
    rng = np.random.default_rng(3)
    share = np.where(np.arange(30) == 4, 0.2, 0.03)
    rules = two_ladders(
        metrics=(metric(speed=True), metric("SHORT")), categories=(category(),), guard=Guard(short_contacts="SHORT")
    )
    figures = {"AHT": rng.normal(200, 30, (60, 30)), "SHORT": 100 * rng.binomial(40, share, (60, 30)) / 40}

    report = Report.of(replayed(rules, figures, nights=40), file="centre.csv")

    (reason,) = [line for line in report.warnings if "not placed" in line]

    assert reason.endswith("stay in tier 1 (flagged, so a person looks at their speed first): user-4.")


def test_the_targets_of_a_night_leave_flagged_agents_out_as_its_plan_does() -> None:
    rng = np.random.default_rng(3)
    flagged = np.arange(30) < 3
    rules = two_ladders(
        metrics=(metric(speed=True), metric("SHORT")), categories=(category(),), guard=Guard(short_contacts="SHORT")
    )
    short = 100 * rng.binomial(40, np.where(flagged, 0.3, 0.03), (60, 30)) / 40
    result = replayed(rules, {"AHT": rng.normal(200 - 100 * flagged, 20, (60, 30)), "SHORT": short}, nights=20)

    shown = [(night.categories["AHT_SPRINT"].targets, night.plan.rotation_plan.targets) for night in result.nights]
    assert [targets for targets, _ in shown] == [planned["AHT_SPRINT"] for _, planned in shown]


def test_an_agent_who_hangs_up_is_asked_about_over_the_whole_period() -> None:
    rng = np.random.default_rng(3)
    share = np.where(np.arange(30) == 4, 0.2, 0.03)
    rules = two_ladders(
        metrics=(metric(), metric("SHORT")), categories=(category(),), guard=Guard(short_contacts="SHORT")
    )
    short = 100 * rng.binomial(40, share, (60, 30)) / 40
    result = replayed(rules, {"AHT": rng.normal(200, 30, (60, 30)), "SHORT": short}, nights=40)

    (flag,) = flag_periods(flags_by_date(result), window_days=30)

    assert (flag.slot, flag.kind, flag.days) == (4, "short_contacts", 40)
    assert (flag.first, flag.last) == (result.nights[0].date, result.nights[-1].date)
    assert flag.evidence.code == "challenges.flagged_short_contacts"


def test_completions_on_speed_of_a_flagged_agent_are_held_and_nobody_elses() -> None:
    rng = np.random.default_rng(3)
    share = np.where(np.arange(30) == 4, 0.2, 0.03)
    rules = small_program(
        metrics=(HANDLE_TIME, QUALITY, metric("SHORT")), guard=Guard(short_contacts="SHORT", false_alarms=1e-5)
    )
    half = np.full((60, 30), 20.0)
    figures = {
        "AHT": np.full((60, 30), NAN),
        HANDLE_TIME.measured: rng.normal(200, 30, (60, 30)),
        "QA": np.full((60, 30), 90.0),
        "SHORT": 100 * rng.binomial(40, share, (60, 30)) / 40,
        **{kind.contacts: half for kind in rules.challenges.contact_types},
    }
    result = replayed(rules, figures, nights=40)

    totals_by_category = settle_all(result, flags_by_date(result))

    speed = [totals_by_category[key] for key in ("SPRINT", "STEADY")]
    held = sum(totals.held["challenges.flagged_short_contacts"] for totals in speed)
    assert 0 < held <= 40
    assert sum(totals.outcomes["completed"] for totals in speed) > 10 * held
    assert not totals_by_category["CARE"].held
    assert not any(totals.held for totals in settle_all(result, {}).values())


def test_the_mix_explains_what_it_made_and_nothing_afterwards() -> None:
    rng, rules = np.random.default_rng(5), small_program()
    long = rng.integers(5, 36, (60, 12)).astype(np.float32)
    measured = (300 * long + 100 * (40 - long)) / 40 + rng.normal(0, 10, (60, 12))
    figures = {
        "AHT": np.full((60, 12), NAN),
        HANDLE_TIME.measured: measured,
        "QA": np.full((60, 12), 90.0),
        rules.challenges.contact_types[0].contacts: long,
        rules.challenges.contact_types[1].contacts: 40 - long,
    }
    (result,) = mix_effects(rules, replayed(rules, figures, nights=50).history)

    assert (result.metric, result.agent_days) == ("AHT", 60 * 12)
    assert result.within_before > 0.9
    assert result.within_after < 0.05
    assert result.over_all_before > 0.9
