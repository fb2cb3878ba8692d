"""What a backtest says that it would cost, against points that can be worked by hand."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from infra.cli.backtest.payments import Payments
from infra.cli.backtest.report import Report
from infra.cli.main import main
from infra.cli.point_value import PointValue
from ladder.domain.challenges.assignment import NO_BUDGET
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.rules import Guard
from tests.builders import full_program
from tests.builders.bank import HANDLE_TIME, QUALITY
from tests.builders.drawn_centre import BANK, metric_file, replayed, two_ladders
from tests.builders.nights import small_program
from tests.builders.planning import NAN, category, metric, reward_rule

NIGHTS = 40


def report_of(**changes: Any) -> Report:
    """Report on agents at 100, 110, … 180 s, day after day, in one category that runs every night."""
    rules = two_ladders(**{"metrics": (metric(),), "categories": (category(),)} | changes)
    figures = np.tile(100 + 10 * np.arange(9, dtype=np.float32), (60, 1))
    return Report.of(replayed(rules, {"AHT": figures}, nights=NIGHTS), file="centre.csv")


def points_of(report: Report, tier: int) -> int:
    (only,) = report.replayed.program.challenges.categories
    return only.tiers[tier - 1].points


def test_a_completion_pays_what_its_tier_pays_and_a_month_has_thirty_nights() -> None:
    report = report_of()
    assert {completion.tier for completion in report.completions} == {1, 2, 3}
    for completion in report.completions:
        assert (completion.points, completion.held, completion.trimmed) == (points_of(report, completion.tier), 0, 0)
    for tier in (1, 2, 3):
        number = sum(completion.tier == tier for completion in report.completions)
        cost = report.cost(category="AHT_SPRINT", tier=tier)
        assert cost.completions == pytest.approx(number * 30 / NIGHTS)
        assert cost.points == pytest.approx(number * points_of(report, tier) * 30 / NIGHTS)


def test_categories_months_and_agents_come_to_the_same_points() -> None:
    report = report_of()
    points = sum(completion.points for completion in report.completions)
    months = report.cost_by_month()
    assert sum(nights for nights, _ in months.values()) == NIGHTS
    assert sum(cost.points for _, cost in months.values()) == points
    assert sum(agent.cost.points for agent in report.agents()) == pytest.approx(points * 30 / NIGHTS)
    assert sum(agent.completions for agent in report.agents()) == len(report.completions)


def test_bonuses_are_paid() -> None:
    bonus = reward_rule({"TIER_3": 50})
    third = points_of(report_of(), 3)
    paid = {completion.points for completion in report_of(reward_rules=(bonus,)).completions if completion.tier == 3}
    assert paid == {third * 1.5}


def test_a_weeks_cap_trims_what_is_paid() -> None:
    report = report_of(caps=Caps(member_weekly_points=100))
    weeks = Counter[tuple[int, int]]()
    for completion in report.completions:
        weeks[completion.slot, completion.date.isocalendar().week] += completion.points
    assert max(weeks.values()) == 100
    assert report.cost().trimmed > 0


def test_everybody_together_stays_within_the_cap_of_the_program() -> None:
    report = report_of(caps=Caps(program_daily_points=100))
    days = Counter[object]()
    for completion in report.completions:
        days[completion.date] += completion.points
    assert 0 < max(days.values()) <= 100


def test_whoever_has_no_budget_is_paid_from_the_reserve_alone_as_in_the_ledger() -> None:
    """Of 1,000 points a day, 950 are one member's budget; the other one has what is left, and no more."""
    rules = two_ladders(caps=Caps(program_daily_points=1_000))
    night: Any = SimpleNamespace(date=date(2026, 11, 2), plan=SimpleNamespace(budgets=[950, NO_BUDGET]))
    category = rules.challenges.categories[0].key
    asked = [(slot, full_program.completion(category=category, points=60)) for slot in (0, 1, 1)]
    paid = Payments(rules).pay(night, asked)
    assert [(line.slot, line.points, line.trimmed) for line in paid] == [(0, 60, 0), (1, 50, 10), (1, 0, 60)]


def test_held_completions_cost_nothing_yet_and_the_agent_table_says_why() -> None:
    rng = np.random.default_rng(3)
    share = np.where(np.arange(30) == 4, 0.2, 0.03)
    guard = Guard(short_contacts="SHORT", false_alarms=1e-5)
    rules = small_program(metrics=(HANDLE_TIME, QUALITY, metric("SHORT")), guard=guard)
    figures = {
        "AHT": np.full((60, 30), NAN),
        HANDLE_TIME.measured: rng.normal(200, 30, (60, 30)),
        "QA": np.full((60, 30), 90.0),
        "SHORT": 100 * rng.binomial(40, share, (60, 30)) / 40,
        **{kind.contacts: np.full((60, 30), 20.0) for kind in rules.challenges.contact_types},
    }
    report = Report.of(replayed(rules, figures, nights=NIGHTS), file="centre.csv")
    held = [completion for completion in report.completions if completion.reason]
    assert {completion.slot for completion in held} == {4}
    assert all(completion.points == 0 < completion.held for completion in held)
    assert report.agents()[4].held == {"flagged for short contacts": len(held)}
    assert report.cost().held == pytest.approx(sum(completion.held for completion in held) * 30 / NIGHTS)


def test_where_the_platform_pays_neither_caps_nor_bonuses_nor_holds_apply() -> None:
    report = report_of(payer="platform", caps=Caps(member_weekly_points=1))
    assert {each.points for each in report.completions} == {points_of(report, tier) for tier in (1, 2, 3)}


def test_the_screen_and_the_page_answer_who_moves_why_who_is_held_and_what_it_costs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history, page = tmp_path / "history.csv", tmp_path / "page.html"
    history.write_text(metric_file(12, 60, seed=2))
    words = ["backtest", "--metrics", str(history), "--program", str(BANK), "--html", str(page)]
    assert main([*words, "--point-value", "0.01", "--currency", "CHF"]) == 0
    screen, html = capsys.readouterr().out, page.read_text(encoding="utf-8")
    assert "What a month of 30 nights would cost, in points" in screen
    assert "CHF" in screen
    assert "worked days in a row" in screen
    assert "eld completion" in screen or "No completion is held" in screen
    assert "What it would cost" in html
    assert "Each agent" in html
    assert '<th scope="col" class="number">CHF</th>' in html
    assert "worked days in a row" in html
    assert "challenges.tier" not in html  # a code is no text
    assert all(f">P{number:05d}<" in html for number in range(12))


def test_the_document_has_points_by_category_and_tier_and_every_agent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = tmp_path / "history.csv"
    history.write_text(metric_file(12, 45))
    assert main(["backtest", "--metrics", str(history), "--program", str(BANK), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    points = document["points_a_month"]
    by_tier = sum(tiers[tier]["points"] for tiers in points["by_category"].values() for tier in "123")
    assert by_tier == pytest.approx(points["all"]["points"])
    assert len(document["agents"]) == 12
    assert points["worth"] is None


@pytest.mark.parametrize("amount", ["0", "-1", "nan", "inf"])
def test_a_point_is_worth_an_amount_above_zero(amount: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "history.csv").write_text(metric_file(6, 20))
    words = ["backtest", "--metrics", str(tmp_path / "history.csv"), "--program", str(BANK), "--point-value", amount]
    assert main(words) == 2
    assert "write an amount above 0" in capsys.readouterr().err


def test_money_has_two_digits_after_the_point() -> None:
    assert PointValue(0.01, "EUR").money(123_456) == "1,234.56"
