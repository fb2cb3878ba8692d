"""`ladder` itself: its help, its answer to a command that does not exist, and what each command imports."""

import subprocess
import sys
from importlib.metadata import version

import click
import pytest

from infra.cli.lazy import LazyCommand
from infra.cli.ledger.command import ledger
from infra.cli.main import cli, main
from infra.cli.metrics.command import metrics
from infra.cli.program.command import program


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("demoo", "Error: No such command 'demoo'. Did you mean 'demo'?"),
        ("xyzzy", "Error: No such command 'xyzzy'."),
    ],
)
def test_a_mistyped_command_is_answered_with_the_nearest(
    word: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word]) == 2
    output = capsys.readouterr().err
    assert message in output
    assert "Usage: ladder [OPTIONS] COMMAND" in output
    commands = "audit, backtest, demo, help, judge, ledger, metrics, open, openapi, program, replay, simulate, start"
    assert f"Commands: {commands}\n" in output


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["help"]])
def test_help_lists_every_command_with_a_line_of_description(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 0
    output = capsys.readouterr().out
    assert output.startswith("Usage: ladder [OPTIONS] COMMAND")
    for command in cli.commands.values():
        assert command.get_short_help_str()
        assert str(command.name) in output
        assert command.get_short_help_str(200).removesuffix("...")[:40] in output


@pytest.mark.parametrize("words", [["help", "ledger", "reverse"], ["ledger", "reverse", "--help"]])
def test_a_command_of_a_group_is_described(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    output = capsys.readouterr().out
    assert output.startswith("Usage: ladder ledger reverse [OPTIONS] ENTRY")
    assert "--reason TEXT" in output


@pytest.mark.parametrize("words", [["help", "ledgr"], ["help", "program", "chek"], ["help", "openapi", "more"]])
def test_help_for_what_is_no_command_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "Error: " in capsys.readouterr().err


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"ladder {version('ladder')}\n"


LIBRARIES = {"aws_lambda_powertools", "boto3", "jinja2", "ministack", "numpy", "pydantic", "rich", "yaml"}
COUNT = """
import sys
from infra.cli.main import main
status = main(sys.argv[1:])
print(status, *(name for name in sys.modules if "." not in name or name.startswith("infra.cli.")), file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("words", "folders", "libraries"),
    [
        ("--help", set(), set()),
        ("--version", set(), set()),
        ("program --help", {"program"}, set()),
        ("ledger --help", {"ledger"}, set()),
        ("help program check", {"program"}, {"yaml"}),
        ("program schema", {"program"}, {"jinja2"}),
        ("openapi --help", set(), {"yaml"}),
        ("simulate --help", {"pages", "simulate"}, {"jinja2", "numpy", "rich"}),
        ("backtest --help", {"backtest", "metrics", "pages"}, {"jinja2", "numpy", "rich", "yaml"}),
        ("metrics --help", {"metrics"}, set()),
        ("help metrics inspect", {"metrics"}, {"numpy", "yaml"}),
        ("audit verify --help", {"audit", "ledger"}, {"boto3", "rich"}),  # both name members in one way
        ("ledger verify --help", {"ledger"}, {"boto3", "rich"}),
    ],
)
def test_a_command_imports_its_own_folder_and_the_libraries_it_needs(
    words: str, folders: set[str], libraries: set[str]
) -> None:
    """The libraries take nearly all of the time in which `ladder` starts."""
    command = [sys.executable, "-c", COUNT, *words.split()]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stderr  # noqa: S603
    status, *modules = printed.split()
    assert status == "0"
    assert LIBRARIES & set(modules) <= libraries
    assert {name.split(".")[2] for name in modules if name.count(".") > 2} == folders


@pytest.mark.parametrize("group", [cli, ledger, metrics, program], ids=["ladder", "ledger", "metrics", "program"])
def test_a_command_that_is_listed_exists_and_describes_itself(group: click.Group) -> None:
    listed = [command for command in group.commands.values() if isinstance(command, LazyCommand)]
    assert len(listed) == len(group.commands) - ("help" in group.commands)
    for command in listed:
        assert command.make_context(command.name, [], resilient_parsing=True).command.help, command.name
