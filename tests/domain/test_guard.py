import csv
import gzip
import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ladder.domain import honest_shares
from ladder.domain.columns import Column, History, Values
from ladder.domain.guard import Flag, Flagged, flags, outliers, sentence, tally
from ladder.domain.honest_shares import Amounts, Tally
from ladder.domain.peers import PeerGroups, Population
from ladder.domain.performance import GroupIndex
from ladder.domain.program import TierRule
from tests.domain.examples import NAN, YESTERDAY

AGENT_DAYS = Path(__file__).parents[2] / "../shared/data/contact_centre/agent_day.csv.gz"
LEVEL = 0.001  # of each test of a rate: what an exact guard fails by chance
RULE = TierRule()
QUANTILE = 3.090232  # of 1 in 1,000


def amounts(*values: float) -> Amounts:
    return np.array(values, dtype=np.float64)


def one_group(members: int) -> GroupIndex:
    return np.zeros(members, dtype=np.int16)


def honest(members: int, rng: np.random.Generator, *, share: float, spread: float = 0.0, least: int = 100) -> Tally:
    """Agents of one distribution: beta-binomial, `spread` relative to the share; contacts unequal, up to 3,000."""
    contacts = np.exp(rng.uniform(np.log(least), np.log(3000), members)).astype(np.int64)
    shares = np.full(members, share)
    if spread:
        size = (1 - share) / share / spread**2 - 1
        shares = rng.beta(share * size, (1 - share) * size, members)
    return Tally(rng.binomial(contacts, shares).astype(np.float64), contacts.astype(np.float64))


def with_bad(found: Tally, bad: int, rng: np.random.Generator, *, share: float) -> Tally:
    """The first `bad` members at `share`."""
    hits = found.hits.copy()
    hits[:bad] = rng.binomial(found.contacts[:bad].astype(np.int64), share)
    return Tally(hits, found.contacts)


def judged(found: Tally, peers: GroupIndex | None = None, *, rule: TierRule = RULE, rate: float = 0.001) -> Flagged:
    return outliers(found, one_group(len(found.hits)) if peers is None else peers, rule=rule, false_alarms=rate)


def flagged_share(members: int, evaluations: int, *, share: float, spread: float, rate: float) -> tuple[int, int]:
    """How many flags, of how many judgements, where everybody is honest."""
    rng = np.random.default_rng(1999)
    samples = (honest(members, rng, share=share, spread=spread) for _ in range(evaluations))
    return sum(int(judged(sample, rate=rate).who.sum()) for sample in samples), members * evaluations


def binomial_bounds(trials: int, low: float, high: float) -> tuple[int, int]:
    """The counts that `low` and `high` each pass with probability LEVEL / 2 (normal, with the skewness' term)."""

    def bound(rate: float, side: int) -> float:
        mean = trials * rate
        z = side * 3.2905  # of LEVEL / 2
        return mean + z * math.sqrt(mean * (1 - rate)) + (z * z - 1) / 6

    return math.floor(bound(low, -1)), math.ceil(bound(high, 1))


# --- The null control


@pytest.mark.parametrize("rate", [0.001, 0.01])
@pytest.mark.parametrize(("share", "spread"), [(0.02, 0.3), (0.1, 0.3), (0.6, 0.05)])
def test_where_agents_differ_honestly_flags_come_at_the_stated_rate(share: float, spread: float, rate: float) -> None:
    flagged, trials = flagged_share(250, 240, share=share, spread=spread, rate=rate)

    least, most = binomial_bounds(trials, rate / 2, rate)
    assert least <= flagged <= most


@pytest.mark.parametrize("rate", [0.001, 0.01])
@pytest.mark.parametrize("share", [0.02, 0.1, 0.6])
def test_where_all_are_alike_flags_are_no_more_than_stated_as_contacts_are_whole(share: float, rate: float) -> None:
    flagged, trials = flagged_share(250, 120, share=share, spread=0, rate=rate)

    least, most = binomial_bounds(trials, rate / 5, rate)
    assert least <= flagged <= most


