"""Warns about what limits the figures of a report, and about settings of the program that need a change."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import numpy as np

from infra.cli.backtest.outcomes import CategoryTotals
from infra.cli.backtest.replay import WARM_UP_DAYS, ReplayResult, between
from infra.cli.completion import GOOD
from infra.cli.texts import quantity
from ladder.domain.challenges.contacts_needed import ContactsNeeded
from ladder.domain.challenges.performance import KNOWN_AFTER_DAYS
from ladder.domain.challenges.plan import night_values
from ladder.domain.challenges.tiers import days_needed
from ladder.domain.message import Message
from ladder.messages.render import render

FEWEST_DAYS = 30  # worked days that a rate may rest on
REVERSED_BY = 0.1  # tier 1 may be met by this much less often than tier 3
LONG_GAP = timedelta(days=14)
NAMES_SHOWN = 5


def report_warnings(replayed: ReplayResult, totals: Mapping[str, CategoryTotals]) -> Iterator[str]:
    """Yield sentences, the most important first."""
    yield from _rate_warnings(replayed, totals)
    yield from _placement_warnings(replayed)
    nights, columns, rules = replayed.nights, replayed.history.columns, replayed.program.challenges
    if rules.opt_in:
        yield (
            f"{', '.join(category.key for category in rules.opt_in)}: members choose whether they take part, and "
            "nobody has yet. Here everybody does; on your nights only who takes part is asked, compared and counted in "
            "the forecast."
        )
    measured = {metric.key: ~np.isnan(columns[metric.measured].values) for metric in rules.metrics}  # (D, M) each
    rows = np.flatnonzero(np.any([worked.any(axis=1) for worked in measured.values()], axis=0))
    for start, end in zip(rows[:-1].tolist(), rows[1:].tolist(), strict=True):
        if timedelta(days=end - start) > LONG_GAP:
            last = replayed.history.first + timedelta(days=start)
            yield f"No figures for {end - start - 1} days after {last}: tiers stay as they are over the gap."
    warned = dict[tuple[object, ...], tuple[Message, list[date]]]()  # the nights' own warnings, each kind once
    for night in nights:
        for warning in night.plan.rotation_plan.warnings:
            kind = (warning.code, warning.parameters.get("category"), warning.parameters.get("metric"))
            warned.setdefault(kind, (warning, []))[1].append(night.date)
    for warning, dates in warned.values():
        first = f"first on {dates[0]}" if len(dates) > 1 else f"{dates[0]}"
        yield f"On {len(dates)} of {len(nights)} nights ({first}): {render(warning)}"
    # what the file lacks: agents to make targets from, known contact types, channels, hiring dates
    for category in rules.categories:
        if count := sum(not night.categories[category.key].targets.from_history for night in nights):
            yield (
                f"{category.key}: on {count} of {len(nights)} nights too few agents are known, so the targets of the "
                "challenge library apply."
            )
    for key, worked in measured.items():
        if lost := int((worked & np.isnan(columns[key].values)).sum()):
            yield (
                f"{key}: {lost:,} of {int(worked.sum()):,} agent-days have no contact of a known type. They cannot be "
                "compared and do not count."
            )
    missing = ["channels"] * rules.peers.by_channel + ["hiring dates"] * bool(rules.peers.tenure_bands_days)
    if missing and rules.payer == "ladder":
        yield f"The file has no {' or '.join(missing)}, so everybody is compared with everybody."
    yield (
        f"The first {WARM_UP_DAYS} days are a warm-up (fewer in a shorter file). Agents join the roster on their first "
        "day in the file, and nobody leaves it."
    )


def _rate_warnings(replayed: ReplayResult, totals: Mapping[str, CategoryTotals]) -> Iterator[str]:
    """Warn of targets that are met too seldom, too often, or less often in an easier tier."""
    by_percentiles = replayed.program.challenges.tier_rule.targets is not None
    lowest, highest = (f"{100 * bound:.0f}" for bound in GOOD)
    for key, category in totals.items():
        completions = category.completion
        for tier, completion in completions.items():
            if completion.rate is None or completion.days < FEWEST_DAYS or not completion.outside:
                continue
            too_hard = completion.rate < GOOD[0]
            what = "a lower percentile" if too_hard else "a higher percentile"
            advice = (
                f"Try {what} for tier {tier} in tiers.targets, or leave it out for targets by completion"
                if by_percentiles
                else "Values may be too coarse for a target in between, or days now differ from those it was made from"
            )
            yield (
                f"{key}: the target of tier {tier} is met on {100 * completion.rate:.0f} % of {completion.days:,} "
                f"worked days, outside {lowest} to {highest} %. It is too {'hard' if too_hard else 'easy'}. {advice}."
            )
        for _, target in sorted(category.exempt.items()):
            if target.rate is not None:
                yield (
                    f"{key}: on {quantity(target.nights, 'night')} the target of tier {target.tier} is the best value "
                    f"there is, {target.target:g} {target.unit}. It is met on {100 * target.rate:.0f} % of "
                    f"{target.worked_days:,} worked days, which the shares of targets met leave out."
                )
        easiest, hardest = completions["1"], completions["3"]
        if easiest.rate is None or hardest.rate is None or min(easiest.days, hardest.days) < FEWEST_DAYS:
            continue
        if easiest.rate + REVERSED_BY < hardest.rate:
            advice = (
                "Leave tiers.targets out for targets by completion"
                if by_percentiles
                else "Try a larger share of days for tier 1 in tiers.completion"
            )
            yield (
                f"{key}: tier 1 is the hardest to complete: its target is met on {100 * easiest.rate:.0f} % of days, "
                f"that of tier 3 on {100 * hardest.rate:.0f} %. {advice}."
            )


def _placement_warnings(replayed: ReplayResult) -> Iterator[str]:
    """Warn of members who were never placed, and why, and of days that do not count; equal warnings share a sentence.

    A day counts by the window that ends with it. Members lack own worked days (part-timers need fewer), worked days
    close together, or colleagues to compare them with, by what the last night knew.
    """
    rule, history, last = replayed.program.challenges.tier_rule, replayed.history, replayed.nights[-1]
    worked_days = {}  # by metric: (D, M), NaN where a day does not count
    few_contacts: dict[tuple[int, int], list[str]] = {}  # days that do not count, worked days: metrics
    for metric in replayed.program.challenges.metrics:
        needed = ContactsNeeded(history, metric, last.population.groups.index, rule)
        counting = [needed.until(history.first + timedelta(days=row), window=1) for row in range(history.days)]
        worked_days[metric.key] = np.concatenate(counting)
        worked = int((~np.isnan(history.columns[metric.key].values)).sum())
        few = worked - int((~np.isnan(worked_days[metric.key])).sum())
        few_contacts.setdefault((few, worked), []).append(metric.key)
    window = between(history, last.date - timedelta(days=rule.window_days), last.date - timedelta(days=1))
    values = night_values(replayed.program.challenges, window, last.population)
    flagged, value_after = values.flagged, min(KNOWN_AFTER_DAYS, rule.smoothing_days)
    unplaced: dict[tuple[str, tuple[str, ...]], list[str]] = {}  # the reason, users: categories
    for key, category in last.categories.items():
        metric = replayed.metric_of(key)
        until = metric.known_until(last.date)
        waiting = flagged if metric.speed and flagged is not None else np.zeros(history.members, dtype=np.bool)
        known = (~np.isnan(worked_days[metric.key][: history.row(until) + 1])).sum(axis=0)
        least = days_needed(rule.placed_after_days, values.days_a_week(metric, until))
        had_value = ~np.isnan([night.categories[key].value for night in replayed.nights]).all(axis=0)
        enough = known >= least
        for reason, members in (
            *(
                (f"fewer than {quantity(days, 'worked day')} known", ~enough & (least == days))
                for days in sorted(set(least.tolist()))
            ),
            (
                f"fewer than {quantity(value_after, 'worked day')} within {quantity(rule.window_days, 'day')}",
                enough & ~had_value & ~waiting,
            ),
            ("flagged, so a person looks at their speed first", enough & waiting),
            (
                f"fewer than {quantity(rule.min_members, 'agent')} to compare with at a time",
                enough & had_value & ~waiting,
            ),
        ):
            slots = np.flatnonzero(members & (category.placed == 0)).tolist()
            unplaced.setdefault((reason, tuple(map(replayed.user, slots))), []).append(key)
    for (reason, names), keys in unplaced.items():
        if names:
            more = f" and {len(names) - NAMES_SHOWN:,} more" if len(names) > NAMES_SHOWN else ""
            yield (
                f"{', '.join(keys)}: {len(names)} of {quantity(len(replayed.roster), 'agent')} are not placed and stay "
                f"in tier 1 ({reason}): {', '.join(names[:NAMES_SHOWN])}{more}."
            )
    for (few, worked), keys in few_contacts.items():
        if few:
            yield (
                f"{', '.join(keys)}: {few:,} of {quantity(worked, 'agent-day')} have too few contacts, compared with "
                "colleagues. They count as neither met nor missed, and they change no tier. To set another minimum, "
                "write at_least for the metric."
            )
