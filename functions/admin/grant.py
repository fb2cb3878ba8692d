"""Grant and revoke: a person gives a badge or points by hand, or takes an entry back.

The decision is audited first, under the request's own id, and the event sent after it: whoever is killed in between
asks again, finds his decision standing, and sends the very same event, which the ledger takes once. So there is no
effect without a record; a record whose effect nobody asked for again is what the person was told had failed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ladder.domain.activities.activity import BADGE_GRANTED, LADDER, POINTS_GRANTED, Activity, Delivery, Key
from ladder.domain.activities.ports import Activities
from ladder.domain.audit.records import Record
from ladder.domain.errors import Conflict, InvalidRequest, NotFound
from ladder.domain.points.achievements import tiers_of
from ladder.domain.points.amendments import reversal, reversal_key, reversal_refusal
from ladder.domain.points.ports import Ledger
from ladder.domain.programs.program import Program
from ladder.domain.reviews.audit_records import requested
from ladder.domain.reviews.permissions import DailyGrant, Staff, authorize
from ladder.domain.reviews.ports import Decisions, People

if TYPE_CHECKING:
    from ladder.domain.programs.rules import Plain


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminCommand:
    """Whose hand it is, and what it reaches. `request`: an id of their own, which makes the same request the same."""

    staff: Staff
    request: str
    reason: str
    now: datetime
    decisions: Decisions
    activities: Activities
    people: People


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The event that will be in the member's ledger in a moment. `again`: it was asked for before."""

    member: str
    source: str
    id: str
    decided_at: datetime
    again: bool


def grant_points(hand: AdminCommand, program: Program, *, member: str, points: int) -> Done:
    """Outside every cap: it rights what the rules got wrong, and takes nothing from what they may still earn.

    Raises NotThere for nobody of this program, Unreadable for more than the program lets anybody give at once,
    InConflict for more than anybody may give in a day.
    """
    most = program.rulebook.most_granted
    if not 0 < points <= most:
        raise InvalidRequest(f"points: {points} of them; give 1 to {most} at once")
    grant = DailyGrant.of(program, by=hand.staff.subject, points=points, at=hand.now)
    return _given(hand, member, "points granted", POINTS_GRANTED, {"points": points}, grant=grant)


def grant_badge(hand: AdminCommand, program: Program, *, member: str, badge: str, tier: int = 1) -> Done:
    """Who has it already keeps it, and his entry says so. Raises NotThere for what is no badge here."""
    if not 0 < tier <= len(tiers_of(program.rulebook, badge)):
        raise NotFound(f"{program.key} has no badge {badge!r} with a tier {tier}")
    return _given(hand, member, "badge granted", BADGE_GRANTED, {"badge": badge, "tier": tier})


def revoke(hand: AdminCommand, *, member: str, event: Key, ledger: Ledger) -> Done:
    """What depended on the entry is counted anew; what was taken back once is taken back, whoever asks again.

    Raises NotThere where he has no such entry, InConflict for one that cannot be taken back.
    """
    authorize(hand.staff, "administer", member=member)
    known = {each.key: each.activity for each in ledger.entries(hand.staff.program, member)}
    if event not in known or not hand.people.known(hand.staff.program, member):
        raise NotFound("he has no such entry")
    if why := reversal_refusal(known[event]):
        raise Conflict(why)
    if (before := known.get(reversal_key(event))) is not None:
        return Done(member=member, source=before.source, id=before.id, decided_at=before.occurred_at, again=True)
    told = {"member": member, "source": event[0], "event": event[1]}
    standing, again = decided(hand, "entry taken back", told)
    activity = reversal(event, reason=standing.why, actor="admin", now=standing.at)
    return _sent(hand, member, activity, standing, again=again)


def _given(
    hand: AdminCommand,
    member: str,
    what: str,
    kind: str,
    given: dict[str, int | str],
    *,
    grant: DailyGrant | None = None,
) -> Done:
    authorize(hand.staff, "administer", member=member)
    if not hand.people.known(hand.staff.program, member):
        raise NotFound("there is no such member")
    standing, again = decided(hand, what, {**given, "member": member}, grant)
    attributes: dict[str, Plain] = {**given, "by": "admin", "reason": standing.why}
    activity = Activity(
        source=LADDER, id=f"grant:{hand.request}", type=kind, occurred_at=standing.at, attributes=attributes
    )
    return _sent(hand, member, activity, standing, again=again)


def decided(
    hand: AdminCommand, what: str, about: Mapping[str, str | int], grant: DailyGrant | None = None
) -> tuple[Record, bool]:
    """The decision that stands, and whether it stood before. Raises InConflict where the id is another request's."""
    staff = hand.staff
    record = requested(
        staff.program, hand.request, what=what, by=staff.subject, why=hand.reason, at=hand.now, about=about
    )
    standing = hand.decisions.record(record, grant)
    if (standing.what, standing.who, standing.why, standing.about) != (what, record.who, record.why, record.about):
        raise Conflict("this id is another request's: choose a new one for each")
    return standing, standing.at != record.at


def _sent(hand: AdminCommand, member: str, activity: Activity, standing: Record, *, again: bool) -> Done:
    hand.activities.send([Delivery(hand.staff.program, member, (activity,))])
    return Done(member=member, source=activity.source, id=activity.id, decided_at=standing.at, again=again)
