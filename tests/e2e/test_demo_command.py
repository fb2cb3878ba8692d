"""`ladder demo` as a user runs it."""

import json
import subprocess
import sys

import pytest

from infra.local.cli import main


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "infra.local.cli", "demo", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603


def test_json_is_one_document_alone_on_stdout() -> None:
    ran = demo("--nights", "3", "--json")
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert len(told["nights"]) == 3
    assert all(night["live"] for night in told["nights"])
    points = told["points"]
    assert points["failed"] == 0
    assert points["entries"] == points["completions"] + points["reported"]["sent"] - points["reported"]["again"]
    assert sum(account["earned"] for account in points["accounts"]) > 0
    assert told["transitions_per_night"] <= 15


def test_the_summary_speaks_of_nights_tiers_and_calls() -> None:
    ran = demo("--nights", "2")
    assert ran.returncode == 0, ran.stderr
    for words in (
        "Every night",
        "Who moved tier, and why",
        "write units",
        "platform calls",
        "What everybody has",
        "in the ledger of",
    ):
        assert words in ran.stdout


@pytest.mark.parametrize("nights", ["0", "-1", "many"])
def test_a_number_of_nights_that_is_none_is_refused(nights: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["demo", "--nights", nights])
    assert ended.value.code == 2
    assert "--nights" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["dance"]])
def test_an_unknown_command_says_which_there_are(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "demo" in capsys.readouterr().err
