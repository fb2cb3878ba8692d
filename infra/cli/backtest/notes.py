"""What a reader has to know before he believes a figure, and what a supervisor would better mend."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from infra.cli.backtest.outcomes import FEWEST_MEMBER_DAYS, Ladder, rates
from infra.cli.backtest.replay import WARM_UP_DAYS, Evening, Replayed
from ladder.domain.challenges.evidence import Evidence
from ladder.domain.challenges.history import Flags, Values
from ladder.domain.programs.program import TIERS, Metric, Program
from ladder.domain.text import quantity

LOW, HIGH = 0.4, 0.8  # of worked days: below it a target discourages, above it nobody has to try
UPSIDE_DOWN = 0.1  # by so much less often the easiest target may be met than the hardest
LONG_GAP = timedelta(days=14)
NAMES_SHOWN = 5
_VARYING = re.compile(r" since |: it (?=lowers|takes)")  # what differs from night to night in the same warning


def notes(replayed: Replayed, ladders: Mapping[str, Ladder]) -> list[str]:
    """Sentences, the gravest first."""
    program = replayed.program
    return [
        *_rates(ladders),
        *_thin(replayed),
        *_few_contacts(replayed),
        *_gaps(replayed),
        *_said(replayed.evenings),
        *_library(replayed.evenings),
        *_incomparable(replayed),
        *_unasked(program),
    ]


def _rates(ladders: Mapping[str, Ladder]) -> Iterator[str]:
    for key, ladder in ladders.items():
        found = rates([ladder])
        for tier, days in zip(TIERS, ladder.worked.tolist(), strict=True):
            rate = found[str(tier)]
            if rate is not None and days >= FEWEST_MEMBER_DAYS and not LOW <= rate <= HIGH:
                yield f"{key}: {_outside(tier, rate)} ({days:,} worked days). {_mend(tier, rate)}"
        yield from _upside_down(key, found, ladder)


def _outside(tier: int, rate: float) -> str:
    return (
        f"the target of tier {tier} is met on {100 * rate:.0f} % of days, outside {100 * LOW:.0f} to {100 * HIGH:.0f} %"
    )


def _mend(tier: int, rate: float) -> str:
    move, why = ("lower", "discourages") if rate < LOW else ("higher", "asks nothing of anybody")
    return f"A rung like that {why}: try a {move} percentile for tier {tier} in tiers.targets."


def _upside_down(key: str, found: Mapping[str, float | None], ladder: Ladder) -> Iterator[str]:
    easiest, hardest = found["1"], found["3"]
    told = easiest is not None and hardest is not None and ladder.worked[[0, 2]].min() >= FEWEST_MEMBER_DAYS
    if told and easiest + UPSIDE_DOWN < hardest:  # type: ignore[operator]
        yield (
            f"{key}: the lowest rung is the hardest: tier 1 meets its target on {100 * (easiest or 0):.0f} % of days, "
            f"tier 3 on {100 * (hardest or 0):.0f} %. Try lower percentiles for tier 1 and higher ones for tier 3 in "
            "tiers.targets, such as [15, 50, 85]."
        )


def _thin(replayed: Replayed) -> Iterator[str]:
    """Who was never placed and what was missing, by category; categories of which the same is true say it once."""
    told: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for key, each in replayed.evenings[-1].asked.items():
        for missing, who in _missing(replayed, key):
            names = tuple(replayed.roster[slot].user for slot in np.flatnonzero(who & (each.placed == 0)).tolist())
            told.setdefault((missing, names), []).append(key)
    for (missing, names), keys in told.items():
        if names:
            yield (
                f"{', '.join(keys)}: {missing}, so {len(names)} of {quantity(len(replayed.roster), 'agent')} would "
                f"still be in tier 1: {_listed(names)}."
            )


def _missing(replayed: Replayed, key: str) -> Iterator[tuple[str, Flags]]:
    """Why nobody of these is placed: his own days, or others to compare him with. By what the last night knew."""
    rule, metric = replayed.program.tier_rule, replayed.program.metric(replayed.program.category(key).metric)
    end = replayed.known.row(metric.known_until(replayed.evenings[-1].date)) + 1
    worked = (~np.isnan(_counted(replayed, metric)[:end])).sum(axis=0)
    yield f"fewer than {quantity(rule.placed_after_days, 'worked day')} known", worked < rule.placed_after_days
    peers = f"fewer than {quantity(rule.min_members, 'agent')} known at a time, too few to compare with"
    yield peers, worked >= rule.placed_after_days


def _few_contacts(replayed: Replayed) -> Iterator[str]:
    """How many days do not count; metrics of which the same is true say it once."""
    told: dict[tuple[int, int], list[str]] = {}
    for metric in replayed.program.metrics:
        worked = int((~np.isnan(replayed.known.columns[metric.key].values)).sum())
        few = worked - int((~np.isnan(_counted(replayed, metric))).sum())
        told.setdefault((few, worked), []).append(metric.key)
    for (few, worked), keys in told.items():
        if few:
            yield (
                f"{', '.join(keys)}: {few:,} of {quantity(worked, 'agent-day')} rest on too few contacts beside those "
                "of colleagues, so they count as neither met nor missed and move nobody. Write at_least for the metric "
                "to set another number."
            )


def _counted(replayed: Replayed, metric: Metric) -> Values:
    """The days that count, each by the window that ends with it: (D, M)."""
    groups = replayed.evenings[-1].everybody.groups.index
    days = Evidence(replayed.known, metric, groups, replayed.program.tier_rule)
    first = replayed.known.first
    return np.concatenate([days.until(first + timedelta(days=row), window=1) for row in range(replayed.known.days)])


def _gaps(replayed: Replayed) -> Iterator[str]:
    """Between days on which anybody has a figure."""
    known = [~np.isnan(replayed.known.columns[metric.measured].values) for metric in replayed.program.metrics]
    rows = np.flatnonzero(np.any([worked.any(axis=1) for worked in known], axis=0))
    for start, end in zip(rows[:-1].tolist(), rows[1:].tolist(), strict=True):
        if timedelta(days=end - start) > LONG_GAP:
            last = replayed.known.first + timedelta(days=start)
            yield f"No figures for {end - start - 1} days after {last}: tiers rested, and came back as they were."


def _said(evenings: Sequence[Evening]) -> Iterator[str]:
    """What the nights themselves warned of, each kind once."""
    nights: dict[str, list[date]] = {}
    for evening in evenings:
        for warning in evening.plan.rotation_plan.warnings:
            nights.setdefault(_VARYING.split(warning)[0], []).append(evening.date)
    for kind, dates in nights.items():
        first = f" (first on {dates[0]})" if len(dates) > 1 else f" ({dates[0]})"
        yield f"{kind[:1].upper()}{kind[1:]}: on {len(dates)} of {len(evenings)} nights{first}."


def _library(evenings: Sequence[Evening]) -> Iterator[str]:
    thin = Counter(key for evening in evenings for key, each in evening.asked.items() if not each.targets.from_history)
    for key, nights in thin.items():
        yield f"{key}: too few agents were known on {nights} of {len(evenings)} nights, so the library's targets stood."


def _incomparable(replayed: Replayed) -> Iterator[str]:
    for metric in replayed.program.metrics:
        measured = ~np.isnan(replayed.known.columns[metric.measured].values)
        lost = int((measured & np.isnan(replayed.known.columns[metric.key].values)).sum())
        if lost:
            yield (
                f"{metric.key}: {lost:,} of {int(measured.sum()):,} agent-days have no contact of a known type, so "
                "they cannot be compared and do not count."
            )


def _unasked(program: Program) -> Iterator[str]:
    """What a file of figures cannot tell."""
    peers = program.peers
    missing = ["channels"] * peers.by_channel + ["hiring dates"] * bool(peers.tenure_bands_days)
    if missing and program.payer == "ladder":
        yield f"The file names no {' or '.join(missing)}, so everybody is compared with everybody."
    yield (
        f"The first {WARM_UP_DAYS} days are warm-up (fewer in a shorter file); agents are on the roster from their "
        "first day on, and nobody leaves it."
    )


def _listed(names: Sequence[str]) -> str:
    more = len(names) - NAMES_SHOWN
    return ", ".join(names[:NAMES_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
