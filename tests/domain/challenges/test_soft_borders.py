"""Nothing jumps at a border between peer groups, and nobody is compared with another channel."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.challenges.assignment import MemberStanding
from ladder.domain.challenges.history import Points, Row, Values
from ladder.domain.challenges.peers import PeerGroups, Population, peer_groups
from ladder.domain.challenges.performance import MetricValues, rank_among
from ladder.domain.challenges.rules import Peers, TierRule
from ladder.domain.challenges.targets import Table, own_targets, per_member, targets_for
from ladder.domain.members.roster import Member, Roster
from tests.builders.planning import NIGHT, YESTERDAY, category, history, metric, standing

RULE, STEP = TierRule(), 1.0
AHT = metric(step=STEP)
BAND = 90
SLOW, FAST = 600.0, 505.0  # seconds: what the two bands usually take


def member(number: int, *, tenure: int | None = None, channel: str = "voice") -> Member:
    hired = None if tenure is None else NIGHT - timedelta(days=tenure)
    return Member(id=f"{number:032x}", user=f"user-{number}", channel=channel, hired_on=hired)


def roster_of(tenures: Sequence[int | None], channel: str = "voice") -> Roster:
    return tuple(member(number, tenure=tenure, channel=channel) for number, tenure in enumerate(tenures))


def asked(roster: Roster, days: Values) -> Table:
    """Return each member's targets, (M, 4)."""
    groups = peer_groups(roster, NIGHT, Peers(tenure_bands_days=(BAND,)))
    values = MetricValues(history({"AHT": days}), Population(np.ones(len(roster), dtype=np.bool), groups), RULE)
    targets = targets_for(category(), AHT, values, np.ones(len(roster), dtype=np.uint8), YESTERDAY)
    return per_member(targets, groups.index.astype(np.uint8).tobytes(), own_targets(targets, AHT, values, YESTERDAY))


def ranks(roster: Roster, days: Values) -> Row:
    groups = peer_groups(roster, NIGHT, Peers(tenure_bands_days=(BAND,)))
    return rank_among(np.median(days, axis=0), groups, direction="lower", rule=RULE)


def flat(values: Sequence[float] | Points) -> Values:
    """Return thirty days on which each member has the same value."""
    return np.tile(np.array(values, dtype=np.float32), (30, 1))


def spread(centre: float, members: int) -> list[float]:
    return [float(value) for value in centre + np.linspace(-60, 60, members)]


@pytest.mark.parametrize(
    ("tenure", "own", "beyond", "share"),
    [
        (60, "up to 90 days", "", 0.0),
        (75, "up to 90 days", "over 90 days", 0.2422),
        (90, "up to 90 days", "over 90 days", 0.4922),
        (91, "over 90 days", "up to 90 days", 0.4922),
        (106, "over 90 days", "up to 90 days", 0.2422),
        (121, "over 90 days", "", 0.0),
    ],
)
def test_within_30_days_of_a_tenure_border_a_member_belongs_to_both_bands(
    tenure: int, own: str, beyond: str, share: float
) -> None:
    groups = peer_groups(roster_of([tenure]), NIGHT, Peers(tenure_bands_days=(BAND,)))

    assert groups.names[groups.index[0]] == f"voice, {own}"
    assert [groups.names[group] for group in groups.near.group] == [f"voice, {beyond}"] * bool(beyond)
    assert groups.near.share.tolist() == pytest.approx([share] * bool(beyond), abs=1e-4)


def test_a_border_of_short_bands_is_soft_for_half_of_the_shorter_one() -> None:
    def share(tenure: int) -> float:
        near = peer_groups(roster_of([tenure]), NIGHT, Peers(tenure_bands_days=(10, 30))).near
        return float(near.share.sum())

    assert [share(tenure) > 0 for tenure in (5, 6, 10, 15, 16, 20, 21, 30, 40, 41)] == [
        *(False, True, True, True),
        *(False, False),  # between the two borders
        *(True, True, True),
        False,
    ]


def test_a_class_that_gets_past_its_90th_day_keeps_its_targets_and_its_ranks() -> None:
    """Eleven trainees beside twenty newer ones and forty long-serving agents: 600 and 505 s."""
    days = flat([*spread(SLOW, 11), *spread(SLOW, 20), *spread(FAST, 40)])

    def class_of(tenure: int) -> Roster:
        return roster_of([*[tenure] * 11, *[20] * 20, *[None] * 40])

    targets = [asked(class_of(tenure), days)[:11, 1:] for tenure in range(55, 130)]
    of_class = [ranks(class_of(tenure), days)[:11] for tenure in range(55, 130)]

    assert targets[0][0, 1] - targets[-1][0, 1] > 50  # in the end they are compared with the long-serving
    assert max(np.abs(after - before).max() for before, after in pairwise(targets)) <= 5 + STEP
    assert max(np.abs(after - before).max() for before, after in pairwise(of_class)) <= 3


