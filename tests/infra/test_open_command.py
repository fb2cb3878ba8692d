"""`ladder open` opens the console of the running stage, and says who can sign in."""

import pytest

from infra.cli import console
from infra.cli.main import main
from infra.local.running import Running

RUNNING = Running(
    endpoint="http://127.0.0.1:1",
    log="",
    outputs={"ConsoleUrl": "http://a.execute-api.localhost:1/console"},
    program="bank",
    platform="",
    pid=1,
    users={"member": "A07", "reviewer": "rita", "admin": "adam"},
)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that the browser was asked to open."""
    addresses = list[str]()
    monkeypatch.setattr("webbrowser.open", addresses.append)
    return addresses


def test_it_opens_the_address_and_prints_who_can_sign_in(
    opened: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console, "find_running", lambda: RUNNING)
    assert main(["open"]) == 0
    assert opened == [RUNNING.outputs["ConsoleUrl"]]
    first, *people = capsys.readouterr().out.splitlines()
    assert RUNNING.outputs["ConsoleUrl"] in first
    assert [line.split() for line in people] == [
        ["member", "A07", "Ladder-demo-1"],
        ["reviewer", "rita", "Ladder-demo-1"],
        ["admin", "adam", "Ladder-demo-1"],
    ]


def test_it_can_print_alone_in_german(
    opened: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console, "find_running", lambda: RUNNING)
    assert main(["open", "--print", "--language", "de"]) == 0
    assert opened == []
    assert "Prüfperson" in capsys.readouterr().out


def test_without_a_stage_it_says_how_to_start_one(
    opened: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console, "find_running", lambda: None)
    assert main(["open"]) == 1
    assert "ladder demo --keep" in capsys.readouterr().err
    assert opened == []


def test_new_pages_are_built_before_it_is_opened(opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "find_running", lambda: RUNNING)
    monkeypatch.setattr(console, "update_console", lambda aws, outputs: opened.append(f"built for {aws.endpoint}"))
    assert main(["open", "--build"]) == 0
    assert opened == [f"built for {RUNNING.endpoint}", RUNNING.outputs["ConsoleUrl"]]
