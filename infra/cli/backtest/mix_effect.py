"""Measures how much of the differences between agent-days the contact mix explains, before and after the adjustment.

It is the share of variance that a regression on the shares of the contact types accounts for, over agent-days of at
least ten contacts. Within agents, each day is compared with its agent's mean. Axes: R agent-days, T contact types.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ladder.domain.challenges.history import History
from ladder.domain.programs.program import Program

FEWEST_CONTACTS = 10
FEWEST_DAYS = 30

type Values = np.ndarray[tuple[int], np.dtype[np.float64]]  # (R,)
type Groups = np.ndarray[tuple[int], np.dtype[np.intp]]  # (R,) the agent of each day; all zero: one group
type Shares = np.ndarray[tuple[int, int], np.dtype[np.float64]]  # (R, T)


@dataclass(frozen=True, slots=True, kw_only=True)
class MixEffect:
    """Shares of variance, 0 to 1; `agent_days`: how many they rest on."""

    metric: str
    agent_days: int
    within_before: float
    within_after: float
    over_all_before: float
    over_all_after: float


def mix_effects(program: Program, history: History) -> Iterator[MixEffect]:
    """Yield one effect for each mix-adjusted metric that has enough days."""
    for metric in (
        metric for metric in program.challenges.metrics if metric.normalise_by and program.challenges.contact_types
    ):
        contacts = np.stack(
            [np.nan_to_num(history.columns[kind.contacts].values) for kind in program.challenges.contact_types]
        )
        compared, measured = history.columns[metric.key].values, history.columns[metric.measured].values
        day, member = np.nonzero((contacts.sum(axis=0) >= FEWEST_CONTACTS) & ~np.isnan(compared))
        if len(day) < FEWEST_DAYS:
            continue
        counted = contacts[:, day, member].T.astype(np.float64)
        shares = counted / counted.sum(axis=1, keepdims=True)
        before, after = measured[day, member].astype(np.float64), compared[day, member].astype(np.float64)
        one_group = np.zeros_like(member)
        yield MixEffect(
            metric=metric.key,
            agent_days=len(before),
            within_before=_explained_share(before, shares, member),
            within_after=_explained_share(after, shares, member),
            over_all_before=_explained_share(before, shares, one_group),
            over_all_after=_explained_share(after, shares, one_group),
        )


def _explained_share(values: Values, shares: Shares, groups: Groups) -> float:
    columns = np.column_stack([values, shares])
    sizes = np.maximum(np.bincount(groups), 1)
    means = np.column_stack([np.bincount(groups, column) / sizes for column in columns.T])
    deviations = columns - means[groups]
    grams = deviations.T @ deviations
    slope = np.linalg.lstsq(grams[1:, 1:], grams[1:, 0])[0]
    return round(float(slope @ grams[1:, 0] / grams[0, 0]), 4) if grams[0, 0] else 0.0
