"""The nights of a replay: they know what they could know, and they are the nights that the bundle plays."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from infra.cli.backtest.outcomes import settle_all
from infra.cli.backtest.replay import ReplayedNight, ReplayResult, first_night, replay
from ladder.domain.challenges.completion import OUTCOMES
from ladder.domain.challenges.history import History, Values
from ladder.domain.challenges.plan import first_history_day
from ladder.domain.programs.program import Program
from rotation.open_dates import OpenDates
from rotation.readings import feeds
from tests.builders.bank import HANDLE_TIME, QUALITY
from tests.builders.drawn_centre import FIRST_DAY, replayed, two_ladders
from tests.builders.nights import FIRST_NIGHT, NightRunner, small_program
from tests.builders.planning import NAN, metric, work

DAYS, MEMBERS, NIGHTS = 70, 12, 60
LAST_FIGURES = FIRST_NIGHT + timedelta(days=9)


def columns(seed: int = 0) -> dict[str, Values]:
    return {"AHT": work(MEMBERS, DAYS, seed=seed), "QA": work(MEMBERS, DAYS, seed=seed + 1)}


def what(night: ReplayedNight) -> object:
    """All that a night decided and knew."""
    asked = {key: (each.targets, repr(each.value.tolist())) for key, each in night.categories.items()}
    return night.plan, asked, night.tier_changes


@pytest.mark.parametrize("row", [30, 47, 60])
def test_figures_of_later_change_nothing_before_they_are_known(row: int) -> None:
    """A day's handle time is known on the night after it, its quality five nights later."""
    usual, other = columns(), columns(seed=5)
    changed = {name: np.concatenate([values[:row], other[name][row:]]) for name, values in usual.items()}
    before, after = replayed(two_ladders(), usual, nights=NIGHTS), replayed(two_ladders(), changed, nights=NIGHTS)
    knows = FIRST_DAY + timedelta(days=row + 1)

    same = [what(one) == what(two) for one, two in zip(before.nights, after.nights, strict=True)]

    assert all(same[: _nights_before(before, knows)])
    assert not any(same[_nights_before(before, knows) :])


def _nights_before(of: ReplayResult, night: date) -> int:
    return sum(each.date < night for each in of.nights)


def test_quality_of_later_changes_its_own_ladder_only_once_it_is_final() -> None:
    usual, changed = columns(), columns()
    changed["QA"][40:] += 100 * np.arange(MEMBERS, dtype=np.float32)
    before, after = replayed(two_ladders(), usual, nights=NIGHTS), replayed(two_ladders(), changed, nights=NIGHTS)

    differ = [
        one.date
        for one, two in zip(before.nights, after.nights, strict=True)
        if repr(one.categories["CARE"].value) != repr(two.categories["CARE"].value)
    ]

    assert differ[0] == FIRST_DAY + timedelta(days=40 + 1 + 5)
    handle_times = [[each.categories["AHT_SPRINT"].tier.tolist() for each in of.nights] for of in (before, after)]
    assert handle_times[0] == handle_times[1]


def test_contacts_and_quality_that_come_later_do_not_change_how_a_night_compared() -> None:
    rules, rng = small_program(metrics=(HANDLE_TIME, replace(QUALITY, final_after_days=5))), np.random.default_rng(1)
    figures = {HANDLE_TIME.measured: work(MEMBERS, DAYS), "QA": work(MEMBERS, DAYS, seed=1)}
    for kind in rules.challenges.contact_types:
        figures[kind.contacts] = rng.integers(1, 40, (DAYS, MEMBERS)).astype(np.float32)
    empty = {"AHT": np.full((DAYS, MEMBERS), NAN, dtype=np.float32)}
    changed = {name: np.where(np.arange(DAYS)[:, None] < 50, each, each * 2) for name, each in figures.items()}
    before = replayed(rules, {**figures, **empty}, nights=NIGHTS)
    after = replayed(rules, {**changed, **empty}, nights=NIGHTS)

    cut = _nights_before(before, FIRST_DAY + timedelta(days=51))
    assert [*map(what, before.nights[:cut])] == [*map(what, after.nights[:cut])]
    assert np.isfinite(before.nights[cut].categories["SPRINT"].value).all()


@pytest.fixture(scope="module", params=[0, 5], ids=["known at once", "quality five days later"])
def side_by_side(request: pytest.FixtureRequest) -> tuple[NightRunner, ReplayResult]:
    """The acts on memory fakes night after night, and the replay of the same figures."""
    rules = small_program(metrics=(HANDLE_TIME, replace(QUALITY, final_after_days=request.param)))
    runner = NightRunner(program=rules)
    for after in range(10 + 1 + request.param):
        runner.night(FIRST_NIGHT + timedelta(days=after))
    figures = _figures_of(runner)
    return runner, replay(figures, runner.program, runner.roster, first=FIRST_NIGHT, last=LAST_FIGURES)


