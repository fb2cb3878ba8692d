"""How much of the differences between agent-days their mix of contacts explains, before and after the comparison.

The share of variance that a regression on the shares of the contact types accounts for, over agent-days of at least
ten contacts; within agents each day is taken against its agent's own mean. Axes: R agent-days, T contact types.
"""

from dataclasses import dataclass

import numpy as np

from ladder.domain.challenges.history import History
from ladder.domain.programs.program import Metric, Program

FEWEST_CONTACTS = 10
FEWEST_DAYS = 30

type Amounts = np.ndarray[tuple[int], np.dtype[np.float64]]  # (R,)
type Whose = np.ndarray[tuple[int], np.dtype[np.intp]]  # (R,) the agent of each day; all alike: over all
type Shares = np.ndarray[tuple[int, int], np.dtype[np.float64]]  # (R, T)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Shares of variance, 0 to 1; `agent_days`: how many they rest on."""

    metric: str
    agent_days: int
    within_before: float
    within_after: float
    over_all_before: float
    over_all_after: float


def explained(program: Program, known: History) -> tuple[Explained, ...]:
    """One for each metric that is compared by mix and has enough days."""
    normalised = [metric for metric in program.metrics if metric.normalise_by and program.contact_types]
    found = [_explained(program, metric, known) for metric in normalised]
    return tuple(each for each in found if each)


def _explained(program: Program, metric: Metric, known: History) -> Explained | None:
    contacts = np.stack([np.nan_to_num(known.columns[kind.contacts].values) for kind in program.contact_types])
    compared, measured = known.columns[metric.key].values, known.columns[metric.measured].values
    day, member = np.nonzero((contacts.sum(axis=0) >= FEWEST_CONTACTS) & ~np.isnan(compared))
    if len(day) < FEWEST_DAYS:
        return None
    counted = contacts[:, day, member].T.astype(np.float64)
    shares = counted / counted.sum(axis=1, keepdims=True)
    before, after = measured[day, member].astype(np.float64), compared[day, member].astype(np.float64)
    nobody = np.zeros_like(member)
    return Explained(
        metric=metric.key,
        agent_days=len(before),
        within_before=_share(before, shares, member),
        within_after=_share(after, shares, member),
        over_all_before=_share(before, shares, nobody),
        over_all_after=_share(after, shares, nobody),
    )


def _share(values: Amounts, shares: Shares, whose: Whose) -> float:
    apart = np.column_stack([_against_own_mean(column, whose) for column in (values, *shares.T)])
    grams = apart.T @ apart
    slope = np.linalg.lstsq(grams[1:, 1:], grams[1:, 0])[0]
    return round(float(slope @ grams[1:, 0] / grams[0, 0]), 4) if grams[0, 0] else 0.0


def _against_own_mean(values: Amounts, whose: Whose) -> Amounts:
    means = np.bincount(whose, values) / np.maximum(np.bincount(whose), 1)
    apart: Amounts = values - means[whose]
    return apart
