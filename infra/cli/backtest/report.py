"""The result of a backtest as one document: `--json` prints it, the terminal and the HTML report show it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

import numpy as np

from infra.cli.backtest.mix_effect import MixEffect, mix_effects
from infra.cli.backtest.outcomes import (
    YEAR,
    CategoryTotals,
    ExemptTarget,
    FlagPeriod,
    flag_periods,
    flags_by_date,
    points_offered,
    settle_all,
)
from infra.cli.backtest.payments import Cost, PaidCompletion
from infra.cli.backtest.replay import ReplayedNight, ReplayResult, TierChange
from infra.cli.backtest.report_warnings import report_warnings
from infra.cli.completion import TierCompletion, completion_by_tier
from infra.cli.point_value import PointValue
from ladder.domain.challenges.contacts_needed import ContactsNeeded
from ladder.domain.challenges.rules import TIERS, Metric


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
class AgentSummary:
    """The results of one agent. `held`: how many completions are held, by why."""

    slot: int
    tiers: Mapping[str, int]  # by category, at the end
    changes: Sequence[TierChange]  # without first placements
    completions: int
    cost: Cost  # a month
    held: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`point_value`: what a point is worth, where it is known."""

    file: str
    point_value: PointValue | None = None
    replayed: ReplayResult
    totals: Mapping[str, CategoryTotals]
    flagged: Sequence[FlagPeriod]
    mix: Sequence[MixEffect]
    example: ExampleAgent
    warnings: Sequence[str]

    @classmethod
    def of(
        cls,
        replayed: ReplayResult,
        *,
        file: str,
        file_warnings: Sequence[str] = (),
        point_value: PointValue | None = None,
    ) -> Self:
        """Settle a replay and collect its figures. `file_warnings`: what reading the files has reported."""
        flags = flags_by_date(replayed)
        totals = settle_all(replayed, flags)
        return cls(
            file=file,
            point_value=point_value,
            replayed=replayed,
            totals=totals,
            flagged=flag_periods(flags, window_days=replayed.program.challenges.tier_rule.window_days),
            mix=[*mix_effects(replayed.program, replayed.history)],
            example=example_agent(replayed),
            warnings=[*report_warnings(replayed, totals), *file_warnings],
        )

    @property
    def nights(self) -> Sequence[ReplayedNight]:
        return self.replayed.nights

    @property
    def placements_and_changes(self) -> Sequence[TierChange]:
        return [change for night in self.nights for change in night.tier_changes]

    @property
    def tier_changes(self) -> Sequence[TierChange]:
        """Changes of tier without first placements."""
        return [change for change in self.placements_and_changes if not change.first_placement]

    @property
    def completions(self) -> Sequence[PaidCompletion]:
        return [completion for totals in self.totals.values() for completion in totals.completions]

    def cost(self, *, category: str | None = None, tier: int | None = None) -> Cost:
        """Return what a month costs: all of it, a category, or one of its tiers."""
        completions = self.totals[category].completions if category else self.completions
        return Cost.of((paid for paid in completions if tier in {None, paid.tier}), nights=len(self.nights))

    def cost_by_month(self) -> Mapping[str, tuple[int, Cost]]:
        """Return the replayed nights of each calendar month, and what they cost."""
        nights, months = Counter(f"{night.date:%Y-%m}" for night in self.nights), dict[str, list[PaidCompletion]]()
        for completion in self.completions:
            months.setdefault(f"{completion.date:%Y-%m}", []).append(completion)
        return {month: (number, Cost.of(months.get(month, ()))) for month, number in nights.items()}

    def agents(self) -> Sequence[AgentSummary]:
        """Return every agent, in the order of their names."""
        completions, changes = dict[int, list[PaidCompletion]](), dict[int, list[TierChange]]()
        for completion in self.completions:
            completions.setdefault(completion.slot, []).append(completion)
        for change in self.tier_changes:
            changes.setdefault(change.slot, []).append(change)
        last = self.nights[-1].categories
        return [
            AgentSummary(
                slot=slot,
                tiers={key: int(category.tier[slot]) for key, category in last.items()},
                changes=changes.get(slot, ()),
                completions=len(completions.get(slot, ())),
                cost=Cost.of(completions.get(slot, ()), nights=len(self.nights)),
                held=Counter(paid.hold for paid in completions.get(slot, ()) if paid.hold),
            )
            for slot in range(len(self.replayed.roster))
        ]

    @property
    def changes_per_member_year(self) -> float | None:
        """Tier changes of one member in one category, while placed and at work."""
        nights = sum(totals.member_nights for totals in self.totals.values())
        return round(len(self.tier_changes) / nights * YEAR, 3) if nights else None

    @property
    def completion(self) -> Mapping[str, TierCompletion]:
        """The completion of each tier, over all categories together."""
        met = np.sum([totals.met for totals in self.totals.values()], axis=0)
        return completion_by_tier(met, np.sum([totals.worked for totals in self.totals.values()], axis=0))

    @property
    def exempt_targets(self) -> Sequence[tuple[str, ExemptTarget]]:
        """The categories and their targets at the best possible value."""
        return [(key, totals.exempt[tier]) for key, totals in self.totals.items() for tier in sorted(totals.exempt)]

    def as_json(self) -> dict[str, Any]:
        """Dates stay dates; shares and rates run from 0 to 1; None: nothing to measure."""
        user = self.replayed.user
        document: dict[str, Any] = {
            "program": self.replayed.program.name,
            "metrics_file": self.file,
            "first_night": self.nights[0].date,
            "last_night": self.nights[-1].date,
            "members": len(self.replayed.roster),
            "nights": len(self.nights),
            "tier_changes": len(self.tier_changes),
            "placements": len(self.placements_and_changes) - len(self.tier_changes),
            "changes_per_member_year": self.changes_per_member_year,
            "completion_rate_by_tier": _rates(self.completion),
            "completion_by_tier": {tier: asdict(completion) for tier, completion in self.completion.items()},
            "exempt_targets": [
                {"category": key, **asdict(target), "rate": target.rate} for key, target in self.exempt_targets
            ],
            "points_offered_by_tier": points_offered(self.totals.values()),
            "flags": [period.as_json(user(period.slot)) for period in self.flagged],
            "warnings": self.warnings,
            "mix": [asdict(effect) for effect in self.mix],
            "example_agent": {
                "member": user(self.example.slot),
                "category": self.example.category,
                "days": [asdict(day) for day in self.example.days],
            },
            "points_a_month": {
                "all": asdict(self.cost()),
                "by_category": {
                    key: {"all": asdict(self.cost(category=key))}
                    | {str(tier): asdict(self.cost(category=key, tier=tier)) for tier in TIERS}
                    for key in self.totals
                },
                "worth": asdict(self.point_value) if self.point_value else None,
            },
            "points_by_calendar_month": {
                month: {"nights": nights, **asdict(cost)} for month, (nights, cost) in self.cost_by_month().items()
            },
            "agents": [
                {"agent": user(agent.slot), "tiers": agent.tiers, "tier_changes": len(agent.changes)}
                | {"completions": agent.completions, "held": agent.held, "points_a_month": asdict(agent.cost)}
                for agent in self.agents()
            ],
            "moves": [change.as_json(user(change.slot)) for change in self.placements_and_changes],
        }
        for key in self.totals:
            for name, figure in self._category_figures(key).items():
                document.setdefault(name, {})[key] = figure
        return document

    def _category_figures(self, key: str) -> dict[str, Any]:
        totals, nights = self.totals[key], [(night, night.categories[key]) for night in self.nights]
        tier = nights[-1][1].tier
        members = max(int((tier > 0).sum()), 1)  # who is not placed yet is in tier 1
        return {
            "changes_per_member_year_by_category": totals.changes_per_member_year,
            "tier_shares_final": {str(number): round(int((tier == number).sum()) / members, 4) for number in TIERS},
            "completion_rate_by_category": _rates(totals.completion),
            "completion_by_category": {tier: asdict(rate) for tier, rate in totals.completion.items()},
            "worked_days_by_category": {tier: rate.days for tier, rate in totals.completion.items()},
            "selected_nights": {"outcomes": totals.outcomes, "held": totals.held},
            "targets": [
                {
                    "date": night.date,
                    "shown": category.targets.shown,
                    "from_history": category.targets.from_history,
                    "selected": category.selected,
                }
                for night, category in nights
            ],
            "tiers": [
                {"date": night.date} | dict(zip(("not placed", "1", "2", "3"), night.players(key), strict=True))
                for night in self.nights
            ],
        }


