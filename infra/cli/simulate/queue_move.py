"""Measures what becomes of half a floor that moves to a slow queue, for good, halfway through the simulated days.

Every night compares the new day by the window that ends with it, as the nights of a program do. Nobody works in both
queues on one day, so the slow queue is known by those who moved alone. Axes: D days, M members.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from infra.cli.simulate.simulation import EVERYBODY, FIRST, TIME, SimulatedMembers, play_nights
from ladder.domain.challenges.case_mix import adjusted_days, write_days
from ladder.domain.challenges.history import Column, Flags, History, Values
from ladder.domain.challenges.metric_files import Load, MetricFiles, in_condition
from ladder.domain.challenges.peers import PeerGroups
from ladder.domain.challenges.rules import ChallengeRules, TierRule

SLOWER = 1.5  # times as long as in the other queue
CONTACTS = 40.0  # of a member in a day
AFTER_DAYS = 60  # after the move
CONFIDENCE = 1.96  # standard errors

LOAD = Load(queue="Queue", queues=("slow",))
COMPARED = replace(TIME, normalise_by="contact_type", step=0.1)
RULES = ChallengeRules(metrics=(COMPARED,), metric_files=MetricFiles(measures={}, load=LOAD))


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of members, 0 to 1, and the interval in which it lies by chance (95 %, Wilson 1927)."""

    share: float
    low: float
    high: float

    @classmethod
    def of(cls, fallen: Flags) -> Self:
        number, share, squared = len(fallen), float(fallen.mean()), CONFIDENCE**2
        middle = (share + squared / (2 * number)) / (1 + squared / number)
        around = CONFIDENCE / (1 + squared / number) * np.sqrt(share * (1 - share) / number + squared / (4 * number**2))
        return cls(share=round(share, 4), low=round(float(middle - around), 4), high=round(float(middle + around), 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMove:
    """Of those who move: who stands in a lower tier `AFTER_DAYS` worked days later."""

    without_move: Share  # the same members on the same days, in their old queue
    as_measured: Share
    at_usual_load: Share


def measure_queue_move(rule: TierRule, population: SimulatedMembers) -> QueueMove:
    days, members = population.values.shape
    moved, move = np.arange(members) < members // 2, days // 2
    measured = population.values.copy()
    measured[move:, moved] *= SLOWER
    compared = compared_night_by_night(history_of(measured, moved, move), rule, first=move)
    after = min(move + AFTER_DAYS, days) - 1

    def fallen(values: Values) -> Share:
        tiers = play_nights(values, rule).tiers
        return Share.of((tiers[after] < tiers[move - 1])[moved])

    return QueueMove(
        without_move=fallen(population.values), as_measured=fallen(measured), at_usual_load=fallen(compared)
    )


def history_of(measured: Values, moved: Flags, move: int) -> History:
    """Return what a metric file with a queue column says of these days; until the move they are compared already."""
    days, members = measured.shape
    slow = np.zeros_like(measured)
    slow[move:, moved] = CONTACTS
    known = measured.copy()
    known[move:] = np.nan
    columns = {COMPARED.key: known, COMPARED.measured: measured}
    counts = dict.fromkeys(columns, np.full_like(measured, CONTACTS))
    for condition, contacts in zip(LOAD.conditions, (slow, CONTACTS - slow), strict=True):
        columns[in_condition(COMPARED.key, condition)] = measured
        counts[in_condition(COMPARED.key, condition)] = contacts
    return History(FIRST, days, members, {name: Column(values, counts[name]) for name, values in columns.items()})


def compared_night_by_night(history: History, rule: TierRule, *, first: int) -> Values:
    """Return the values at the usual load: from the row `first` on, each as of its own night."""
    groups = PeerGroups(EVERYBODY, np.zeros(history.members, dtype=np.int16))
    for row in range(first, history.days):
        start = max(0, row + 1 - rule.window_days)
        columns = {
            name: Column(column.values[start : row + 1], column.counts[start : row + 1])
            for name, column in history.columns.items()
        }
        window = History(history.first, row + 1 - start, history.members, columns)
        write_days(window, adjusted_days(window, RULES, groups, {row - start}))
    return history.columns[COMPARED.key].values
