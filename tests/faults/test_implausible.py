"""A reading that cannot be is left out and told with its agent and its day; it changes nothing for anybody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from math import inf

import pytest

from ladder.domain.challenges.ports import Reading
from ladder.domain.challenges.rotation import Rotation, RotationPlan
from rotation.readings import MAX_DESCRIBED
from tests.builders.nights import FIRST_NIGHT, World

YESTERDAY = FIRST_NIGHT - timedelta(days=1)
SECOND_NIGHT = FIRST_NIGHT + timedelta(days=1)
CANNOT_BE: dict[str, tuple[str, float, float, str]] = {
    "111 hours of calls": ("AHT", 10_000.0, 40.0, "400,000 s of contacts in one day cannot be"),
    "an overflow of float32": ("AHT", 1e39, 40.0, "4e+40 s of contacts in one day cannot be"),
    "infinity": ("AHT", inf, 40.0, "inf s cannot be"),
    "a negative time": ("AHT", -180.0, 40.0, "-180 s cannot be"),
    "a negative count": ("AHT", 180.0, -40.0, "-40 contacts in one day cannot be"),
    "a count without end": ("AHT", 180.0, inf, "inf contacts in one day cannot be"),
    "a count that overflows": ("AHT", 180.0, 1e39, "1e+39 contacts in one day cannot be"),
    "twice all calls": ("QA", 200.0, 40.0, "200 % cannot be"),
    "contacts without end": ("CONTACTS LONG", 1e39, 40.0, "1e+39 contacts cannot be"),
    "fewer contacts than none": ("CONTACTS SHORT", -3.0, 40.0, "-3 contacts cannot be"),
}


def told(world: World, series: str, day: date, value: float, count: float) -> None:
    """By agent 3, instead of what the source said of that day, if anything."""
    others = [each for each in world.source.known[series] if (each.user, each.day) != ("agent3", day)]
    world.source.known[series] = [*others, Reading("agent3", day, value, count)]


def silent(world: World, series: str, day: date) -> None:
    world.source.known[series] = [
        each for each in world.source.known[series] if (each.user, each.day) != ("agent3", day)
    ]


def played(change: Callable[[World], None] = lambda _: None) -> tuple[World, Rotation, RotationPlan]:
    world = World()
    change(world)
    world.night(FIRST_NIGHT)
    rotation = world.rotations.get("bank", f"{FIRST_NIGHT}#0001")
    assert rotation is not None
    assert rotation.plan is not None
    assert rotation.step == "announced"
    return world, rotation, rotation.plan


@pytest.mark.parametrize("name", CANNOT_BE)
def test_it_is_as_if_it_had_not_been_told(name: str) -> None:
    series, value, count, _ = CANNOT_BE[name]
    absurd, _, night = played(lambda world: told(world, series, YESTERDAY, value, count))
    without, _, quiet = played(lambda world: silent(world, series, YESTERDAY))
    assert absurd.known_columns() == without.known_columns()
    assert (night.targets, night.selected) == (quiet.targets, quiet.selected)


@pytest.mark.parametrize("name", CANNOT_BE)
def test_the_nights_record_names_agent_day_and_reason_and_its_announcement_the_number(name: str) -> None:
    series, value, count, why = CANNOT_BE[name]
    world, rotation, night = played(lambda world: told(world, series, YESTERDAY, value, count))
    assert rotation.left_out.keys() == {"agent3"}
    (reading,) = rotation.left_out["agent3"]
    assert reading.startswith(f"{YESTERDAY} {series}: {why}")
    assert rotation.warnings == (f"{series}: 1 reading cannot be and did not count; the night's record says whose",)
    assert rotation.warnings[0] in night.warnings
    assert rotation.warnings[0] in str(world.announcements.made)


def test_nobody_is_named_to_whoever_hears_of_the_night() -> None:
    world, _, night = played(lambda world: told(world, "AHT", YESTERDAY, 1e39, 40.0))
    assert "agent3" not in str(night)
    assert "agent3" not in str(world.announcements.made)


def test_a_night_whose_figures_can_be_says_nothing_of_them() -> None:
    assert (played()[1].warnings, played()[1].left_out) == ((), {})


@pytest.mark.parametrize("name", CANNOT_BE)
def test_a_correction_that_cannot_be_leaves_the_good_figure_that_is_known(name: str) -> None:
    series, value, count, why = CANNOT_BE[name]
    world, undisturbed = World(), World()
    for each in (world, undisturbed):
        told(each, series, YESTERDAY, 50.0, 20.0)
        each.night(FIRST_NIGHT)
    told(world, series, YESTERDAY, value, count)
    world.night(SECOND_NIGHT)
    undisturbed.night(SECOND_NIGHT)
    assert world.known_columns() == undisturbed.known_columns()
    rotation = world.rotations.get("bank", f"{SECOND_NIGHT}#0001")
    assert rotation is not None
    assert why in rotation.left_out["agent3"][0]


def everything_absurd(world: World) -> None:
    world.source.known["AHT"] = [replace(each, value=10_000.0) for each in world.source.known["AHT"]]


@pytest.mark.parametrize("at_once", [0, 1, 5])
def test_of_many_the_first_are_told_and_the_others_counted_however_many_invocations_it_takes(at_once: int) -> None:
    world = World(readings_at_once=at_once)
    world.source.batch = 3
    everything_absurd(world)
    window = timedelta(days=world.program.challenges.tier_rule.window_days)
    absurd = sum(FIRST_NIGHT - window <= each.day < FIRST_NIGHT for each in world.source.known["AHT"])
    world.night(FIRST_NIGHT)
    rotation = world.rotations.get("bank", f"{FIRST_NIGHT}#0001")
    assert rotation is not None
    assert sum(map(len, rotation.left_out.values())) == MAX_DESCRIBED
    assert rotation.warnings[0].startswith(f"AHT: {absurd} readings cannot be")


def test_a_rotation_by_hand_tells_of_them_as_well() -> None:
    world, rotation, _ = played(lambda world: told(world, "AHT", YESTERDAY, 1e39, 40.0))
    world.again_by_hand(FIRST_NIGHT)
    again = world.rotations.get("bank", f"{FIRST_NIGHT}#0002")
    assert again is not None
    assert again.plan is not None
    assert set(rotation.warnings) <= set(again.plan.warnings)
    assert again.left_out == rotation.left_out


def test_a_reading_without_a_count_is_no_correction_night_after_night() -> None:
    world = World()
    told(world, "AHT", YESTERDAY, 180.0, float("nan"))
    world.night(FIRST_NIGHT)
    before = world.known_columns()[YESTERDAY]
    world.night(SECOND_NIGHT)
    assert world.known_columns()[YESTERDAY] == before
