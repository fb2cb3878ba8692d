"""One absurd cell in two months of a real centre moves a target by a step at most."""

from datetime import timedelta

import numpy as np
import pytest

from infra.cli.backtest.replay import between
from infra.cli.metrics.workbook import read_metrics
from infra.cli.program_file import load_program
from infra.local.call_history import AGENT_DAYS
from ladder.adapters.metric_files import as_history
from ladder.domain.challenges.case_mix import adjusted_days, write_days
from ladder.domain.challenges.history import Column, History
from ladder.domain.challenges.peers import PeerGroups, Population
from ladder.domain.challenges.plan import night_values
from ladder.domain.challenges.targets import targets_for
from tests.paths import DATA, PROGRAMS

RULES = load_program(PROGRAMS / "bank.yaml")
AHT = RULES.challenges.metric("AHT")
TYPE = RULES.challenges.contact_types[2].contacts
CELLS = {  # column, and what stands there
    "a mean of 1,400 s": (AHT.measured, 1_400.0),
    "a mean of 80,000 s": (AHT.measured, 80_000.0),
    "a mean of a tenth of a second": (AHT.measured, 0.1),
    "400 contacts of one type": (TYPE, 400.0),
    "50,000 contacts of one type": (TYPE, 50_000.0),
}
TRIES = 40

pytestmark = pytest.mark.skipif(not (DATA / AGENT_DAYS).exists(), reason="the real history is not beside the checkout")


def month(last: int) -> History:
    """The thirty days up to the given day of the file."""
    table = read_metrics(DATA / AGENT_DAYS, RULES)
    assert table.first
    known = as_history(table, RULES, tuple(table.agents), first=table.first)
    end = table.first + timedelta(days=last)
    return between(known, end - timedelta(days=29), end)


def targets(known: History) -> np.ndarray:
    copied = {key: Column(column.values.copy(), column.counts.copy()) for key, column in known.columns.items()}
    known = History(known.first, known.days, known.members, copied)
    groups = PeerGroups(("all",), np.zeros(known.members, dtype=np.int16))
    write_days(known, adjusted_days(known, RULES.challenges, groups, set(range(known.days))))
    values = night_values(RULES.challenges, known, Population(np.ones(known.members, dtype=np.bool), groups))
    category = RULES.challenges.category("AHT_SPRINT")
    first_tier = 1 + np.sum([values.rank(AHT, known.last) >= band for band in values.rule.up], axis=0, dtype=np.uint8)
    return np.array(targets_for(category, AHT, values, first_tier, known.last).shown, dtype=np.float64)


@pytest.mark.parametrize("last", [29, 56])
@pytest.mark.parametrize("cell", CELLS)
def test_one_absurd_cell_moves_a_target_by_a_step_at_most(cell: str, last: int) -> None:
    """By two, where the day was the very one on which the target rests: seldom."""
    known, (column, absurd) = month(last), CELLS[cell]
    usual = targets(known)
    worked = np.argwhere(~np.isnan(known.columns[AHT.measured].values))
    steps = []
    for day, member in worked[np.random.default_rng(1).choice(len(worked), TRIES, replace=False)]:
        cells = known.columns[column].values
        real, cells[day, member] = cells[day, member], absurd
        steps.append(np.abs(targets(known) - usual).max() / AHT.step)
        cells[day, member] = real
    assert np.mean(np.array(steps) <= 1 + 1e-6) >= 0.95
    assert max(steps) <= 2 + 1e-6
