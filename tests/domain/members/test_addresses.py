"""Addresses of members on channels: the list of members has them, and nothing else keeps them."""

from dataclasses import replace
from datetime import UTC, datetime

from ladder.domain.members.roster import Enrolment, Member, RosterRow, enrolled

NOW = datetime(2026, 11, 25, 11, tzinfo=UTC)
JO = Member(id="5e" * 16, user="jo", addresses={"chat": "U0123456789"})


def listed(*rows: RosterRow) -> Enrolment:
    return enrolled((JO,), rows, new_id=lambda: "6f" * 16, at=NOW)


def test_a_member_has_the_addresses_of_the_last_list_and_none_that_it_leaves_out() -> None:
    moved = listed(RosterRow(user="jo", addresses={"chat": "U9876543210"}), RosterRow(user="kim"))
    assert [member.addresses for member in moved.roster] == [{"chat": "U9876543210"}, {}]
    assert (moved.changed, moved.joined) == (("jo",), ("kim",))
    assert listed(RosterRow(user="jo")).roster[0].addresses == {}
    assert listed(RosterRow(user="jo", addresses=JO.addresses)).changed == ()


def test_an_erased_member_has_no_address_and_no_list_gives_them_one() -> None:
    gone = JO.anonymous()
    assert gone == Member(id=JO.id, user=f"erased {JO.id}", active=False, erased=True)
    again = enrolled((gone,), (RosterRow(user="jo", addresses=JO.addresses),), new_id=lambda: "6f" * 16, at=NOW)
    assert [member.addresses for member in again.roster] == [{}, JO.addresses]
    assert replace(JO, addresses={}) != JO
