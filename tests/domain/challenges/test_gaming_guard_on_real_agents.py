"""The guard on the agents of a real call centre, whose days are not part of the repository."""

import csv
import gzip
from datetime import date

import numpy as np
import pytest

from ladder.domain.challenges.gaming_guard import flagged_members
from ladder.domain.challenges.history import Column, History
from ladder.domain.challenges.rules import TierRule
from tests.builders.contact_shares import everybody
from tests.builders.planning import NAN
from tests.paths import DATA

AGENT_DAYS = DATA / "contact_centre" / "agent_day.csv.gz"


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
    found = flagged_members(
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
