"""`ladder replay`: what it refuses, before anything is started or sent."""

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from infra.cli.driver.compare import Comparison, Mismatch
from infra.cli.main import main
from infra.cli.replay import command
from infra.cli.replay.plan import plan
from infra.cli.replay.play import prepare, with_late_days
from infra.cli.replay.report import ReplayResult
from ladder.domain.challenges.caps import Caps
from tests.builders.academy import academy
from tests.infra.replay.examples import NOW, line, lines

WRONG = Mismatch("anna", {"earned": {"state": 51, "reference": 50}})
GOOD = ["--source", "standard", "--file", "nowhere.jsonl"]


def run(arguments: list[str]) -> int:
    return main(["replay", *arguments])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Missing option '--source'"),
        (["--source", "docebo", "--file", "x"], "'docebo' is not one of"),
        ([*GOOD, "--duplicates", "5 of 100"], '"5 of 100" is not a share; write 5% or 0.05, from 0 to 1'),
        ([*GOOD, "--late", "120%"], '"120%" is not a share'),
        ([*GOOD, "--late", "5"], '"5" is not a share'),
        ([*GOOD, "--rate", "0"], '"0" is not a rate; write events a second, from 0.01 to 1000'),
        ([*GOOD, "--rate", "nan"], '"nan" is not a rate'),
        ([*GOOD, "--limit", "0"], "0 is too small; write 1 or more"),
    ],
)
def test_arguments_that_make_no_sense_exit_with_two_and_say_what_to_write(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    assert words in " ".join(capsys.readouterr().err.split())


def test_a_file_with_mistakes_exits_with_two_and_nothing_on_stdout(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text('{"id": "1"}\n')
    assert run(["--source", "standard", "--file", str(file), "--json", "--duplicates", "0.05", "--late", "2%"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert f"{file}, line 1: Object missing required field `type`" in told.err.replace("body: ", "")


@pytest.mark.parametrize(("mismatches", "failed", "status"), [((), 0, 0), ((WRONG,), 0, 1), ((), 1, 1)])
def test_a_balance_that_is_wrong_is_an_exit_with_one(
    *,
    mismatches: tuple[Mismatch, ...],
    failed: int,
    status: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "events.jsonl"
    file.write_bytes(line(1).raw)
    monkeypatch.setattr(command, "open_stage", nullcontext)
    monkeypatch.setattr(command, "play", lambda *_, **__: replayed(mismatches, failed))
    assert run(["--source", "standard", "--file", str(file), "--json"]) == status
    told = json.loads(capsys.readouterr().out)
    assert (told["mismatches"], told["events_per_second"], told["wcu_per_event"]) == (len(mismatches), 4.0, 2.5)
    assert run(["--source", "standard", "--file", str(file)]) == status
    words = " ".join(capsys.readouterr().out.split())
    assert ("member anna: earned: state 51, reference 50" in words) == bool(mismatches)


def replayed(mismatches: tuple[Mismatch, ...], failed: int) -> ReplayResult:
    return ReplayResult(
        program="replay-1",
        source="quiz",
        changes=(),
        lines=10,
        plan=plan(lines(10), duplicates=0.2, late=0, seed=1),
        seconds=3.0,
        failed_messages=failed,
        rewards={"again": 1, "quarantined": 0, "write_units": 25.0},
        comparison=Comparison(members=1, entries=10, points=50, mismatches=mismatches),
    )


def test_a_program_without_such_a_source_is_given_one() -> None:
    there = prepare(academy(), "xapi")
    assert (there.source.key, there.source in there.program.sources) == ("replay-xapi", True)
    assert there.changes == ("a source of the kind xapi was added",)
    assert prepare(academy(), "standard").changes == ()


def test_a_cap_that_pays_whoever_comes_first_is_left_out() -> None:
    there = prepare(replace(academy(), caps=Caps(program_daily_points=100, member_daily_points=50)), "standard")
    assert there.program.caps == Caps(member_daily_points=50)
    assert "daily cap is left out" in there.changes[0]


def test_late_days_reach_as_far_back_as_the_file() -> None:
    there, old = prepare(academy(), "standard"), line(1)
    assert with_late_days(there, [old], now=NOW) == there
    back = with_late_days(there, [old], now=NOW + timedelta(days=100))
    assert back.program.rulebook.late_days == 102
    assert back.changes == ("late_days is 102 instead of 7, as the file goes back to 2026-03-30",)
