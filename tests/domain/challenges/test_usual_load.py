"""Comparison of handle times at the usual load of queues and parts of the day."""

from datetime import time
from types import EllipsisType

import numpy as np
import pytest

from ladder.domain.challenges.history import Values
from ladder.domain.challenges.metric_files import Load
from ladder.domain.challenges.peers import PeerGroups
from ladder.domain.challenges.usual_load import LEAST_CONTACTS, LEAST_MEMBERS, LoadDays, load_adjusted, load_times

QUEUES = Load(queue="Queue", queues=("Night",))  # Night, and all others together
HOURS = Load(hours=(time(8), time(12), time(16)))
BOTH = Load(queue="Queue", queues=("Night",), hours=(time(8), time(12)))
NAN = float("nan")


def one_group(members: int) -> PeerGroups:
    return PeerGroups(("all",), np.zeros(members, dtype=np.int16))


def days_of(
    counts: np.ndarray, longer: np.ndarray, speed: np.ndarray, noise: np.ndarray | float = 1.0, *, usual: float = 300.0
) -> LoadDays:
    """Contacts by condition, (C, D, M), of members of a speed, (M,), that take so many times as long, (C,)."""
    times = (usual * speed * longer[:, None, None] * np.ones_like(counts) * noise).astype(np.float32)
    total = counts.sum(axis=0)
    with np.errstate(invalid="ignore"):
        measured = ((counts * times).sum(axis=0) / total).astype(np.float32)
    return LoadDays(
        measured=measured,
        total=total.astype(np.float32),
        times=np.where(counts > 0, times, measured),
        counts=counts.astype(np.float32),
        types=np.zeros((0, *counts.shape), dtype=np.float32),
        mix=np.zeros((0, *measured.shape), dtype=np.float32),
        known=np.full_like(measured, NAN),
    )


def drawn(seed: int, longer: tuple[float, ...], *, days: int = 30, members: int = 12) -> tuple[LoadDays, np.ndarray]:
    """Members of different speed who meet every condition, each in a part of its own."""
    rng = np.random.default_rng(seed)
    leaning = rng.dirichlet(np.ones(len(longer)), members).T[:, None, :]
    counts = rng.poisson(60 * leaning, (len(longer), days, members)).astype(np.float64)
    speed = rng.uniform(0.7, 1.4, members)
    return days_of(counts, np.array(longer), speed), speed


def adjusted(days: LoadDays, load: Load) -> Values:
    return load_adjusted(days, load, one_group(days.measured.shape[1]), min_peers=20)


def changed(days: LoadDays, **arrays: tuple[tuple[int | slice | EllipsisType, ...], float]) -> LoadDays:
    """Return the days with some cells of some arrays set to a value."""
    values = {name: getattr(days, name).copy() for name in LoadDays.__slots__}
    for name, (cells, value) in arrays.items():
        values[name][cells] = value
    return LoadDays(**values)


@pytest.mark.parametrize(
    ("load", "longer"), [(QUEUES, (1.5, 1.0)), (HOURS, (0.8, 1.3, 1.0)), (BOTH, (1.5, 1.8, 1, 1.2))]
)
def test_what_is_left_of_slow_queues_and_busy_hours_is_each_members_own_speed(
    load: Load, longer: tuple[float, ...]
) -> None:
    days, speed = drawn(1, longer)
    before, after = np.nanmean(days.measured, axis=0), np.nanmean(adjusted(days, load), axis=0)
    assert np.ptp(np.log(before / speed)) > 0.15
    assert np.ptp(np.log(after / speed)) < 0.04


def test_who_moves_to_a_slow_queue_for_good_keeps_their_value_as_long_as_they_stay() -> None:
    """Half of the floor, on day 30; night by night, and long after no window holds a day before the move."""
    members, length, move = 20, 120, 30
    rng = np.random.default_rng(2)
    counts = np.zeros((2, length, members))
    counts[1] = 40
    counts[0, move:, :10], counts[1, move:, :10] = 40, 0
    speed, noise = rng.uniform(0.8, 1.2, members), rng.lognormal(0, 0.05, (length, members))
    days = days_of(counts, np.array([1.4, 1.0]), speed, noise)
    known = days.measured.copy()
    for day in range(move, length):
        window = slice(day - 29, day + 1)
        cut = {name: getattr(days, name)[..., window, :] for name in LoadDays.__slots__}
        seen = np.concatenate([known[day - 29 : day], np.full((1, members), NAN, dtype=np.float32)])
        known[day] = adjusted(LoadDays(**{**cut, "known": seen}), QUEUES)[-1]
    last = np.log(known[-30:].mean(axis=0) / speed)
    assert abs(last[:10].mean() - last[10:].mean()) < 0.04  # of 0.34
    as_measured = np.log(days.measured[-30:].mean(axis=0) / speed)
    assert as_measured[:10].mean() - as_measured[10:].mean() > 0.3


