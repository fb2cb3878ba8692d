"""The `ladder` command line.

Every command module exposes a click command that returns its exit status: 0 done, 1 failed or something found wrong,
2 the arguments or a file must be changed.
"""

import sys
from collections.abc import Sequence
from importlib.metadata import version

import click

from infra.cli.audit.command import audit
from infra.cli.backtest.command import backtest
from infra.cli.demo.command import demo
from infra.cli.input_files import InputFileError
from infra.cli.judge.command import judge
from infra.cli.ledger.command import ledger
from infra.cli.openapi import openapi
from infra.cli.program.command import program
from infra.cli.replay.command import replay
from infra.cli.replay.drive import ReplayFailed
from infra.cli.simulate.command import simulate
from infra.cli.terminal import printable
from infra.local.api import NotHeard
from infra.local.deployer import DeploymentFailed
from infra.local.emulator import EmulatorFailed
from infra.local.nights import NightFailed
from infra.local.synthesis import SynthesisFailed
from ladder.domain.errors import LadderError, ProgramRefused

DONE, FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130
FAILURES = (DeploymentFailed, EmulatorFailed, LadderError, NightFailed, NotHeard, ReplayFailed, SynthesisFailed)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(version("ladder"), prog_name="ladder", message="%(prog)s %(version)s")
def cli() -> None:
    """Check program files, try Ladder on this machine, and look after a running stage or a deployed stack.

    "ladder help COMMAND" describes a command. Exit status: 0 done, 1 failed or something found wrong, 2 the arguments
    or a file must be changed.
    """


for command in (audit, backtest, demo, judge, ledger, openapi, program, replay, simulate):
    cli.add_command(command)


@cli.command("help")
@click.argument("words", nargs=-1, metavar="[COMMAND]...")
@click.pass_context
def describe(context: click.Context, words: Sequence[str]) -> int:
    """Describe a command, or list all of them."""
    context = context.find_root()
    for word in words:
        if not isinstance(context.command, click.Group):
            raise click.UsageError(f"{context.command_path!r} has no command {word!r}", context)
        name, found, _ = context.command.resolve_command(context, [word])
        context = click.Context(found or cli, info_name=name, parent=context)
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
    except FAILURES as error:
        message, status = f"ladder {words[0]}: {error}", FAILED
    print("\n".join(map(printable, message.split("\n"))), file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
