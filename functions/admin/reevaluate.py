"""Re-evaluate: a member's state is folded anew from his entries, and put right where the two do not agree."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from admin.grant import AdminCommand, decided
from ladder.domain.errors import NotFound, Superseded, Unavailable
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import Entry, LedgerChange, State
from ladder.domain.points.ports import Ledger
from ladder.domain.points.replay import balance, last_program_version, rebuild, replay_state
from ladder.domain.reviews.permissions import authorize

TRIES = 8

type Books = Callable[[int], CompiledProgram]
type Pause = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reevaluated:
    """`changed`: something did not agree, and an entry says what was put right."""

    member: str
    earned: int
    spent: int
    held: int
    changed: bool


def reevaluate(hand: AdminCommand, *, member: str, books: Books, ledger: Ledger, pause: Pause) -> Reevaluated:
    """Nobody's entries are touched; each keeps the rules it was evaluated under. A second time finds nothing to do.

    Raises NotThere for nobody of this program, Unavailable where others keep the member busy.
    """
    authorize(hand.staff, "administer", member=member)
    if not hand.people.known(hand.staff.program, member):
        raise NotFound("there is no such member")
    decided(hand, "member re-evaluated", {"member": member})
    for tries in range(TRIES):
        try:
            return _once(hand, member, books, ledger)
        except Superseded:
            pause(tries)
    raise Unavailable(f"others kept member {member} busy through {TRIES} tries")


def _once(hand: AdminCommand, member: str, books: Books, ledger: Ledger) -> Reevaluated:
    program = hand.staff.program
    state, _ = ledger.load(program, member, ())
    recorded = ledger.entries(program, member)
    if not recorded:
        return _told(member, state, changed=False)
    anew = replay_state({version: books(version) for version in {each.program_version for each in recorded}}, recorded)
    if agrees(state, anew, recorded):
        return _told(member, state, changed=False)
    after, entry = rebuild(state, anew, recorded, program_version=last_program_version(recorded), at=hand.now)
    change = LedgerChange(
        program=program, member=member, before=state, after=after, entries=[replace(entry)], due_at=hand.now
    )
    ledger.commit(change)
    return _told(member, after, changed=True)


def agrees(state: State, anew: State, recorded: Sequence[Entry]) -> bool:
    """Whether a mark is in the state or archived already is a matter of storage, as is how often it was written."""
    stored = replace(state, version=0, seen={**state.archive, **state.seen}, archive={})
    wanted = replace(anew, version=0, seen={**anew.archive, **anew.seen}, archive={})
    return stored == wanted and balance(recorded) == (state.earned, state.spent, state.held)


def _told(member: str, state: State, *, changed: bool) -> Reevaluated:
    return Reevaluated(member=member, earned=state.earned, spent=state.spent, held=state.held, changed=changed)
