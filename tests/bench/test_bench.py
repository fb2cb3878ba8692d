"""The bench itself: its rows, and the plain-Python plan that planning is held against. No time is asserted here."""

import importlib
import json
from dataclasses import replace

import numpy as np
import pytest

from ladder.settings import from_env
from tests.bench import __main__ as bench
from tests.bench import rows
from tests.bench.bench_nights import BenchNights, fair_program, nights_from
from tests.bench.bundles import DEPLOYED
from tests.bench.plainly import as_lists, plan_plainly
from tests.bench.rows import MEASUREMENTS, Row, at_least, at_most, selected
from tests.bench.task import draw_task
from tests.builders.nights import FIRST_NIGHT
from tests.paths import FUNCTIONS


@pytest.fixture
def measurements(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows of our own, and none of the real ones."""
    monkeypatch.setattr(rows, "MEASUREMENTS", [])
    at_most(10, "s", "planning: CPU")(lambda: 4.23456)
    at_least(20, "ratio", "planning: speed-up")(lambda: 6)


def test_every_measurement_says_what_it_measures_and_has_a_goal() -> None:
    names = [each.name for each in MEASUREMENTS]

    assert len(set(names)) == len(names) >= 12
    assert all(each.unit and each.goal.startswith((">= ", "<= ")) for each in MEASUREMENTS)


def test_a_row_is_met_on_the_right_side_of_its_goal(measurements: None) -> None:
    assert [each.row() for each in selected("")] == [
        Row("planning: CPU", 4.235, "s", "<= 10", met=True),
        Row("planning: speed-up", 6.0, "ratio", ">= 20", met=False),
    ]


def test_json_prints_the_list_alone_and_a_missed_goal_is_an_exit_status(
    measurements: None, capsys: pytest.CaptureFixture[str]
) -> None:
    status = bench.main(["--json"])

    printed = json.loads(capsys.readouterr().out)
    assert [set(row) for row in printed] == [{"name", "value", "unit", "goal", "met"}] * 2
    assert (status, [row["met"] for row in printed]) == (1, [True, False])


def test_only_runs_the_rows_that_are_asked_for(measurements: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--only", "cpu", "--markdown"]) == 0

    assert "| planning: CPU | 4.235 | s | <= 10 | yes |" in capsys.readouterr().out


@pytest.mark.parametrize("purse", [260, 90, 50])
def test_planning_is_the_same_member_by_member_in_plain_python(purse: int) -> None:
    """Every group is large here; the tests of the domain compare blended ones with a reference of their own."""
    task = draw_task(1_500, purse=purse)

    planned, plainly = task.plan(), plan_plainly(as_lists(task))

    warned = planned.rotation_plan.warnings != ()  # what the sentence says is counted beside it
    assert warned == (purse < 260)
    assert replace(planned, rotation_plan=replace(planned.rotation_plan, warnings=())) == plainly


def test_the_task_moves_lowers_and_drops_somebody() -> None:
    before, poor = draw_task(400), draw_task(400, purse=50)
    plan = before.plan()

    assert all(plan.assignment[key].tier != standing.tier for key, standing in before.previous.items())
    assert plan.rotation_plan.lowered > 0
    assert poor.plan().rotation_plan.dropped > 0


def test_a_house_collects_and_plays_a_night_with_comparable_handle_times() -> None:
    runner = BenchNights(program=fair_program(), members=30, skipped=frozenset())
    runner.source = runner.figures  # type: ignore[assignment]  # reads in bulk

    for night in nights_from(FIRST_NIGHT, 2):
        runner.play(night)

    yesterday = FIRST_NIGHT
    known = runner.histories.load(runner.program.key, first=yesterday, last=yesterday, members=30, metrics=("AHT",))
    assert not np.isnan(known.columns["AHT"].values).all()
    assert runner.platform.live


@pytest.mark.parametrize("function", sorted(path.parent.name for path in FUNCTIONS.glob("*/handler.py")))
def test_the_bench_gives_every_function_all_the_settings_that_it_needs(function: str) -> None:
    needed = importlib.import_module(f"{function}.settings").Settings
    assert from_env(needed, DEPLOYED)
