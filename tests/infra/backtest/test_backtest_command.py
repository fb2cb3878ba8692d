"""`ladder backtest` as it is typed: what it prints, what it writes, and what it refuses."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.cli.backtest import command
from infra.cli.completion import FEWEST_DAYS, FEWEST_MEMBERS
from infra.cli.main import main
from infra.local.call_history import AGENT_DAYS, DATA
from tests.builders.drawn_centre import BANK, FIRST_DAY, HEADER, metric_file, row
from tests.paths import PROGRAMS

KEYS = {
    "members",
    "nights",
    "tier_changes",
    "moves",
    "tier_shares_final",
    "changes_per_member_year",
    "completion_rate_by_tier",
    "completion_rate_by_category",
    "flags",
    "warnings",
    "targets",
    "mix",
}
CATEGORIES = {"AHT_SPRINT", "AHT_STEADY", "FIRST_TIME_RIGHT", "STAY_ON_THE_LINE"}


def backtest(metrics: Path, *more: str, program: Path = BANK) -> int:
    return main(["backtest", "--metrics", str(metrics), "--program", str(program), *more])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("centre") / "history.csv"
    file.write_text(metric_file(12, 45))
    return file


def as_json(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_the_document_stands_alone_on_stdout_and_has_its_keys(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert backtest(small, "--json") == 0
    document = as_json(capsys)

    assert document.keys() >= KEYS
    assert (document["members"], document["nights"]) == (12, 35)
    assert document["completion_rate_by_tier"].keys() == {"1", "2", "3"}
    assert document["completion_rate_by_category"].keys() == CATEGORIES
    for shares in document["tier_shares_final"].values():
        assert sum(shares.values()) == pytest.approx(1, abs=1e-3)
    assert len(document["targets"]["AHT_SPRINT"]) == 35
    assert document["moves"][0].keys() >= {"date", "agent", "category", "from", "to", "why"}


def test_the_screen_names_the_categories_and_the_warnings(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert backtest(small) == 0
    output = capsys.readouterr().out
    assert set(output.split()) >= CATEGORIES
    assert "12 agents, 35 nights" in output
    assert "everybody is compared with everybody" in output


def test_the_page_is_written_besides(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    assert backtest(small, "--json", "--html", str(page)) == 0
    assert as_json(capsys)["nights"] == 35
    assert page.read_text().startswith("<!doctype html>")
    assert [*tmp_path.iterdir()] == [page]


def test_a_program_without_nights_is_refused_with_a_sentence(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    academy = BANK.parent / "academy.yaml"
    assert backtest(small, program=academy) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith(f"{academy}  challenge_library: the program has no challenges, so no night can be")


def file_of(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    file = tmp_path / "history.csv"
    file.write_text("\n".join([header, *rows]) + "\n")
    return file


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (row("A", FIRST_DAY, aht="-3"), "history.csv:3  aht_seconds: -3 is below zero"),
        (row("A", FIRST_DAY, aht="fast"), 'history.csv:3  aht_seconds: "fast" is not a number'),
        (row("A", FIRST_DAY, calls=-4), "history.csv:3  calls: -4 is below zero"),
        (row("B", FIRST_DAY), "history.csv:3  agent: B has 2026-01-01 a second time"),
        ("A,01/02/2026,40,200,1,20,9,20,0,20,0,0,0", "history.csv:3  date: "),
    ],
)
def test_rows_that_cannot_be_are_named_with_their_line(
    cells: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    assert backtest(file_of(tmp_path, row("B", FIRST_DAY), cells), "--html", str(page), "--json") == 2
    out, output = capsys.readouterr()
    assert message in output
    assert (out, page.exists()) == ("", False)


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header = HEADER.replace("aht_seconds", "handling")
    assert backtest(file_of(tmp_path, row("A", FIRST_DAY), row("A", FIRST_DAY), header=header)) == 2
    output = capsys.readouterr().err
    assert "aht_seconds: there is no such column" in output
    assert "a second time" in output


def test_a_program_and_a_file_that_are_both_wrong_are_both_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "program.yaml"
    program.write_text("program: bank\n")
    metrics = file_of(tmp_path, row("A", FIRST_DAY), row("A", FIRST_DAY))
    assert backtest(metrics, program=program) == 2
    output = capsys.readouterr().err
    assert "time_zone: is missing" in output
    assert "a second time" in output
    assert "no such column" not in output

    assert backtest(tmp_path / "none.csv", program=program) == 2
    assert "there is no such file" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "\n", HEADER, "figures\n"])
def test_a_file_without_rows_is_refused_in_words(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "history.csv"
    file.write_text(text)
    assert backtest(file) == 2
    assert "history.csv" in capsys.readouterr().err


def test_one_day_is_too_little_and_two_are_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    days = [row(agent, FIRST_DAY + timedelta(days=after)) for after in (0, 1) for agent in "AB"]
    assert backtest(file_of(tmp_path, *days[:2])) == 2
    assert "Add more days" in capsys.readouterr().err
    assert backtest(file_of(tmp_path, *days), "--json") == 0
    document = as_json(capsys)
    assert document["nights"] == 1
    assert document["changes_per_member_year"] is None
    assert any("too few agents are known" in warning for warning in document["warnings"])


def test_seven_months_without_a_row_are_rest_and_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "history.csv"
    file.write_text(metric_file(10, 300, off=range(45, 258)))
    assert backtest(file, "--json", "--html", str(tmp_path / "page.html")) == 0
    document = as_json(capsys)
    assert any("No figures for 213 days" in warning for warning in document["warnings"])
    assert any("no row for 213 days" in warning for warning in document["warnings"])
    assert not any("2026-02-28" < move["date"] < "2026-09-16" for move in document["moves"])


def test_an_agent_who_is_seen_once_is_told_of_and_spoils_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "history.csv"
    file.write_text(metric_file(10, 45) + row("stranger", FIRST_DAY + timedelta(days=30)) + "\n")
    assert backtest(file, "--json") == 0
    document = as_json(capsys)
    assert document["members"] == 11
    assert any("stranger" in warning for warning in document["warnings"])


def test_a_page_is_not_written_where_it_would_do_harm(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = small.read_bytes()
    assert backtest(small, "--html", str(small)) == 2
    assert backtest(small, "--html", str(tmp_path)) == 2
    assert backtest(small, "--html", str(tmp_path / "nowhere" / "page.html")) == 2
    output = capsys.readouterr().err
    assert "would overwrite an input file" in output
    assert "is a folder" in output
    assert "Create it first" in output
    assert small.read_bytes() == before


def test_a_write_that_fails_leaves_the_old_page(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    page.write_text("yesterday's")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert backtest(small, "--html", str(page)) == 2
    assert "no space left" in capsys.readouterr().err
    assert (page.read_text(), [*tmp_path.iterdir()]) == ("yesterday's", [page])


def test_more_than_fits_into_memory_is_refused_before_it_is_tried(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "MOST_AGENT_DAYS", 500)
    assert backtest(small) == 2
    assert "Replay fewer agents or days at a time." in capsys.readouterr().err


def test_a_hundred_thousand_rows_are_replayed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "history.csv"
    file.write_text(metric_file(2_000, 70))
    assert backtest(file, "--json") == 0
    document = as_json(capsys)
    assert (document["members"], document["nights"]) == (2_000, 60)


@pytest.mark.skipif(not (DATA / AGENT_DAYS).exists(), reason="the real calls are not beside the checkout")
def test_on_the_real_calls_every_target_is_worth_trying_and_agents_who_hang_up_are_flagged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert backtest(DATA / AGENT_DAYS, "--json") == 0
    document = as_json(capsys)

    first, second, third = document["completion_rate_by_tier"].values()
    assert all(0.5 <= rate <= 0.7 for rate in (first, second, third))
    assert first >= second - 0.03 >= third - 0.06
    for tiers in document["completion_by_category"].values():
        for completion in tiers.values():
            enough = completion["members"] >= FEWEST_MEMBERS and completion["days"] >= FEWEST_DAYS
            assert not enough or (completion["low"] <= 0.7 and completion["high"] >= 0.5)
    assert list(document["points_offered_by_tier"].values()) == sorted(document["points_offered_by_tier"].values())
    assert document["changes_per_member_year"] < 4
    assert {"A20", "A21"} <= {flag["member"] for flag in document["flags"] if flag["kind"] == "short_contacts"}
    (mix,) = document["mix"]
    assert mix["within_before"] == pytest.approx(0.18, abs=0.01)
    assert mix["within_after"] <= 0.03
    assert mix["over_all_after"] <= 0.13


def test_a_category_of_choice_is_played_by_everybody_and_that_is_said_once(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = json.loads((PROGRAMS / "bank-library.json").read_text())
    program = tmp_path / "bank.yaml"
    program.write_text(BANK.read_text())
    for part in PROGRAMS.glob("*.json"):
        (tmp_path / part.name).write_text(part.read_text())
    library["challenge_library"]["FIRST_TIME_RIGHT"]["participation"] = "opt_in"
    (tmp_path / "bank-library.json").write_text(json.dumps(library))

    assert backtest(small, "--json", program=program) == 0

    document = as_json(capsys)
    said = [warning for warning in document["warnings"] if "members choose whether they take part" in warning]
    assert len(said) == 1
    assert said[0].startswith("FIRST_TIME_RIGHT: ")
    assert sum(document["tier_shares_final"]["FIRST_TIME_RIGHT"].values()) == pytest.approx(1, abs=1e-3)
