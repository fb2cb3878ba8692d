"""What a step of an order gives to say: read off the item as the stream has it, once a step."""

import json
from typing import Any

import pytest

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.table import encode
from ladder.adapters.member_changes import read_member_changes
from ladder.domain.delivery.member_change import MemberChange, OrderDecided
from ladder.domain.delivery.notification import News
from ladder.domain.delivery.other_news import order_decided
from ladder.domain.points.fulfilment import OrderStep
from ladder.domain.points.orders import order_key
from ladder.messages.render import render
from tests.builders.ledger_stores import stack_tables
from tests.builders.ordered import DECIDED, OrderedItems, catalogue
from tests.builders.reviews import MEMBER
from tests.builders.stores import Tables


@pytest.fixture
def items(tables: Tables) -> OrderedItems:
    stack = stack_tables(tables)
    stack.publish(catalogue())
    items = OrderedItems(stack)
    items.earns()
    items.places()
    return items


def changes(items: OrderedItems, event: str = "MODIFY") -> list[MemberChange]:
    """Return what the stream says of the order's item."""
    key = encode({"pk": keys.member("academy", MEMBER), "sk": keys.fulfilment("o-1")})
    image = items.stack.tables.client.get_item(TableName=items.stack.members, Key=key)["Item"]
    record: dict[str, Any] = {"eventName": event, "dynamodb": {"NewImage": image}}
    return list(read_member_changes(json.dumps(record)))


def news(changed: MemberChange) -> News:
    assert isinstance(changed.change, OrderDecided)
    return order_decided(changed.program, changed.member, changed.change, at=DECIDED)


@pytest.mark.parametrize(
    ("steps", "title"),
    [
        (["approve"], "Your order is approved."),
        (["approve", "hand_over"], "Your order was handed over."),
        (["refuse"], "Your order was refused. You get the points back."),
    ],
)
def test_each_step_is_said_with_what_staff_have_written(
    items: OrderedItems, steps: list[OrderStep], title: str
) -> None:
    for step in steps:
        items.decides(step, reason="see the team lead")
    [changed] = changes(items)
    said = news(changed)
    assert (changed.member, said.occasion) == (MEMBER, "order")
    assert [render(line) for line in (said.text.title, *said.text.paragraphs)] == [title, "see the team lead"]
    assert said.facts["order"] == "o-1"


def test_a_refund_that_was_sent_says_nothing_new_and_its_reversal_does_not_take_the_refusal_back(
    items: OrderedItems,
) -> None:
    """The reversal withdraws what was said about the order's entry; the refusal is about its fulfilment."""
    items.decides("refuse", reason="sold out")
    inserted, sent = changes(items, "INSERT"), changes(items)
    assert news(inserted[0]) == news(sent[0])
    assert news(sent[0]).about != "#".join(order_key("o-1"))
