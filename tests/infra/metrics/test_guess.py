"""Exports in many forms: the guess reads what the centre did, or asks; it is never sure of something wrong."""

import codecs
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from infra.cli.metrics.findings import Guess
from infra.cli.metrics.read import guess_file, trial_program
from infra.cli.metrics.workbook import read_metrics
from ladder.adapters.metric_files import MetricTable
from tests.builders.exports import (
    DAYS,
    PLAIN,
    TYPES,
    ZONE,
    Columns,
    Day,
    clock,
    days,
    german,
    half_hours,
    in_utc,
    minutes,
    table,
    text,
    with_columns,
    workbook,
)

SLACK = {"AHT": 0.51, "SHORT": 0.01, "REPEAT": 0.01}


def guessed(
    folder: Path, content: str | bytes, *, name: str = "export.csv", **given: str
) -> tuple[Guess, MetricTable | None]:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return guess_and_read(file, **given)


def guess_and_read(file: Path, **given: str) -> tuple[Guess, MetricTable | None]:
    guess = guess_file(file, roster=None, given=given)
    return guess, read_metrics(file, trial_program(guess, ZONE)) if guess.files else None


def assert_read(
    guess: Guess, read: MetricTable | None, *, metrics: Sequence[str] = ("AHT", "SHORT", "REPEAT"), types: bool = False
) -> None:
    """Every agent's day comes back as it was."""
    assert guess.questions == ()
    assert read is not None
    assert [str(problem) for problem in read.problems] == []
    expected = {(row.agent, row.day.toordinal()): row for row in days()}
    known_as = {row.name: row.agent for row in days()} | {row.agent: row.agent for row in days()}
    keys = [
        (known_as[read.agents[agent]], day) for agent, day in zip(read.agent.tolist(), read.day.tolist(), strict=True)
    ]
    assert sorted(keys) == sorted(expected)
    truth = {
        "AHT": [expected[key].aht for key in keys],
        "SHORT": [100 * expected[key].short / expected[key].calls for key in keys],
        "REPEAT": [100 * expected[key].repeat / expected[key].known if expected[key].known else np.nan for key in keys],
    }
    assert {metric.key for metric in guess.metrics} >= set(metrics)
    for key in metrics:
        np.testing.assert_allclose(read.series[key].values, truth[key], atol=SLACK[key], err_msg=key)
    np.testing.assert_array_equal(read.series["AHT"].counts, [expected[key].calls for key in keys])
    if types:
        assert [kind.key for kind in guess.contact_types] == list(TYPES)
        for number, kind in enumerate(guess.contact_types):
            np.testing.assert_array_equal(
                np.nan_to_num(read.series[kind.contacts].values), [expected[key].types[number] for key in keys]
            )


SHARES: Columns = {
    "Short %": lambda row: f"{100 * row.short / row.calls:.4f}%",
    "Repeat known": lambda row: row.known,
    "Repeat %": lambda row: f"{100 * row.repeat / row.known:.4f}%" if row.known else "n/a",
}
COUNTED = ("Short calls", "Repeat calls")

