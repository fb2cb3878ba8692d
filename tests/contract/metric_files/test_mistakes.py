"""Every mistake in a metric file is reported with its line, its column and a hint."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from ladder.adapters.metric_files import read_metric_file
from ladder.domain.challenges.metric_files import Measure, MetricFiles
from tests.builders.metric_files import ANN, ANN_AGAIN, BOB, BY_DEFAULT, GOOD, HEADER, read
from tests.builders.programs import with_values

# what stands in the good file, what stands there instead, line, column, words of message and hint
MISTAKES: dict[str, tuple[str, str, int, str, str, str]] = {
    "a missing column": ("aht_seconds", "aht_secs", 1, "aht_seconds", "no such column", "aht_secs? Needed for AHT"),
    "a column in capitals": ("agent,", "Agent,", 1, "agent", "no such column", "Did you mean Agent?"),
    "no date column": ("date,", "when,", 1, "date", "no such column", "metric_files in the program names it"),
    "a contact type too few": ("calls_NEW", "x", 1, "calls_NEW", "no such column", "contact_types"),
    "a day first": ("2026-03-02", "02/03/2026", 2, "date", "two ways", "year-month-day"),
    "a month first": ("2026-03-02", "03/22/2026", 2, "date", "is not a date", "1999-01-31"),
    "a short year": ("2026-03-02", "26-03-02", 2, "date", '"26-03-02"', "year-month-day"),
    "a day that never was": ("2026-03-02", "2026-02-30", 2, "date", "not a day of the calendar", "year-month-day"),
    "a number for a date": ("2026-03-02", "46083", 2, "date", "is not a date", "year-month-day"),
    "no date": ("2026-03-02", "", 2, "date", "the date is missing", "year-month-day"),
    "a year far off": (ANN_AGAIN, ANN_AGAIN.replace("2026", "2062"), 4, "date", "from 2026-03-02 (line 2)", "Correct"),
    "no agent": ("ann,", ",", 2, "agent", "the agent is missing", "remove the row"),
    "a negative time": ("180.5", "-180.5", 2, "aht_seconds", "-180.5 is below zero", "begin at 0"),
    "a negative count": ("10,30", "-10,50", 2, "calls_NEW", "-10 is below zero", "begin at 0"),
    "text in a number": ("180.5", "3:00", 2, "aht_seconds", '"3:00" is not a number', "plain digits"),
    "a decimal comma": ("180.5", '"180,5"', 2, "aht_seconds", '"180,5" is not', "with a point: 180.5"),
    "a thousands comma": ("180.5", '"1,805"', 2, "aht_seconds", "is not a number", "plain digits"),
    "a word for nothing": ("180.5", "NaN", 2, "aht_seconds", '"NaN" is not a number', "leave the cell empty"),
    "a number without end": ("180.5", "inf", 2, "aht_seconds", "inf is not a finite number", "empty"),
    "a number that overflows": ("180.5", "1e999", 2, "aht_seconds", "not a finite number", "empty"),
    "far too much": ("180.5", "1e12", 2, "aht_seconds", "larger than any value", "1,000,000,000"),
    "111 hours of calls": ("180.5", "10000", 2, "aht_seconds", "400,000 s of contacts in one day", "what was measured"),
    "more contacts than seconds": (
        "10,30", "90000,30", 2, "calls_NEW", "90,000 contacts in one day are not possible", "give it a range",
    ),
    "more contacts of all types than a day holds": (
        "10,30", "10,800", 2, "calls_NEW", "146,205 s of contacts of all types in one day", "of each type",
    ),
    "more short calls than calls": (",2,16", ",41,16", 2, "short_calls_le10s", "more than calls, 40", "calls or less"),
    "more repeats than callers": (",16,4", ",16,17", 2, "repeat7d_calls", "than fcr_eligible_calls, 16", "or less"),
    "repeats of nobody": (",16,4", ",,4", 2, "repeat7d_calls", "more than fcr_eligible_calls, 0", "or less"),
    "a day twice": (BOB, ANN, 3, "agent", "ann has 2026-03-02 a second time (before in line 2)", "Keep one row"),
    "a cell too many": (BOB, BOB + ",1", 3, "", "10 cells and the header 9", "quotes around"),
    "a cell too few": (BOB, "bob,2026-03-02,20", 3, "", "3 cells and the header 9", "quotes around"),
    "quotes that do not close": (BOB, BOB.replace("bob", '"bob'), 3, "", "quotes do not close", "Close each"),
    "quotes in the middle": (BOB, BOB.replace("bob", '"bob"by'), 3, "", "quotes do not close", 'write ""'),
    "a line without end": (BOB, "bob" * 50_000, 3, "", "longer than 100,000", "one row an agent"),
    "no header": (HEADER + "\n", "", 1, "", "no header", "agent,date,…"),
    "nothing": (GOOD, "", 0, "", "the file is empty", "Write a header"),
    "blank lines alone": (GOOD, "\n \n", 0, "", "the file is empty", "Write a header"),
    "only a header": (GOOD, HEADER + "\n", 1, "", "no row below the header", "one row an agent"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_names_its_line_its_column_and_its_hint(mistake: str, tmp_path: Path) -> None:
    old, new, line, column, message, hint = MISTAKES[mistake]
    assert old in GOOD
    table = read(tmp_path, GOOD.replace(old, new, 1))
    assert table.refused
    errors = [problem for problem in table.problems if problem.severity == "error"]
    assert len(errors) == 1, "\n".join(map(str, errors))
    (problem,) = errors
    assert (problem.line, problem.where) == (line, column)
    assert message in problem.message
    assert hint in problem.hint
    assert str(tmp_path / "days.csv") in str(problem)


def test_contacts_of_no_type_are_warned_of(tmp_path: Path) -> None:
    table = read(tmp_path, GOOD.replace("10,30", "10,20"))
    (warning,) = table.problems
    assert not table.refused
    assert str(warning).endswith(
        ":2  warning: calls: 30 contacts have a type, but there are 40. "
        "Name a column for every type in contact_types of the program, and one for all the rest."
    )


def test_a_gap_of_months_is_warned_of_and_read_right(tmp_path: Path) -> None:
    table = read(tmp_path, GOOD.replace("2026-03-03", "2026-10-03"))
    (warning,) = table.problems
    assert (warning.severity, warning.line) == ("warning", 4)
    assert warning.message == "there is no row for 214 days after 2026-03-02"


def test_all_mistakes_are_told_together_those_of_a_kind_side_by_side(tmp_path: Path) -> None:
    wrong = GOOD.replace(ANN_AGAIN, ANN).replace("bob,2026-03-02", "bob,soon").replace("180.5", "x")
    found = [(problem.line, problem.where) for problem in read(tmp_path, wrong).problems]
    assert found == [(2, "aht_seconds"), (4, "aht_seconds"), (3, "date"), (4, "agent")]


def test_a_column_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, GOOD.replace("\n", ",1\n").replace("OLD,1", "OLD,calls")).problems
    assert (problem.line, problem.where, problem.message) == (1, "calls", "2 columns have this name")


def test_of_many_alike_a_few_are_told_and_the_others_counted(tmp_path: Path) -> None:
    rows = [f"agent{n},2026-03-02,1,x,0,0,0,1,0" for n in range(50_000)]
    table = read(tmp_path, "\n".join([HEADER, *rows]))
    assert [problem.line for problem in table.problems] == [2, 3, 4, 5, 6, 0]
    assert table.problems[-1].message == "and 49,995 more like this"


def test_a_metric_that_no_column_is_known_for_is_named(tmp_path: Path) -> None:
    more = with_values(
        BY_DEFAULT, metrics=(*BY_DEFAULT.challenges.metrics, replace(BY_DEFAULT.challenges.metrics[1], key="QA"))
    )
    (problem,) = read(tmp_path, GOOD, more).problems
    assert "no column is known for the metric QA" in problem.message
    assert "metric_files: {measures: {QA:" in problem.hint


def test_a_mapping_to_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    files = MetricFiles(
        measures={key: Measure(columns=("calls",), count="call") for key in ("AHT", "SHORT10", "REPEAT7D")}
    )
    (problem,) = read(tmp_path, GOOD, with_values(BY_DEFAULT, metric_files=files)).problems
    assert (problem.where, problem.severity) == ("call", "error")
    assert "Did you mean calls? Needed for AHT, SHORT10, REPEAT7D" in problem.hint


def test_bytes_of_another_encoding_are_named_with_their_line(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, GOOD.replace("bob", "josé").encode("latin-1")).problems
    assert (problem.line, problem.message) == (3, "a byte (0xE9) is not UTF-8")
    (problem,) = read(tmp_path, GOOD.encode("utf-16")).problems
    assert "not UTF-8" in problem.message


@pytest.mark.parametrize("damage", [slice(0, -20), slice(5, None)])
def test_compressed_data_that_is_damaged_is_refused(damage: slice, tmp_path: Path) -> None:
    (problem,) = read(tmp_path, gzip.compress(GOOD.encode())[damage], name="days.csv.gz").problems
    assert "not whole gzip data" in problem.message


def test_a_file_that_cannot_be_opened_is_refused_in_plain_words(tmp_path: Path) -> None:
    places = {tmp_path / "lost.csv": "no such file", tmp_path: "a folder", Path("/dev/zero"): "not a regular file"}
    for place, words in places.items():
        table = read_metric_file(place, BY_DEFAULT)
        assert table.refused
        assert words in str(table.problems[0])