def _figures_of(runner: NightRunner) -> History:
    start, program = first_history_day(runner.program.challenges, FIRST_NIGHT, {}), runner.program
    wanted = feeds(OpenDates(LAST_FIGURES, (), (program,)))
    names = {feed.column for feed in wanted} | {each.key for each in program.challenges.metrics}
    days = (LAST_FIGURES - start).days + 1
    history = History.empty(first=start, days=days, members=len(runner.roster), metrics=tuple(sorted(names)))
    slots = {member.user: slot for slot, member in enumerate(runner.roster)}
    for feed in wanted:
        for reading in runner.source.known[feed.series]:
            place = history.row(reading.day), slots[reading.user]
            history.columns[feed.column].values[place] = feed.rounded(reading.value)
            history.columns[feed.column].counts[place] = reading.count
    return history


def test_every_night_is_planned_as_the_acts_plan_it(side_by_side: tuple[NightRunner, ReplayResult]) -> None:
    runner, result = side_by_side
    moved = 0
    for night in result.nights:
        rotation = runner.rotations.latest(runner.program.key, night.date)
        assert rotation is not None
        assert rotation.plan == night.plan.rotation_plan
        assigned = runner.assignments.load(runner.program.key, rotation.claim.rotation)
        assert {key: _rungs(each) for key, each in assigned.items()} == {
            key: _rungs(each) for key, each in night.plan.assignment.items()
        }
        moved += len(night.tier_changes)
    assert moved > len(runner.roster)


def _rungs(standing: object) -> object:
    """Everything but the platform's groups, which a replay has none of."""
    return {
        name: getattr(standing, name)
        for name in ("tier", "played", "above", "below", "worked", "previous_tier", "as_of")
    }


def test_every_date_is_settled_as_the_acts_settle_it(side_by_side: tuple[NightRunner, ReplayResult]) -> None:
    runner, result = side_by_side
    totals_by_category = settle_all(result, {})
    for key, totals in totals_by_category.items():
        codes: Counter[str] = Counter()
        for night in result.nights:
            codes.update(
                OUTCOMES[code] for code in runner.assignments.outcomes(runner.program.key, night.date).get(key, b"")
            )
        assert +totals.outcomes == codes
    assert sum(totals.outcomes["completed"] for totals in totals_by_category.values()) > 10


def test_an_agent_is_on_the_roster_from_their_first_day_on() -> None:
    figures = columns()
    for values in figures.values():
        values[:40, 0] = NAN
    values = figures["AHT"]
    arrives = FIRST_DAY + timedelta(days=int(np.flatnonzero(~np.isnan(values[:, 0]))[0]))
    arrives = min(arrives, FIRST_DAY + timedelta(days=int(np.flatnonzero(~np.isnan(figures["QA"][:, 0]))[0])))

    result = replayed(two_ladders(), figures, nights=NIGHTS)

    for night in result.nights:
        here = [each.tier[0] > 0 for each in night.categories.values()]
        assert here == [night.date >= arrives] * 2


def test_after_seven_months_without_figures_tiers_are_as_they_were_and_then_go_on() -> None:
    figures = {"AHT": work(MEMBERS, 330), "QA": work(MEMBERS, 330, seed=1)}
    for values in figures.values():
        values[60:270] = NAN
    result = replayed(two_ladders(), figures, nights=320)

    tiers = {night.date: night.categories["AHT_SPRINT"].tier.tolist() for night in result.nights}
    asleep = [tiers[FIRST_DAY + timedelta(days=after)] for after in range(62, 270)]

    assert all(tier == asleep[0] for tier in asleep)
    assert any(move.date > FIRST_DAY + timedelta(days=270) for night in result.nights for move in night.tier_changes)


@pytest.mark.parametrize(
    ("days", "final_after", "expected"),
    [(60, (0, 5), 10), (11, (0, 5), 10), (10, (0, 5), 1), (2, (0, 5), 1), (1, (0, 5), None), (60, (20, 25), 21)],
)
def test_the_first_night_comes_after_ten_days_or_as_soon_as_anything_is_known(
    days: int, final_after: tuple[int, int], expected: int | None
) -> None:
    rules = _final_after(*final_after)
    result = first_night(FIRST_DAY, FIRST_DAY + timedelta(days=days - 1), rules)
    assert result == (None if expected is None else FIRST_DAY + timedelta(days=expected))


def _final_after(one: int, other: int) -> Program:
    metrics = metric(final_after_days=one), metric("QA", direction="higher", final_after_days=other)
    return two_ladders(metrics=metrics)
