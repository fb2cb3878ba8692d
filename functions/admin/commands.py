"""What admins do by hand, each under a request id of their own: grant, revoke, re-evaluate, rotate again.

The decision is audited first, under the request's own id, and the event sent after it: after a crash in between the
same request finds the decision existing and sends the very same event, which the ledger takes once. So there is no
effect without a record; a record whose effect nobody requested again belongs to a request that was answered as failed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from ladder.domain.activities.activity import BADGE_GRANTED, LADDER, POINTS_GRANTED, Activity, Delivery, Key
from ladder.domain.activities.ports import Activities
from ladder.domain.audit.records import Record
from ladder.domain.challenges.ports import Executions, Rotations
from ladder.domain.errors import Conflict, InvalidRequest, NotFound, Rejected, Superseded, Unavailable
from ladder.domain.message import Message, verbatim
from ladder.domain.points.achievements import badge_messages
from ladder.domain.points.amendments import reversal, reversal_key, reversal_refusal
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import LedgerChange
from ladder.domain.points.ports import Ledger
from ladder.domain.points.replay import balance, last_program_version, rebuild, replay_state
from ladder.domain.programs.program import Program
from ladder.domain.programs.start_rotation import start_again
from ladder.domain.reviews.audit_records import requested
from ladder.domain.reviews.permissions import DailyGrant, Staff, authorize
from ladder.domain.reviews.ports import Decisions, People


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminCommand:
    """Who asks for what, and the stores it takes. `request`: the caller's id, which makes the same request the same."""

    staff: Staff
    request: str
    reason: str
    now: datetime
    decisions: Decisions
    activities: Activities
    people: People


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRequest:
    """The event that will be in the member's ledger in a moment. `again`: it was requested before."""

    member: str
    source: str
    id: str
    decided_at: datetime
    again: bool


def grant_points(command: AdminCommand, program: Program, *, member: str, points: int) -> LedgerRequest:
    """Grant points outside every cap: they correct what the rules got wrong, and use up none of a member's caps.

    Raises NotFound for no member of this program, InvalidRequest for more than the program lets anybody give at once,
    Conflict for more than anybody may give in a day.
    """
    most = program.rulebook.most_granted
    if not 0 < points <= most:
        raise InvalidRequest(Message("admin.too_many_points", {"points": points, "most": most}))
    grant = DailyGrant.of(program.key, most_granted=most, by=command.staff.subject, points=points, at=command.now)
    return _grant(command, member, "audit.points_granted", POINTS_GRANTED, {"points": points}, grant=grant)


def grant_badge(command: AdminCommand, program: Program, *, member: str, badge: str, tier: int = 1) -> LedgerRequest:
    """Grant a badge; a member who has it keeps it, and the entry says so. Raises NotFound for an unknown badge."""
    if not 0 < tier <= len(badge_messages(program.rulebook, badge)):
        raise NotFound(Message("admin.no_such_badge", {"program": program.key, "badge": badge, "tier": tier}))
    return _grant(command, member, "audit.badge_granted", BADGE_GRANTED, {"badge": badge, "tier": tier})


def revoke(command: AdminCommand, *, member: str, event: Key, ledger: Ledger) -> LedgerRequest:
    """Revoke an entry; what depended on it is recalculated. An entry is revoked once, whoever asks again.

    Raises NotFound where the member has no such entry, Conflict for one that cannot be revoked.
    """
    authorize(command.staff, "administer", member=member)
    known = {entry.key: entry.activity for entry in ledger.entries(command.staff.program, member)}
    if event not in known or not command.people.known(command.staff.program, member):
        raise NotFound(Message("admin.no_such_entry"))
    if why := reversal_refusal(known[event]):
        raise Conflict(why)
    if (before := known.get(reversal_key(event))) is not None:
        return LedgerRequest(
            member=member, source=before.source, id=before.id, decided_at=before.occurred_at, again=True
        )
    about = {"member": member, "source": event[0], "event": event[1]}
    decision, again = record_decision(command, "audit.entry_revoked", about)
    activity = reversal(event, reason=command.reason, actor="admin", now=decision.at)
    return _send(command, member, activity, decision, again=again)


def _grant(
    command: AdminCommand,
    member: str,
    what: str,
    kind: str,
    granted: dict[str, int | str],
    *,
    grant: DailyGrant | None = None,
) -> LedgerRequest:
    authorize(command.staff, "administer", member=member)
    if not command.people.known(command.staff.program, member):
        raise NotFound(Message("admin.no_such_member"))
    decision, again = record_decision(command, what, {**granted, "member": member}, grant)
    attributes: dict[str, str | int] = {**granted, "by": "admin", "reason": command.reason}
    activity = Activity(
        source=LADDER, id=f"grant:{command.request}", type=kind, occurred_at=decision.at, attributes=attributes
    )
    return _send(command, member, activity, decision, again=again)


def record_decision(
    command: AdminCommand, what: str, about: Mapping[str, str | int], grant: DailyGrant | None = None
) -> tuple[Record, bool]:
    """Return the audit record of the decision, and whether it existed before.

    Raises Conflict where the request's id was used for another one.
    """
    staff = command.staff
    why = verbatim(command.reason)
    record = requested(
        staff.program, command.request, what=what, by=staff.subject, why=why, at=command.now, about=about
    )
    existing = command.decisions.record(record, grant)
    if (existing.what, existing.who, existing.why, existing.about) != (what, record.who, record.why, record.about):
        raise Conflict(Message("admin.request_id_used"))
    return existing, existing.at != record.at


def _send(command: AdminCommand, member: str, activity: Activity, decision: Record, *, again: bool) -> LedgerRequest:
    command.activities.send([Delivery(command.staff.program, member, (activity,))])
    return LedgerRequest(member=member, source=activity.source, id=activity.id, decided_at=decision.at, again=again)


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
        # How often the state was written, and which marks are archived by now, is a matter of storage.
        stored, expected = (
            replace(state, version=0, seen={**state.archive, **state.seen}, archive={}) for state in (before, replayed)
        )
        totals = (before.earned, before.spent, before.held)
        changed = bool(entries) and (stored != expected or balance(entries) != totals)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedRotation:
    """`again`: this very request started it before."""

    rotation: str
    execution: str
    asked_at: datetime
    again: bool


def rotate(
    command: AdminCommand, program: Program, day: date, *, rotations: Rotations, executions: Executions
) -> StartedRotation:
    """Start one revision for one request, however often it is made: its claim says who wanted it, when and why.

    Raises Conflict where the date is not the current one, the program is paused or has no nights, or somebody else
    started another revision at the same moment.
    """
    authorize(command.staff, "administer")
    decision, _ = record_decision(command, "audit.rotation_requested", {"date": day.isoformat()})
    # A later attempt of the same request is claimed after the first, in the same words.
    started = next(
        (
            rotation.claim
            for rotation in rotations.between(program.key, day, day)
            if rotation.claimed_at >= decision.at
            and (rotation.actor, rotation.reason) == (decision.who, command.reason)
        ),
        None,
    )
    try:
        claim = started or start_again(
            program,
            day,
            actor=decision.who,
            reason=command.reason,
            now=decision.at,
            rotations=rotations,
            executions=executions,
        )
    except Rejected as error:
        raise Conflict(*error.args) from error
    if claim is None:
        raise Conflict(Message("admin.rotation_at_same_moment"))
    return StartedRotation(
        rotation=claim.rotation, execution=claim.execution, asked_at=decision.at, again=started is not None
    )
