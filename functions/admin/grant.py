"""Grant points or a badge by hand, or revoke an entry.

The decision is audited first, under the request's own id, and the event sent after it: after a crash in between the
same request finds the decision existing and sends the very same event, which the ledger takes once. So there is no
effect without a record; a record whose effect nobody requested again belongs to a request that was answered as failed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ladder.domain.activities.activity import BADGE_GRANTED, LADDER, POINTS_GRANTED, Activity, Delivery, Key
from ladder.domain.activities.ports import Activities
from ladder.domain.audit.records import Record
from ladder.domain.errors import Conflict, InvalidRequest, NotFound
from ladder.domain.message import Message, verbatim
from ladder.domain.points.achievements import tiers_of
from ladder.domain.points.amendments import reversal, reversal_key, reversal_refusal
from ladder.domain.points.ports import Ledger
from ladder.domain.programs.program import Program
from ladder.domain.reviews.audit_records import requested
from ladder.domain.reviews.permissions import DailyGrant, Staff, authorize
from ladder.domain.reviews.ports import Decisions, People

if TYPE_CHECKING:
    from ladder.domain.validation.constraints import Plain


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
    if not 0 < tier <= len(tiers_of(program.rulebook, badge)):
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
    attributes: dict[str, Plain] = {**granted, "by": "admin", "reason": command.reason}
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
