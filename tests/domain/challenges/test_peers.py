from datetime import date, timedelta

import numpy as np
import pytest

from ladder.domain.challenges.peers import MAX_PEER_GROUPS, NO_PEERS, peer_groups, population
from ladder.domain.challenges.rules import Peers
from ladder.domain.errors import ProgramRefused
from ladder.domain.members.roster import Member, Roster
from tests.builders.planning import NIGHT, program, roster


def group_of(*, channel: str = "voice", hired_on: date | None = None, peers: Peers) -> str:
    groups = peer_groups((Member(id="a", user="u", channel=channel, hired_on=hired_on),), NIGHT, peers)
    return groups.names[int(groups.index[0])]


def test_the_last_day_of_a_tenure_band_still_belongs_to_it() -> None:
    peers = Peers(tenure_bands_days=(90, 365))

    names = [group_of(hired_on=NIGHT - timedelta(days=days), peers=peers) for days in (0, 90, 91, 365, 366)]

    assert names == [
        "voice, up to 90 days",
        "voice, up to 90 days",
        "voice, up to 365 days",
        "voice, up to 365 days",
        "voice, over 365 days",
    ]


def test_who_has_no_hiring_date_counts_as_long_serving() -> None:
    assert group_of(peers=Peers(tenure_bands_days=(90,))) == "voice, over 90 days"


def test_channel_and_tenure_are_left_out_where_the_program_does_not_compare_by_them() -> None:
    assert group_of(channel="chat", peers=Peers(by_channel=False, tenure_bands_days=())) == "all, any tenure"


def test_the_order_of_the_roster_changes_nobodys_group() -> None:
    members = tuple(
        Member(id=f"{n}", user=f"{n}", channel=channel) for n, channel in enumerate(("voice", "chat", "mail"))
    )

    there, back = peer_groups(members, NIGHT, Peers()), peer_groups(members[::-1], NIGHT, Peers())

    assert there.names == back.names
    assert there.index.tolist() == back.index.tolist()[::-1]


def channels(count: int) -> Roster:
    return tuple(Member(id=f"{n}", user=f"{n}", channel=f"queue {n}") for n in range(count))


def test_as_many_groups_as_a_byte_can_tell_apart_are_kept_and_more_are_refused() -> None:
    most = peer_groups(channels(MAX_PEER_GROUPS), NIGHT, Peers())

    assert most.index.astype(np.uint8).tolist() == most.index.tolist()
    assert len(set(most.index.tolist())) == MAX_PEER_GROUPS
    with pytest.raises(ProgramRefused, match="fewer channels"):
        peer_groups(channels(MAX_PEER_GROUPS + 1), NIGHT, Peers())
    assert peer_groups(channels(MAX_PEER_GROUPS + 1), NIGHT, NO_PEERS).names == ("all, any tenure",)


def test_a_population_says_who_has_left() -> None:
    house = (*roster(2), *roster(1, active=False))

    everybody = population(program().challenges, house, NIGHT)

    assert everybody.active.tolist() == [True, True, False]
    assert everybody.members == 3
    assert population(program().challenges, (), NIGHT).members == 0


def test_an_empty_roster_has_no_groups() -> None:
    groups = peer_groups((), NIGHT, Peers())

    assert (groups.names, len(groups.index)) == ((), 0)
