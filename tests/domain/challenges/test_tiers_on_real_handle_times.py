"""The rules on two months of a bank's call centre (Technion, "Anonymous Bank": A. Mandelbaum and I. Guedj)."""

import csv
import gzip
from datetime import date, timedelta

import numpy as np
import pytest

from ladder.domain.challenges.assignment import Standing
from ladder.domain.challenges.history import History
from ladder.domain.challenges.rules import TierRule
from ladder.domain.challenges.tiers import apply_days
from tests.builders.planning import NAN, figures, history, metric
from tests.paths import DATA

AGENT_DAYS = DATA / "contact_centre" / "agent_day.csv.gz"
LAST = date(1999, 2, 28)


@pytest.fixture(scope="module")
def handle_times() -> History:
    if not AGENT_DAYS.exists():
        pytest.skip("needs the call centre's days in ../shared/data, which are not part of the repository")
    with gzip.open(AGENT_DAYS, "rt") as file:
        days = list(csv.DictReader(file))
    agents = sorted({day["agent"] for day in days})
    values = np.full((59 + 60, len(agents)), NAN, dtype=np.float32)  # nothing is known before January
    for day in days:
        ago = (LAST - date.fromisoformat(day["date"])).days
        values[-1 - ago, agents.index(day["agent"])] = float(day["aht_seconds"])
    return history({"AHT": values}, LAST)


def test_two_months_of_real_handle_times_spread_agents_over_three_tiers_that_seldom_change(
    handle_times: History,
) -> None:
    agents = handle_times.members
    known = figures(handle_times, TierRule())
    standing, moves, nights = Standing.new(agents), 0, 30
    for back in range(nights, -1, -1):
        before = standing
        standing = apply_days(before, known, metric(), until=LAST - timedelta(days=back))
        placed = [worked == TierRule().placed_after_days for worked in before.worked]
        moves += sum(was != now for was, now, there in zip(before.tier, standing.tier, placed, strict=True) if there)

    assert min(standing.tier.count(tier) for tier in (1, 2, 3)) >= agents // 6
    assert 0 < moves <= agents * nights / 365 * 8
