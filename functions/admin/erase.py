"""Erase: a member is forgotten, and his points stay as facts about nobody.

1 decided   the audit says who wanted it; what it says of the member is his random id
2 closed    his state is marked, and from then on everything that is meant for him is refused or dropped
3 nobody    each raw id leads to a tombstone, which drops what arrives later
4 unnamed   the roster keeps his slot and loses his name; texts, verdicts, reviews and what waits are deleted
5 facts     each entry is replaced by an anonymous one; the state is folded from those
6 finished  the salt goes, and with it the way back; what led from him to his hashes goes last

It may be killed anywhere and run again, and twice at once: every step finds what is left of it to do, and none needs
what an earlier one has deleted.
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

type Books = Callable[[int], CompiledProgram]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """`facts`: entries that stay; `again`: he had been forgotten before, or nearly."""

    member: str
    decided_at: datetime
    facts: int
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Everything that knows of members; `books`: a published version, made ready."""

    programs: Programs
    people: People
    identities: Identities
    ledger: Ledger
    books: Books
    decisions: Decisions
    erasures: Erasures


def erase(staff: Staff, *, member: str, reason: str, now: datetime, archive: Archive) -> Erased:
    """Raises NotThere for nobody of this program, Unavailable where it has to be run again."""
    authorize(staff, "administer", member=member)
    program = staff.program
    record = member_erased(program, member, by=staff.subject, why=reason, at=now)
    known = archive.people.known(program, member)
    if not (known or _decided_before(staff, member, archive)):
        raise NotFound("there is no such member")
    standing = archive.decisions.record(record)
    salt = archive.erasures.close(program, member, at=standing.at)
    archive.identities.erase(program, member)
    archive.erasures.forget(program, member, user=_user(program, member, archive))
    _unname(program, member, archive)
    state = _facts(program, member, salt, archive) if salt is not None else State()
    archive.erasures.finish(program, member, state)
    facts = len(archive.ledger.entries(program, member))
    return Erased(member=member, decided_at=standing.at, facts=facts, again=not known)


def _decided_before(staff: Staff, member: str, archive: Archive) -> bool:
    """Of whom nothing was left but a slot, or a state that says so."""
    slots = archive.programs.roster(staff.program)
    return archive.ledger.load_including_erased(staff.program, member).version > 0 or any(
        each.id == member for each in slots
    )


def _user(program: str, member: str, archive: Archive) -> str | None:
    return next((each.user for each in archive.programs.roster(program) if each.id == member and not each.erased), None)


def _unname(program: str, member: str, archive: Archive) -> None:
    """The roster is written by others too; a block that moved in between is read again."""
    for _ in range(TRIES):
        roster = archive.programs.roster(program)
        if all(each.erased for each in roster if each.id == member):
            return
        try:
            archive.programs.enrol(program, tuple(each.anonymous() if each.id == member else each for each in roster))
        except (Rejected, Unavailable):
            continue
    raise Unavailable(f"others kept the roster of {program!r} busy")


def _facts(program: str, member: str, salt: bytes, archive: Archive) -> State:
    """The state that the anonymous entries come to. A ledger that was damaged before keeps the sum of its entries."""
    recorded = archive.ledger.entries(program, member)
    books = {version: archive.books(version) for version in {each.program_version for each in recorded}}
    spoken = program_words(book.program for book in books.values())
    archive.erasures.replace(program, member, anonymize(recorded, salt=salt, program_words=spoken))
    facts = archive.ledger.entries(program, member)
    after = replay_state(books, facts)
    after.earned, after.spent, after.held = balance(facts)
    return after
