"""`uv run python -m tests.bench.difficulty`: how often members meet their targets under rules that could set these.

Each rule sets the targets of every night from what was known on it; the tiers are those of the product, whatever the
rule. The populations are drawn from a seed; the bank's two months are read where they are beside the checkout.
Axes: D days, M members.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from infra.cli.backtest.replay import ReplayResult, first_night, replay
from infra.cli.completion import TierCompletion, completion_by_tier, describe
from infra.cli.metrics.workbook import read_metrics
from infra.cli.program_file import load_program
from infra.local.call_history import AGENT_DAYS
from ladder.adapters.metric_files import as_history
from ladder.domain.challenges.contacts_needed import ContactsNeeded
from ladder.domain.challenges.expected_completion import choose_targets, expected_completion
from ladder.domain.challenges.history import Bytes, Column, History, Row, Values
from ladder.domain.challenges.plan import first_history_day
from ladder.domain.challenges.plausibility import best_possible
from ladder.domain.challenges.rules import TIERS, Metric, TierRule
from ladder.domain.challenges.targets import performance_percentiles, round_easier
from ladder.domain.members.roster import Member
from tests.builders.planning import category, metric, program, roster
from tests.paths import DATA, PROGRAMS

FIRST, DAYS, MEMBERS, SEED = date(2026, 1, 1), 120, 300, 1
WARM_UP = timedelta(days=10)
RULE = TierRule()


@dataclass(frozen=True, slots=True)
class TargetNight:
    """What is known when targets are set, and the day that they are for. Tier 0: not on the roster."""

    metric: Metric
    window: Values  # (D, M) worked days that count, of the last thirty
    smoothed: Row
    tiers: Bytes
    day: Row

    def percentiles(self, days: Row, percentiles: Sequence[float]) -> list[float]:
        """Return what these days reach, within the 5th and 95th percentile of the smoothed values, rounded easier."""
        known = self.smoothed[~np.isnan(self.smoothed)]
        easiest, hardest = performance_percentiles(known, RULE.clamp, self.metric.direction)
        exact = performance_percentiles(days[~np.isnan(days)], percentiles, self.metric.direction)
        within = np.clip(exact, min(easiest, hardest), max(easiest, hardest))
        rounded: list[float] = round_easier(within, self.metric.step, self.metric.direction).tolist()
        return rounded

    def of_tier(self, values: Values | Row, tier: int) -> Row:
        """Return the values of a tier's members, or of everybody where it has too few."""
        own = values[..., self.tiers == tier].ravel()
        return own if (~np.isnan(own)).sum() >= RULE.placed_after_days else values.ravel()


def everybodys_medians(night: TargetNight, percentiles: Sequence[float]) -> list[float]:
    return night.percentiles(night.smoothed, percentiles)


def everybodys_days(night: TargetNight, percentiles: Sequence[float]) -> list[float]:
    return night.percentiles(night.window.ravel(), percentiles)


def medians_of_the_tier(night: TargetNight, percentiles: Sequence[float]) -> list[float]:
    return [night.percentiles(night.of_tier(night.smoothed, tier), percentiles)[tier - 1] for tier in TIERS]


def days_of_the_tier(night: TargetNight, percentiles: Sequence[float]) -> list[float]:
    return [night.percentiles(night.of_tier(night.window, tier), percentiles)[tier - 1] for tier in TIERS]


def expected_of_the_tier(night: TargetNight, percentiles: Sequence[float]) -> list[float]:
    """The rule of the product: the last worked days that the smoothed value rests on, by their credibility."""
    worked_since = np.cumsum(~np.isnan(night.window[::-1]), axis=0)[::-1]
    recent = np.where(worked_since > RULE.smoothing_days, np.nan, night.window)
    plays = (night.tiers > 0) & ~np.isnan(recent).all(axis=0)
    known = night.smoothed[~np.isnan(night.smoothed)]
    bounds = performance_percentiles(known, RULE.clamp, night.metric.direction)
    easiest, hardest = round_easier(bounds, night.metric.step, night.metric.direction).tolist()
    first, second, third = (100 - percentile for percentile in percentiles)
    expected = expected_completion(
        recent[:, plays],
        night.tiers[plays],
        np.ones(int(plays.sum())),
        night.metric,
        goals=(first, second, third),
        easiest=easiest,
        hardest=hardest,
    )
    return list(choose_targets(expected, best_possible(night.metric))[0])


RULES: Mapping[str, tuple[Callable[[TargetNight, Sequence[float]], list[float]], Sequence[float]]] = {
    "percentiles 25, 50, 75 of everybody's medians": (everybodys_medians, (25, 50, 75)),
    "percentiles 15, 50, 85 of everybody's medians": (everybodys_medians, (15, 50, 85)),
    "percentiles 25, 50, 75 of everybody's days": (everybodys_days, (25, 50, 75)),
    "percentile 40 of the tier's medians": (medians_of_the_tier, (40, 40, 40)),
    "percentile 40 of the tier's days": (days_of_the_tier, (40, 40, 40)),
    "percentiles 34, 37, 43 of the tier's days": (days_of_the_tier, (34, 37, 43)),
    "percentiles 34, 37, 43 of the tier's credible days": (expected_of_the_tier, [100 - c for c in RULE.completion]),
}


