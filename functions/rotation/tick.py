"""Tick: start every rotation that is due; a program that cannot start does not delay the others."""

from datetime import datetime

from ladder.domain.challenges.ports import Executions, Rotations
from ladder.domain.challenges.rotation import Claim
from ladder.domain.errors import LadderError
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.start_rotation import start_due


class TickFailed(LadderError):
    """Some programs could not be started; the next tick tries them again."""


def tick(*, now: datetime, programs: Programs, rotations: Rotations, executions: Executions) -> list[Claim]:
    """Return the claims started. Two ticks at once start each night once. Raises TickFailed at the end."""
    started, failed = list[Claim](), list[str]()
    for key in programs.keys():  # noqa: SIM118  a port, not a dict
        try:
            claim = start_due(programs.current(key), now=now, rotations=rotations, executions=executions)
        except Exception as error:  # noqa: BLE001  what is wrong with one program is raised at the end
            failed.append(f"{key}: {error}")
        else:
            started += [claim] if claim else []
    if failed:
        raise TickFailed("; ".join(failed))
    return started