def test_a_queue_whose_agents_never_work_elsewhere_cannot_be_told_from_them() -> None:
    counts = np.zeros((2, 30, 20))
    counts[0, :, :10] = counts[1, :, 10:] = 40
    days = days_of(counts, np.array([1.4, 1.0]), np.ones(20))
    np.testing.assert_allclose(adjusted(days, QUEUES), days.measured, rtol=1e-5)


@pytest.mark.parametrize("colleagues", [0, LEAST_MEMBERS - 2])
def test_too_few_agents_cannot_make_a_queue_look_slow(colleagues: int) -> None:
    """They take twice as long in Night, on purpose, and nobody else works there."""
    counts = np.zeros((2, 30, 20))
    counts[1] = 40
    counts[:, :, : 1 + colleagues] = 20
    days = days_of(counts, np.array([2.0, 1.0]), np.ones(20))
    np.testing.assert_allclose(adjusted(days, QUEUES), days.measured, rtol=1e-5)


def test_one_contact_in_a_queue_says_nothing_of_it_and_gains_nothing() -> None:
    """20 agents have one in Night, which takes ten times as long: fewer than tell how slow it is."""
    counts = np.zeros((2, 30, 20))
    counts[1], counts[0, 3, :] = 40, 1
    days = days_of(counts, np.array([10.0, 1.0]), np.ones(20))
    assert counts[0].sum(axis=0).max() < LEAST_CONTACTS
    np.testing.assert_allclose(adjusted(days, QUEUES), days.measured, rtol=1e-5)


def test_who_chooses_the_slow_queue_gains_nothing() -> None:
    days, speed = drawn(3, (1.5, 1.0), members=30)
    share = np.nansum(days.counts[0], axis=0) / np.nansum(days.total, axis=0)
    left = np.log(np.nanmean(adjusted(days, QUEUES), axis=0) / speed)
    assert abs(np.polyfit(share, left, 1)[0]) < 0.03  # of log 1.5 = 0.41 between nothing and all in Night


@pytest.mark.parametrize("cell", [80_000.0, 1_400.0, 0.1])
def test_one_absurd_time_under_a_condition_changes_nobody_elses_values(cell: float) -> None:
    days, _ = drawn(4, (1.5, 1.0), members=20)
    before = adjusted(days, QUEUES)
    after = adjusted(changed(days, times=((0, 4, 3), cell), measured=((4, 3), cell)), QUEUES)
    after[4, 3] = before[4, 3]
    np.testing.assert_allclose(after, before, rtol=0.03)


def test_a_day_of_unknown_conditions_is_compared_as_usual_and_one_without_contacts_not_at_all() -> None:
    days, _ = drawn(5, (1.5, 1.0))
    unknown = changed(days, counts=((slice(None), 3, 4), NAN), total=((5, 6), 0.0), measured=((7, 8), NAN))
    unknown = changed(unknown, counts=((slice(None), 5, 6), 0.0))
    values = adjusted(unknown, QUEUES)
    assert values[3, 4] == pytest.approx(days.measured[3, 4], rel=1e-5)
    assert sorted(map(tuple, np.argwhere(np.isnan(values)).tolist())) == [(5, 6), (7, 8)]


def test_long_types_are_not_taken_for_a_busy_hour() -> None:
    """Long contacts come in the evening: agents of the evening get them, and no hour is slow."""
    rng = np.random.default_rng(6)
    by_hour = rng.poisson(20, (2, 30, 12)).astype(np.float64)
    long = rng.binomial(by_hour.astype(int), np.array([0.2, 0.7])[:, None, None]).astype(np.float64)
    types = np.stack([by_hour - long, long]).astype(np.float32)
    speed = rng.uniform(0.8, 1.2, 12)
    times = ((by_hour - long) * 100 + long * 300) / by_hour * speed
    total = by_hour.sum(axis=0)
    measured = (by_hour * times).sum(axis=0) / total
    days = LoadDays(
        measured=measured.astype(np.float32),
        total=total.astype(np.float32),
        times=times.astype(np.float32),
        counts=by_hour.astype(np.float32),
        types=types,
        mix=types.sum(axis=1),
        known=np.full(measured.shape, NAN, dtype=np.float32),
    )
    load = Load(hours=(time(8), time(16)))
    estimated = load_times(days, load)
    assert np.ptp(estimated.conditions) < 0.05  # hours alone would be 0.5 apart
    usual = float(np.average(measured / speed, weights=total))
    assert np.ptp(estimated.types) * usual == pytest.approx(200, rel=0.08)
    left = np.log(adjusted(days, load) / speed)
    assert left.std() < 0.25 * np.log(measured / speed).std()


def test_nobody_and_nothing_are_no_error() -> None:
    days, _ = drawn(7, (1.5, 1.0), members=3)
    nothing = changed(days, measured=((...,), NAN), times=((...,), NAN), counts=((...,), NAN), total=((...,), NAN))
    assert np.isnan(adjusted(nothing, QUEUES)).all()
    assert adjusted(LoadDays(**{n: getattr(days, n)[..., :0] for n in LoadDays.__slots__}), QUEUES).size == 0