type Drawn = np.ndarray[tuple[int, ...], np.dtype[np.float64]]  # (DAYS, MEMBERS)


def populations(rng: np.random.Generator) -> Iterator[tuple[str, Metric, Drawn]]:
    """Yield drawn days, by how members differ, how the days of one differ, and what else changes."""
    usual, chance = rng.standard_normal(MEMBERS), rng.standard_normal((DAYS, MEMBERS))
    seconds, short = metric(step=5), metric("SHORT10", unit="%", step=0.5)
    yield "members differ by 138 s, their days by 80 s", seconds, 600 + 138 * usual + 80 * chance
    yield "their days by 160 s", seconds, 600 + 138 * usual + 160 * chance
    yield "members do not differ", seconds, 600 + 80 * chance
    better = 90 * np.arange(DAYS)[:, None] / DAYS
    yield "everybody gets 90 s better", seconds, 600 + 138 * usual + 80 * chance - better
    drifting = np.cumsum(0.01 * rng.standard_normal((DAYS, MEMBERS)), axis=0)
    yield "skewed days, members drift", seconds, np.exp(5.2 + 0.25 * usual + 0.2 * chance + drifting)
    shares = rng.beta(2, 60, MEMBERS)
    yield "short calls: 3 % of 67 contacts", short, 100 * rng.binomial(67, shares, (DAYS, MEMBERS)) / 67


def drawn_nights(days: Drawn, of: Metric, rng: np.random.Generator) -> Iterator[TargetNight]:
    off = (np.arange(DAYS)[:, None] + rng.integers(0, 7, MEMBERS)) % 7 >= 5
    values = np.where(off, np.nan, days).astype(np.float32)
    rules = program(metrics=(of,), categories=(category(metric_key=of.key),))
    start = min(FIRST, first_history_day(rules.challenges, FIRST + WARM_UP, {}))
    padded = np.pad(values, (((FIRST - start).days, 0), (0, 0)), constant_values=np.nan)
    counts = np.where(np.isnan(padded), np.nan, 40).astype(np.float32)
    known = History(start, len(padded), MEMBERS, {of.key: Column(padded, counts)})
    last = FIRST + timedelta(days=DAYS - 1)
    yield from nights(replay(known, rules, roster(MEMBERS), first=FIRST + WARM_UP, last=last))


def bank_nights() -> Iterator[TargetNight]:
    rules = load_program(PROGRAMS / "bank.yaml")
    table = read_metrics(DATA / AGENT_DAYS, rules)
    assert table.first
    assert table.last
    first = first_night(table.first, table.last, rules)
    assert first
    known = as_history(
        table, rules, table.agents, first=min(table.first, first_history_day(rules.challenges, first, {}))
    )
    agents = tuple(Member(id=f"{slot:032x}", user=agent) for slot, agent in enumerate(table.agents))
    yield from nights(replay(known, rules, agents, first=first, last=table.last))


def nights(replayed: ReplayResult) -> Iterator[TargetNight]:
    """Yield every night of every category."""
    history, groups = replayed.history, replayed.nights[-1].population.groups.index
    counting = {of.key: ContactsNeeded(history, of, groups, RULE) for of in replayed.program.challenges.metrics}
    for night in replayed.nights:
        for key, played in night.categories.items():
            of = replayed.metric_of(key)
            if (~np.isnan(played.value)).sum() >= RULE.min_members:
                window = counting[of.key].until(of.known_until(night.date), window=RULE.window_days)
                day = counting[of.key].until(night.date, window=1)[0]
                yield TargetNight(of, window, played.value, played.tier, day)


def completion(played: Sequence[TargetNight], rule: str) -> dict[str, TierCompletion]:
    set_targets, percentiles = RULES[rule]
    met, worked = (np.zeros((len(played[0].tiers), len(TIERS)), dtype=np.int64) for _ in range(2))
    for night in played:
        for tier, target in zip(TIERS, set_targets(night, percentiles), strict=True):
            asked = (night.tiers == tier) & ~np.isnan(night.day) & (target != best_possible(night.metric))
            reached = night.day <= np.float32(target) if night.metric.direction == "lower" else night.day >= target
            met[:, tier - 1] += asked & reached
            worked[:, tier - 1] += asked
    return completion_by_tier(met, worked)


def main() -> None:
    rng, console = np.random.default_rng(SEED), Console()
    everything = {name: list(drawn_nights(days, of, rng)) for name, of, days in populations(rng)}
    if (DATA / AGENT_DAYS).exists():
        everything = {"the bank's two months, all categories": list(bank_nights()), **everything}
    for name, played in everything.items():
        table = Table(
            "targets", "met in tier 1 / 2 / 3 (95 % interval)", title=name, title_justify="left", box=SIMPLE_HEAD
        )
        for rule in RULES:
            table.add_row(rule, describe(completion(played, rule).values()))
        console.print(table)


if __name__ == "__main__":
    main()
