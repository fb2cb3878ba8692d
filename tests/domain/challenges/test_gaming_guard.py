"""Whom the guard flags: those who game, alone or together; and who is judged, and against whom."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ladder.domain.challenges.beta_binomial import Amounts, Tally
from ladder.domain.challenges.gaming_guard import find_outliers
from ladder.domain.challenges.rules import TierRule
from tests.builders.contact_shares import RULE, binomial_bounds, honest, judged, one_group, with_bad

# --- Power and robustness


@pytest.mark.parametrize("members", [20, 200])
@pytest.mark.parametrize("spread", [0, 0.3])
def test_an_agent_at_fourteen_per_cent_among_peers_at_two_is_flagged_alone(members: int, spread: float) -> None:
    rng = np.random.default_rng(5)
    found = with_bad(honest(members, rng, share=0.02, spread=spread, least=300), 1, rng, share=0.14)

    result = judged(found)

    assert np.flatnonzero(result.who).tolist() == [0]
    assert result.share[0] == pytest.approx(0.14, abs=0.03)
    assert result.usual[0] == pytest.approx(0.02, abs=0.005)


@pytest.mark.parametrize(("members", "bad"), [(20, 2), (20, 4), (50, 10), (1000, 200)])
def test_agents_who_game_together_do_not_hide_each_other(members: int, bad: int) -> None:
    rng = np.random.default_rng(7)
    found = with_bad(honest(members, rng, share=0.02, spread=0.3, least=500), bad, rng, share=0.14)

    result = judged(found)

    assert result.who[:bad].all()
    assert result.who[bad:].sum() <= members // 200


def test_beside_many_who_game_honest_agents_are_flagged_at_most_half_again_as_often() -> None:
    rng = np.random.default_rng(11)
    count = 0
    for _ in range(60):
        result = judged(with_bad(honest(250, rng, share=0.02, spread=0.3), 40, rng, share=0.2), rate=0.01)
        count += int(result.who[40:].sum())

    assert count <= binomial_bounds(60 * 210, 0, 0.015)[1]


def test_a_share_far_below_that_of_peers_is_never_flagged() -> None:
    contacts = np.full(40, 1000.0)
    shares = np.full(40, 0.6) + np.linspace(-0.01, 0.01, 40)
    shares[0] = 0.05

    assert not judged(Tally(np.round(shares * contacts), contacts)).who.any()


@pytest.mark.parametrize("share", [0, 0.02, 0.5, 1])
def test_where_all_have_the_same_share_nobody_is_flagged(share: float) -> None:
    contacts = np.repeat([100.0, 1000.0, 3000.0], 10)

    assert not judged(Tally(share * contacts, contacts)).who.any()


def test_a_handful_of_contacts_is_no_evidence_even_where_peers_have_none() -> None:
    contacts = np.full(30, 3000.0)
    hits = np.zeros(30)
    hits[0] = 4

    assert not judged(Tally(hits, contacts)).who.any()


# --- Who is judged, and against whom


def test_with_too_few_contacts_nobody_is_judged_however_high_their_share() -> None:
    found = honest(40, np.random.default_rng(2), share=0.02)
    hits, contacts = found.hits.copy(), found.contacts.copy()
    hits[0], contacts[0] = 99, 99

    assert not judged(Tally(hits, contacts)).who[0]
    assert np.isnan(judged(Tally(hits, contacts)).share[0])
    assert find_outliers(Tally(hits, contacts), one_group(40), rule=RULE, min_contacts=99).who[0]


def test_who_does_as_most_do_is_not_flagged_because_the_busiest_do_less() -> None:
    contacts = np.array([1, 99, 99, 1e7, 1, 1, 1, *[1e7] * 5])
    hits = contacts.copy()
    hits[-5:] *= 0.999

    assert not find_outliers(
        Tally(hits, contacts), one_group(12), rule=TierRule(min_members=1), min_contacts=1
    ).who.any()


def test_without_contacts_there_is_no_share_and_no_flag() -> None:
    nothing = Tally(np.zeros(30), np.zeros(30))

    result = find_outliers(nothing, one_group(30), rule=RULE, min_contacts=0)

    assert not result.who.any()
    assert np.isnan(result.share).all()


def test_a_small_peer_group_is_compared_with_the_whole_program() -> None:
    rng = np.random.default_rng(13)
    found = with_bad(honest(45, rng, share=0.02, spread=0.2, least=500), 5, rng, share=0.2)
    peers = np.repeat(np.array([0, 1], dtype=np.int16), [5, 40])

    assert np.flatnonzero(judged(found, peers).who).tolist() == [0, 1, 2, 3, 4]
    assert judged(found, peers).usual[0] == pytest.approx(np.median(found.share))


def test_a_large_peer_group_is_compared_with_itself_only() -> None:
    rng = np.random.default_rng(17)
    found = with_bad(honest(200, rng, share=0.02, spread=0.2, least=500), 25, rng, share=0.2)
    peers = np.repeat(np.array([0, 1], dtype=np.int16), [25, 175])

    assert not judged(found, peers).who[:25].any()
    assert judged(found).who[:25].all()


@pytest.mark.parametrize("members", range(8))
def test_where_too_few_are_known_nobody_is_flagged(members: int) -> None:
    found = Tally(np.arange(members, dtype=np.float64) ** 4, np.full(members, 3000.0))

    assert not judged(found, rule=TierRule(min_members=8)).who.any()
    assert judged(found, rule=TierRule(min_members=1, min_peers=1)).who.shape == (members,)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(0, 60), st.floats(0.005, 0.9))
def test_the_order_of_members_changes_nothing(seed: int, members: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    found = with_bad(honest(members, rng, share=share), members // 10, rng, share=min(4 * share, 1))
    peers = rng.integers(0, 2, members).astype(np.int16)
    order = rng.permutation(members)

    result, shuffled = judged(found, peers), judged(found.at(order), peers[order])

    assert np.array_equal(shuffled.who, result.who[order])
    assert np.array_equal(shuffled.usual, result.usual[order], equal_nan=True)


@settings(deadline=None, max_examples=100)
@given(
    arrays(np.int64, st.integers(0, 40), elements=st.sampled_from((0, 1, 2, 99, 100, 5000, 10**7))),
    arrays(np.float64, 40, elements=st.sampled_from((0.0, 0.001, 0.5, 0.999, 1.0))),
    st.sampled_from((1, 100)),
)
def test_whatever_the_figures_no_warning_is_raised_and_flags_lie_above_the_usual(
    contacts: np.ndarray[tuple[int], np.dtype[np.int64]], shares: Amounts, min_contacts: int
) -> None:
    members = len(contacts)
    found = Tally(np.round(contacts * shares[:members]), contacts.astype(np.float64))

    result = find_outliers(found, one_group(members), rule=TierRule(min_members=1), min_contacts=min_contacts)

    assert (result.share[result.who] > result.usual[result.who]).all()
    assert (found.contacts[result.who] >= min_contacts).all()
