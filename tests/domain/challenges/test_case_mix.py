"""Comparison at the usual mix of contacts."""

import csv
import gzip
from collections.abc import Mapping
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.challenges.case_mix import Contacts, mix_adjusted, times_by_type
from ladder.domain.challenges.history import Values
from ladder.domain.challenges.peers import PeerGroups
from tests.paths import DATA

AGENT_DAYS = DATA / "contact_centre" / "agent_day.csv.gz"
TYPES = ("PS", "NE", "NW", "IN", "PE", "TT")
NAN = np.nan


def one_group(members: int) -> PeerGroups:
    return PeerGroups(("all",), np.zeros(members, dtype=np.int16))


def values(*rows: list[float]) -> Values:
    return np.array(rows, dtype=np.float32)


def contacts(*types: list[list[float]]) -> Contacts:
    return np.array(types, dtype=np.float32)


def drawn(
    seed: int, *, days: int = 30, members: int = 12, times: tuple[float, ...] = (100, 300)
) -> tuple[Values, Contacts]:
    """Agents of different speed with mixes that change from day to day; no noise but the mix."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(5, 40, (len(times), days, members)).astype(np.float32)
    speed = rng.uniform(0.7, 1.4, members)
    handled = np.tensordot(np.array(times), counts, axes=1) / counts.sum(axis=0) * speed
    return handled.astype(np.float32), counts


def test_a_hand_worked_example() -> None:
    """Long contacts take 300 s, short ones 100 s; half of all are long, so 200 s is usual.

    Ann had 3,000 long and 1,000 short: 250 s were to be expected, and 240 s it took: 192 s at the usual mix.
    Ben had 1,000 long and 3,000 short: 150 s were to be expected, and 160 s it took: 213 s at the usual mix.
    """
    measured = values([240.0, 160.0])
    long, short = [[3_000.0, 1_000.0]], [[1_000.0, 3_000.0]]
    seconds = contacts([[900_000.0, 300_000.0]], [[100_000.0, 300_000.0]])
    answer = mix_adjusted(measured, contacts(long, short), one_group(2), min_peers=20, seconds=seconds)
    np.testing.assert_allclose(answer, [[192.0, 213.3]], rtol=5e-3)


def test_with_nothing_but_the_mix_between_days_nothing_is_left_of_it() -> None:
    measured, counts = drawn(1)
    answer = mix_adjusted(measured, counts, one_group(12), min_peers=20)
    assert (measured.std(axis=0) / measured.mean(axis=0)).mean() > 0.1
    assert (answer.std(axis=0) / answer.mean(axis=0)).max() < 0.03


def test_a_slow_specialist_stays_slow() -> None:
    """One type is handled by one agent alone, and slowly: that is not taken for a hard type."""
    measured, counts = drawn(2, times=(150, 150))
    counts[1, :, 1:] = 0
    measured[:, 0] = 300
    answer = mix_adjusted(measured, counts, one_group(12), min_peers=20)
    assert np.nanmean(answer[:, 0]) > 1.5 * np.nanmean(answer[:, 1:])


@pytest.mark.parametrize("with_times", [True, False])
def test_splitting_a_type_in_two_with_the_same_times_changes_nothing(*, with_times: bool) -> None:
    measured, counts = drawn(3)
    rng = np.random.default_rng(3)
    half = np.floor(counts[1] * rng.uniform(0.2, 0.8, counts[1].shape)).astype(np.float32)
    split = np.stack([counts[0], half, counts[1] - half])
    whole = mix_adjusted(measured, counts, one_group(12), min_peers=20, seconds=_seconds(counts, with_times))
    parts = mix_adjusted(measured, split, one_group(12), min_peers=20, seconds=_seconds(split, with_times))
    np.testing.assert_allclose(parts, whole, rtol=0.02)


def _seconds(counts: Contacts, with_times: bool = True) -> Contacts | None:  # noqa: FBT001, FBT002
    times = np.array([100.0, *[300.0] * (len(counts) - 1)], dtype=np.float32)
    return counts * times[:, None, None] if with_times else None


def test_times_come_out_as_they_went_in() -> None:
    measured, counts = drawn(4, members=60)
    short, long = times_by_type(measured, counts)
    assert long / short == pytest.approx(3, rel=0.08)
    assert times_by_type(measured, counts) @ counts.sum(axis=(1, 2)) / counts.sum() == pytest.approx(1, rel=0.02)


@pytest.mark.parametrize("minutes", [1, 60])
def test_the_unit_of_the_metric_says_nothing_about_the_mix(minutes: int) -> None:
    measured, counts = drawn(4)
    seconds = _seconds(counts)
    compared = mix_adjusted(measured / np.float32(minutes), counts, one_group(12), min_peers=20, seconds=seconds)
    in_seconds = mix_adjusted(measured, counts, one_group(12), min_peers=20, seconds=seconds)
    np.testing.assert_allclose(compared * minutes, in_seconds, rtol=1e-4)


def test_a_type_that_hardly_occurs_is_taken_for_usual() -> None:
    measured, counts = drawn(5)
    rare = np.zeros_like(counts[0])
    rare[0, 0] = 1
    long, short, seldom = times_by_type(measured, np.stack([*counts, rare]))
    assert long < short
    assert seldom == pytest.approx(1, rel=0.3)


def test_a_day_without_contacts_counted_or_without_a_value_cannot_be_compared() -> None:
    measured, counts = drawn(6)
    counts[:, 3, 4] = 0
    counts[:, 5, 6] = NAN
    measured[7, 8] = NAN
    answer = mix_adjusted(measured, counts, one_group(12), min_peers=20)
    assert sorted(map(tuple, np.argwhere(np.isnan(answer)).tolist())) == [(3, 4), (5, 6), (7, 8)]


def test_nobody_and_nothing_are_no_error() -> None:
    nothing = np.full((30, 3), NAN, dtype=np.float32)
    assert np.isnan(mix_adjusted(nothing, np.zeros((2, 30, 3), dtype=np.float32), one_group(3), min_peers=20)).all()
    assert mix_adjusted(nothing[:, :0], np.zeros((2, 30, 0), dtype=np.float32), one_group(0), min_peers=20).size == 0


def test_a_large_peer_group_is_its_own_measure_and_a_small_one_is_not() -> None:
    measured, counts, halves = two_groups()
    apart = mix_adjusted(measured, counts, halves, min_peers=10)  # twice the least size
    alone = mix_adjusted(measured[:, :20], counts[:, :, :20], one_group(20), min_peers=10)
    np.testing.assert_allclose(apart[:, :20], alone, rtol=1e-4)
    together = mix_adjusted(measured, counts, halves, min_peers=21)
    np.testing.assert_allclose(together, mix_adjusted(measured, counts, one_group(40), min_peers=20), rtol=1e-5)


def two_groups() -> tuple[Values, Contacts, PeerGroups]:
    """New and old agents; a long contact takes the new ones three times as long as a short one, the old ones twice."""
    new, new_counts = drawn(7, members=20, times=(100, 300))
    old, old_counts = drawn(8, members=20, times=(100, 200))
    halves = PeerGroups(("new", "old"), np.repeat([0, 1], 20).astype(np.int16))
    return np.concatenate([new, old], axis=1), np.concatenate([new_counts, old_counts], axis=2), halves


def test_a_group_of_one_peer_less_is_compared_with_its_channel_by_a_twentieth_more() -> None:
    measured, counts, halves = two_groups()
    alone = mix_adjusted(measured, counts, halves, min_peers=10)
    together = mix_adjusted(measured, counts, halves, min_peers=21)
    blended = mix_adjusted(measured, counts, halves, min_peers=20)
    np.testing.assert_allclose(blended, together + (alone - together) / 20, rtol=1e-4)


def test_a_small_group_is_never_compared_with_another_channel() -> None:
    measured, counts, halves = two_groups()
    channels = PeerGroups(("chat", "voice"), halves.index, channels=(0, 1))
    apart = mix_adjusted(measured, counts, channels, min_peers=100)
    alone = mix_adjusted(measured[:, :20], counts[:, :, :20], one_group(20), min_peers=100)
    np.testing.assert_allclose(apart[:, :20], alone, rtol=1e-5)


@settings(deadline=None, max_examples=30)
@given(st.permutations(range(8)), st.integers(0, 50))
def test_the_order_of_members_does_not_matter(order: list[int], seed: int) -> None:
    measured, counts = drawn(seed, members=8)
    straight = mix_adjusted(measured, counts, one_group(8), min_peers=20)
    mixed = mix_adjusted(measured[:, order], counts[:, :, order], one_group(8), min_peers=20)
    np.testing.assert_allclose(mixed, straight[:, order], rtol=1e-3)


ABSURD = {  # what a cell can hold without being refused, or together with a cell that is refused
    "a mean of 80,000 s": (80_000.0, None),
    "a mean of 1,400 s": (1_400.0, None),
    "a mean of a tenth of a second": (0.1, None),
    "50,000 contacts of one type": (None, 50_000.0),
    "400 contacts of one type": (None, 400.0),
    "both": (80_000.0, 50_000.0),
}


@pytest.mark.parametrize("with_times", [True, False])
@pytest.mark.parametrize("cell", ABSURD)
def test_one_absurd_day_changes_nobody_elses_values(cell: str, *, with_times: bool) -> None:
    measured, counts = drawn(8, members=20)
    measured *= np.random.default_rng(8).lognormal(0, 0.15, measured.shape).astype(np.float32)
    seconds = _seconds(counts, with_times)
    before = mix_adjusted(measured, counts, one_group(20), min_peers=20, seconds=seconds)
    time, contacts_of_a_type = ABSURD[cell]
    if time:
        measured[4, 3] = time
    if contacts_of_a_type:
        counts[1, 4, 3] = contacts_of_a_type
    after = mix_adjusted(measured, counts, one_group(20), min_peers=20, seconds=seconds)
    after[4, 3] = before[4, 3]
    np.testing.assert_allclose(after, before, rtol=0.04)


@pytest.mark.parametrize(("cell", "times"), [((80_000.0, 1.0), 1), ((80_000.0, 60.0), 1), ((86_400.0, 0.0), 1)])
def test_one_absurd_time_of_a_type_changes_nobody_elses_values(cell: tuple[float, float], times: int) -> None:
    measured, counts = drawn(9, members=20)
    seconds = counts * np.array([100.0, 300.0], dtype=np.float32)[:, None, None]
    before = mix_adjusted(measured, counts, one_group(20), min_peers=20, seconds=seconds)
    seconds[times, 4, 3], counts[times, 4, 3] = cell
    after = mix_adjusted(measured, counts, one_group(20), min_peers=20, seconds=seconds)
    after[4, 3] = before[4, 3]
    np.testing.assert_allclose(after, before, rtol=0.02)


@pytest.mark.skipif(not AGENT_DAYS.exists(), reason="the real call-centre history is not beside the checkout")
def test_on_the_real_history_hardly_anything_is_left_of_the_mix() -> None:
    """Agent-days of at least ten calls; the share of variance that the shares of the types explain."""
    days = _real_days()
    assert _explained(days, days["measured"], within=True) == pytest.approx(0.18, abs=0.01)
    assert _explained(days, days["measured"], within=False) == pytest.approx(0.44, abs=0.01)
    compared = _compared_day_by_day(days)
    assert _explained(days, compared, within=True) <= 0.03
    assert _explained(days, compared, within=False) <= 0.13


type Columns = Mapping[str, np.ndarray]


def _real_days() -> Columns:
    with gzip.open(AGENT_DAYS, "rt") as lines:
        rows = list(csv.DictReader(lines))
    agents = sorted({row["agent"] for row in rows})
    return {
        "agent": np.array([agents.index(row["agent"]) for row in rows]),
        "day": np.array([(date.fromisoformat(row["date"]) - date(1999, 1, 1)).days for row in rows]),
        "measured": np.array([float(row["aht_seconds"]) for row in rows]),
        "contacts": np.array([[float(row[f"calls_{kind}"]) for kind in TYPES] for row in rows]),
    }


def _compared_day_by_day(days: Columns) -> np.ndarray:
    """As the nights do it: every day by the thirty days that end with it, the first fourteen together."""
    size = (int(days["day"].max()) + 1, int(days["agent"].max()) + 1)
    measured, counts = np.full(size, NAN, dtype=np.float32), np.zeros((len(TYPES), *size), dtype=np.float32)
    measured[days["day"], days["agent"]] = days["measured"]
    counts[:, days["day"], days["agent"]] = days["contacts"].T
    compared = np.full(size, NAN)
    for day in range(size[0]):
        end = max(day, 13) + 1
        window = slice(max(0, end - 30), end)
        answer = mix_adjusted(measured[window], counts[:, window], one_group(size[1]), min_peers=20)
        compared[day] = answer[day - window.start]
    return compared[days["day"], days["agent"]]


def _explained(days: Columns, values: np.ndarray, *, within: bool) -> float:
    enough = days["contacts"].sum(axis=1) >= 10
    time = values[enough].astype(float)
    shares = (days["contacts"] / days["contacts"].sum(axis=1, keepdims=True))[enough]
    whose = days["agent"][enough] if within else np.zeros(enough.sum(), dtype=int)
    for agent in np.unique(whose):
        mine = whose == agent
        time[mine] -= time[mine].mean()
        shares[mine] -= shares[mine].mean(axis=0)
    left = time - shares @ np.linalg.lstsq(shares, time, rcond=None)[0]
    return float(1 - (left @ left) / (time @ time))


def test_a_roster_with_a_pattern_hides_no_type_from_the_sample() -> None:
    """Every third member of 40,000 takes the long type alone: every third, in turn, would see it or never."""
    members = 40_000
    long = np.arange(members) % 3 == 1
    contacts = np.stack([np.where(long, 0, 20), np.where(long, 10, 0)]).astype(np.float32)[:, None, :]
    seconds = contacts * np.array([100, 300], dtype=np.float32)[:, None, None]
    measured = seconds.sum(axis=0) / contacts.sum(axis=0)
    short_time, long_time = times_by_type(measured, contacts, seconds)
    assert long_time / short_time == pytest.approx(3, rel=0.01)
