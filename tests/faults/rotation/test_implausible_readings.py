"""A reading that cannot be is left out and told with its agent and its day; it changes nothing for anybody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from math import inf, nan

import pytest

from ladder.domain.challenges.history import History
from ladder.domain.challenges.plausibility import PlausibleRange
from ladder.domain.challenges.ports import Reading
from ladder.domain.challenges.rotation import Rotation, RotationPlan
from ladder.domain.message import Message
from ladder.messages.render import render
from rotation.readings import MAX_DESCRIBED, Feed, UnusableReadings, fill
from tests.builders.nights import FIRST_NIGHT, NightRunner

YESTERDAY = FIRST_NIGHT - timedelta(days=1)
SECOND_NIGHT = FIRST_NIGHT + timedelta(days=1)
CANNOT_BE: dict[str, tuple[str, float, float, str]] = {
    "111 hours of calls": ("AHT", 10_000.0, 40.0, "400,000 s of contacts in one day are not possible"),
    "an overflow of float32": ("AHT", 1e39, 40.0, "4e+40 s of contacts in one day are not possible"),
    "infinity": ("AHT", inf, 40.0, "inf s is not possible"),
    "a negative time": ("AHT", -180.0, 40.0, "-180 s is not possible"),
    "a negative count": ("AHT", 180.0, -40.0, "-40 contacts in one day are not possible"),
    "a count without end": ("AHT", 180.0, inf, "inf contacts in one day are not possible"),
    "a count that overflows": ("AHT", 180.0, 1e39, "1e+39 contacts in one day are not possible"),
    "twice all calls": ("QA", 200.0, 40.0, "200 % is not possible"),
    "contacts without end": ("CONTACTS LONG", 1e39, 40.0, "1e+39 contacts is not possible"),
    "fewer contacts than none": ("CONTACTS SHORT", -3.0, 40.0, "-3 contacts is not possible"),
}


def told(runner: NightRunner, series: str, day: date, value: float, count: float) -> None:
    """By agent 3, instead of what the source said of that day, if anything."""
    others = [each for each in runner.source.known[series] if (each.user, each.day) != ("agent3", day)]
    runner.source.known[series] = [*others, Reading("agent3", day, value, count)]


def silent(runner: NightRunner, series: str, day: date) -> None:
    runner.source.known[series] = [
        each for each in runner.source.known[series] if (each.user, each.day) != ("agent3", day)
    ]


def played(change: Callable[[NightRunner], None] = lambda _: None) -> tuple[NightRunner, Rotation, RotationPlan]:
    runner = NightRunner()
    change(runner)
    runner.night(FIRST_NIGHT)
    rotation = runner.rotations.get("bank", f"{FIRST_NIGHT}#0001")
    assert rotation is not None
    assert rotation.plan is not None
    assert rotation.step == "announced"
    return runner, rotation, rotation.plan


@pytest.mark.parametrize("name", CANNOT_BE)
def test_it_is_as_if_it_had_not_been_told(name: str) -> None:
    series, value, count, _ = CANNOT_BE[name]
    absurd, _, night = played(lambda runner: told(runner, series, YESTERDAY, value, count))
    without, _, quiet = played(lambda runner: silent(runner, series, YESTERDAY))
    assert absurd.known_columns() == without.known_columns()
    assert (night.targets, night.selected) == (quiet.targets, quiet.selected)


@pytest.mark.parametrize("name", CANNOT_BE)
def test_the_nights_record_names_agent_day_and_reason_and_its_announcement_the_number(name: str) -> None:
    series, value, count, why = CANNOT_BE[name]
    runner, rotation, night = played(lambda runner: told(runner, series, YESTERDAY, value, count))
    assert rotation.left_out.keys() == {"agent3"}
    (reading,) = rotation.left_out["agent3"]
    assert render(reading).startswith(f"{series} on {YESTERDAY:%d/%m/%Y}: {why}")
    assert rotation.warnings == (Message("rotation.readings_refused", {"series": series, "readings": 1}),)
    assert rotation.warnings[0] in night.warnings
    assert str(rotation.warnings[0].to_dict()) in str(runner.announcements.made)


def test_nobody_is_named_to_whoever_hears_of_the_night() -> None:
    runner, _, night = played(lambda runner: told(runner, "AHT", YESTERDAY, 1e39, 40.0))
    assert "agent3" not in str(night)
    assert "agent3" not in str(runner.announcements.made)


def test_a_night_whose_figures_can_be_says_nothing_of_them() -> None:
    assert (played()[1].warnings, played()[1].left_out) == ((), {})


@pytest.mark.parametrize("name", CANNOT_BE)
def test_a_correction_that_cannot_be_leaves_the_good_figure_that_is_known(name: str) -> None:
    series, value, count, why = CANNOT_BE[name]
    runner, undisturbed = NightRunner(), NightRunner()
    for each in (runner, undisturbed):
        told(each, series, YESTERDAY, 50.0, 20.0)
        each.night(FIRST_NIGHT)
    told(runner, series, YESTERDAY, value, count)
    runner.night(SECOND_NIGHT)
    undisturbed.night(SECOND_NIGHT)
    assert runner.known_columns() == undisturbed.known_columns()
    rotation = runner.rotations.get("bank", f"{SECOND_NIGHT}#0001")
    assert rotation is not None
    assert why in render(rotation.left_out["agent3"][0])


def everything_absurd(runner: NightRunner) -> None:
    runner.source.known["AHT"] = [replace(each, value=10_000.0) for each in runner.source.known["AHT"]]


@pytest.mark.parametrize("at_once", [0, 1, 5])
def test_of_many_the_first_are_told_and_the_others_counted_however_many_invocations_it_takes(at_once: int) -> None:
    runner = NightRunner(readings_at_once=at_once)
    runner.source.batch = 3
    everything_absurd(runner)
    window = timedelta(days=runner.program.challenges.tier_rule.window_days)
    absurd = sum(FIRST_NIGHT - window <= each.day < FIRST_NIGHT for each in runner.source.known["AHT"])
    runner.night(FIRST_NIGHT)
    rotation = runner.rotations.get("bank", f"{FIRST_NIGHT}#0001")
    assert rotation is not None
    assert sum(map(len, rotation.left_out.values())) == MAX_DESCRIBED
    assert rotation.warnings[0] == Message("rotation.readings_refused", {"series": "AHT", "readings": absurd})


def test_a_rotation_by_hand_tells_of_them_as_well() -> None:
    runner, rotation, _ = played(lambda runner: told(runner, "AHT", YESTERDAY, 1e39, 40.0))
    runner.again_by_hand(FIRST_NIGHT)
    again = runner.rotations.get("bank", f"{FIRST_NIGHT}#0002")
    assert again is not None
    assert again.plan is not None
    assert set(rotation.warnings) <= set(again.plan.warnings)
    assert again.left_out == rotation.left_out


def test_a_reading_without_a_count_is_no_correction_night_after_night() -> None:
    runner = NightRunner()
    told(runner, "AHT", YESTERDAY, 180.0, float("nan"))
    runner.night(FIRST_NIGHT)
    before = runner.known_columns()[YESTERDAY]
    runner.night(SECOND_NIGHT)
    assert runner.known_columns()[YESTERDAY] == before


@pytest.mark.parametrize("at_once", [0, 1, 4])
def test_contacts_by_type_that_no_day_holds_at_the_measured_time_are_no_mix_of_that_day(at_once: int) -> None:
    """50,000 contacts are possible of one second each, and not of 180."""

    def absurd(runner: NightRunner) -> None:
        runner.readings_at_once = at_once
        told(runner, "AHT", YESTERDAY, 180.0, 40.0)
        told(runner, "CONTACTS LONG", YESTERDAY, 50_000.0, 40.0)

    def unknown(runner: NightRunner) -> None:
        told(runner, "AHT", YESTERDAY, 180.0, 40.0)
        silent(runner, "CONTACTS LONG", YESTERDAY)

    def cells(runner: NightRunner, series: str) -> list[object]:
        day = runner.known_columns()[YESTERDAY]
        return [value for slot, value in enumerate(day[series][0]) if slot != 3]

    runner, rotation, plan = played(absurd)
    without, _, quiet = played(unknown)
    assert runner.known_columns()[YESTERDAY]["CONTACTS LONG"][0][3] == ""
    assert "CONTACTS LONG on" in render(rotation.left_out["agent3"][0])
    assert "s of contacts in one day are not possible" in render(rotation.left_out["agent3"][0])
    assert plan.targets == quiet.targets
    assert cells(runner, "AHT") == cells(without, "AHT")


def test_a_reading_that_is_no_number_is_refused_by_name() -> None:
    feed = Feed("AHT", "AHT", 1.0, PlausibleRange("s", 0.0, 86_400.0, 1.0), YESTERDAY, YESTERDAY)
    history, left_out = History.empty(first=YESTERDAY, days=1, members=1, metrics=("AHT",)), UnusableReadings()

    fill(history, feed, [Reading("agent3", YESTERDAY, nan, 40.0)], {"agent3": 0}, left_out)

    assert left_out.refused == {"AHT": 1}
    assert "nan s is not possible" in render(Message.from_dict(left_out.described[0][1]))