@pytest.mark.parametrize(("share", "spread"), [(0.02, 0.6), (0.02, 0.3), (0.1, 0.6), (0.6, 0.15)])
def test_among_twenty_five_peers_the_rate_is_at_most_twice_the_stated_one_even_if_they_differ_widely(
    share: float, spread: float
) -> None:
    flagged, trials = flagged_share(25, 800, share=share, spread=spread, rate=0.002)

    assert flagged <= binomial_bounds(trials, 0, 0.004)[1]


def exact_tail(hits: int, contacts: int, share: float, within: float) -> float:
    """P(X >= hits) of a beta-binomial."""
    a, b = (part * (1 / within - 1) for part in (share, 1 - share))
    log_all = math.lgamma(contacts + 1) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return sum(
        math.exp(
            log_all
            - math.lgamma(x + 1)
            - math.lgamma(contacts - x + 1)
            + math.lgamma(a + x)
            + math.lgamma(b + contacts - x)
            - math.lgamma(a + b + contacts)
        )
        for x in range(hits, contacts + 1)
    )


@pytest.mark.parametrize(("share", "spread"), [(0.02, 0.3), (0.02, 0.6), (0.1, 0.3), (0.1, 0.6), (0.6, 0.05)])
@pytest.mark.parametrize("contacts", [100, 700, 3000])
def test_known_what_is_usual_the_bound_is_that_of_the_exact_distribution(
    share: float, spread: float, contacts: int
) -> None:
    within = spread**2 * share / (1 - share)
    settled = honest_shares.Fit(amounts(share), amounts(within / 4), amounts(0), amounts(1e-12))
    hits = np.arange(contacts + 1, dtype=np.float64)
    bound = int(np.argmax(settled.stands_out(Tally(hits, np.full(contacts + 1, float(contacts))), QUANTILE)))

    assert exact_tail(bound, contacts, share, within) < 0.0014
    assert exact_tail(bound - 2, contacts, share, within) > 0.0006


@pytest.mark.parametrize(("freedom", "t"), [(3, 10.2145), (5, 5.8934), (10, 4.1437), (20, 3.5518), (60, 3.2317)])
def test_with_few_peers_the_bound_is_students(freedom: float, t: float) -> None:
    assert honest_shares.student(QUANTILE, amounts(freedom)) == pytest.approx([t], rel=0.03)


def scalar_fit(found: Tally, weight: list[float], aside: int) -> tuple[float, float]:
    """Mean share, and variance between agents on the arcsine scale, without the first `aside`."""
    rest = range(aside, len(weight))
    angle = [math.asin(math.sqrt((h + 0.375) / (n + 0.75))) for h, n in zip(found.hits, found.contacts, strict=True)]
    total = sum(weight[i] for i in rest)
    mean = sum(weight[i] * found.share[i] for i in rest) / total
    centre = sum(weight[i] * angle[i] for i in rest) / total
    scatter = sum(weight[i] * (angle[i] - centre) ** 2 for i in rest)
    by_chance = sum(weight[i] * (1 - weight[i] / total) / (4 * found.contacts[i]) for i in rest)
    return mean, max(0.0, (scatter - by_chance) / sum(weight[i] * (1 - weight[i] / total) for i in rest))


def test_each_fit_is_the_one_to_those_who_are_left() -> None:
    found = honest(12, np.random.default_rng(3), share=0.1, spread=0.4)
    angle = np.arcsin(np.sqrt((found.hits + 0.375) / (found.contacts + 0.75)))
    weight = honest_shares.weights(angle, found.contacts)

    fits = honest_shares.without_the_highest(found, angle, weight, 5)

    expected = [scalar_fit(found, weight.tolist(), aside) for aside in range(1, 6)]
    assert list(zip(fits.mean, fits.between, strict=True)) == [pytest.approx(pair) for pair in expected]


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


