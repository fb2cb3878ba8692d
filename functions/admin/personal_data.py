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

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

from admin.services import RequestContext, Services
from ladder.domain.activities.activity import LADDER
from ladder.domain.activities.ports import Identities
from ladder.domain.audit.records import Record
from ladder.domain.calendar.schedule import local_day
from ladder.domain.challenges.ports import MemberMetrics, MemberStandings, Rotations
from ladder.domain.errors import LadderError, NotFound, Rejected, Unavailable
from ladder.domain.message import Message, verbatim
from ladder.domain.points.anonymised import anonymize, program_words
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import State
from ladder.domain.points.ports import Ledger
from ladder.domain.points.replay import balance, replay_state
from ladder.domain.programs.ports import Programs
from ladder.domain.reviews.permissions import Staff, authorize
from ladder.domain.reviews.ports import Decisions, Erasures, People, PersonalData

EXPORTED_DAYS = 400  # for which metric values, assignments and outcomes are kept
TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberExport:
    """`items`: by kind, the member's own: identities, state, entries, verdicts, reviews, disputes, quarantine …

    `metrics`: by day and metric, value and count; `assignments`: by rotation, the member's place in each category;
    `outcomes`: by day and category.
    """

    program: str
    member: str
    exported_at: datetime
    roster: Mapping[str, object] | None
    items: Mapping[str, Sequence[Mapping[str, object]]]
    assignments: Mapping[str, Mapping[str, object]]
    outcomes: Mapping[str, Mapping[str, str]]
    metrics: Mapping[str, Mapping[str, object]]
    audit: Sequence[Mapping[str, object]]


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
    decisions: Decisions,
) -> MemberExport:
    """Read everything about a member, with a record in the audit. Raises NotFound where nothing is stored."""
    authorize(staff, "administer")
    program = staff.program
    roster = programs.roster(program)
    slot = next((index for index, entry in enumerate(roster) if entry.id == member), None)
    items = personal_data.of(program, member)
    if slot is None and not items:
        raise NotFound(Message("admin.no_such_member"))
    decisions.record(
        Record(  # each time: who read it
            program=program,
            key=f"EXPORTED#{member}#{now.astimezone(UTC).isoformat()}",
            what="audit.member_exported",
            who=staff.subject,
            at=now,
            about={"member": member},
        )
    )
    first, today = now.date() - timedelta(days=EXPORTED_DAYS), now.date()
    row = {} if slot is None else asdict(roster[slot])
    assignments: dict[str, Mapping[str, object]] = {}
    outcomes: dict[str, Mapping[str, str]] = {}
    metrics: dict[str, Mapping[str, object]] = {}
    if slot is not None:
        claims = [rotation.claim for rotation in rotations.between(program, first, today)]
        standings = placements.standings_in(program, [claim.rotation for claim in claims], slot)
        for rotation, places in sorted(standings.items()):
            assignments[rotation] = {category: asdict(place) for category, place in places.items()}
        for day, by_category in sorted(placements.outcomes_on(program, {claim.date for claim in claims}, slot).items()):
            if by_category:
                outcomes[day.isoformat()] = by_category
        for day, values in figures.of_slot(program, slot, first=first, last=today).items():
            metrics[day.isoformat()] = {
                name: {"value": value, "count": count} for name, (value, count) in values.items()
            }
    return MemberExport(
        program=program,
        member=member,
        exported_at=now,
        roster={name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()} or None,
        items=items,
        assignments=assignments,
        outcomes=outcomes,
        metrics=metrics,
        audit=personal_data.audited(program, member),
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
        versions = {number: version(number) for number in {entry.program_version for entry in entries}}
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
