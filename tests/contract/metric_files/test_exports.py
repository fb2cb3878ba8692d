"""Exports of other systems: dates, moments, durations, signs and rows, as the section of a program says."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ladder.adapters.metric_files import MetricTable, read_metric_file
from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.metric_files import Measure, MetricFiles, SkippedRows, TypeInRows
from ladder.domain.challenges.rules import ContactType, Metric
from tests.builders.bank import HANDLE_TIME
from tests.builders.metric_files import BY_DEFAULT
from tests.builders.programs import with_values

AHT = Measure(columns=("aht",), count="calls")
SHORT = Metric(key="SHORT10", name="short calls", unit="%", direction="lower", step=0.5)


def read(
    folder: Path, text: str | bytes, *, measures: dict[str, Measure] | None = None, zone: str = "UTC", **section: Any
) -> MetricTable:
    measures = {"AHT": AHT} if measures is None else measures
    named = {"AHT": HANDLE_TIME, "SHORT10": SHORT}
    kinds = tuple(ContactType(key=key) for key in ("OLD", "NEW")) if "contact_type" in section else ()
    program = with_values(
        BY_DEFAULT,
        metrics=tuple(
            Metric(**{**_fields(named[key]), "normalise_by": None, "quality_gate": None}) for key in measures
        ),
        contact_types=kinds,
        metric_files=MetricFiles(measures=measures, **section),
        schedule=Schedule(time_zone=zone),
    )
    (folder / "export.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_metric_file(folder / "export.csv", program)


def _fields(metric: Metric) -> dict[str, Any]:
    return {name: getattr(metric, name) for name in Metric.__dataclass_fields__}


def days_of(table: MetricTable) -> list[date]:
    assert [str(problem) for problem in table.problems] == []
    return [date.fromordinal(day) for day in table.day.tolist()]


DATES = {
    "yyyy-mm-dd": "2026-02-01",
    "dd.mm.yyyy": "01.02.2026",
    "d.m.yyyy": "1.2.2026",
    "m/d/yyyy": "2/1/2026",
    "mm/dd/yyyy": "02/01/2026",
    "dd/mm/yy": "01/02/26",
    "yyyymmdd": "20260201",
    "yyyy-mm-dd hh:mm": "2026-02-01 23:30",
    "mm/dd/yyyy hh:mm am": "02/01/2026 11:30 PM",
    "dd.mm.yyyy hh:mm:ss": "01.02.2026 00:00:00",
    "yyyy-mm-ddThh:mm": "2026-02-01T12:00",
    "d-mmm-yyyy": "1-Feb-2026",
    "mmm d, yyyy": "Feb. 1, 2026",
    "ddd, mmm dd, yyyy": "Sunday, February 01, 2026",
    "d. mmm yyyy": "1. Februar 2026",
    "ddmmmyyyy": "01FÉVR2026",
    "mmm dd, yyyy hh:mm am": "Feb 01, 2026 11:30 p.m.",
    "excel": "46054.0",
    "excel hh:mm": "46054.979",
    "unix": "1769983200",
    "unix ms": "1769983200000",
    "instant": "2026-02-01T22:00:00Z/2026-02-01T22:30:00Z",
}


@pytest.mark.parametrize("written", DATES)
def test_a_date_is_read_in_the_format_that_the_program_names(written: str, tmp_path: Path) -> None:
    table = read(tmp_path, f'agent,date,calls,aht\nann,"{DATES[written]}",4,100\n', date_format=written)
    assert days_of(table) == [date(2026, 2, 1)]


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ("d-mmm-yyyy", "1-Xyz-2026"),
        ("excel", "46054.5"),
        ("excel", "1e5"),
        ("unix ms", "1.76E+12"),
        ("unix", "tomorrow"),
    ],
)
def test_what_is_no_date_in_the_format_is_refused(written: str, cell: str, tmp_path: Path) -> None:
    table = read(tmp_path, f"agent,date,calls,aht\nann,{cell},4,100\n", date_format=written)
    assert [problem.line for problem in table.problems if problem.path == ("date",)] == [2]


def test_an_empty_cell_repeats_the_one_above_where_the_program_says_so(tmp_path: Path) -> None:
    text = "agent,date,calls,aht\nann,2026-02-01,4,100\n,2026-02-02,4,100\nann Total,,8,100\nbob,2026-02-01,4,100\n"
    skip = (SkippedRows(column="agent", like=("* Total",)),)
    table = read(tmp_path, text, repeats=("agent",), skip=skip)
    assert days_of(table) == [date(2026, 2, 1), date(2026, 2, 2), date(2026, 2, 1)]
    assert [table.agents[agent] for agent in table.agent.tolist()] == ["ann", "ann", "bob"]


def test_a_header_may_break_its_names_over_lines(tmp_path: Path) -> None:
    text = 'agent,date,"ACD\ncalls","AHT\n(s)"\nann,2026-02-01,4,x\n'
    table = read(tmp_path, text, measures={"AHT": Measure(columns=("AHT\n(s)",), count="ACD\ncalls")})
    assert [problem.line for problem in table.problems] == [4]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-02-01T22:30:00Z", 2),
        ("2026-02-01T21:59:59.999Z", 1),
        ("2026-02-02T00:00:00+02:00", 2),
        ("2026-02-01T18:00:00-06:00", 2),
        ("2026-02-01 22:30:00 UTC", 2),
        ("20260201T223000Z", 2),
    ],
)
def test_an_instant_belongs_to_the_work_day_of_the_program(moment: str, day: int, tmp_path: Path) -> None:
    table = read(tmp_path, f"agent,date,calls,aht\nann,{moment},4,100\n", date_format="instant", zone="Asia/Jerusalem")
    assert days_of(table) == [date(2026, 2, day)]


def test_times_that_name_no_zone_are_in_the_programs_or_in_the_one_that_is_said(tmp_path: Path) -> None:
    text = "agent,date,calls,aht\nann,2026-02-01 23:30,4,100\n"
    written: dict[str, Any] = {"date_format": "yyyy-mm-dd hh:mm", "zone": "Asia/Jerusalem"}
    assert days_of(read(tmp_path, text, **written)) == [date(2026, 2, 1)]
    assert days_of(read(tmp_path, text, time_zone="UTC", **written)) == [date(2026, 2, 2)]


CELLS = {
    ("s", "90.5"): 90.5,
    ("ms", "90500"): 90.5,
    ("min", "1.5"): 90.0,
    ("h", "0.025"): 90.0,
    ("hh:mm:ss", "00:01:30"): 90.0,
    ("hh:mm:ss", "0:01:30.5"): 90.5,
    ("mm:ss", "1:30"): 90.0,
    ("mm:ss", "75:00"): 4500.0,
    ("hh:mm", "1:15"): 4500.0,
}


@pytest.mark.parametrize(("written", "cell"), CELLS)
def test_a_time_is_read_in_the_format_of_its_measure(written: Any, cell: str, tmp_path: Path) -> None:
    measure = Measure(columns=("aht",), count="calls", format=written)
    table = read(tmp_path, f"agent,date,calls,aht\nann,2026-02-01,4,{cell}\n", measures={"AHT": measure})
    assert table.problems == ()
    assert table.series["AHT"].values.tolist() == pytest.approx([CELLS[written, cell]])


@pytest.mark.parametrize(
    ("written", "cell"), [("hh:mm:ss", "1:75:00"), ("mm:ss", "1:2:3"), ("mm:ss", "-1:30"), ("hh:mm", "90")]
)
def test_a_time_in_another_format_is_an_error_of_its_line(written: Any, cell: str, tmp_path: Path) -> None:
    measure = Measure(columns=("aht",), count="calls", format=written)
    [problem] = read(tmp_path, f"agent,date,calls,aht\nann,2026-02-01,4,{cell}\n", measures={"AHT": measure}).problems
    assert f'export.csv:2  aht: "{cell}" is not in the format {written}' in str(problem)


@pytest.mark.parametrize(("written", "cell"), [("percent", "12,5 %"), ("percent", "12,5"), ("fraction", "0,125")])
def test_a_share_is_a_percentage_or_a_fraction(written: Any, cell: str, tmp_path: Path) -> None:
    measure = Measure(columns=("short",), count="calls", format=written)
    text = f"agent;date;calls;short\nann;2026-02-01;8;{cell}\n"
    assert read(tmp_path, text, measures={"SHORT10": measure}, decimal=",").series["SHORT10"].values.tolist() == [12.5]


@pytest.mark.parametrize(
    ("decimal", "thousands", "cell"),
    [
        (",", ".", "1.234,5"),
        (".", ",", '"1,234.5"'),
        (",", " ", "1\u00a0234,5"),
        (".", "'", "1'234.5"),
        (",", None, "1234,5"),
    ],
)
def test_numbers_are_read_with_the_signs_that_the_program_names(
    decimal: Any, thousands: Any, cell: str, tmp_path: Path
) -> None:
    text = f"agent;date;calls;aht\nann;2026-02-01;4;{cell}\n"
    table = read(tmp_path, text, decimal=decimal, thousands=thousands)
    assert (table.problems, table.series["AHT"].values.tolist()) == ((), [1234.5])


def test_a_number_grouped_otherwise_is_no_number(tmp_path: Path) -> None:
    [problem] = read(tmp_path, "agent;date;calls;aht\nann;2026-02-01;4;12.34,5\n", decimal=",", thousands=".").problems
    assert 'aht: "12.34,5" is not a number. Write it with the decimal and thousands signs of metric_files' in str(
        problem
    )


def test_titles_words_for_nothing_and_lines_of_totals_are_left_out(tmp_path: Path) -> None:
    days = "ann;2026-02-01;4;k. A.\nbob;2026-02-01;5;99\nSumme Team;;9;\n;2026-02-01;9;\n"
    text = f"Bericht\nMärz\n\nagent;date;calls;aht\n{days}"
    table = read(
        tmp_path,
        text.encode("cp1252"),
        header=4,
        encoding="cp1252",
        empty=("k. A.",),
        skip=(SkippedRows(column="agent", like=("summe*", "")),),
    )
    assert table.problems == ()
    assert table.agents == ("ann", "bob")
    np.testing.assert_array_equal(table.series["AHT"].values, [np.nan, 99])


ROWS = """agent,date,queue,calls,total,aht,short
ann,2026-02-01T08:00:00Z,OLD,2,200,100,1
ann,2026-02-01T08:00:00Z,NEW,6,300,50,0
ann,2026-02-01T08:30:00Z,OLD,2,400,200,1
bob,2026-02-01T08:00:00Z,AUX,5,500,100,0
"""
IN_ROWS = TypeInRows(column="queue", count="calls")


@pytest.mark.parametrize(
    "measure", [AHT, Measure(columns=("total",), count="calls", statistic="ratio")], ids=["mean", "ratio"]
)
def test_rows_of_a_day_are_added_up_and_means_weigh_by_their_contacts(measure: Measure, tmp_path: Path) -> None:
    table = read(tmp_path, ROWS, measures={"AHT": measure}, date_format="instant", rows_by=("queue",))
    assert table.problems == ()
    assert (table.read, table.series["AHT"].values.tolist(), table.series["AHT"].counts.tolist()) == (
        4,
        [90, 100],
        [10, 5],
    )


def test_contact_types_in_rows_are_counted_apart_and_one_of_no_program_is_said_once(tmp_path: Path) -> None:
    table = read(tmp_path, ROWS, date_format="instant", contact_type=IN_ROWS)
    assert table.series["calls_OLD"].values.tolist() == [4, 0]
    assert table.series["calls_NEW"].values.tolist() == [6, 0]
    [problem] = table.problems
    assert '"AUX" is no contact type of the program' in str(problem)
    assert not table.refused


def test_a_contact_type_can_have_another_name_in_the_file(tmp_path: Path) -> None:
    named = TypeInRows(column="queue", count="calls", names={"AUX": "OLD"})
    table = read(tmp_path, ROWS, date_format="instant", contact_type=named)
    assert (table.problems, table.series["calls_OLD"].values.tolist()) == ((), [4, 5])


def test_rows_that_nothing_tells_apart_are_an_error_that_names_what_would(tmp_path: Path) -> None:
    problems = read(tmp_path, ROWS, date_format="instant").problems
    assert "ann has 2026-02-01 a second time (before in line 2)" in str(problems[0])
    assert "name what tells them apart in metric_files.rows_by" in str(problems[0])


def test_several_columns_of_a_measure_are_added(tmp_path: Path) -> None:
    measure = Measure(columns=("talk", "hold"), count="calls", statistic="ratio", format="mm:ss")
    text = "agent,date,calls,talk,hold\nann,2026-02-01,4,5:00,1:40\n"
    assert read(tmp_path, text, measures={"AHT": measure}).series["AHT"].values.tolist() == [100]


# --- traps


def _days(*rows: str) -> str:
    """Return ten days of four agents, and rows after them."""
    lines = [
        f"{agent},{date(2026, 2, 1) + timedelta(number)},40,200"
        for number in range(10)
        for agent in ("ann", "bob", "cem", "dan")
    ]
    return "\n".join(["agent,date,calls,aht", *lines, *rows, ""])


def test_a_sum_of_seconds_that_is_read_as_a_mean_is_refused_with_what_to_write(tmp_path: Path) -> None:
    table = read(tmp_path, _days().replace(",200", ",8000"))
    assert table.refused
    assert (
        "s of contacts in one day are not possible. Is it a sum rather than a mean? Then write as: ratio for AHT"
        in str(table.problems[0])
    )


def test_thirty_hours_of_one_agent_are_refused_on_their_line(tmp_path: Path) -> None:
    table = read(tmp_path, _days("eva,2026-02-03,40,2700"))
    [problem] = table.problems
    assert "export.csv:42  aht: 108,000 s of contacts in one day are not possible" in str(problem)


def test_a_line_of_totals_a_day_is_refused_as_an_agent_whatever_it_is_called(tmp_path: Path) -> None:
    totals = [f"Nord,{date(2026, 2, 1) + timedelta(number)},160,200" for number in range(10)]
    table = read(tmp_path, _days(*totals))
    assert table.refused
    assert "Nord has as many contacts as all others together. Leave the line of totals out: metric_files.skip" in str(
        table.problems[0]
    )


def test_a_total_of_the_whole_file_is_refused_as_an_agents_day(tmp_path: Path) -> None:
    table = read(
        tmp_path, _days("Gesamt,2026-02-10,1600,200").replace("Gesamt,2026-02-10,1600,200", "Gesamt,2026-02-10,1600,50")
    )
    assert "Gesamt has as many contacts as all others together" in str(table.problems[0])
