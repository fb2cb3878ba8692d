"""A quiet night on the deployed bundle: the real state machine, on the emulator."""

from datetime import date, timedelta
from functools import partial
from pathlib import Path

from infra.cli.program_file import load_program
from infra.local.call_history import call_history
from infra.local.nights import run_night
from infra.local.stage import stage
from tests.bench.rows import at_most
from tests.paths import PROGRAMS

FIRST = date(1999, 1, 15)


def transitions_a_night(program: str) -> float:
    """The first night moves everybody; the second is as nights usually are."""
    with stage(load_program(PROGRAMS / program), call_history(1, data=Path("nowhere"))) as running:
        run_night(running, FIRST)
        running.simulator.close_day(FIRST)
        return run_night(running, FIRST + timedelta(days=1)).usage.transitions


for program, bound, kind in (("bank.yaml", 15, ""), ("centre.yaml", 8, " without a platform")):
    at_most(
        bound,
        "transitions",
        f"state transitions of a quiet night{kind} on the deployed state machine (29 agents, their second night)",
    )(partial(transitions_a_night, program))