@settings(deadline=None, max_examples=40)
@given(
    tenures=st.lists(st.integers(40, 140), min_size=30, max_size=90),
    seed=st.integers(0, 2**32 - 1),
    apart=st.floats(0, 120),  # three times what members of a band differ by: further apart, a gap parts the two
)
def test_a_day_of_tenure_more_changes_a_target_by_a_small_part_of_what_sets_the_bands_apart(
    tenures: list[int], seed: int, apart: float
) -> None:
    rng = np.random.default_rng(seed)
    days = flat(500 + apart * (np.array(tenures) <= BAND) + rng.normal(0, 40, len(tenures)))
    everything = float(np.ptp(days))

    before, after = (asked(roster_of([days + later for days in tenures]), days)[:, 1:] for later in (0, 1))

    assert np.abs(after - before).max() <= 0.08 * everything + STEP


@settings(deadline=None, max_examples=60)
@given(st.integers(9, 60), st.integers(9, 60), st.floats(0, 1))
def test_a_peer_more_or_less_changes_a_target_by_little_whatever_the_size_of_the_group(
    newer: int, older: int, which: float
) -> None:
    values = [*np.linspace(460, 700, newer).tolist(), *np.linspace(400, 610, older).tolist()]
    gone = round(which * (newer - 1))

    whole = asked(roster_of([*[10] * newer, *[None] * older]), flat(values))
    without = asked(roster_of([*[10] * (newer - 1), *[None] * older]), flat(values[:gone] + values[gone + 1 :]))

    assert np.abs(np.delete(whole, gone, axis=0)[:, 1:] - without[:, 1:]).max() <= 0.08 * 300 + STEP


def test_what_chat_takes_changes_no_target_and_no_rank_of_voice_however_few_they_are() -> None:
    for voices in (3, 4, 5, 19, 20, 60):
        roster = (*roster_of([None] * voices), *roster_of([None] * 30, channel="chat"))
        voice = spread(400, voices)
        outcomes = [(asked(roster, days)[:voices, 1:], ranks(roster, days)[:voices]) for days in (
            flat([*voice, *spread(300, 30)]),
            flat([*voice, *spread(250, 30)]),
        )]  # fmt: skip

        assert np.array_equal(outcomes[0][0], outcomes[1][0])
        assert np.array_equal(outcomes[0][1], outcomes[1][1], equal_nan=True)


def test_twenty_voice_agents_are_compared_with_voice_and_so_are_nineteen() -> None:
    def voice(members: int) -> float:
        roster = (*roster_of([None] * members), *roster_of([None] * 60, channel="chat"))
        return float(asked(roster, flat([*spread(400, members), *spread(900, 60)]))[0, 2])

    assert voice(20) == voice(19) == 400


def test_who_has_too_few_peers_in_the_channel_is_asked_what_they_reached_themselves() -> None:
    alone = np.tile(np.linspace(500, 600, 30, dtype=np.float32)[:, None], (1, 1))
    days = np.concatenate([flat(spread(400, 30)), alone], axis=1)
    roster = (*roster_of([None] * 30), member(99, channel="chat"))

    targets = asked(roster, days)[-1, 1:]

    own = [np.quantile(alone, share, method="hazen") for share in (0.66, 0.63, 0.57)]
    usual = [float(np.median(alone[-12:]))] * 3  # what a channel of one usually takes, a fifth
    assert targets.tolist() == pytest.approx(np.add(np.multiply(own, 0.8), np.multiply(usual, 0.2)), abs=STEP)
    assert np.isnan(ranks(roster, days)[-1])


@pytest.mark.parametrize("worked", [0, 4])
def test_a_newcomer_without_peers_has_the_targets_of_the_program_file(worked: int) -> None:
    days = np.concatenate([flat(spread(250, 30)), flat([500])], axis=1)
    days[: 30 - worked, -1] = np.nan

    assert asked((*roster_of([None] * 30), member(99, channel="chat")), days)[-1, 1:].tolist() == [300, 250, 219]


def test_nobody_is_held_to_a_harder_target_than_their_tier_is_shown_near_a_border_or_alone() -> None:
    tenures: list[int | None] = [*range(60, 121), *[None] * 40]
    roster = (*roster_of(tenures), *(member(200 + n, channel="chat") for n in range(3)))
    days = flat([*spread(SLOW, 61), *spread(FAST, 40), 100, 110, 120])
    groups = peer_groups(roster, NIGHT, Peers(tenure_bands_days=(BAND,)))
    values = MetricValues(history({"AHT": days}), Population(np.ones(len(roster), dtype=np.bool), groups), RULE)

    shown = targets_for(category(), AHT, values, np.ones(len(roster), dtype=np.uint8), YESTERDAY).shown

    assert (asked(roster, days)[:, 1:] >= shown).all()


def test_a_member_reads_the_targets_that_are_their_own() -> None:
    own = np.full((3, 3), np.nan)
    own[1] = 30, 20, 10
    seen = standing(3, own_targets=own.tobytes())

    assert [MemberStanding.among(seen, slot).targets for slot in range(4)] == [None, (30, 20, 10), None, None]
    assert [MemberStanding.among(seen.grown(5), slot).targets for slot in (1, 4)] == [(30, 20, 10), None]


def test_where_borders_would_make_too_many_groups_members_belong_to_their_own_alone() -> None:
    many = tuple(member(n, tenure=89, channel=f"queue {n}") for n in range(200))

    groups = peer_groups(many, NIGHT, Peers(tenure_bands_days=(BAND,)))

    assert len(groups.names) == 200
    assert isinstance(groups, PeerGroups)
    assert not len(groups.near.slots)
