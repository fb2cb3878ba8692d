"""Where a notification goes: an address of its reader by the roster, or of a feed; none where nobody has one."""

from dataclasses import replace

import pytest

from ladder.domain.delivery.addressing import address
from ladder.domain.delivery.notification import Notification
from ladder.domain.delivery.occasion import Audience
from ladder.domain.delivery.ports import Reader
from ladder.domain.delivery.rules import ChannelRules, DeliveryRules
from tests.builders.delivery import JO, NOON, ROOM, TEAM, news

READER = Reader(name="Jo", user="jo.doe", addresses={"room": "U0123456789", "lms": "7"})


def told(audience: Audience = "member", reader: str = JO) -> Notification:
    return Notification(
        news=news(), channel="room", audience=audience, reader=reader, created_at=NOON, not_before=NOON, not_after=NOON
    )


@pytest.mark.parametrize(
    ("member", "to"),
    [
        ("{user}@bank.example", "jo.doe@bank.example"),
        ("{address}", "U0123456789"),
        ("arn:agent/{address}?of={user}", "arn:agent/U0123456789?of=jo.doe"),
        ("all@bank.example", "all@bank.example"),
    ],
)
def test_a_member_is_reached_by_their_user_id_or_by_their_own_address_on_that_channel(member: str, to: str) -> None:
    assert address(told(), replace(ROOM, member=member), reader=READER) == to


@pytest.mark.parametrize("member", ["{address}", "{user}", "{user}/{address}"])
@pytest.mark.parametrize("reader", [None, Reader(name="Jo", user=None), Reader(name="Jo", user="", addresses={})])
def test_whoever_has_no_such_address_gets_nothing_and_nobody_else_does(member: str, reader: Reader | None) -> None:
    assert address(told(), replace(ROOM, member=member), reader=reader) is None


def test_what_stands_in_an_address_is_never_filled_in_itself() -> None:
    odd = Reader(name="Jo", user="{address}", addresses={"room": "{user}"})
    assert address(told(), replace(ROOM, member="{user}+{address}"), reader=odd) == "{address}+{user}"


def test_a_system_is_told_the_members_own_id_there_and_a_feed_its_teams() -> None:
    lms = ChannelRules(key="lms", kind="moodle", member="{address}")
    assert address(told("system", ""), lms, reader=READER) == "7"
    assert address(told("team", TEAM), ROOM, reader=None) == "C-north"


def test_a_program_lists_the_channels_that_have_a_column() -> None:
    channels = (ROOM, replace(ROOM, key="chat", member="{address}"), replace(ROOM, key="feed", member=None))
    assert DeliveryRules(channels=channels).with_listed_addresses == ("chat",)
