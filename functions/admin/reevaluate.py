"""Re-evaluate a member: replay their state from their entries, and correct it where the two do not agree."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from admin.grant import AdminCommand, record_decision
from ladder.domain.errors import NotFound, Superseded, Unavailable
from ladder.domain.message import Message
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import Entry, LedgerChange, State
from ladder.domain.points.ports import Ledger
from ladder.domain.points.replay import balance, last_program_version, rebuild, replay_state
from ladder.domain.reviews.permissions import authorize

TRIES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Reevaluation:
    """`changed`: something did not agree, and an entry says what was corrected."""

    member: str
    earned: int
    spent: int
    held: int
    changed: bool


def reevaluate(
    command: AdminCommand,
    *,
    member: str,
    version: Callable[[int], CompiledProgram],
    ledger: Ledger,
    pause: Callable[[int], None],
) -> Reevaluation:
    """Replay a member's state. No entry changes; each keeps the rules it was evaluated under.

    Running it again finds nothing to do. Raises NotFound for no member of this program, Unavailable where others keep
    the member busy.
    """
    authorize(command.staff, "administer", member=member)
    program = command.staff.program
    if not command.people.known(program, member):
        raise NotFound(Message("admin.no_such_member"))
    record_decision(command, "audit.member_reevaluated", {"member": member})
    for tries in range(TRIES):
        before, _ = ledger.load(program, member, ())
        entries = ledger.entries(program, member)
        versions = {number: version(number) for number in {entry.program_version for entry in entries}}
        replayed = replay_state(versions, entries)
        changed = bool(entries) and not agrees(before, replayed, entries)
        after = before
        if changed:
            under = last_program_version(entries)
            after, correction = rebuild(before, replayed, entries, program_version=under, at=command.now)
            change = LedgerChange(
                program=program, member=member, before=before, after=after, entries=[correction], due_at=command.now
            )
            try:
                ledger.commit(change)
            except Superseded:
                pause(tries)
                continue
        return Reevaluation(member=member, earned=after.earned, spent=after.spent, held=after.held, changed=changed)
    raise Unavailable(f"others kept member {member} busy through {TRIES} tries")


def agrees(state: State, replayed: State, entries: Sequence[Entry]) -> bool:
    """Return whether the stored state is what its entries come to.

    Whether a mark is in the state or archived already is a matter of storage, as is how often it was written.
    """
    stored = replace(state, version=0, seen={**state.archive, **state.seen}, archive={})
    expected = replace(replayed, version=0, seen={**replayed.archive, **replayed.seen}, archive={})
    return stored == expected and balance(entries) == (state.earned, state.spent, state.held)
