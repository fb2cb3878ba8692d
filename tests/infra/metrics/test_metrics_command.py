"""`ladder metrics` and `ladder start`: what they print, write and refuse."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from infra.cli.main import main
from infra.cli.metrics.workbook import read_metrics
from infra.cli.program_file import load_program
from infra.local.call_history import call_history
from ladder.adapters.metric_files.s3 import MetricBucket
from ladder.domain.errors import Rejected
from ladder.usage import Usage
from tests.builders.exports import (
    DAYS,
    FIRST,
    PLAIN,
    TYPES,
    ZONE,
    days,
    german,
    half_hours,
    in_utc,
    table,
    text,
    with_columns,
    workbook,
)
from tests.fakes.bucket import MetricFileBucket
from tests.paths import PROGRAMS

SAMPLE = PROGRAMS / "agent-days.csv"
IN_UTC = half_hours(lambda moment: f"{in_utc(moment):%Y-%m-%dT%H:%M:%S.000Z}")


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return _file(tmp_path, table(PLAIN))


@pytest.fixture
def intervals(tmp_path: Path) -> Path:
    return _file(tmp_path, IN_UTC, name="intervals.csv")


def _file(folder: Path, rows: Sequence[Sequence[str]], *, name: str = "export.csv") -> Path:
    file = folder / name
    file.write_text(text(rows), encoding="utf-8")
    return file


def ladder(*words: object) -> int:
    return main([str(word) for word in words])


def test_inspect_says_what_it_guessed_how_sure_it_is_and_what_the_file_holds(
    plain: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ladder("metrics", "inspect", plain) == 0
    printed = capsys.readouterr().out
    assert "certain  agent: Agent  (it has 12 values)" in printed
    assert "\n    AHT: {column: AHT, count: Calls}\n" in printed
    assert f"{len(days()):,} rows, 12 agents, {len(days()):,} agent-days from {FIRST}" in printed


def test_what_inspect_writes_stands_in_a_program_as_it_is(plain: Path, tmp_path: Path) -> None:
    section = tmp_path / "section.yaml"
    assert ladder("metrics", "inspect", plain, "--write", section) == 0
    program = tmp_path / "program.yaml"
    schedule = 'time_zone: UTC\nrotation_time: "03:00"'
    program.write_text(f"program: centre\nname: Centre\n{schedule}\n{section.read_text(encoding='utf-8')}")
    assert ladder("program", "check", program) == 2  # it has metrics, and no challenge yet
    program.write_text(f"{program.read_text()}\nplatform: {{kind: wem}}\nchallenge_library: {_LIBRARY}\n")
    assert ladder("program", "check", program) == 0


_LIBRARY = (
    "{STAY: {metric: SHORT, "
    + ", ".join(
        f"tier_{tier}: {{name: s, description: s, target_value: {4 - tier}, points: {tier}0, group_id: g{tier}}}"
        for tier in (1, 2, 3)
    )
    + "}}"
)


def test_a_question_is_printed_with_the_answers_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = table(
        with_columns({"Date": lambda row: f"{row.day:%d/%m/%Y}"}), rows=[row for row in days() if row.day.day < 12]
    )
    section = tmp_path / "section.yaml"
    assert ladder("metrics", "inspect", _file(tmp_path, rows), "--write", section) == 2
    printed = capsys.readouterr().out
    assert "Question: date_format: 05/01/2026 can be read in 2 ways" in printed
    assert "--set 'date_format=dd/mm/yyyy'" in printed
    assert "--set 'date_format=mm/dd/yyyy'" in printed
    assert not section.exists()
    assert (
        ladder("metrics", "inspect", tmp_path / "export.csv", "--set", "date_format=dd/mm/yyyy", "--write", section)
        == 0
    )
    assert "date_format: dd/mm/yyyy" in section.read_text()


def test_the_document_says_the_same_to_a_program(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ladder("metrics", "inspect", plain, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["agents"], document["agent_days"], document["questions"]) == (12, len(days()), [])
    assert {finding["sure"] for finding in document["findings"]} == {"certain"}


def test_a_roster_says_which_system_the_agents_are_known_by(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = _file(tmp_path, table(with_columns({"Agent": lambda row: row.name})))
    roster = tmp_path / "roster.csv"
    people = sorted({(row.agent, row.name) for row in days()})
    roster.write_text(text([["user", "name"], *people]))
    assert ladder("metrics", "inspect", export, "--roster", roster) == 0
    assert "  agent_ids: name\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--set", "colour=red"], "write KEY=VALUE with one of agent"),
        (["--set", "agent=Nobody"], "there is no such column, but Agent, Date"),
        (["--set", "date_format=tomorrow"], "write yyyy-mm-dd"),
        (["--set", "AHT=slow"], "write {column: …, count: …"),
        (["--set", "header=x"], "write the number of a line"),
        (["--set", "decimal=,", "--set", "thousands=,"], "write . or , and another sign for thousands"),
        (["--time-zone", "Mars"], "write an IANA name"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_refused_with_what_to_write(
    words: list[str], said: str, plain: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ladder("metrics", "inspect", plain, *words) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty"),
        ("hello\nworld\n", "separates its columns"),
        ("1,2\n3,4\n", "no line names the columns"),
    ],
)
def test_what_is_no_table_is_refused(
    content: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "export.csv").write_text(content)
    assert ladder("metrics", "inspect", tmp_path / "export.csv") == 2
    assert said in capsys.readouterr().err


def test_a_day_of_thirty_hours_is_an_error_of_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long = replace(days()[40], talk=30 * 3600, hold=0, wrap=0)
    rows = [*days()[:40], long, *days()[41:]]
    columns = with_columns({"Total handle time": lambda row: row.seconds}, without=["AHT"])
    assert ladder("metrics", "inspect", _file(tmp_path, table(columns, rows=rows))) == 2
    assert "108,000 s of contacts in one day are not possible" in capsys.readouterr().out


# --- from a file to a program


def test_start_writes_a_program_that_is_valid_and_plays_it(
    intervals: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "centre"
    assert ladder("start", intervals, "--time-zone", ZONE, "--out", out) == 0
    printed = capsys.readouterr().out
    assert (
        "HANDLE_TIME: average handle time, lower is better, 50 / 80 / 120 points, pays when REPEAT allows it" in printed
    )
    assert "What a month of 30 nights would cost, in points" in printed
    assert ladder("program", "check", out / "program.yaml") == 0
    assert "valid: no errors or warnings." in capsys.readouterr().out
    program = load_program(out / "program.yaml")
    assert program.schedule.time_zone == ZONE
    assert [kind.key for kind in program.challenges.contact_types] == list(TYPES)
    assert "</html>" in (out / "backtest.html").read_text(encoding="utf-8")


def test_the_targets_of_a_started_program_are_reached_on_a_quarter_a_half_and_three_quarters_of_days(
    intervals: Path, tmp_path: Path
) -> None:
    ladder("start", intervals, "--time-zone", ZONE, "--out", tmp_path)
    program = load_program(tmp_path / "program.yaml")
    read = read_metrics(intervals, program)
    for category in program.challenges.categories:
        values = read.series[category.metric].values
        reached = [np.nanmean(values <= tier.target_value) for tier in category.tiers]
        assert reached == sorted(reached, reverse=True)
        assert reached[0] > reached[-1]
    aht = program.challenges.category("HANDLE_TIME")
    shares = [np.nanmean(read.series["AHT"].values <= tier.target_value) for tier in aht.tiers]
    np.testing.assert_allclose(shares, [0.75, 0.5, 0.25], atol=0.1)


def test_without_contact_types_handle_time_is_measured_and_nobody_is_paid_for_it(
    plain: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ladder("start", plain, "--out", tmp_path / "centre") == 0
    assert (
        "Note: handle time is measured, and no challenge is on it: the file has no contact types"
        in capsys.readouterr().out
    )
    program = load_program(tmp_path / "centre" / "program.yaml")
    assert [metric.key for metric in program.challenges.metrics] == ["AHT", "SHORT", "REPEAT"]
    assert [category.metric for category in program.challenges.categories] == ["SHORT", "REPEAT"]


def test_a_file_of_handle_times_alone_cannot_be_started_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = with_columns({}, without=["Short calls", "Repeat known", "Repeat calls"])
    assert ladder("start", _file(tmp_path, table(columns)), "--out", tmp_path / "centre") == 2
    assert "no challenge can be made of it: handle time is measured" in capsys.readouterr().err
    assert not (tmp_path / "centre").exists()


def test_times_in_utc_need_the_zone_of_the_centre(
    intervals: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ladder("start", intervals, "--out", tmp_path / "centre") == 2
    assert "Write --time-zone with the zone of the centre" in capsys.readouterr().err
    assert not (tmp_path / "centre").exists()


def test_a_program_that_is_there_is_not_overwritten(
    plain: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "program.yaml").write_text("mine")
    assert ladder("start", plain, "--out", tmp_path) == 2
    assert "Name another folder with --out" in capsys.readouterr().err
    assert (tmp_path / "program.yaml").read_text() == "mine"


def test_too_few_days_give_a_program_that_cannot_be_played_yet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = [row for row in days() if row.day == FIRST]
    assert ladder("start", _file(tmp_path, table(PLAIN, rows=few)), "--out", tmp_path) == 0
    assert "It cannot be played yet" in capsys.readouterr().err


def test_the_sample_is_generated_in_the_shape_of_a_call_centre() -> None:
    generated = call_history(1, data=Path("nowhere")).metric_files()
    rows = [row.split(",")[:7] for day in sorted(generated) for row in generated[day].splitlines()[1:]]
    assert [row.split(",") for row in SAMPLE.read_text(encoding="utf-8").splitlines()[1:]] == rows


def test_a_program_is_started_from_the_sample(tmp_path: Path) -> None:
    assert ladder("start", SAMPLE, "--out", tmp_path) == 0
    assert (tmp_path / "backtest.html").exists()


def test_a_program_with_contact_types_plays_a_file_without_them_and_says_once_what_it_cannot_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ladder("backtest", "--metrics", SAMPLE, "--program", PROGRAMS / "bank.yaml", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert json.dumps(document).count("it has no contact types (calls_PS, calls_NE") == 1
    assert document["mix"] == []
    assert document["nights"] > 40


# --- a file a night


def nights(folder: Path, key: str) -> dict[str, str | bytes]:
    return {f"{key}/{file.name}": file.read_bytes() for file in (folder / key).iterdir()}


def assert_nights_read(folder: Path, export: Path, program_file: Path) -> None:
    """Each night's file gives what the whole file gives of its day."""
    program = load_program(program_file)
    assert ladder("metrics", "split", export, "--program", program_file, "--to", folder) == 0
    whole = read_metrics(export, program)
    bucket = MetricFileBucket(nights(folder, program.key))
    source = MetricBucket(bucket, "metrics").source(program, Usage())
    assert whole.first
    assert whole.last
    for key, series in whole.series.items():
        read = {
            (reading.user, reading.day.toordinal()): complex(reading.value, reading.count)
            for reading in source.readings(key, whole.agents, first=whole.first, last=whole.last)
        }
        expected = {
            (whole.agents[agent], day): complex(value, count)
            for agent, day, value, count in zip(
                whole.agent.tolist(), whole.day.tolist(), series.values.tolist(), series.counts.tolist(), strict=True
            )
            if not np.isnan(value)
        }
        assert read == pytest.approx(expected), key


