"""A quiet night on the deployed bundle: the real state machine, on the emulator."""

from datetime import date, timedelta
from pathlib import Path

from infra.cli.program_file import load_program
from infra.local.call_history import call_history
from infra.local.nights import run_night
from infra.local.stage import stage
from tests.bench.rows import at_most
from tests.paths import PROGRAMS

PROGRAM = PROGRAMS / "bank.yaml"
FIRST = date(1999, 1, 15)


@at_most(
    15,
    "transitions",
    "state transitions of a quiet night on the deployed state machine (29 agents, their second night)",
)
def transitions_a_night() -> float:
    """The first night moves everybody; the second is as nights usually are."""
    with stage(load_program(PROGRAM), call_history(1, data=Path("nowhere"))) as running:
        run_night(running, FIRST)
        running.simulator.close_day(FIRST)
        return run_night(running, FIRST + timedelta(days=1)).usage.transitions
