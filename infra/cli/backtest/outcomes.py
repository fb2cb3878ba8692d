"""Counts what came of the replayed nights once all figures were final: targets met, completions paid or held, flags.

Axes: M members; 3 tiers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from infra.cli.backtest.payments import PaidCompletion, Payments
from infra.cli.backtest.replay import CategoryNight, ReplayedNight, ReplayResult, between
from infra.cli.completion import Tally, TierCompletion, completion_by_tier
from ladder.domain.challenges.completion import OUTCOMES, Completion
from ladder.domain.challenges.gaming_guard import Flag, Kind, guard_flags
from ladder.domain.challenges.history import Flags, Points
from ladder.domain.challenges.plausibility import best_possible
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.challenges.rules import TIERS, Metric
from ladder.domain.challenges.settlement import outcome_code, settle
from ladder.domain.message import Message
from ladder.messages.render import render
from rotation.activated_dates import ActivatedDate, category_result, completions

YEAR = 365
type Counts = np.ndarray[tuple[int], np.dtype[np.int64]]
type FlagsByDate = Mapping[date, tuple[Flag, ...]]


def _no_tiers() -> Counts:
    return np.zeros(len(TIERS), dtype=np.int64)


@dataclass(slots=True)
class ExemptTarget:
    """A target at the best possible value: nobody can be asked more, however often it is met."""

    tier: int
    target: float
    unit: str
    nights: int = 0
    worked_days: int = 0
    met_days: int = 0

    @property
    def rate(self) -> float | None:
        return round(self.met_days / self.worked_days, 4) if self.worked_days else None


@dataclass(slots=True)
class CategoryTotals:
    """One category over all nights, as if it had run on every one of them.

    `met`, `worked`: days of each member in each tier, (M, 3), without those on exempt targets.
    """

    met: Tally
    worked: Tally
    exempt: dict[int, ExemptTarget] = field(default_factory=dict)  # by tier
    nights_played: Counts = field(default_factory=_no_tiers)  # of members in each tier, on which the category ran: (3,)
    points_offered: Counts = field(
        default_factory=_no_tiers
    )  # by their challenges on these nights, caps included: (3,)
    member_nights: int = 0  # placed, and with figures in the window
    tier_changes: int = 0  # without first placements
    placements: int = 0
    # on the nights on which the category was selected
    outcomes: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(OUTCOMES, 0)))
    completions: list[PaidCompletion] = field(default_factory=list)

    @property
    def held(self) -> Counter[str]:
        """Count the completions that are held, by the reason's code."""
        return Counter(completion.reason.code for completion in self.completions if completion.reason)

    @property
    def changes_per_member_year(self) -> float | None:
        return round(self.tier_changes / self.member_nights * YEAR, 3) if self.member_nights else None

    @property
    def completion(self) -> dict[str, TierCompletion]:
        """The completion of each tier."""
        return completion_by_tier(self.met, self.worked)

    def count_targets_met(
        self, night: CategoryNight, metric: Metric, *, met: Flags, worked: Flags, targets: Points
    ) -> None:
        """Add one day of every member, by tier of record. `targets`: of each member, (M,)."""
        exempt = targets == best_possible(metric)
        for tier in TIERS:
            in_tier = night.tier == tier
            self.met[:, tier - 1] += in_tier & met & ~exempt
            self.worked[:, tier - 1] += in_tier & worked & ~exempt
            if (listed := in_tier & exempt).any():
                target = self.exempt.setdefault(tier, ExemptTarget(tier, best_possible(metric), metric.unit))
                target.nights += 1
                target.worked_days += int((listed & worked).sum())
                target.met_days += int((listed & met).sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagPeriod:
    """The dates on which one agent was flagged for one kind; the evidence is the latest."""

    slot: int
    kind: Kind
    evidence: Message
    first: date
    last: date
    days: int

    def as_json(self, agent: str) -> dict[str, object]:
        dates = {"from": self.first, "to": self.last, "days": self.days}
        return {"member": agent, "kind": self.kind, "evidence": render(self.evidence), **dates}

    @property
    def when(self) -> str:
        return f"on {self.first}" if self.days == 1 else f"on {self.days} dates from {self.first} to {self.last}"


def settle_all(replayed: ReplayResult, flags: FlagsByDate) -> dict[str, CategoryTotals]:
    """Settle every night with all figures final, as the deployed settlement does. Return the totals of each category.

    Targets met are counted of every member, whatever was selected and whatever quality says; outcomes of who played.
    """
    program, rule = replayed.program, replayed.program.challenges.tier_rule
    everybody = len(replayed.roster), len(TIERS)
    all_totals = {
        category.key: CategoryTotals(np.zeros(everybody, dtype=np.int64), np.zeros(everybody, dtype=np.int64))
        for category in program.challenges.categories
    }
    slots = {member.id: slot for slot, member in enumerate(replayed.roster)}
    gates = [metric.quality_gate.over_days for metric in program.challenges.metrics if metric.quality_gate]
    days = max(rule.window_days, *(3 * over for over in gates), 1)  # the day itself and what quality gates look at
    payments = Payments(program)
    for night in replayed.nights:
        activated = _activated(replayed, night)
        earned: list[tuple[int, Completion]] = []
        history = between(replayed.history, night.date - timedelta(days=days - 1), night.date)
        # of two flags of one agent, the first is what they read
        flagged = {flag.slot: flag.message(rule.window_days) for flag in reversed(flags.get(night.date, ()))}
        for key, category in night.categories.items():
            metric, totals = replayed.metric_of(key), all_totals[key]
            asked = category.challenges_asked(replace(metric, quality_gate=None), night.date, as_played=False)
            codes = settle(asked, program.challenges, history, date.max)
            met, missed = codes == outcome_code("completed"), codes == outcome_code("missed")
            totals.count_targets_met(category, metric, met=met, worked=met | missed, targets=asked.target)
            totals.member_nights += int(((category.placed == 1) & ~np.isnan(category.value)).sum())
            if not category.selected:
                continue
            pays = np.array([0, *(challenge.points for challenge in program.challenges.category(key).tiers)])
            for tier in TIERS:
                totals.nights_played[tier - 1] += np.count_nonzero(category.tier == tier)
                totals.points_offered[tier - 1] += pays[category.played[category.tier == tier]].sum()
            asked = category.challenges_asked(metric, night.date, as_played=True)
            codes = settle(asked, program.challenges, history, date.max)
            totals.outcomes.update(OUTCOMES[code] for code in codes.tolist())
            result = category_result(activated, key, history, recorded=b"", after=codes)
            earned += [(slots[completion.member], completion) for completion in completions(activated, result, flagged)]
        for completion in payments.pay(night, earned):
            all_totals[completion.category].completions.append(completion)
        for change in night.tier_changes:
            all_totals[change.category].placements += change.first_placement
            all_totals[change.category].tier_changes += not change.first_placement
    return all_totals


def _activated(replayed: ReplayResult, night: ReplayedNight) -> ActivatedDate:
    """Return the night as the deployed settlement takes it."""
    rotation = Rotation(
        claim=Claim(program=replayed.program.key, date=night.date, revision=1, attempt=1),
        actor="",
        reason="",
        claimed_at=datetime.combine(night.date, time(), UTC),
        program_version=replayed.program.version,
        plan=night.plan.rotation_plan,
    )
    return ActivatedDate(rotation, replayed.program, replayed.roster, night.plan.assignment)


def points_offered(totals: Iterable[CategoryTotals]) -> dict[str, float | None]:
    """Return what a category that runs offers on average to members of each tier; None where nobody is in it."""
    categories = list(totals)
    nights = np.sum([category.nights_played for category in categories], axis=0).tolist()
    points = np.sum([category.points_offered for category in categories], axis=0).tolist()
    return {
        str(tier): round(offered / count, 1) if count else None
        for tier, offered, count in zip(TIERS, points, nights, strict=True)
    }


def flags_by_date(replayed: ReplayResult) -> FlagsByDate:
    """Return the flags of each date from the window of days that ends with it, as the deployed settlement does."""
    rules, flags = replayed.program.challenges, dict[date, tuple[Flag, ...]]()
    if rules.guard is None:
        return flags
    for night in replayed.nights:
        window = between(replayed.history, night.date - timedelta(days=rules.tier_rule.window_days - 1), night.date)
        flags[night.date] = guard_flags(rules, window, night.population, until=night.date)
    return flags


def flag_periods(flags: FlagsByDate, *, window_days: int) -> list[FlagPeriod]:
    """Return one period for each agent and kind, the one with the most dates first."""
    flagged: dict[tuple[int, Kind], list[tuple[date, Flag]]] = {}
    for day, flag in ((day, flag) for day, day_flags in flags.items() for flag in day_flags):
        flagged.setdefault((flag.slot, flag.kind), []).append((day, flag))
    periods = [
        FlagPeriod(
            slot=slot,
            kind=kind,
            evidence=dated[-1][1].message(window_days),
            first=dated[0][0],
            last=dated[-1][0],
            days=len(dated),
        )
        for (slot, kind), dated in flagged.items()
    ]
    return sorted(periods, key=lambda period: (-period.days, period.slot, period.kind))
