from datetime import date, timedelta

from ladder.domain.members import Member
from ladder.domain.peers import peer_groups
from ladder.domain.program import Peers
from tests.domain.examples import NIGHT


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


def test_an_empty_roster_has_no_groups() -> None:
    groups = peer_groups((), NIGHT, Peers())

    assert (groups.names, len(groups.index)) == ((), 0)
