"""Decide about an order: approve it, hand it over, or refuse it, after which the points come back once."""

from dataclasses import dataclass
from datetime import datetime

from ladder.domain.activities.activity import ORDERED, Delivery
from ladder.domain.activities.ports import Activities
from ladder.domain.errors import Conflict, NotFound, Unavailable
from ladder.domain.message import Message
from ladder.domain.points.amendments import Amendments
from ladder.domain.points.fulfilment import (
    NOTHING_DECIDED,
    Fulfilments,
    OrderState,
    OrderStep,
    Refund,
    order_decided,
)
from ladder.domain.points.orders import order_key
from ladder.domain.points.ports import Ledger
from ladder.domain.programs.ports import Programs
from ladder.domain.reviews.permissions import Staff, authorize


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDecision:
    """`again`: somebody took the step before."""

    member: str
    order: str
    state: OrderState
    since: datetime
    again: bool


def decide_order(
    staff: Staff,
    member: str,
    order: str,
    step: OrderStep,
    reason: str,
    *,
    now: datetime,
    ledger: Ledger,
    fulfilments: Fulfilments,
    queue: Activities,
) -> OrderDecision:
    """Take a step of an order's fulfilment, once, whoever asks again. Whoever ordered takes none.

    The step is saved with its record first. The refund of a refused order is sent after it; where that is cut off, the
    schedule sends it, as the same event, which the ledger takes once.

    Raises NotAuthorized for one's own order or one of one's team, NotFound for no such order, Conflict where the order
    is in another state, or its points were given back.
    """
    authorize(staff, "administer", member=member)
    activities = [entry.activity for entry in ledger.entries(staff.program, member)]
    if not any(activity.key == order_key(order) and activity.type == ORDERED for activity in activities):
        raise NotFound(Message("points.no_such_order"))
    before = fulfilments.of(staff.program, member, [order]).get(order, NOTHING_DECIDED)
    after = before.after(step, reason=reason, now=now)
    if isinstance(after, Message):
        raise Conflict(after)
    again = after == before
    if not again:
        if Amendments.among(activities).reverses(order_key(order)):
            raise Conflict(Message("points.order_taken_back"))
        record = order_decided(staff.program, member, order, after, by=staff.subject, at=now)
        if not fulfilments.decide(staff.program, member, order, before=before, after=after, record=record):
            raise Conflict(Message("points.order_decided_meanwhile"))
    if after.state == "refused":
        send_refund(staff.program, Refund(member, order, after), fulfilments=fulfilments, queue=queue)
    return OrderDecision(member=member, order=order, state=after.state, since=after.since or now, again=again)


def send_refund(program: str, refund: Refund, *, fulfilments: Fulfilments, queue: Activities) -> None:
    queue.send([Delivery(program, refund.member, (refund.activity,))])
    fulfilments.refunded(program, refund)


def send_remaining_refunds(*, programs: Programs, fulfilments: Fulfilments, queue: Activities) -> int:
    """Send refunds whose sending was cut off, and return how many. One that fails keeps no other from it.

    Raises Unavailable where any failed, after all were tried.
    """
    left = [(key, refund) for key in programs.keys() for refund in fulfilments.refunds(key)]  # noqa: SIM118 - a store
    failed = list[str]()
    for program, refund in left:
        try:
            send_refund(program, refund, fulfilments=fulfilments, queue=queue)
        except Exception:  # noqa: BLE001 - whatever is wrong with one
            failed.append(f"{program} {refund.member}")
    if failed:
        raise Unavailable(f"{len(failed)} of {len(left)} refunds were not sent, such as {failed[0]}")
    return len(left)
