"""Acts of admins by hand, each under a request id of its own: grant, revoke, re-evaluate, rotate again.

The decision is audited first, under the request's own id, and the event sent after it: after a crash in between the
same request finds the decision existing and sends the very same event, which the ledger takes once. So there is no
effect without a record; a record whose effect nobody requested again belongs to a request that was answered as failed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from admin.api_models import CommandBody
from admin.services import RequestContext
from ladder.domain.activities.activity import Activity, Delivery
from ladder.domain.audit.records import Record
from ladder.domain.errors import Conflict, NotFound
from ladder.domain.message import Message, verbatim
from ladder.domain.reviews.audit_records import requested
from ladder.domain.reviews.permissions import DailyGrant, authorize


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRequest:
    """The event that will be in the member's ledger in a moment. `again`: it was requested before."""

    member: str
    source: str
    id: str
    decided_at: datetime
    again: bool


def authorize_for_member(context: RequestContext, member: str) -> None:
    """Raise NotAuthorized where the member's case is the admin's own, NotFound for no member of the program."""
    authorize(context.staff, "administer", member=member)
    if not context.services.people.known(context.staff.program, member):
        raise NotFound(Message("admin.no_such_member"))


def record_decision(
    context: RequestContext,
    command: CommandBody,
    what: str,
    about: Mapping[str, str | int],
    grant: DailyGrant | None = None,
) -> tuple[Record, bool]:
    """Return the audit record of the decision, and whether it existed before.

    Raises Conflict where the request's id was used for another one, SecondPersonRequired where its points are more than
    one person gives alone.
    """
    program, by, why = context.staff.program, context.staff.subject, verbatim(command.reason)
    record = requested(program, command.request, what=what, by=by, why=why, at=context.now, about=about)
    existing = context.services.decisions.record(record, grant)
    if (existing.what, existing.who, existing.why, existing.about) != (what, record.who, record.why, record.about):
        raise Conflict(Message("admin.request_id_used"))
    return existing, existing.at != record.at


def send(context: RequestContext, member: str, activity: Activity, decision: Record, *, again: bool) -> LedgerRequest:
    """Send the event of a decision to the member's ledger."""
    context.services.activities.send([Delivery(context.staff.program, member, (activity,))])
    return LedgerRequest(member=member, source=activity.source, id=activity.id, decided_at=decision.at, again=again)