def test_a_file_in_utc_is_split_into_the_work_days_of_the_centre(intervals: Path, tmp_path: Path) -> None:
    ladder("start", intervals, "--time-zone", ZONE, "--out", tmp_path)
    assert_nights_read(tmp_path / "nights", intervals, tmp_path / "program.yaml")


def test_titles_encoding_and_totals_survive_the_split(tmp_path: Path) -> None:
    columns = with_columns({"Ø AHT": lambda row: german(row.aht)}, without=["AHT"])
    rows = text([*table(columns), ["Gesamt", str(FIRST), "99", "9", "9", "9,00", "9"]], ";")
    export = tmp_path / "export.csv"
    export.write_bytes(f"Bericht für März\n\n{rows}".encode("cp1252"))
    assert ladder("start", export, "--out", tmp_path) == 0
    assert_nights_read(tmp_path / "nights", export, tmp_path / "program.yaml")


def test_a_workbook_becomes_text_for_the_nights(tmp_path: Path) -> None:
    export = workbook(tmp_path / "book.xlsx", {"Days": [["A title"], *table(PLAIN)]})
    assert ladder("start", export, "--out", tmp_path) == 0
    assert_nights_read(tmp_path / "nights", export, tmp_path / "program.yaml")


def test_a_pivot_table_on_a_sheet_a_month_becomes_whole_rows_for_the_nights(tmp_path: Path) -> None:
    sheets: dict[str, list[Sequence[object]]] = {}
    for name, month in (("January", 1), ("February", 2)):
        before, rows = "", [["A title"], list(PLAIN)]
        for cells in table(PLAIN, rows=sorted(days(), key=lambda row: (row.agent, row.day)))[1:]:
            if cells[1][5:7] == f"{month:02}":
                rows.append(cells if cells[0] != before else ["", *cells[1:]])
                before = cells[0]
        sheets[name] = [*rows]
    export = workbook(tmp_path / "book.xlsx", sheets)
    assert ladder("start", export, "--out", tmp_path) == 0
    assert_nights_read(tmp_path / "nights", export, tmp_path / "program.yaml")


