"""`ladder` itself: a command that there is not."""

from importlib.metadata import version

import pytest

from infra.cli.main import cli, main


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("demoo", "Error: No such command 'demoo'. Did you mean 'demo'?"),
        ("xyzzy", "Error: No such command 'xyzzy'."),
    ],
)
def test_a_mistyped_command_is_answered_with_the_nearest(
    word: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "Usage: ladder [OPTIONS] COMMAND" in told
    assert "Commands: audit, backtest, demo, help, judge, ledger, openapi, program, replay, simulate\n" in told


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["help"]])
def test_help_lists_every_command_with_a_line_of_description(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 0
    told = capsys.readouterr().out
    assert told.startswith("Usage: ladder [OPTIONS] COMMAND")
    for command in cli.commands.values():
        assert command.get_short_help_str()
        assert str(command.name) in told
        assert command.get_short_help_str(200).removesuffix("...")[:40] in told


@pytest.mark.parametrize("words", [["help", "ledger", "reverse"], ["ledger", "reverse", "--help"]])
def test_a_command_of_a_group_is_described(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    told = capsys.readouterr().out
    assert told.startswith("Usage: ladder ledger reverse [OPTIONS] ENTRY")
    assert "--reason TEXT" in told


@pytest.mark.parametrize("words", [["help", "ledgr"], ["help", "openapi", "more"]])
def test_help_for_what_is_no_command_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "Error: " in capsys.readouterr().err


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"ladder {version('ladder')}\n"
