"""Taking an entry back: through the queue like everything else, once however often it is asked for.

The decision is audited before the event is sent, so that there is no reversal without a record. Whoever is killed in
between asks again, finds his decision standing, and sends what it says.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from infra.cli.ledger.find_event import FoundEntry
from infra.cli.ledger.members import MemberLedger, read_ledger
from infra.cli.stack import Stack
from ladder.adapters.dynamodb.staff import DynamoDecisions
from ladder.domain.activities.activity import REVERSED, Activity, Delivery
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.points.amendments import reversal, reversal_refusal
from ladder.domain.points.ledger import Entry
from ladder.domain.reviews.audit_records import requested

PATIENCE_SECONDS, POLL_SECONDS = 120.0, 0.5


@dataclass(frozen=True, slots=True)
class ReversalResult:
    """`already`: it had been taken back before, and nothing was sent."""

    entry: Entry
    before: MemberLedger
    after: MemberLedger
    already: bool


def reverse_entry(
    place: Stack,
    found: FoundEntry,
    *,
    reason: str,
    actor: str,
    by: str,
    now: datetime,
    patience: float = PATIENCE_SECONDS,
) -> ReversalResult:
    """`by`: whom the audit names; `actor`: whom the member reads.

    Raises Rejected for what cannot be taken back, Unavailable where it is not recorded in time.
    """
    _refuse(found.entry)
    if known := next((each for each in found.amendments if each.activity.type == REVERSED), None):
        return ReversalResult(known, found.ledger, found.ledger, already=True)
    activity = _decided(place, found, reversal(found.entry.key, reason=reason, actor=actor, now=now), by=by)
    place.queue.send([Delivery(found.person.program, found.person.member, (activity,))])
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        after = read_ledger(place, found.person)
        if recorded := next((each for each in after.entries if each.key == activity.key), None):
            return ReversalResult(recorded, found.ledger, after, already=False)
        time.sleep(POLL_SECONDS)
    raise Unavailable(
        f"the reversal is in the queue and was not recorded in {patience:.0f} seconds: look at the rewards function's "
        "log and at the dead-letter queue; asking for it again is safe"
    )


def _decided(place: Stack, found: FoundEntry, wanted: Activity, *, by: str) -> Activity:
    """As it was decided first: another reason that is given later changes neither the record nor what is sent."""
    person, (source, event) = found.person, found.entry.key
    record = requested(
        person.program,
        f"{person.member}#{wanted.id}",
        what="entry taken back",
        by=by,
        why=str(wanted.attributes["reason"]),
        at=wanted.occurred_at,
        about={"member": person.member, "source": source, "event": event, "actor": str(wanted.attributes["actor"])},
    )
    standing = DynamoDecisions(place.audit, place.members.members).record(record)
    actor = str(standing.about["actor"])
    return reversal(found.entry.key, reason=standing.why, actor=actor, now=standing.at)


def _refuse(entry: Entry) -> None:
    if why := reversal_refusal(entry.activity):
        raise Rejected(why)
