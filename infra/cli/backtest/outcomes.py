"""Counts what came of the replayed nights once all figures were final: targets met, completions paid or held, flags.

Axes: M members; 3 tiers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from infra.cli.backtest.payments import PaidCompletion, Payments
from infra.cli.backtest.replay import ReplayedNight, ReplayResult, between
from ladder.domain.challenges.completion import OUTCOMES, Completion
from ladder.domain.challenges.gaming_guard import Flag, Kind, guard_flags
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.challenges.rules import TIERS
from ladder.domain.challenges.settlement import outcome_code, settle
from ladder.domain.message import Message
from ladder.messages.render import render
from rotation.activated_dates import ActivatedDate, category_result, completions

YEAR = 365
FEWEST_MEMBER_DAYS = 30  # that a rate may rest on
type Tally = np.ndarray[tuple[int], np.dtype[np.int64]]  # (3,)
type FlagsByDate = Mapping[date, tuple[Flag, ...]]


def _zeros() -> Tally:
    return np.zeros(len(TIERS), dtype=np.int64)


@dataclass(slots=True)
class CategoryTotals:
    """One category over all nights, as if it had run on every one of them."""

    met: Tally = field(default_factory=_zeros)  # member-days on which the target of the member's tier was met
    worked: Tally = field(default_factory=_zeros)
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

    def rates(self) -> list[tuple[int, int, float | None]]:
        """Return each tier, its worked days, and the share of them on which the target was met."""
        return list(zip(TIERS, self.worked.tolist(), completion_rates([self]).values(), strict=True))


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
    all_totals = {category.key: CategoryTotals() for category in program.challenges.categories}
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
            totals.met += np.bincount(category.tier[met], minlength=len(TIERS) + 1)[1:]
            totals.worked += np.bincount(category.tier[met | missed], minlength=len(TIERS) + 1)[1:]
            totals.member_nights += int(((category.placed == 1) & ~np.isnan(category.value)).sum())
            if not category.selected:
                continue
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


def completion_rates(totals: Iterable[CategoryTotals]) -> dict[str, float | None]:
    """Return by tier the share of worked days on which the target was met; None where nobody worked in it."""
    categories = list(totals)
    met = sum((category.met for category in categories), _zeros())
    worked = sum((category.worked for category in categories), _zeros())
    return {
        str(tier): round(completed / days, 4) if days else None
        for tier, completed, days in zip(TIERS, met.tolist(), worked.tolist(), strict=True)
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
