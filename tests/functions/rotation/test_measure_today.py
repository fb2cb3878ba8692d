"""Values of today: who is asked for, how often, and that no night knows of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from math import isnan
from typing import Any

import pytest

from ladder.domain.calendar.schedule import night_falls_at
from ladder.domain.challenges.ports import Reading
from rotation.measure_today import measure_today
from tests.builders.nights import FIRST_NIGHT, NightRunner, small_program
from tests.fakes.figures_of_today import MemoryFiguresOfToday
from tests.fakes.platform import MemoryMetrics
from tests.paths import ROOT

NEXT = FIRST_NIGHT + timedelta(days=1)
METRICS = ("AHT", "QA")


def runner(**changed: Any) -> NightRunner:
    return NightRunner(program=small_program(today_every_hours=2, **changed))


def measured(
    nights: NightRunner,
    today: MemoryFiguresOfToday,
    *,
    hours: float = 9,
    source: Any = None,
    seconds_left: float = 900.0,
) -> dict[str, str]:
    """Measure some hours after the first night."""
    return measure_today(
        now=at(nights, hours),
        programs=nights.programs,
        rotations=nights.rotations,
        assignments=nights.assignments,
        figures=today,
        source_of=lambda *_: source or nights.source,
        time_left=lambda: seconds_left,
    )


def at(nights: NightRunner, hours: float) -> datetime:
    return night_falls_at(nights.program.schedule, FIRST_NIGHT) + timedelta(hours=hours)


def test_a_program_that_does_not_ask_for_it_reads_nothing_before_the_night() -> None:
    nights, today = NightRunner(), MemoryFiguresOfToday()
    nights.night(FIRST_NIGHT)
    assert measured(nights, today) == {}
    assert (today.known, today.begun) == ({}, {})


def test_each_player_has_todays_value_as_it_was_measured() -> None:
    nights, today = runner(), MemoryFiguresOfToday()
    nights.night(FIRST_NIGHT)
    assert measured(nights, today) == {}
    figures = today.known["bank", "AHT"]
    read = {reading.user: reading for reading in nights.source.known["AHT"] if reading.day == FIRST_NIGHT}
    shown = {f"agent{slot}": value for slot, value in enumerate(figures.values) if not isnan(value)}
    assert shown.keys() == read.keys()
    assert all(abs(value - read[user].value) <= 0.05 for user, value in shown.items())  # a tenth of a step
    assert (figures.day, figures.measured_at, figures.given) == (FIRST_NIGHT, at(nights, 9), True)


def test_the_quality_that_speed_pays_with_is_read_beside_it() -> None:
    nights, today = runner(), MemoryFiguresOfToday()
    nights.night(FIRST_NIGHT)
    measured(nights, today)
    assert {metric for _, metric in today.known} == set(METRICS)


def test_values_that_are_final_days_later_are_not_asked_for() -> None:
    metrics = small_program().challenges.metrics
    late = tuple(replace(metric, final_after_days=3 if metric.key == "QA" else 0) for metric in metrics)
    nights, today = runner(metrics=late), MemoryFiguresOfToday()
    nights.night(FIRST_NIGHT)
    measured(nights, today)
    assert {metric for _, metric in today.known} <= {"AHT"}


def test_a_tick_every_quarter_of_an_hour_reads_every_two_hours() -> None:
    nights, today = runner(), MemoryFiguresOfToday()
    nights.night(FIRST_NIGHT)
    moments = list[datetime]()
    for quarter in range(20):
        measured(nights, today, hours=9 + quarter / 4)
        moments.append(today.known["bank", "AHT"].measured_at)
    assert list(dict.fromkeys(moments)) == [at(nights, hours) for hours in (9, 11, 13)]


def test_nothing_is_read_before_the_night_is_over_nor_of_the_day_after_the_last_one() -> None:
    nights, today = runner(), MemoryFiguresOfToday()
    nights.claimed(FIRST_NIGHT)
    measured(nights, today)
    nights.night(FIRST_NIGHT)
    measured(nights, today, hours=33)
    assert today.known == {}


def test_a_paused_program_reads_nothing() -> None:
    nights, today = runner(), MemoryFiguresOfToday()
    nights.night(FIRST_NIGHT)
    nights.programs.publish(replace(nights.program, paused=True))
    measured(nights, today)
    assert today.known == {}


def test_who_left_is_not_asked_for() -> None:
    nights, today, asked = runner(), MemoryFiguresOfToday(), set[str]()
    nights.night(FIRST_NIGHT)
    gone = replace(nights.roster[0], active=False)
    nights.programs.enrol("bank", (gone, *nights.roster[1:]))

    class Noted(MemoryMetrics):
        def readings(self, metric: str, users: Any, **days: Any) -> Any:
            asked.update(users)
            return MemoryMetrics.readings(self, metric, users, **days)

    measured(nights, today, source=Noted(known=nights.source.known, batch=4))
    assert asked == {member.user for member in nights.roster[1:]}


def test_an_impossible_value_is_not_shown() -> None:
    nights, today = runner(), MemoryFiguresOfToday()
    nights.night(FIRST_NIGHT)
    nights.source.known["AHT"] = [Reading(member.user, FIRST_NIGHT, -5.0, 40.0) for member in nights.roster]
    measured(nights, today)
    assert not today.known["bank", "AHT"].given


def test_where_the_source_has_nothing_of_today_that_is_said() -> None:
    nights, today = runner(), MemoryFiguresOfToday()
    nights.night(FIRST_NIGHT)
    measured(nights, today, source=MemoryMetrics(known={metric: [] for metric in METRICS}))
    assert not today.known["bank", "AHT"].given


def test_a_platform_in_trouble_says_so_stops_nobody_and_has_had_its_turn() -> None:
    nights, today = runner(), MemoryFiguresOfToday()
    nights.night(FIRST_NIGHT)
    why = measured(nights, today, source=MemoryMetrics(known={}))
    assert "no metric" in why["bank"]
    assert measured(nights, today, hours=9.25) == {}
    assert today.known == {}


def test_what_does_not_fit_into_the_invocation_is_left_to_the_next_turn() -> None:
    nights, today = runner(), MemoryFiguresOfToday()
    nights.night(FIRST_NIGHT)
    why = measured(nights, today, seconds_left=30.0)
    assert "no time was left after 0 of" in why["bank"]
    assert today.known == {}
    measured(nights, today, hours=11)
    assert today.known


@pytest.mark.parametrize("absurd", [1.0, 1_500.0])
def test_values_of_today_change_no_tier_target_completion_or_column(absurd: float) -> None:
    """Whatever stood there during the day: a night reads the day again, when it is final."""
    with_them, without = runner(), runner()
    for nights in (with_them, without):
        nights.night(FIRST_NIGHT)
    early = [Reading(member.user, FIRST_NIGHT, absurd, 40.0) for member in with_them.roster]
    today = MemoryFiguresOfToday()
    measured(with_them, today, source=MemoryMetrics(known={"AHT": early, "QA": []}))
    assert set(today.known["bank", "AHT"].values) == {absurd}
    for nights in (with_them, without):
        nights.night(NEXT)
    assert with_them.state() == without.state()
    assert with_them.known_columns() == without.known_columns()


def test_no_step_of_a_night_no_message_and_nobody_but_the_member_is_shown_values_of_today() -> None:
    """An admin has them where they export everything about a member."""
    readers = {
        str(file.relative_to(ROOT / "functions"))
        for file in (ROOT / "functions").rglob("*.py")
        if any(word in file.read_text() for word in ("challenges.so_far import", "figures_of_today", "FiguresOfToday"))
    }
    exports = {"admin/member_routes.py", "admin/personal_data.py", "admin/services.py", "admin/handler.py"}
    exports |= {"ladder/domain/reviews/member_export.py", "progress/export.py"}
    stored = {f"ladder/adapters/dynamodb/{name}.py" for name in ("figures_of_today", "keys", "program_stores")}
    pages, measured = {"progress/handler.py", "progress/show_progress.py"}, {"rotation/measure_today.py"}
    assert readers - exports - stored - pages - measured == {"rotation/handler.py", "ladder/domain/challenges/ports.py"}
