"""Orders from placing to handing over: each step once, by somebody else, and a refusal gives the points back once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import get_args

import pytest

from infra.local.emulator import Emulator
from ladder.adapters.dynamodb.personal_data import DynamoErasures, DynamoPersonalData
from ladder.adapters.dynamodb.table import Table
from ladder.domain.errors import Conflict, NotAuthorized, NotFound
from ladder.domain.points.amendments import reversal
from ladder.domain.points.fulfilment import OrderStep
from ladder.domain.points.orders import order_key
from ladder.usage import Usage
from rewards.reward import reward
from tests.builders.academy_events import TUESDAY
from tests.builders.ledger_stores import stack_tables
from tests.builders.ordered import DECIDED, EARNED, OLE, PRICE, OrderedItems, catalogue
from tests.builders.reviews import MEMBER
from tests.builders.stores import EMULATED, Tables
from tests.fakes import MemoryActivities
from tests.fakes.fault_injection import Fate, Interposed, Killed, When

OWN = replace(OLE, own=frozenset({MEMBER}))
COLLEAGUE = replace(OLE, teammates=frozenset({MEMBER}))


@pytest.fixture
def items(tables: Tables) -> OrderedItems:
    stack = stack_tables(tables)
    stack.publish(catalogue())
    items = OrderedItems(stack)
    items.earns()
    items.places()
    return items


def test_an_order_is_approved_and_handed_over_and_its_member_reads_each_state(items: OrderedItems) -> None:
    [placed] = items.sees()
    assert (placed.state, placed.owner, placed.due_on) == ("placed", "the team lead", TUESDAY + timedelta(days=7))
    assert items.decides("approve").state == "approved"
    assert items.sees()[0].state == "approved"
    items.decides("hand_over", reason="it lies in your pigeonhole")
    [handed_over] = items.sees()
    assert (handed_over.state, handed_over.since, handed_over.due_on) == ("handed_over", DECIDED, None)
    assert handed_over.reason == "it lies in your pigeonhole"
    assert items.audited() == ["audit.order_approved", "audit.order_handed_over"]
    assert (items.spendable, items.taken) == (EARNED - PRICE, 1)


@pytest.mark.parametrize("approved", [False, True])
def test_a_refused_order_gives_points_and_piece_back_once_however_often_it_is_refused(
    items: OrderedItems, *, approved: bool
) -> None:
    if approved:
        items.decides("approve")
    answers = [items.decides("refuse", reason="sold out", now=DECIDED + timedelta(hours=hour)) for hour in range(3)]
    items.rewards()
    assert [answer.again for answer in answers] == [False, True, True]
    assert (items.spendable, items.taken) == (EARNED, 0)
    [refused] = items.sees()
    assert (refused.state, refused.reversed, refused.reason) == ("refused", True, "sold out")
    assert items.sends_what_is_left() == 0


@pytest.mark.parametrize(
    ("before", "step"),
    [
        ([], "hand_over"),
        (["approve", "hand_over"], "refuse"),
        (["approve", "hand_over"], "approve"),
        (["refuse"], "approve"),
        (["refuse"], "hand_over"),
    ],
)
def test_no_step_is_left_out_and_none_is_taken_back(
    items: OrderedItems, before: list[OrderStep], step: OrderStep
) -> None:
    for earlier in before:
        items.decides(earlier, reason="as agreed")
    audited = items.audited()
    with pytest.raises(Conflict):
        items.decides(step, reason="as agreed")
    assert items.audited() == audited


def test_whoever_ordered_decides_nothing_about_it_nor_does_their_team(items: OrderedItems) -> None:
    for staff in (OWN, COLLEAGUE, replace(OLE, declared=False), replace(OLE, role="reviewer")):
        with pytest.raises(NotAuthorized):
            items.decides("approve", by=staff)
    assert items.audited() == []


def test_an_order_that_there_is_not_is_not_found(items: OrderedItems) -> None:
    for wanted in ("o-2", "", "o-1#o"):
        with pytest.raises(NotFound):
            items.decides("approve", wanted)


def test_an_order_whose_points_an_admin_gave_back_is_not_approved(items: OrderedItems) -> None:
    undone = reversal(order_key("o-1"), reason="a mistake", actor="admin", now=DECIDED)
    reward(items._rewarding(), [undone], pause=lambda tries: None)
    with pytest.raises(Conflict):
        items.decides("approve")
    [order] = items.sees()
    assert (order.reversed, order.due_on) == (True, None)


@pytest.mark.parametrize("goes_on", ["by the same request", "by the schedule"])
def test_killed_at_any_call_a_refusal_gives_back_once_and_is_audited_once(tables: Tables, goes_on: str) -> None:
    for at in count():
        killed = 0
        for when in get_args(When.__value__):
            stack = stack_tables(tables)
            stack.publish(catalogue())
            items = OrderedItems(stack, queue=MemoryActivities())
            items.earns()
            items.places()
            before = items.audited()
            dying = items.with_client(Interposed(tables.client, Fate(at=at, when=when)))
            try:
                dying.decides("refuse", reason="sold out")
            except Killed:
                killed += 1
            if goes_on == "by the same request":
                items.decides("refuse", reason="sold out")
            items.sends_what_is_left()
            items.rewards()
            refused = [order.state == "refused" for order in items.sees()] == [True]
            assert (items.spendable, items.taken) == ((EARNED, 0) if refused else (EARNED - PRICE, 1))
            assert len(items.audited()) - len(before) == refused
            assert refused or goes_on == "by the schedule"
            assert items.sends_what_is_left() == 0
        if not killed:
            assert at > 5
            return


def test_a_queue_that_is_down_leaves_the_refund_to_the_schedule(items: OrderedItems) -> None:
    queue = items.queue

    class Down(MemoryActivities):
        def send(self, deliveries: object) -> None:
            raise Killed

    with pytest.raises(Killed):
        replace(items, queue=Down()).decides("refuse", reason="sold out")
    assert items.sends_what_is_left() == 1
    assert len(queue.sent) == 1
    items.rewards()
    assert (items.spendable, items.taken) == (EARNED, 0)


def test_an_export_has_the_steps_of_an_order_and_an_erasure_takes_them(items: OrderedItems) -> None:
    items.decides("approve")
    stores = items.stack.stores()
    audit = Table(items.stack.tables.client, items.stack.tables.audit, Usage())
    exported = DynamoPersonalData(stores.members, audit, stores.ledger(catalogue())).of("academy", MEMBER)
    assert [step["reached"] for step in exported["fulfilment"]] == ["approved"]
    erasures = DynamoErasures(stores.members, stores.programs)
    erasures.close("academy", MEMBER, at=DECIDED)
    erasures.forget("academy", MEMBER, user=None)
    assert items.fulfilments.of("academy", MEMBER, ["o-1"]) == {}


@EMULATED
def test_of_two_who_decide_at_once_one_is_told_to_look_again(aws: Emulator, tables: Tables) -> None:
    stack = stack_tables(replace(tables, client=aws.client("dynamodb")))
    stack.publish(catalogue())
    items = OrderedItems(stack)
    items.earns()
    items.places()

    def decide(step: OrderStep) -> str:
        try:
            return items.decides(step, reason="as agreed").state
        except Conflict:
            return "told to look again"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(decide, ("approve", "refuse")))
    items.rewards()
    [order] = items.sees()
    assert order.state in answers
    assert items.spendable == (EARNED if order.state == "refused" else EARNED - PRICE)