def example_agent(replayed: ReplayResult) -> ExampleAgent:
    """Choose who changed tier most often among those who worked at least half as many days as the busiest agent.

    The category is the first that is mix-adjusted, else the first. Of equals, who worked most.
    """
    program, history = replayed.program, replayed.history
    category = max(
        program.challenges.categories,
        key=lambda category: program.challenges.metric(category.metric).normalise_by is not None,
    )
    metric = program.challenges.metric(category.metric)
    measured, compared = history.columns[metric.measured].values, history.columns[metric.key].values
    worked = (~np.isnan(compared)).sum(axis=0)
    changes = Counter(
        change.slot
        for night in replayed.nights
        for change in night.tier_changes
        if change.category == category.key and not change.first_placement
    )
    regulars = np.flatnonzero(2 * worked >= worked.max()).tolist()
    slot = int(max(regulars, key=lambda member: (changes[member], worked[member])))
    days = []
    for night in replayed.nights:
        played, row = night.categories[category.key], history.row(night.date)
        target, value = (
            float(played.challenges_asked(metric, night.date, as_played=False).target[slot]),
            compared[row, slot],
        )
        needed = ContactsNeeded(history, metric, night.population.groups.index, program.challenges.tier_rule)
        counts = not np.isnan(value) and not np.isnan(target) and needed.on(night.date).enough[slot]
        better = value <= target if metric.direction == "lower" else value >= target
        days.append(
            ExampleDay(
                date=night.date,
                tier=int(played.tier[slot]),
                target=_rounded(target),
                measured=_rounded(measured[row, slot]),
                compared=_rounded(value),
                smoothed=_rounded(played.value[slot]),
                met=bool(better) if counts else None,
            )
        )
    return ExampleAgent(slot=slot, category=category.key, metric=metric, days=tuple(days))


def _rates(completions: Mapping[str, TierCompletion]) -> dict[str, float | None]:
    return {tier: completion.rate for tier, completion in completions.items()}


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 2)