def test_with_too_few_contacts_nobody_is_judged_however_high_his_share() -> None:
    found = honest(40, np.random.default_rng(2), share=0.02)
    hits, contacts = found.hits.copy(), found.contacts.copy()
    hits[0], contacts[0] = 99, 99

    assert not judged(Tally(hits, contacts)).who[0]
    assert np.isnan(judged(Tally(hits, contacts)).share[0])
    assert outliers(Tally(hits, contacts), one_group(40), rule=RULE, min_contacts=99).who[0]


def test_who_does_as_most_do_is_not_flagged_because_the_busiest_do_less() -> None:
    contacts = np.array([1, 99, 99, 1e7, 1, 1, 1, *[1e7] * 5])
    hits = contacts.copy()
    hits[-5:] *= 0.999

    assert not outliers(Tally(hits, contacts), one_group(12), rule=TierRule(min_members=1), min_contacts=1).who.any()


def test_without_contacts_there_is_no_share_and_no_flag() -> None:
    nothing = Tally(np.zeros(30), np.zeros(30))

    result = outliers(nothing, one_group(30), rule=RULE, min_contacts=0)

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

    result = outliers(found, one_group(members), rule=TierRule(min_members=1), min_contacts=min_contacts)

    assert (result.share[result.who] > result.usual[result.who]).all()
    assert (found.contacts[result.who] >= min_contacts).all()


# --- From a history


def shares(values: Values, counts: Values) -> History:
    days, members = values.shape
    first = date.fromordinal(YESTERDAY.toordinal() - days + 1)
    return History(first, days, members, {"SHORT": Column(values.astype(np.float32), counts.astype(np.float32))})


PER_CENT = st.integers(0, 100).map(float) | st.just(NAN)
CONTACTS = st.integers(0, 200).map(float) | st.just(NAN)


def scalar_sums(values: list[float], counts: list[float]) -> tuple[float, float]:
    worked = [(v, n) for v, n in zip(values, counts, strict=True) if not math.isnan(v) and not math.isnan(n)]
    return sum(v * n / 100 for v, n in worked), sum(n for _, n in worked)


@settings(deadline=None, max_examples=60)
@given(arrays(np.float32, (9, 4), elements=PER_CENT), arrays(np.float32, (9, 4), elements=CONTACTS), st.integers(1, 12))
def test_a_tally_sums_the_days_of_the_window_that_were_worked(values: Values, counts: Values, window: int) -> None:
    found = tally(shares(values, counts), "SHORT", until=YESTERDAY, window=window)

    pairs = zip(values[-window:].T.tolist(), counts[-window:].T.tolist(), strict=True)
    expected = [scalar_sums(*pair) for pair in pairs]
    assert list(zip(found.hits, found.contacts, strict=True)) == [pytest.approx(pair) for pair in expected]


def two_months(members: int) -> History:
    """Everybody at 2 per cent of 30 contacts a day, one member at 20; the window is the second month."""
    values, counts = np.full((60, members), 2.0), np.full((60, members), 30.0)
    values[30:, 3] = 20
    values[40:50, :] = NAN
    return shares(values, counts)


def everybody(members: int, *left: int) -> Population:
    active = np.ones(members, dtype=np.bool)
    active[list(left)] = False
    return Population(active, PeerGroups(("all",), one_group(members)))


def test_flags_carry_the_evidence_of_the_window() -> None:
    (flag,) = flags("short_contacts", two_months(30), "SHORT", everybody(30), until=YESTERDAY, rule=RULE)

    assert (flag.slot, flag.kind, flag.contacts) == (3, "short_contacts", 600)
    assert (flag.share, flag.usual) == pytest.approx((0.2, 0.02))


def test_a_window_before_it_happened_flags_nobody() -> None:
    before = date.fromordinal(YESTERDAY.toordinal() - 30)

    assert flags("short_contacts", two_months(30), "SHORT", everybody(30), until=before, rule=RULE) == ()


