"""The `ladder` command: one word chooses what to do, the rest is that command's own.

Exit status: 0 done, 1 something failed, 2 the arguments or a file need mending.
"""

import difflib
import sys
from collections.abc import Callable, Mapping, Sequence

from infra.cli import openapi
from infra.cli.audit import command as audit_command
from infra.cli.backtest import command as backtest_command
from infra.cli.demo import command as demo_command
from infra.cli.judge import command as judge_command
from infra.cli.ledger import command as ledger_command
from infra.cli.line_files import FileRefused
from infra.cli.program import check
from infra.cli.replay import command as replay_command
from infra.cli.replay.drive import ReplayFailed
from infra.cli.simulate import command as simulation_command
from infra.local.api import NotHeard
from infra.local.deployer import DeploymentFailed
from infra.local.emulator import EmulatorFailed
from infra.local.nights import NightFailed
from infra.local.synthesis import SynthesisFailed
from ladder.domain.errors import LadderError, ProgramRefused

COMMANDS: Mapping[str, Callable[[Sequence[str]], int]] = {
    "audit": audit_command.run,
    "backtest": backtest_command.run,
    "demo": demo_command.run,
    "judge": judge_command.run,
    "ledger": ledger_command.run,
    "openapi": openapi.run,
    "program": check.run,
    "replay": replay_command.run,
    "simulate": simulation_command.run,
}
FAILURES = (DeploymentFailed, EmulatorFailed, LadderError, NightFailed, NotHeard, ReplayFailed, SynthesisFailed)
USAGE = f"usage: ladder {{{','.join(COMMANDS)}}} …   (ladder COMMAND --help tells more)"


def main(argv: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] not in COMMANDS:
        return _usage(words)
    try:
        return COMMANDS[words[0]](words[1:])
    except (FileRefused, ProgramRefused) as refused:
        print(refused, file=sys.stderr)
        return 2
    except FAILURES as failure:
        print(f"ladder {words[0]}: {failure}", file=sys.stderr)
        return 1


def _usage(words: Sequence[str]) -> int:
    if words in (["-h"], ["--help"]):
        print(USAGE)
        return 0
    if words:
        near = difflib.get_close_matches(words[0], COMMANDS, n=1)
        meant = f": did you mean `ladder {near[0]}`?" if near else ""
        print(f"ladder: there is no command {words[0]!r}{meant}", file=sys.stderr)
    print(USAGE, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
