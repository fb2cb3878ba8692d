"""The result of a backtest as one document: `--json` prints it, the terminal and the HTML report show it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from infra.cli.backtest.mix_effect import MixEffect, mix_effects
from infra.cli.backtest.outcomes import (
    YEAR,
    CategoryTotals,
    FlagPeriod,
    completion_rates,
    flag_periods,
    flags_by_date,
    settle_all,
)
from infra.cli.backtest.replay import ReplayedNight, ReplayResult, TierChange
from infra.cli.backtest.report_warnings import report_warnings
from ladder.domain.challenges.evidence import Evidence
from ladder.domain.programs.program import TIERS, Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleDay:
    """A figure is None on a day not worked, or without a target; `met` also on a day of too few contacts."""

    date: date
    tier: int
    target: float | None
    measured: float | None
    compared: float | None
    smoothed: float | None
    met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleAgent:
    """The agent whose days are drawn."""

    slot: int
    category: str
    metric: Metric
    days: tuple[ExampleDay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    file: str
    replayed: ReplayResult
    totals: Mapping[str, CategoryTotals]
    flagged: Sequence[FlagPeriod]
    mix: Sequence[MixEffect]
    example: ExampleAgent
    warnings: Sequence[str]

    @property
    def nights(self) -> Sequence[ReplayedNight]:
        return self.replayed.nights

    @property
    def tier_changes(self) -> Sequence[TierChange]:
        return [change for night in self.nights for change in night.tier_changes]

    @property
    def changes_per_member_year(self) -> float | None:
        """Tier changes of one member in one category, while placed and at work; without first placements."""
        changes = sum(totals.tier_changes for totals in self.totals.values())
        nights = sum(totals.member_nights for totals in self.totals.values())
        return round(changes / nights * YEAR, 3) if nights else None

    def players(self, category: str) -> list[tuple[int, int, int, int]]:
        """Return for each night how many are in tiers 1, 2 and 3, and how many are not placed yet."""
        players = []
        for night in self.nights:
            tier, placed = night.categories[category].tier, night.categories[category].placed == 1
            one, two, three = (int(((tier == number) & placed).sum()) for number in TIERS)
            players.append((one, two, three, int(((tier > 0) & ~placed).sum())))
        return players

    def as_json(self) -> dict[str, Any]:
        """Dates are ISO text; shares and rates run from 0 to 1; None: nothing to measure."""
        last = self.nights[-1]
        return {
            "program": self.replayed.program.name,
            "metrics_file": self.file,
            "first_night": self.nights[0].date.isoformat(),
            "last_night": last.date.isoformat(),
            "members": len(self.replayed.roster),
            "nights": len(self.nights),
            "tier_changes": sum(totals.tier_changes for totals in self.totals.values()),
            "placements": sum(totals.placements for totals in self.totals.values()),
            "changes_per_member_year": self.changes_per_member_year,
            "changes_per_member_year_by_category": {
                key: totals.changes_per_member_year for key, totals in self.totals.items()
            },
            "tier_shares_final": {key: _tier_shares(last, key) for key in self.totals},
            "completion_rate_by_tier": completion_rates(self.totals.values()),
            "completion_rate_by_category": {key: completion_rates([totals]) for key, totals in self.totals.items()},
            "worked_days_by_category": {
                key: {str(tier): days for tier, days in zip(TIERS, totals.worked.tolist(), strict=True)}
                for key, totals in self.totals.items()
            },
            "selected_nights": {
                key: {"outcomes": dict(totals.outcomes), "held": dict(totals.held)}
                for key, totals in self.totals.items()
            },
            "flags": [
                {
                    "member": self.replayed.user(period.slot),
                    "kind": period.kind,
                    "evidence": period.evidence,
                    "from": period.first.isoformat(),
                    "to": period.last.isoformat(),
                    "days": period.days,
                }
                for period in self.flagged
            ],
            "warnings": list(self.warnings),
            "mix": [asdict(effect) for effect in self.mix],
            **self._nights_json(),
            "example_agent": {
                "member": self.replayed.user(self.example.slot),
                "category": self.example.category,
                "days": [{**asdict(day), "date": day.date.isoformat()} for day in self.example.days],
            },
            "moves": [
                {
                    "date": change.date.isoformat(),
                    "agent": self.replayed.user(change.slot),
                    "category": change.category,
                    "from": change.old,
                    "to": change.new,
                    "first_placement": change.first_placement,
                    "why": change.reason,
                }
                for change in self.tier_changes
            ],
        }

    def _nights_json(self) -> dict[str, Any]:
        """Return targets and tiers by category and night."""
        return {
            "targets": {
                key: [
                    {
                        "date": night.date.isoformat(),
                        "shown": list(night.categories[key].targets.shown),
                        "from_history": night.categories[key].targets.from_history,
                        "selected": night.categories[key].selected,
                    }
                    for night in self.nights
                ]
                for key in self.totals
            },
            "tiers": {
                key: [
                    {"date": night.date.isoformat(), "1": one, "2": two, "3": three, "not placed": unplaced}
                    for night, (one, two, three, unplaced) in zip(self.nights, self.players(key), strict=True)
                ]
                for key in self.totals
            },
        }


def build_report(replayed: ReplayResult, *, file: str, file_warnings: Sequence[str] = ()) -> Report:
    """Settle a replay and collect its figures. `file_warnings`: what reading the files has reported."""
    flags = flags_by_date(replayed)
    totals = settle_all(replayed, flags)
    return Report(
        file=file,
        replayed=replayed,
        totals=totals,
        flagged=flag_periods(flags, window_days=replayed.program.tier_rule.window_days),
        mix=mix_effects(replayed.program, replayed.history),
        example=example_agent(replayed),
        warnings=[*report_warnings(replayed, totals), *file_warnings],
    )


def example_agent(replayed: ReplayResult) -> ExampleAgent:
    """Choose who changed tier most often among those who worked at least half as many days as the busiest agent.

    The category is the first that is mix-adjusted, else the first. Of equals, who worked most.
    """
    program = replayed.program
    category = max(program.categories, key=lambda each: program.metric(each.metric).normalise_by is not None)
    metric = program.metric(category.metric)
    worked = (~np.isnan(replayed.history.columns[metric.key].values)).sum(axis=0)
    changes = Counter(
        change.slot
        for night in replayed.nights
        for change in night.tier_changes
        if change.category == category.key and not change.first_placement
    )
    regulars = np.flatnonzero(2 * worked >= worked.max()).tolist()
    slot = int(max(regulars, key=lambda member: (changes[member], worked[member])))
    days = tuple(_example_day(replayed, night, category.key, metric, slot) for night in replayed.nights)
    return ExampleAgent(slot=slot, category=category.key, metric=metric, days=days)


def _example_day(replayed: ReplayResult, night: ReplayedNight, key: str, metric: Metric, slot: int) -> ExampleDay:
    category, row = night.categories[key], replayed.history.row(night.date)
    target = float(category.asked_targets(metric, night.date, as_played=False).target[slot])
    compared = float(replayed.history.columns[metric.key].values[row, slot])
    better = compared <= target if metric.direction == "lower" else compared >= target
    evidence = Evidence(replayed.history, metric, night.population.groups.index, replayed.program.tier_rule)
    counts = not np.isnan(compared) and not np.isnan(target) and evidence.on(night.date).enough[slot]
    return ExampleDay(
        date=night.date,
        tier=int(category.tier[slot]),
        target=_rounded(target),
        measured=_rounded(replayed.history.columns[metric.measured].values[row, slot]),
        compared=_rounded(compared),
        smoothed=_rounded(category.value[slot]),
        met=better if counts else None,
    )


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 2)


def _tier_shares(night: ReplayedNight, category: str) -> dict[str, float]:
    """Return shares of everybody on the roster; who is not placed yet is in tier 1."""
    tier = night.categories[category].tier
    members = max(int((tier > 0).sum()), 1)
    return {str(number): round(int((tier == number).sum()) / members, 4) for number in TIERS}
