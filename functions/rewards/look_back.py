"""Look back after an edit: whoever has something by the live version, and had it not by the one before, gets it now."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import batched

from ladder.domain.activities.activity import Delivery
from ladder.domain.activities.ports import Activities
from ladder.domain.errors import ProgramRefused, Rejected
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import State
from ladder.domain.points.look_back import LookBack, gains_at_once, program_edited
from ladder.domain.points.ports import Ledger, LookBacks
from ladder.domain.points.replay import recalculate, versions_of
from ladder.domain.programs.ports import Programs
from rewards.batch import LEAST_SECONDS

PAGE = 100  # members whose states are read at once


def look_back(
    *,
    programs: Programs,
    compiled: Callable[[str], CompiledProgram],
    compiled_version: Callable[[str, int], CompiledProgram],
    ledger: Callable[[CompiledProgram], Ledger],
    look_backs: LookBacks,
    queue: Activities,
    now: datetime,
    time_left: Callable[[], float],
) -> int:
    """Send an event to each member for whom the live version of their program changes something; return how many.

    Each version is looked at once. Where time runs out, or the function is killed, the next run goes on; the event's id
    makes a second one the same. While a program is paused nobody gets anything, so it is looked at once it goes on.
    """
    sent = 0
    for program in programs.keys():  # noqa: SIM118 - a store, no dictionary
        with suppress(ProgramRefused, Rejected):  # one that cannot be read has no members to reward either
            live = compiled(program)
            known = look_backs.of(program)
            if known.version != live.version:
                known = LookBack(live.version)
            if live.paused or known.next_slot is None:
                continue
            event, stores = program_edited(live.version, now), ledger(live)
            left = list(enumerate(programs.roster(program)))[known.next_slot :]
            for page in batched(left, PAGE, strict=False):
                states = stores.states_of(program, [member.id for _, member in page if not member.erased])
                for slot, member in page:
                    if time_left() < LEAST_SECONDS:
                        look_backs.save(program, LookBack(live.version, slot))
                        return sent
                    replayed = partial(_replayed, program, member.id, live, stores, partial(compiled_version, program))
                    if member.id in states and gains_at_once(live, states[member.id], replayed):
                        queue.send([Delivery(program, member.id, (event,))])
                        sent += 1
            look_backs.save(program, LookBack(live.version, None))
    return sent


def _replayed(
    program: str, member: str, live: CompiledProgram, ledger: Ledger, version: Callable[[int], CompiledProgram]
) -> State:
    """Return the member's state by their whole ledger, as the live version looks at it."""
    recorded = ledger.entries(program, member)
    versions = versions_of(recorded, version)
    return recalculate(versions, live, recorded)[0]
