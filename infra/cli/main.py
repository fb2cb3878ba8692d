"""The `ladder` command line.

Every command module exposes a click command that returns its exit status: 0 done, 1 failed or something found wrong,
2 the arguments or a file must be changed.
"""

import sys
from collections.abc import Sequence
from importlib.metadata import version

import click

from infra.cli.input_files import InputFileError
from infra.cli.lazy import LazyCommand
from infra.cli.terminal import print_lines
from infra.local import LocalError
from ladder.domain.errors import LadderError, ProgramRefused

DONE, FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(version("ladder"), prog_name="ladder", message="%(prog)s %(version)s")
def cli() -> None:
    """Check program files, try Ladder on this machine, and look after a running stage or a deployed stack.

    "ladder help COMMAND" describes a command. Exit status: 0 done, 1 failed or something found wrong, 2 the arguments
    or a file must be changed.
    """


for name, source, line in (
    ("audit", "audit.command:audit", "Read what was decided, and check that nobody changed it."),
    ("backtest", "backtest.command:backtest", "Try a program on your own history."),
    ("demo", "demo.command:demo", "Play two months of a call centre on this machine."),
    ("judge", "judge.command:judge", "Run posts through the badges function, and count what it grants."),
    ("ledger", "ledger.command:ledger", "List, verify, explain and repair members' ledgers."),
    ("metrics", "metrics.command:metrics", "Find out how an export of any system is read."),
    ("open", "console:open_console", "Open the console of the running stage."),
    ("openapi", "openapi:openapi", "Print the API's OpenAPI document."),
    ("program", "program.command:program", "Check program files, publish them, and say who plays."),
    ("replay", "replay.command:replay", "Send a file of events, and compare every balance."),
    ("simulate", "simulate.command:simulate", "Show what a tier rule does to simulated members."),
    ("start", "start.command:start", "Make a checked program of a metric file, and play it."),
):
    cli.add_command(LazyCommand(name, f"infra.cli.{source}", line))


@cli.command("help")
@click.argument("words", nargs=-1, metavar="[COMMAND]...")
@click.pass_context
def describe(context: click.Context, words: Sequence[str]) -> int:
    """Describe a command, or list all of them."""
    context = context.find_root()
    for word in words:
        group = context.command
        if not isinstance(group, click.Group):
            raise click.UsageError(f"{context.command_path!r} has no command {word!r}", context)
        command = group.get_command(context, word)
        if command is None:
            raise click.exceptions.NoSuchCommand(word, possibilities=group.commands, ctx=context)
        # resilient: nothing is required of a command that is only described
        context = command.make_context(word, [], parent=context, resilient_parsing=True)
    click.echo(context.get_help())
    return DONE


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status; errors are printed to stderr."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return int(cli.main(words, prog_name="ladder", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        if (
            isinstance(error, click.exceptions.NoSuchCommand)
            and error.ctx
            and isinstance(error.ctx.command, click.Group)
        ):
            print(f"Commands: {', '.join(error.ctx.command.list_commands(error.ctx))}", file=sys.stderr)
        return error.exit_code
    except click.Abort:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    except (InputFileError, ProgramRefused) as error:
        message, status = str(error), REFUSED
    except (LadderError, LocalError) as error:
        from ladder.messages.render import error_text  # noqa: PLC0415 - only where something was refused

        message, status = f"ladder {words[0]}: {error_text(error)}", FAILED
    print_lines(message.split("\n"), file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
