"""Export everything about one member, in one document and with nothing about anybody else, or erase it for good.

An erasure leaves the member's points as facts about nobody:

1 decide    the audit says who wanted it; of the member it names the random id
2 close     the member's state is marked, and from then on everything meant for them is refused or dropped
3 forget    each raw id leads to a tombstone, which drops what arrives later
4 unname    the roster keeps their slot and loses their name; texts, verdicts, reviews and quarantine are deleted
5 anonymise each entry is replaced by an anonymous one; the state is replayed from those
6 finish    the salt goes, and with it the way back; what led from the member to their hashes goes last

It may be killed anywhere and run again, and run twice at once: every step finds what is left of it to do, and none
needs what an earlier one has deleted.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from admin.services import RequestContext, Services
from ladder.domain.activities.activity import LADDER
from ladder.domain.activities.ports import Identities
from ladder.domain.audit.records import Record
from ladder.domain.calendar.schedule import local_day
from ladder.domain.challenges.ports import MemberMetrics, MemberStandings, OwnFiguresOfToday, Rotations
from ladder.domain.errors import LadderError, NotFound, Rejected, Unavailable
from ladder.domain.message import Message, verbatim
from ladder.domain.points.anonymised import anonymize, program_words
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import State
from ladder.domain.points.ports import Ledger
from ladder.domain.points.replay import balance, replay_state, versions_of
from ladder.domain.programs.ports import Programs
from ladder.domain.reviews.member_export import MemberExport, read_export
from ladder.domain.reviews.permissions import Staff, authorize
from ladder.domain.reviews.ports import Decisions, Erasures, People, PersonalData

TRIES = 5


def export(
    staff: Staff,
    *,
    member: str,
    now: datetime,
    programs: Programs,
    personal_data: PersonalData,
    rotations: Rotations,
    placements: MemberStandings,
    figures: MemberMetrics,
    figures_of_today: OwnFiguresOfToday,
    decisions: Decisions,
) -> MemberExport:
    """Read everything about a member, with a record in the audit. Raises NotFound where nothing is stored."""
    authorize(staff, "administer")
    return read_export(
        staff.program,
        member,
        by=staff.subject,
        now=now,
        record=decisions.record,
        programs=programs,
        personal_data=personal_data,
        rotations=rotations,
        placements=placements,
        figures=figures,
        figures_of_today=figures_of_today,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """`facts`: entries that stay. `again`: already erased, or erasure in progress."""

    member: str
    decided_at: datetime
    facts: int
    again: bool


def erasure_key(member: str) -> str:
    """Return the key of the record by which somebody decided that the member is erased."""
    return f"ERASED#{member}"


def erase_decided(context: RequestContext, member: str, reason: str, *, about: Mapping[str, str]) -> Erased:
    """Erase a member as decided, with the services of a request."""
    services = context.services
    return erase(
        context.staff,
        member=member,
        reason=verbatim(reason),
        about=about,
        now=context.now,
        programs=services.programs,
        people=services.people,
        identities=services.identities,
        ledger=services.ledger(context.program),
        version=context.version,
        decisions=services.decisions,
        erasures=services.erasures,
    )


def erase(
    staff: Staff,
    *,
    member: str,
    reason: Message,
    about: Mapping[str, str | int],
    now: datetime,
    programs: Programs,
    people: People,
    identities: Identities,
    ledger: Ledger,
    version: Callable[[int], CompiledProgram],
    decisions: Decisions,
    erasures: Erasures,
) -> Erased:
    """Erase a member. `about`: who else decided it, or why nobody; `version`: a published version of the program.

    Raises NotFound for no member of this program, Unavailable where it has to be run again.
    """
    authorize(staff, "administer", member=member)
    program = staff.program
    known, slots = people.known(program, member), [slot for slot in programs.roster(program) if slot.id == member]
    if not (known or slots or ledger.load_including_erased(program, member).version > 0):
        raise NotFound(Message("admin.no_such_member"))
    decided = decisions.record(
        Record(
            program=program,
            key=erasure_key(member),
            what="audit.member_erased",
            who=staff.subject,
            why=reason,
            at=now,
            about={"member": member, **about},
        )
    )
    salt = erasures.close(program, member, at=decided.at)
    identities.erase(program, member)
    erasures.forget(program, member, user=next((slot.user for slot in slots if not slot.erased), None))
    for _ in range(TRIES):  # others write the roster too: a block that changed in between is read again
        roster = programs.roster(program)
        if all(slot.erased for slot in roster if slot.id == member):
            break
        with suppress(Rejected, Unavailable):
            programs.enrol(program, tuple(slot.anonymous() if slot.id == member else slot for slot in roster))
    else:
        raise Unavailable(f"others kept the roster of {program!r} busy")
    state = State()
    if salt is not None:
        entries = ledger.entries(program, member)
        versions = versions_of(entries, version)
        words = program_words(compiled.rulebook for compiled in versions.values())
        schedules = {number: compiled.schedule for number, compiled in versions.items()}
        erasures.replace(program, member, anonymize(entries, salt=salt, program_words=words, schedules=schedules))
        facts = ledger.entries(program, member)
        state = replay_state(versions, facts)
        # A ledger that was damaged before keeps the sum of its entries.
        state.earned, state.spent, state.held = balance(facts)
    erasures.finish(program, member, state)
    count = len(ledger.entries(program, member))
    return Erased(member=member, decided_at=decided.at, facts=count, again=not known)


def erase_leavers(services: Services, *, now: datetime, time_left: Callable[[], bool]) -> int:
    """Erase the members who left their program long enough ago, as it says, and return how many.

    It may be killed anywhere, and run as often as anybody likes: the next run goes on. A member who returns in time is
    active, and keeps everything. A program that fails keeps no other from it; its error is raised afterwards.
    """
    erased, failed = 0, list[LadderError]()
    for key in services.programs.keys():  # noqa: SIM118 - a store, no dictionary
        try:
            program = services.programs.current(key)
            days, today = program.leavers.erased_after_days, local_day(program.schedule, now)
            for leaver in program.leavers.due(services.programs.roster(key), today):
                if not time_left():
                    return erased
                if leaver not in program.leavers.due(services.programs.roster(key), today):
                    continue  # they returned while others were erased
                erase(
                    Staff(LADDER, key, "admin", declared=True),
                    member=leaver.id,
                    reason=Message("audit.left_long_ago", {"days": days}),
                    about={"days": days},
                    now=now,
                    programs=services.programs,
                    people=services.people,
                    identities=services.identities,
                    ledger=services.ledger(program),
                    version=partial(services.compiled_version, key),
                    decisions=services.decisions,
                    erasures=services.erasures,
                )
                erased += 1
        except LadderError as error:
            failed.append(error)
    if failed:
        raise failed[0]
    return erased