def test_who_has_left_is_neither_flagged_nor_a_peer() -> None:
    population = everybody(30, 3)

    assert flags("repeat_contacts", two_months(30), "SHORT", population, until=YESTERDAY, rule=RULE) == ()
    assert (
        flags("repeat_contacts", two_months(30), "SHORT", everybody(30, *range(4, 30)), until=YESTERDAY, rule=RULE)
        == ()
    )


# --- Words


def test_the_sentence_says_what_was_counted_and_that_nothing_is_taken_away() -> None:
    flag = Flag(slot=0, kind="short_contacts", share=0.1404, usual=0.0221, contacts=1204)

    assert sentence(flag, days=30) == (
        "14 % of your 1,204 calls in these 30 days ended within ten seconds; among your peers it is usually 2.2 %. "
        "There can be good reasons for that, so a person will have a look. Until then completions on speed wait; "
        "nothing is taken away."
    )


def test_the_sentence_on_repeat_contacts_speaks_of_customers_who_came_back() -> None:
    flag = Flag(slot=0, kind="repeat_contacts", share=1.0, usual=0.6, contacts=150)

    assert sentence(flag, days=30, noun="chats").startswith(
        "After 100 % of your 150 chats with a known customer in these 30 days, the same customer was back within seven "
        "days; among your peers it is usually 60 %."
    )


def test_two_shares_that_differ_never_read_alike() -> None:
    flag = Flag(slot=0, kind="repeat_contacts", share=0.6249, usual=0.6151, contacts=150)

    assert "After 62.5 % of" in sentence(flag, days=30)
    assert "usually 61.5 %" in sentence(flag, days=30)


# --- A real call centre


@pytest.fixture(scope="module")
def real_days() -> list[dict[str, str]]:
    if not AGENT_DAYS.exists():
        pytest.skip("needs the call centre's days in ../shared/data, which are not part of the repository")
    with gzip.open(AGENT_DAYS, "rt") as file:
        return list(csv.DictReader(file))


def real_history(days: list[dict[str, str]], hits: str, contacts: str) -> tuple[History, list[str]]:
    """January and February 1999, as a share in per cent of the day's contacts."""
    agents = sorted({day["agent"] for day in days})
    values, counts = np.full((2, 59, len(agents)), NAN, dtype=np.float32)
    for day in days:
        place = (date.fromisoformat(day["date"]) - date(1999, 1, 1)).days, agents.index(day["agent"])
        if (count := int(day[contacts])) > 0:
            values[place], counts[place] = 100 * int(day[hits]) / count, count
    return History(date(1999, 1, 1), 59, len(agents), {"SHARE": Column(values, counts)}), agents


def real_flags(days: list[dict[str, str]], hits: str, contacts: str, *, window: int, rate: float) -> set[str]:
    history, agents = real_history(days, hits, contacts)
    found = flags(
        "short_contacts",
        history,
        "SHARE",
        everybody(len(agents)),
        until=history.last,
        rule=TierRule(window_days=window),
        false_alarms=rate,
    )
    return {agents[flag.slot] for flag in found}


@pytest.mark.parametrize(("window", "rate"), [(59, 1 / 500), (59, 1 / 100), (30, 1 / 100)])
def test_the_three_agents_known_to_hang_up_are_flagged_and_nobody_else(
    real_days: list[dict[str, str]], window: int, rate: float
) -> None:
    """Among 27 peers who themselves differ by half of their share, 14 per cent is no case of 1 in 1,000."""
    found = real_flags(real_days, "short_calls_le10s", "calls", window=window, rate=rate)

    assert found == {"A01", "A20", "A21"}


def test_an_agent_whose_customers_nearly_all_come_back_is_flagged_at_one_in_a_thousand(
    real_days: list[dict[str, str]],
) -> None:
    assert real_flags(real_days, "repeat7d_calls", "fcr_eligible_calls", window=30, rate=1 / 1000) == {"A10"}
