"""Erase a member; their points stay as facts about nobody.

1 decide    the audit says who wanted it; of the member it names the random id
2 close     the member's state is marked, and from then on everything meant for them is refused or dropped
3 forget    each raw id leads to a tombstone, which drops what arrives later
4 unname    the roster keeps their slot and loses their name; texts, verdicts, reviews and quarantine are deleted
5 anonymise each entry is replaced by an anonymous one; the state is replayed from those
6 finish    the salt goes, and with it the way back; what led from the member to their hashes goes last

It may be killed anywhere and run again, and run twice at once: every step finds what is left of it to do, and none
needs what an earlier one has deleted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ladder.domain.activities.ports import Identities
from ladder.domain.errors import NotFound, Rejected, Unavailable
from ladder.domain.points.anonymised import anonymize, program_words
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import State
from ladder.domain.points.ports import Ledger
from ladder.domain.points.replay import balance, replay_state
from ladder.domain.programs.ports import Programs
from ladder.domain.reviews.audit_records import member_erased
from ladder.domain.reviews.permissions import Staff, authorize
from ladder.domain.reviews.ports import Decisions, Erasures, People

TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """`facts`: entries that stay. `again`: already erased, or erasure in progress."""

    member: str
    decided_at: datetime
    facts: int
    again: bool


def erase(
    staff: Staff,
    *,
    member: str,
    reason: str,
    now: datetime,
    programs: Programs,
    people: People,
    identities: Identities,
    ledger: Ledger,
    version: Callable[[int], CompiledProgram],
    decisions: Decisions,
    erasures: Erasures,
) -> Erased:
    """Erase a member. `version`: a published version of the program.

    Raises NotFound for no member of this program, Unavailable where it has to be run again.
    """
    authorize(staff, "administer", member=member)
    program = staff.program
    record = member_erased(program, member, by=staff.subject, why=reason, at=now)
    known, slots = people.known(program, member), [slot for slot in programs.roster(program) if slot.id == member]
    if not (known or slots or ledger.load_including_erased(program, member).version > 0):
        raise NotFound("there is no such member")
    decided = decisions.record(record)
    salt = erasures.close(program, member, at=decided.at)
    identities.erase(program, member)
    erasures.forget(program, member, user=next((slot.user for slot in slots if not slot.erased), None))
    _unname(program, member, programs)
    state = State()
    if salt is not None:
        entries = ledger.entries(program, member)
        versions = {number: version(number) for number in {entry.program_version for entry in entries}}
        words = program_words(compiled.rulebook for compiled in versions.values())
        erasures.replace(program, member, anonymize(entries, salt=salt, program_words=words))
        facts = ledger.entries(program, member)
        state = replay_state(versions, facts)
        # A ledger that was damaged before keeps the sum of its entries.
        state.earned, state.spent, state.held = balance(facts)
    erasures.finish(program, member, state)
    count = len(ledger.entries(program, member))
    return Erased(member=member, decided_at=decided.at, facts=count, again=not known)


def _unname(program: str, member: str, programs: Programs) -> None:
    """Remove the name from the roster; others write it too, so a block that changed in between is read again."""
    for _ in range(TRIES):
        roster = programs.roster(program)
        if all(slot.erased for slot in roster if slot.id == member):
            return
        try:
            programs.enrol(program, tuple(slot.anonymous() if slot.id == member else slot for slot in roster))
        except (Rejected, Unavailable):
            continue
    raise Unavailable(f"others kept the roster of {program!r} busy")
