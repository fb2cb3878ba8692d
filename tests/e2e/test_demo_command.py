"""`ladder demo` as a user runs it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from infra.cli.main import main
from infra.local.fake_model import FakeLLM

COMMAND = (sys.executable, "-m", "infra.cli.main", "demo")
PATIENCE_SECONDS = 60


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    ran = demo("--nights", "3", "--json")
    assert ran.returncode == 0, ran.stderr
    document: dict[str, Any] = json.loads(ran.stdout)
    return document


def test_json_is_one_document_alone_on_stdout(told: dict[str, Any]) -> None:
    assert len(told["nights"]) == 3
    assert all(night["live"] for night in told["nights"])
    points, judging = told["points"], told["judging"]
    assert points["failed"] == 0
    granted = sum(case["outcome"] == "grant" for case in judging["cases"])
    reported = points["reported"]["sent"] - points["reported"]["repeated"]
    decided = sum(decision["action"] != "rejected" for decision in judging["decisions"])
    written = judging["posts"] + judging["confirmations"]
    assert points["entries"] == points["completions"] + reported + written + granted + decided
    assert sum(account["earned"] for account in points["accounts"]) > 0
    assert told["comparison"]["mismatches"] == []
    assert told["comparison"]["entries"] == points["entries"]
    assert told["transitions_per_night"] <= 15


def test_the_centre_without_a_platform_plays_beside_the_bank(told: dict[str, Any]) -> None:
    centre = told["centre"]
    assert (centre["nights"], centre["transitions_per_night"], centre["platform_calls"]) == (3, 7.0, 0)
    assert centre["completions"] > 0
    assert centre["earned"] > 0
    assert centre["challenges"]
    assert not any("platform" in str(challenge["explanation"]) for challenge in centre["challenges"])


def test_it_ends_with_what_was_said_to_whom_and_what_was_taken_back(told: dict[str, Any]) -> None:
    feed = [said for said in told["said"] if said["to"] == "C0TEAM"]
    thanks, level = feed
    assert "thanks" in thanks["text"]
    assert (thanks["withdrawn"], level["withdrawn"]) == (False, True)
    events = [said["text"].split()[0] for said in told["said"] if said["channel"] == "webhook"]
    assert events[-2:] == ["ladder.level.v1", "ladder.level.withdrawn.v1"]
    assert len(set(told["agents"]) & {said["text"].split()[-1] for said in told["said"]}) == 2


def test_staff_approve_reject_and_revoke_and_the_ledger_follows(told: dict[str, Any]) -> None:
    decisions = {decision["action"]: decision for decision in told["judging"]["decisions"]}
    assert {action: decision["has_badge"] for action, decision in decisions.items()} == {
        "approved": True,
        "rejected": False,
        "revoked": False,
    }
    approved = [each["agent"] for each in told["judging"]["decisions"] if each["action"] == "approved"]
    assert decisions["revoked"]["agent"] in approved
    assert not any(case["outcome"] == "grant" for case in told["judging"]["cases"])  # a person decided on every one


def test_a_post_that_speaks_to_the_judge_gains_nothing_though_the_model_obeys(told: dict[str, Any]) -> None:
    injection = told["judging"]["injection"]
    assert (injection["model_complied"], injection["points"], injection["has_badge"]) == (True, 0, False)
    (rejected,) = [each for each in told["judging"]["decisions"] if each["action"] == "rejected"]
    assert rejected["agent"] == injection["agent"]


def test_the_audit_of_all_that_was_decided_holds(told: dict[str, Any]) -> None:
    audit, judging = told["judging"]["audit"], told["judging"]
    assert audit["problem"] == ""
    # a record a night that went live, a case judged, a review decided, an entry taken back, and of who decides
    staff = 2
    assert audit["records"] == len(told["nights"]) + len(judging["cases"]) + len(judging["decisions"]) + staff


def test_on_a_platform_that_allows_one_challenge_a_metric_every_night_goes_live_and_the_screen_says_how() -> None:
    ran = demo("--nights", "3", "--one-per-metric", "--json")
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["one_per_metric"] is True
    assert all(night["live"] for night in told["nights"])
    for live in (each for night in told["nights"] for each in night["live"]):
        hardest = max(tier for tier, players in enumerate(live["players"]) if players)
        assert live["displayed"] == live["targets"][hardest]
    assert told["points"]["failed"] == 0


def test_the_summary_speaks_of_nights_tiers_and_calls_and_a_model_of_ones_own_is_asked() -> None:
    with FakeLLM() as model:
        ran = demo("--nights", "2", "--model-url", model.url, "--model", "house-model")
    assert ran.returncode == 0, ran.stderr
    for words in (
        "Every night",
        "Tier changes and their reasons",
        "write units",
        "platform calls",
        "Accounts",
        "Recent ledger entries of",
        "Decisions of staff",
        "Model: house-model.",
        "The model proposes nothing",
        "all verified",
        "match the reference model",
    ):
        assert words in " ".join(ran.stdout.split())
    assert len(model.asked) >= 4


def test_a_models_address_that_texts_must_not_go_to_is_refused_before_anything_starts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["demo", "--model-url", "http://models.example.org"]) == 2
    assert "'http://models.example.org' is not the address of a model: write https://" in capsys.readouterr().err


def test_a_model_that_does_not_answer_is_told_before_anything_starts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--model-url", "http://127.0.0.1:1", "--model", "x"]) == 1
    told = capsys.readouterr().err
    assert "http://127.0.0.1:1: no answer from the model" in told
    assert "start the service, or correct --model-url" in told


@pytest.mark.parametrize(
    ("numbers", "status"), [([signal.SIGTERM], 143), ([signal.SIGINT, signal.SIGINT, signal.SIGTERM], 130)]
)
def test_told_to_stop_it_closes_everything_and_says_so_in_a_word(
    numbers: list[signal.Signals], status: int, tmp_path: Path
) -> None:
    piped, own = subprocess.PIPE, os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(  # noqa: S603
        COMMAND, stdout=piped, stderr=piped, text=True, env=own, start_new_session=True
    ) as ran:
        _await_scratch(tmp_path)
        for number in numbers:
            os.killpg(ran.pid, number)
        out, err = ran.communicate(timeout=PATIENCE_SECONDS)
    assert (ran.returncode, out, err.strip()) == (status, "", "stopped")
    assert not list(tmp_path.glob("ladder-emulator-*"))


def _await_scratch(folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not list(folder.glob("ladder-emulator-*/*")):
        assert time.monotonic() < deadline, "no emulator was started"
        time.sleep(0.05)


@pytest.mark.parametrize("nights", ["0", "-1", "many"])
def test_a_number_of_nights_that_is_none_is_refused(nights: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--nights", nights]) == 2
    assert "--nights" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["dance"]])
def test_an_unknown_command_says_which_there_are(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "demo" in capsys.readouterr().err
