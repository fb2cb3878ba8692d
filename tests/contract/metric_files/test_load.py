"""Rows of queues and hours, read by the load that the program's handle times are compared by."""

from datetime import time
from pathlib import Path
from typing import Any

import pytest

from ladder.adapters.metric_files import MetricTable, as_history, read_metric_file
from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.metric_files import Load, Measure, MetricFiles, TypeInRows
from ladder.domain.challenges.rules import ContactType
from ladder.domain.programs.program import Program
from tests.builders.bank import HANDLE_TIME
from tests.builders.metric_files import BY_DEFAULT
from tests.builders.programs import with_values

ROWS = """agent,start,line,skill,calls,seconds,calls_OLD,calls_NEW
ann,2026-02-01T07:30:00Z,Night,OLD,2,200,2,0
ann,2026-02-01T07:30:00Z,Billing,NEW,6,900,1,5
ann,2026-02-01T11:00:00Z,Night,NEW,3,600,0,3
bob,2026-02-01T12:30:00Z,Orders,OLD,5,500,4,1
bob,2026-02-02T03:00:00Z,Night,OLD,0,0,0,0
bob,2026-02-02T03:00:00Z,Orders,OLD,1,90,1,0
"""
SECONDS = Measure(columns=("seconds",), count="calls", statistic="ratio")
QUEUES = Load(queue="line", queues=("Night",))
HOURS = Load(hours=(time(8), time(13)))


def program_of(load: Load, *, types: bool = False, **section: Any) -> Program:
    section = {"date": "start", "date_format": "instant", "rows_by": ("line",), **section}
    return with_values(
        BY_DEFAULT,
        metrics=(HANDLE_TIME,),
        contact_types=tuple(ContactType(key=key) for key in ("OLD", "NEW")) if types else (),
        metric_files=MetricFiles(measures={"AHT": SECONDS}, load=load, **section),
        schedule=Schedule(time_zone="Europe/Berlin"),  # an hour ahead of the file's moments
    )


def read(folder: Path, program: Program, text: str = ROWS) -> MetricTable:
    (folder / "export.csv").write_text(text)
    return read_metric_file(folder / "export.csv", program)


def shown(table: MetricTable, name: str) -> list[tuple[float, float]]:
    assert [str(problem) for problem in table.problems] == []
    series = table.series[name]
    return list(zip(series.values.tolist(), series.counts.tolist(), strict=True))


def test_times_and_contacts_of_a_day_are_told_apart_by_queue(tmp_path: Path) -> None:
    table = read(tmp_path, program_of(QUEUES))
    assert shown(table, "AHT") == [(1700 / 11, 11), (100, 5), (90, 1)]
    assert shown(table, "AHT in Night")[0] == (160, 5)
    assert shown(table, "AHT in other queues") == [(150, 6), (100, 5), (90, 1)]


def test_where_nothing_was_handled_in_a_queue_the_days_value_stands_on_no_contacts(tmp_path: Path) -> None:
    """So a correction that moves all contacts to another queue replaces what was known."""
    assert shown(read(tmp_path, program_of(QUEUES)), "AHT in Night")[1:] == [(100, 0), (90, 0)]


def test_parts_of_the_day_begin_in_the_centres_zone_and_the_last_one_lasts_until_the_first(tmp_path: Path) -> None:
    table = read(tmp_path, program_of(HOURS))
    assert shown(table, "AHT in 08:00") == [(1700 / 11, 11), (100, 0), (90, 0)]  # ann: 08:30 and 12:00
    assert shown(table, "AHT in 13:00") == [(1700 / 11, 0), (100, 5), (90, 1)]  # bob: 13:30, and 04:00


def test_queues_and_parts_of_the_day_are_told_apart_together(tmp_path: Path) -> None:
    both = Load(queue="line", queues=("Night", "Billing"), hours=(time(8), time(12)))
    assert both.conditions[:3] == ("Night 08:00", "Night 12:00", "Billing 08:00")
    table = read(tmp_path, program_of(both))
    contacts = [shown(table, f"AHT in {name}")[0][1] for name in both.conditions]
    assert contacts == [2, 3, 6, 0, 0, 0]


@pytest.mark.parametrize("in_rows", [True, False])
def test_contacts_of_each_type_are_told_apart_by_queue(tmp_path: Path, *, in_rows: bool) -> None:
    by_type = {"contact_type": TypeInRows(column="skill", count="calls")} if in_rows else {}
    table = read(tmp_path, program_of(QUEUES, types=True, **by_type))
    old, new = ((2, 3), (6, 0)) if in_rows else ((2, 3), (5, 0))
    assert [shown(table, f"calls_{kind} in Night")[0][0] for kind in ("OLD", "NEW")] == list(old)
    assert shown(table, "calls_NEW in other queues")[0][0] == new[0]


def test_a_history_has_a_column_for_each_condition(tmp_path: Path) -> None:
    program = program_of(QUEUES)
    history = as_history(read(tmp_path, program), program, ["bob", "ann"])
    assert history.columns["AHT in Night"].counts[0].tolist() == [0, 5]
    assert history.columns["AHT in Night"].values[0].tolist() == [100, 160]


def test_without_its_column_the_queue_is_asked_for(tmp_path: Path) -> None:
    table = read(tmp_path, program_of(Load(queue="Queue", queues=("Night",))))
    assert table.refused
    assert "Queue: there is no such column" in str(table.problems[0])
