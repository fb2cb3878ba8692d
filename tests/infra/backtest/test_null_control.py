"""A null control: where all agents are drawn from one distribution, nobody is set apart for good."""

import numpy as np
import pytest

from infra.cli.backtest.outcomes import flags_by_date
from infra.cli.backtest.replay import ReplayResult
from ladder.domain.challenges.history import Values
from ladder.domain.challenges.rules import Guard
from tests.builders.drawn_centre import replayed, two_ladders
from tests.builders.planning import category, metric

MEMBERS, DAYS, NIGHTS = 300, 400, 390
SETTLED, LATE = 90, 389  # nights
FALSE_ALARMS = 0.01
RULES = two_ladders(
    metrics=(metric(), metric("SHORT", direction="lower")),
    categories=(category(),),
    guard=Guard(short_contacts="SHORT", false_alarms=FALSE_ALARMS),
)


def centre(between: float) -> ReplayResult:
    """`between`: standard deviation of the agents' lasting means; their days vary by 80 s."""
    rng = np.random.default_rng(17)
    usual = 600 + between * rng.standard_normal(MEMBERS)
    return replayed(RULES, {"AHT": rng.normal(usual, 80, (DAYS, MEMBERS)), "SHORT": _short(rng)}, nights=NIGHTS)


def _short(rng: np.random.Generator) -> Values:
    """Agents differ a little in their short calls, as the guard expects of honest ones."""
    return (100 * rng.binomial(40, rng.beta(30, 970, MEMBERS), (DAYS, MEMBERS)) / 40).astype(np.float32)


@pytest.fixture(scope="module")
def alike() -> ReplayResult:
    return centre(between=0)


def lasting(result: ReplayResult) -> float:
    """The correlation of tiers with those of three hundred nights later."""
    early, late = (result.nights[night].categories["AHT_SPRINT"].tier for night in (SETTLED, LATE))
    return float(np.corrcoef(early, late)[0, 1])


def test_agents_who_are_alike_are_not_set_apart_for_good(alike: ReplayResult) -> None:
    assert abs(lasting(alike)) < 3 / np.sqrt(MEMBERS)


def test_agents_who_differ_are() -> None:
    assert lasting(centre(between=138)) > 0.7


def test_looks_a_window_apart_ask_about_no_more_than_the_stated_share(alike: ReplayResult) -> None:
    result = flags_by_date(alike)
    looks = [len(result[alike.nights[night].date]) for night in range(29, NIGHTS, 30)]
    expected = FALSE_ALARMS * MEMBERS * len(looks)
    assert sum(looks) < expected + 3 * np.sqrt(expected)
    assert sum(looks) > 0