LAYOUTS: dict[str, Columns] = {
    "plain": PLAIN,
    "days as yyyymmdd": with_columns({"Date": lambda row: f"{row.day:%Y%m%d}"}),
    "days as dd/mm/yyyy": with_columns({"Date": lambda row: f"{row.day:%d/%m/%Y}"}),
    "days as mm/dd/yyyy": with_columns({"Date": lambda row: f"{row.day:%m/%d/%Y}"}),
    "days as m/d/yy": with_columns({"Date": lambda row: f"{row.day.month}/{row.day.day}/{row.day:%y}"}),
    "days as yyyy/mm/dd": with_columns({"Date": lambda row: f"{row.day:%Y/%m/%d}"}),
    "days with midnight": with_columns({"Date": lambda row: f"{row.day} 00:00:00"}),
    "names instead of ids": with_columns({"Agent": lambda row: row.name}),
    "ids and names": with_columns({"Agent Name": lambda row: row.name}),
    "a login under another name": {"Login": lambda row: row.agent, **with_columns({}, without=["Agent"])},
    "milliseconds": with_columns({"Total handle (ms)": lambda row: row.seconds * 1000}, without=["AHT"]),
    "milliseconds that no header names": with_columns({"AHT": lambda row: round(row.aht * 1000)}),
    "minutes": with_columns({"AHT": lambda row: f"{row.aht / 60:.4f}"}),
    "hours and minutes": with_columns({"AHT": lambda row: clock(row.aht)}),
    "minutes and seconds": with_columns({"AHT": lambda row: minutes(row.aht)}),
    "a sum of seconds": with_columns({"Total handle time": lambda row: row.seconds}, without=["AHT"]),
    "a sum and a mean": with_columns({"Total handle time": lambda row: row.seconds}),
    "a sum as hh:mm:ss": with_columns({"Total handle time": lambda row: clock(row.seconds)}, without=["AHT"]),
    "talk, hold and wrap-up": with_columns(
        {"Talk Time": lambda row: row.talk, "Hold Time": lambda row: row.hold, "Wrap Time": lambda row: row.wrap},
        without=["AHT"],
    ),
    "talk, hold and after-call work as hh:mm:ss": with_columns(
        {
            "Talk": lambda row: clock(row.talk),
            "Hold": lambda row: clock(row.hold),
            "ACW": lambda row: clock(row.wrap),
        },
        without=["AHT"],
    ),
    "offered and handled": with_columns(
        {"Offered": lambda row: row.calls + row.known % 3, "Handled": lambda row: row.calls}, without=["Calls"]
    ),
    "calls offered, answered, and abandoned": with_columns(
        {
            "Calls offered": lambda row: row.calls + row.known % 3,
            "Calls answered": lambda row: row.calls,
            "Calls abandoned": lambda row: row.known % 3,
        },
        without=["Calls"],
    ),
    "shares with a sign": with_columns(SHARES, without=COUNTED),
    "shares as fractions": with_columns(
        {
            "Short rate": lambda row: f"{row.short / row.calls:.6f}",
            "Repeat rate": lambda row: f"{row.repeat / row.known:.6f}" if row.known else "",
        },
        without=COUNTED,
    ),
    "words for nothing": with_columns(SHARES, without=COUNTED),
    "queue time and other clocks beside": with_columns(
        {
            "Avg queue time": lambda row: clock(20 + row.known),
            "Login time": lambda _: "08:00:00",
            "Max handle": lambda row: clock(3 * row.aht),
        }
    ),
    "an empty column": with_columns({"Remarks": lambda _: ""}),
    "a duration and its mean": with_columns(
        {"Duration": lambda row: row.seconds, "Avg duration": lambda row: f"{row.aht:.1f}"}, without=["AHT"]
    ),
    "three decimals, some below one": with_columns(
        {"AHT": lambda row: f"{row.aht / 60:.3f}", "Utilisation": lambda row: f"{row.seconds / 28_800:.3f}"}
    ),
    "calls of the extension beside": with_columns(
        {"ACD Calls": lambda row: row.calls, "Extn In Calls": lambda row: row.known % 3}, without=["Calls"]
    ),
    "a hiring date beside": with_columns({"Hire date": lambda row: f"2020-03-{1 + int(row.agent[2:]):02}"}),
    "a supervisor beside": with_columns({"Supervisor": lambda row: f"boss {int(row.agent[2:]) % 3}"}),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_columns_are_found_by_what_they_hold(layout: str, tmp_path: Path) -> None:
    assert_read(*guessed(tmp_path, text(table(LAYOUTS[layout]))))


def test_contact_types_in_columns_are_those_that_add_up_to_the_contacts(tmp_path: Path) -> None:
    def of(number: int) -> Callable[[Day], object]:
        return lambda row: row.types[number]

    columns = with_columns({f"calls_{kind}": of(number) for number, kind in enumerate(TYPES)})
    assert_read(*guessed(tmp_path, text(table(columns))), types=True)


MOMENTS: dict[str, list[list[str]]] = {
    "instants in UTC": half_hours(lambda moment: f"{in_utc(moment):%Y-%m-%dT%H:%M:%S.000Z}"),
    "instants with an offset": half_hours(lambda moment: f"{moment.isoformat()}-06:00"),
    "local times": half_hours(lambda moment: f"{moment:%Y-%m-%d %H:%M}"),
    "local times with am and pm": half_hours(lambda moment: f"{moment:%m/%d/%Y %I:%M %p}"),
    "times in UTC that the header names": half_hours(
        lambda moment: f"{in_utc(moment):%Y-%m-%d %H:%M:%S}", start="Start (UTC)"
    ),
}


@pytest.mark.parametrize("moments", MOMENTS)
def test_half_hours_are_added_up_to_work_days_of_the_centre(moments: str, tmp_path: Path) -> None:
    assert_read(*guessed(tmp_path, text(MOMENTS[moments])), types=True)


def test_local_times_are_not_certain_because_they_name_no_zone(tmp_path: Path) -> None:
    guess, _ = guessed(tmp_path, text(MOMENTS["local times"]))
    assert {finding.sure for finding in guess.findings if finding.key == "time_zone"} == {"likely"}


GERMAN: Columns = {
    "Datum": lambda row: f"{row.day:%d.%m.%Y}",
    "Mitarbeiter": lambda row: row.name,
    "Anrufe": lambda row: row.calls,
    "Bearbeitungszeit gesamt (s)": lambda row: german(row.seconds, 0),
    "Kurzanrufe %": lambda row: german(100 * row.short / row.calls, 4),
    "Wiederanrufer bekannt": lambda row: row.known,
    "Wiederanrufer %": lambda row: german(100 * row.repeat / row.known, 4) if row.known else "k. A.",
}
TITLES = "Agentenleistung \u2013 Zürich\nZeitraum: Januar\n\n"
FORMS: dict[str, bytes] = {
    "semicolons, decimal commas, thousands points": text(table(GERMAN), ";").encode(),
    "titles above": (TITLES + text(table(GERMAN), ";")).encode(),
    "titles padded with separators": ("Bericht;;;;;;\n;;;;;;\n" + text(table(GERMAN), ";")).encode(),
    "Windows text": (TITLES + text(table(GERMAN), ";")).encode("cp1252"),
    "UTF-16 with tabs": codecs.BOM_UTF16_LE + (TITLES + text(table(GERMAN), "\t")).encode("utf-16-le"),
    "UTF-16 without a mark": text(table(GERMAN), "\t").encode("utf-16-le"),
    "UTF-8 with a mark": codecs.BOM_UTF8 + text(table(GERMAN), ";").encode(),
    "tabs": text(table(PLAIN), "\t").encode(),
    "bars": text(table(PLAIN), "|").encode(),
    "lines that end as in Windows": text(table(PLAIN)).replace("\n", "\r\n").encode(),
    "a note below": text(table(PLAIN)).encode() + b"\nReport generated 2026-02-04 08:00 by admin\n",
    "a note below, padded": text(table(PLAIN)).encode() + b"Report generated 2026-02-04,,,,,,\n",
    "the header again on each page": text([*table(PLAIN)[:100], table(PLAIN)[0], *table(PLAIN)[100:]]).encode(),
    "separators at the ends of lines": text(table(PLAIN)).replace("\n", ",\n").encode(),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_form_of_the_text_is_found(form: str, tmp_path: Path) -> None:
    assert_read(*guessed(tmp_path, FORMS[form]))


def with_totals(agent: str, *, at_the_end: bool = False) -> str:
    """Return the plain file with a line of totals a day, or one in the end."""
    rows = []
    for offset in range(DAYS):
        day = [row for row in days() if row.day == days()[0].day + timedelta(offset)]
        total = _sum(agent, day)
        rows += [*day] if at_the_end else [*day, total]
    return text(table(PLAIN, rows=[*rows, _sum(agent, rows)] if at_the_end else rows))


def _sum(agent: str, rows: Sequence[Day]) -> Day:
    counted = {
        name: sum(getattr(row, name) for row in rows)
        for name in ("calls", "talk", "hold", "wrap", "short", "known", "repeat")
    }
    return replace(rows[-1], agent=agent, **counted)


@pytest.mark.parametrize("agent", ["Total", "GESAMT", "Grand Total", "Summe", "All agents", "", "Contact centre Nord"])
def test_a_line_of_totals_a_day_is_no_agent(agent: str, tmp_path: Path) -> None:
    guess, read = guessed(tmp_path, with_totals(agent))
    assert_read(guess, read)
    assert "skip" in {finding.key for finding in guess.findings}


@pytest.mark.parametrize("agent", ["Total", "Summe", ""])
def test_a_line_of_totals_at_the_end_is_no_agent(agent: str, tmp_path: Path) -> None:
    assert_read(*guessed(tmp_path, with_totals(agent, at_the_end=True)))


def test_a_total_in_place_of_the_date_is_no_day(tmp_path: Path) -> None:
    assert_read(*guessed(tmp_path, text([*table(PLAIN), ["", "Total", "9999", "200.00", "9", "9", "9"]])))


def test_a_total_of_all_queues_is_not_counted_twice(tmp_path: Path) -> None:
    rows = MOMENTS["local times"]
    doubled = [row for cells in rows[1:] for row in (cells, [*cells[:2], "Total", *cells[3:]])]
    assert_read(*guessed(tmp_path, text([rows[0], *doubled])), types=True)


# --- what it does not know, it asks


FIRST_DAYS = [row for row in days() if row.day.day <= 12]
QUESTIONS: dict[str, tuple[str, str]] = {
    "days that can be read in two ways": (
        "date_format",
        text(table(with_columns({"Date": lambda row: f"{row.day:%d/%m/%Y}"}), rows=FIRST_DAYS)),
    ),
    "short years that can be read in two ways": (
        "date_format",
        text(table(with_columns({"Date": lambda row: f"{row.day:%y/%m/%d}"}), rows=FIRST_DAYS[:30])),
    ),
    "a sum of seconds that is called a mean": (
        "AHT",
        text(table(with_columns({"AHT": lambda row: row.seconds}))),
    ),
    "a handle time that nobody can have": (
        "AHT",
        text(table(with_columns({"AHT": lambda row: row.aht * 1e6}))),
    ),
    "no agent": ("agent", text(table(with_columns({"Region": lambda row: f"r{len(row.agent)}"}, without=["Agent"])))),
    "a queue without agents": (
        "agent",
        text(table({"Queue Name": lambda row: row.agent, **with_columns({}, without=["Agent"])})),
    ),
    "two people in a row": (
        "agent",
        text(table(with_columns({"User": lambda row: f"u{int(row.agent[2:]) % 5}"}))),
    ),
    "no date": ("date", text(table(with_columns({}, without=["Date"])))),
    "no contacts": ("count", text(table(with_columns({}, without=["Calls"])))),
    "two counts of contacts": (
        "count",
        text(table(with_columns({"Contacts": lambda row: row.calls + row.known % 3}))),
    ),
    "rows that are there twice": ("rows_by", text([*table(PLAIN), *table(PLAIN)[1:]])),
    "a rate of something else": (
        "SHORT",
        text(
            table(
                with_columns(
                    {"Short rate": lambda row: f"{100 * row.short / (row.calls + 7):.5f}"}, without=["Short calls"]
                )
            )
        ),
    ),
    "nothing but calls": (
        "measures",
        text(table(with_columns({}, without=["AHT", "Short calls", "Repeat known", "Repeat calls"]))),
    ),
    "numbers that can be read in two ways": (
        "decimal",
        text(
            table({**with_columns({"AHT": lambda row: f"{row.aht:.3f}"}, without=["Repeat calls", "Repeat known"])}),
            ";",
        ),
    ),
}


@pytest.mark.parametrize("case", QUESTIONS)
def test_what_the_figures_leave_open_is_asked(case: str, tmp_path: Path) -> None:
    key, content = QUESTIONS[case]
    guess, _ = guessed(tmp_path, content)
    assert key in {question.key for question in guess.questions}


def test_an_answer_settles_a_question(tmp_path: Path) -> None:
    content = text(table(with_columns({"Date": lambda row: f"{row.day:%d/%m/%Y}"}), rows=FIRST_DAYS))
    guess, read = guessed(tmp_path, content, date_format="dd/mm/yyyy")
    assert guess.questions == ()
    assert read is not None
    assert (read.first, read.last) == (FIRST_DAYS[0].day, FIRST_DAYS[-1].day)


def test_a_measure_can_be_the_answer(tmp_path: Path) -> None:
    answer = "{column: AHT, count: Calls, as: ratio}"
    assert_read(*guessed(tmp_path, QUESTIONS["a sum of seconds that is called a mean"][1], AHT=answer))


def test_talk_alone_is_not_certainly_handle_time(tmp_path: Path) -> None:
    guess, _ = guessed(tmp_path, text(table(with_columns({"Talk Time": lambda row: row.talk}, without=["AHT"]))))
    assert {finding.sure for finding in guess.findings if finding.key == "AHT"} == {"likely"}


def test_means_of_talk_and_wrap_up_are_added_and_not_certain(tmp_path: Path) -> None:
    columns = with_columns(
        {
            "Avg ACD Time": lambda row: clock((row.talk + row.hold) / row.calls),
            "Avg ACW Time": lambda row: clock(row.wrap / row.calls),
        },
        without=["AHT"],
    )
    guess, read = guessed(tmp_path, text(table(columns)))
    assert {finding.sure for finding in guess.findings if finding.key == "AHT"} == {"likely"}
    assert read is not None
    expected = {(row.agent, row.day.toordinal()): row.aht for row in days()}
    keys = zip(read.agent.tolist(), read.day.tolist(), strict=True)
    np.testing.assert_allclose(
        read.series["AHT"].values, [expected[read.agents[agent], day] for agent, day in keys], atol=1.01
    )


def test_quality_and_satisfaction_rest_on_what_was_reviewed(tmp_path: Path) -> None:
    columns = with_columns(
        {
            "QA score": lambda row: f"{70 + row.known % 20}.5",
            "QA evaluations": lambda row: 1 + row.known % 3,
            "CSAT": lambda row: f"{3 + row.short % 2}.5",
            "CSAT responses": lambda row: row.known,
        }
    )
    guess, read = guessed(tmp_path, text(table(columns)))
    assert_read(guess, read)
    metrics = {metric.key: metric for metric in guess.metrics}
    assert (metrics["QUALITY"].measure.count, metrics["QUALITY"].direction) == ("QA evaluations", "higher")
    assert (metrics["CSAT"].measure.count, metrics["CSAT"].step) == ("CSAT responses", 0.1)


# --- workbooks


CELLS: Columns = {
    "Agent": lambda row: row.name,
    "Date": lambda row: row.day,
    "Calls": lambda row: row.calls,
    "Total handle time": lambda row: timedelta(seconds=row.seconds),
    "Short rate": lambda row: row.short / row.calls,
    "Repeat known": lambda row: row.known,
    "Repeat rate": lambda row: row.repeat / row.known if row.known else "",
}


def test_a_workbook_is_read_like_text(tmp_path: Path) -> None:
    rows: list[Sequence[object]] = [
        ["Agents in January"],
        [],
        list(CELLS),
        *([cell(row) for cell in CELLS.values()] for row in days()),
    ]
    assert_read(
        *guess_and_read(workbook(tmp_path / "book.xlsx", {"Notes": [["made by hand"]], "Days": rows}), sheet="Days")
    )


def test_two_sheets_with_tables_are_asked_about(tmp_path: Path) -> None:
    rows: list[Sequence[object]] = [list(CELLS), *([cell(row) for cell in CELLS.values()] for row in days())]
    guess, _ = guess_and_read(workbook(tmp_path / "book.xlsx", {"January": rows, "Targets": rows}))
    assert "sheet" in {question.key for question in guess.questions}