def test_contact_types_of_a_started_program_have_the_names_that_a_file_gives_them(tmp_path: Path) -> None:
    numbers = {kind: str(11 + number) for number, kind in enumerate(TYPES)}
    export = _file(tmp_path, [[*cells[:2], numbers.get(cells[2], "Split"), *cells[3:]] for cells in IN_UTC])
    types = _file(
        tmp_path, [["split", "type"], *([number, kind] for kind, number in numbers.items())], name="types.csv"
    )
    assert ladder("start", export, "--types", types, "--time-zone", ZONE, "--out", tmp_path / "centre") == 0
    program = load_program(tmp_path / "centre" / "program.yaml")
    assert [kind.key for kind in program.challenges.contact_types] == list(TYPES)


@pytest.mark.parametrize("content", ["split\n11\n", ""])
def test_a_file_of_types_needs_two_columns(
    content: str, plain: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "types.csv").write_text(content)
    assert ladder("metrics", "inspect", plain, "--types", tmp_path / "types.csv") == 2
    assert "types.csv: write two columns, with the ids and names" in capsys.readouterr().err


def test_a_split_overwrites_no_night(plain: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ladder("start", plain, "--out", tmp_path)
    words = ("metrics", "split", plain, "--program", tmp_path / "program.yaml", "--to", tmp_path / "nights")
    assert ladder(*words) == 0
    assert f"{DAYS} days from {FIRST}" in capsys.readouterr().out
    assert ladder(*words) == 2
    assert "exists. Remove it" in capsys.readouterr().err


def test_a_night_refuses_a_file_of_another_month(plain: Path, tmp_path: Path) -> None:
    ladder("start", plain, "--out", tmp_path)
    program = load_program(tmp_path / "program.yaml")
    wrong = {f"{program.key}/2026-03-02.csv": text(table(PLAIN))}
    source = MetricBucket(MetricFileBucket(wrong), "metrics").source(program, Usage())
    march = date(2026, 3, 2)
    with pytest.raises(Rejected, match=r"2026-01-05 is in the file of 2026-03-02\. Put each day into its own file"):
        list(source.readings("AHT", ["ag00"], first=march, last=march))


def test_no_function_of_the_bundle_imports_the_reader_of_workbooks() -> None:
    imported = "import ladder.adapters.metric_files.s3, sys; print('python_calamine' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", imported], check=True, capture_output=True, text=True).stdout  # noqa: S603
    assert printed == "False\n"


def test_the_centre_of_the_demonstration_is_what_start_writes_of_the_sample(tmp_path: Path) -> None:
    assert ladder("start", SAMPLE, "--time-zone", "Asia/Jerusalem", "--out", tmp_path) == 0
    written = load_program(tmp_path / "program.yaml")
    assert load_program(PROGRAMS / "centre.yaml") == replace(
        written, key="centre", name="Call centre without a platform"
    )


def test_a_started_program_has_no_platform_and_names_no_group(plain: Path, tmp_path: Path) -> None:
    assert ladder("start", plain, "--out", tmp_path / "out", "--time-zone", ZONE) == 0
    text = (tmp_path / "out" / "program.yaml").read_text(encoding="utf-8")
    assert "kind: ladder" in text
    assert "group_id" not in text
    assert load_program(tmp_path / "out" / "program.yaml").challenges.outside_platform is None
