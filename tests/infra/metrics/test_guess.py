"""Exports in many forms: the guess reads what the centre did, or asks; it is never sure of something wrong."""

import codecs
import gzip
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pytest

from infra.cli.input_files import InputFileError
from infra.cli.metrics.guess import guess_file, trial_program
from infra.cli.metrics.sample import Guess
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
    guess = guess_file(file, given=given)
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


def _noon(day: date) -> int:
    return int(datetime.combine(day, time(12), UTC).timestamp())


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
    "days as dd-mmm-yyyy": with_columns({"Date": lambda row: f"{row.day:%d-%b-%Y}"}),
    "days as mmm d, yyyy": with_columns({"Date": lambda row: f"{row.day:%b} {row.day.day}, {row.day.year}"}),
    "days with weekdays": with_columns({"Date": lambda row: f"{row.day:%A}, {row.day:%B %d, %Y}"}),
    "days in German words": with_columns(
        {"Date": lambda row: f"{row.day.day}. {('Januar', 'Februar')[row.day.month - 1]} {row.day.year}"}
    ),
    "days as spreadsheets count them": with_columns({"Date": lambda row: (row.day - date(1899, 12, 30)).days}),
    "seconds since 1970": with_columns({"Date": lambda row: _noon(row.day)}),
    "milliseconds since 1970": with_columns({"Timestamp": lambda row: _noon(row.day) * 1000}, without=["Date"]),
    "names of an interface": {
        "userId": lambda row: row.agent,
        "intervalStart": lambda row: f"{row.day}T00:00:00.000-06:00",
        "nOffered": lambda row: row.calls + 2,
        "nHandle": lambda row: row.calls,
        "tHandle": lambda row: row.seconds * 1000,
        "tTalk": lambda row: row.talk * 1000,
        "nShort": lambda row: row.short,
        "nKnown": lambda row: row.known,
        "nRepeat": lambda row: row.repeat,
    },
    "names over two lines of the header": with_columns(
        {"ACD\nCalls": lambda row: row.calls, "Avg Handle\nTime": lambda row: f"{row.aht:.2f}"},
        without=["Calls", "AHT"],
    ),
    "thousands that are grouped": with_columns(
        {
            "Talk (s)": lambda row: f"{row.talk:,}",
            "Hold (s)": lambda row: row.hold,
            "Wrap (s)": lambda row: f"{row.wrap:,}",
        },
        without=["AHT"],
    ),
    "thousands as in Switzerland": with_columns(
        {"Total handle (s)": lambda row: f"{row.seconds:,}".replace(",", "\u2019")}, without=["AHT"]
    ),
    "the week and the month beside": with_columns(
        {"Weekday": lambda row: f"{row.day:%A}", "Week": lambda row: row.day.isocalendar().week}
    ),
    "a queue that is called a total": with_columns(
        {"Queue": lambda row: "Total Care" if row.calls % 2 else "Centre Nord"}
    ),
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
    "means of talk and wrap-up beside sums that have hold, too": with_columns(
        {
            "Avg ACD Time": lambda row: minutes(row.talk / row.calls),
            "Avg ACW Time": lambda row: minutes(row.wrap / row.calls),
            "ACD Time": lambda row: row.talk,
            "ACW Time": lambda row: row.wrap,
            "Hold Time": lambda row: row.hold,
        },
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
    "seconds since 1970": half_hours(lambda moment: f"{in_utc(moment).timestamp():.0f}"),
    "intervals": half_hours(
        lambda moment: (
            f"{in_utc(moment):%Y-%m-%dT%H:%M:%SZ}/{in_utc(moment) + timedelta(minutes=30):%Y-%m-%dT%H:%M:%SZ}"
        )
    ),
    "UTC behind each time": half_hours(lambda moment: f"{in_utc(moment):%Y-%m-%d %H:%M:%S} UTC"),
    "names of months": half_hours(lambda moment: f"{moment:%b %d, %Y %I:%M %p}"),
    "days with fractions": half_hours(
        lambda moment: f"{(moment.replace(tzinfo=UTC) - datetime(1899, 12, 30, tzinfo=UTC)) / timedelta(days=1):.8f}"
    ),
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
    "notes of two cells below": text(table(PLAIN)).encode() + b"\nExported by,admin\nRows,9\n",
    "a title and a page number on each page": (
        "\n".join(
            f"Agents by day\nPage {start // 50 + 1} of 6\n{text([table(PLAIN)[0], *table(PLAIN)[start : start + 50]])}"
            for start in range(1, len(days()) + 1, 50)
        )
    ).encode(),
    "empty lines between": text(table(PLAIN)).replace("\n", "\n\n").encode(),
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


TOTALS = ("Total", "GESAMT", "Grand Total:", "Summe", "Summe aller Agenten", "All agents", "", "Contact centre Nord")


@pytest.mark.parametrize("agent", [*TOTALS, "Totale", "Total général", "Totaal", "Итого", "合計", "TOTAL DAY"])
def test_a_line_of_totals_a_day_is_no_agent(agent: str, tmp_path: Path) -> None:
    guess, read = guessed(tmp_path, with_totals(agent))
    assert_read(guess, read)
    assert "skip" in {finding.key for finding in guess.findings}


@pytest.mark.parametrize("agent", ["Total", "Summe", ""])
def test_a_line_of_totals_at_the_end_is_no_agent(agent: str, tmp_path: Path) -> None:
    assert_read(*guessed(tmp_path, with_totals(agent, at_the_end=True)))


@pytest.mark.parametrize("total", ["{} Total", "{} Ergebnis", "Total {}", "Subtotal for {}"])
def test_a_pivot_table_names_each_agent_once_and_adds_them_up(total: str, tmp_path: Path) -> None:
    rows = [list(PLAIN)]
    for agent in AGENTS_OF_DAYS:
        own = [row for row in days() if row.agent == agent]
        first, *others = table(PLAIN, rows=own)[1:]
        rows += [first, *(["", *cells[1:]] for cells in others)]
        rows.append([total.format(agent), "", *table(PLAIN, rows=[_sum(agent, own)])[1][2:]])
    rows.append(["Grand Total", "", *table(PLAIN, rows=[_sum("", days())])[1][2:]])
    guess, read = guessed(tmp_path, text(rows))
    assert_read(guess, read)
    assert guess.files
    assert guess.files.repeats == ("Agent",)


def test_a_day_that_stands_once_for_its_agents_is_read_for_all_of_them(tmp_path: Path) -> None:
    rows, before = [list(PLAIN)], ""
    for cells in table(PLAIN)[1:]:
        rows.append([cells[0], cells[1] if cells[1] != before else "", *cells[2:]])
        before = cells[1]
    assert_read(*guessed(tmp_path, text(rows)))


@pytest.mark.parametrize("name", ["Summers, Kim", "Total, Kim", "Overall, Kim", "Alle, Kim", "Gesamtmann, Kim"])
def test_nobody_is_a_total_by_their_name(name: str, tmp_path: Path) -> None:
    columns = with_columns({"Agent": lambda row: name if row.agent == "ag03" else row.agent})
    _, read = guessed(tmp_path, text(table(columns)))
    assert read
    assert name in read.agents


def test_a_total_in_place_of_the_date_is_no_day(tmp_path: Path) -> None:
    assert_read(*guessed(tmp_path, text([*table(PLAIN), ["", "Total", "9999", "200.00", "9", "9", "9"]])))


def test_a_total_of_all_queues_is_not_counted_twice(tmp_path: Path) -> None:
    rows = MOMENTS["local times"]
    doubled = [row for cells in rows[1:] for row in (cells, [*cells[:2], "Total", *cells[3:]])]
    assert_read(*guessed(tmp_path, text([rows[0], *doubled])), types=True)


# --- what it does not know, it asks


AGENTS_OF_DAYS = sorted({row.agent for row in days()})
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
    "times in words": (
        "AHT",
        text(table(with_columns({"AHT": lambda row: f"{row.aht // 60:.0f}m {row.aht % 60:.0f}s"}))),
    ),
    "a mean time of something": ("AHT", text(table(with_columns({"Avg (s)": lambda row: row.aht}, without=["AHT"])))),
    "points and commas before decimals": (
        "decimal",
        text(table(with_columns({"Short %": lambda row: german(100 * row.short / row.calls, 2)}))),
    ),
    "a rate beside a count that is no part of it": (
        "SHORT",
        text(table(with_columns({"Short %": lambda row: f"{row.known:.2f}"}))),
    ),
    "months instead of days": (
        "AHT",
        text(
            table(
                PLAIN,
                rows=[
                    _sum(f"ag{number:02}", [row for row in days() if row.agent == f"ag{number:02}"])
                    for number in range(12)
                ],
            )
        ),
    ),
    "a row a contact": ("count", text([["Agent", "Start", "Handle time"], *[["ag00", "2026-01-05", "60"]] * 9])),
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


def cells_of(rows: Iterable[Day], columns: Columns = CELLS) -> list[Sequence[object]]:
    return [list(columns), *([cell(row) for cell in columns.values()] for row in rows)]


def test_sheets_that_hold_other_tables_or_the_same_rows_are_asked_about(tmp_path: Path) -> None:
    targets: list[Sequence[object]] = [["Agent", "Target"], ["ag00", 200], ["ag01", 210]]
    for other in (targets, cells_of(days())):
        guess, _ = guess_and_read(workbook(tmp_path / "book.xlsx", {"January": cells_of(days()), "Other": other}))
        assert [question.key for question in guess.questions] == ["sheet"]


def test_a_sheet_a_month_is_read_one_after_the_other(tmp_path: Path) -> None:
    months = {
        name: cells_of(row for row in days() if row.day.month == month) for month, name in enumerate(("Jan", "Feb"), 1)
    }
    book = workbook(tmp_path / "book.xlsx", {"Read me": [["made by hand"]], **months})
    guess, read = guess_and_read(book)
    assert_read(guess, read)
    assert guess.files
    assert guess.files.sheets == ("Jan", "Feb")


def test_merged_cells_stand_for_the_rows_below_them(tmp_path: Path) -> None:
    rows = cells_of(sorted(days(), key=lambda row: (row.agent, row.day)))
    merged = [
        cells if before[0] != cells[0] else ["", *cells[1:]]
        for before, cells in zip([[None], *rows], rows, strict=False)
    ]
    assert_read(*guess_and_read(workbook(tmp_path / "book.xlsx", {"Days": merged})))


def test_days_of_a_workbook_may_be_plain_numbers(tmp_path: Path) -> None:
    columns = {**CELLS, "Date": lambda row: (row.day - date(1899, 12, 30)).days}
    assert_read(*guess_and_read(workbook(tmp_path / "book.xlsx", {"Days": cells_of(days(), columns)})))


WIDE = [["Agent", *(f"{FIRST_DAYS[0].day + timedelta(number)}" for number in range(5))], *[["ag00", *"12345"]] * 3]
LONG = [
    ["Agent", "Date", "Figure", "Value"],
    *(["ag00", "2026-01-05", name, "9"] for name in ("Calls", "AHT", "Short") * 3),
]


@pytest.mark.parametrize(("rows", "said"), [(WIDE, "a column a date"), (LONG, "each row holds one figure")])
def test_a_table_of_another_kind_is_refused_with_what_to_write(
    rows: list[list[str]], said: str, tmp_path: Path
) -> None:
    with pytest.raises(InputFileError, match=f"{said}.*write one row an agent and day"):
        guessed(tmp_path, text(rows))


MISTAKES: dict[str, tuple[Columns, str]] = {
    "a date that no calendar has": ({"Date": lambda row: "2026-31-31" if row is days()[70] else row.day}, "Date"),
    "a date in another form": ({"Date": lambda row: "first" if row is days()[70] else row.day}, "Date"),
    "a word among numbers": ({"Calls": lambda row: "abc" if row is days()[70] else row.calls}, "Calls"),
    "a part above its whole": (
        {"Short calls": lambda row: row.calls + 5 if row is days()[70] else row.short},
        "Short calls",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_wrong_cell_is_named_by_its_line_and_hides_no_column(mistake: str, tmp_path: Path) -> None:
    changed, column = MISTAKES[mistake]
    guess, read = guessed(tmp_path, text(table(with_columns(changed))))
    assert guess.questions == ()
    assert read
    assert (read.problems[0].line, read.problems[0].path) == (72, (column,))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html><table></table></html>", "no table but HTML"),
        (b'[{"agent": 1}]', "no table but HTML, XML, JSON"),
        (b"%PDF-1.4 \0\1", "PDF or a packed file"),
        (b"PK\x03\x04 not a workbook", "save it as .xlsx or CSV UTF-8"),
        (text(table(PLAIN)[:1]).encode(), "no rows stand below the column names"),
    ],
)
def test_what_holds_no_table_is_refused_in_words(content: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match=said):
        guessed(tmp_path, content, name="export.xls")


@pytest.mark.parametrize("kept", [40, 400])
def test_a_packed_file_that_is_cut_off_or_packed_otherwise_is_refused(kept: int, tmp_path: Path) -> None:
    packed = gzip.compress(text(table(PLAIN)).encode())
    with pytest.raises(InputFileError, match=r"export\.csv\.gz: "):
        guessed(tmp_path, packed[:kept] + b"\0" * kept, name="export.csv.gz")
    with pytest.raises(InputFileError, match="or a packed file"):
        guessed(tmp_path, b"PK\x03\x04" + packed, name="export.csv")


def test_text_that_is_called_a_workbook_is_read_as_text(tmp_path: Path) -> None:
    assert_read(*guessed(tmp_path, text(table(PLAIN), "\t"), name="export.xls"))


def test_numbers_of_splits_get_the_names_that_a_file_gives_them(tmp_path: Path) -> None:
    export, types = tmp_path / "export.csv", tmp_path / "types.csv"
    numbers = {kind: str(11 + number) for number, kind in enumerate(TYPES)}
    types.write_text(text([["split", "contact_type"], *([number, kind] for kind, number in numbers.items())]))
    named = MOMENTS["local times"]
    export.write_text(text([[*cells[:2], numbers.get(cells[2], "split"), *cells[3:]] for cells in named]))
    guess = guess_file(export, types=types)
    assert_read(guess, read_metrics(export, trial_program(guess, ZONE)), types=True)
    unnamed = guess_file(export)
    assert [kind.key for kind in unnamed.contact_types] == [*numbers.values()]
    assert {finding.sure for finding in unnamed.findings if finding.key == "types"} == {"likely"}
    types.write_text("split,contact_type\n11,BILLING\n")
    assert [question.key for question in guess_file(export, types=types).questions] == ["contact_type"]


def test_names_of_types_in_the_export_stay_what_they_are(tmp_path: Path) -> None:
    export, types = tmp_path / "export.csv", tmp_path / "types.csv"
    export.write_text(text(MOMENTS["local times"]))
    types.write_text("split,contact_type\n11,BILLING\n12,SALES\n13,TECH\n")
    assert [kind.key for kind in guess_file(export, types=types).contact_types] == list(TYPES)
