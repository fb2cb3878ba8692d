"""Fulfilment: what becomes of an order, until the member has what they ordered or their points are back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Protocol

from ladder.domain.activities.activity import Activity
from ladder.domain.audit.records import Record
from ladder.domain.message import Message, verbatim
from ladder.domain.points.amendments import reversal
from ladder.domain.points.orders import order_key
from ladder.domain.points.rulebook import CatalogueItem

OrderState = Literal["placed", "approved", "handed_over", "refused"]
OrderStep = Literal["approve", "hand_over", "refuse"]
STEPS: Mapping[OrderStep, tuple[frozenset[OrderState], OrderState]] = {  # from which states, and to which
    "approve": (frozenset({"placed"}), "approved"),
    "hand_over": (frozenset({"approved"}), "handed_over"),
    "refuse": (frozenset({"placed", "approved"}), "refused"),
}
RECORDED: Mapping[OrderState, str] = {
    "approved": "audit.order_approved",
    "handed_over": "audit.order_handed_over",
    "refused": "audit.order_refused",
}
OPEN: frozenset[OrderState] = frozenset({"placed", "approved"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfilment:
    """`since`: None while nobody has decided about the order. `reason`: of the last step, which the member reads."""

    state: OrderState = "placed"
    since: datetime | None = None
    reason: str = ""

    def after(self, step: OrderStep, *, reason: str, now: datetime) -> "Fulfilment | Message":
        """Return the fulfilment after a step; itself where the step was taken before, or why it cannot be taken."""
        allowed, state = STEPS[step]
        if self.state == state:
            return self
        if self.state not in allowed:
            return Message("points.order_in_another_state", {"state": self.state})
        return Fulfilment(state=state, since=now, reason=reason)


NOTHING_DECIDED = Fulfilment()


@dataclass(frozen=True, slots=True)
class Refund:
    """The points of a refused order that are still to be sent to the ledger."""

    member: str
    order: str
    refused: Fulfilment

    @property
    def activity(self) -> Activity:
        """Return the reversal of the order. It is the same event each time, so the points come back once."""
        now = self.refused.since
        if now is None:
            raise ValueError("the order was not refused")
        return reversal(order_key(self.order), reason=self.refused.reason, actor="admin", now=now)


def due_on(item: CatalogueItem | None, placed_at: datetime, fulfilment: Fulfilment) -> date | None:
    """Return the day by which the item is to be handed over; None where there is none, or it is settled."""
    if item is None or item.within_days is None or fulfilment.state not in OPEN:
        return None
    return placed_at.date() + timedelta(days=item.within_days)


def order_decided(program: str, member: str, order: str, after: Fulfilment, *, by: str, at: datetime) -> Record:
    """Record a step. The order's id, which its member chose, is stored as a digest."""
    return Record(
        program=program,
        key=f"ORDER#{order}#{member}#{after.state}",
        what=RECORDED[after.state],
        who=by,
        why=verbatim(after.reason) if after.reason else None,
        at=at,
        about={"member": member, "event": order_key(order)[1]},
    )


class Fulfilments(Protocol):
    def of(self, program: str, member: str, orders: Collection[str]) -> Mapping[str, Fulfilment]: ...  # those decided
    def decide(
        self, program: str, member: str, order: str, *, before: Fulfilment, after: Fulfilment, record: Record
    ) -> bool:
        """Save a step and its record together. Returns False where somebody else took one; MemberErased."""

    def refunds(self, program: str) -> list[Refund]: ...  # those that were not sent yet
    def refunded(self, program: str, refund: Refund) -> None: ...  # it was sent
