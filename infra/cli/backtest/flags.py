"""Whom the guard would have asked a person to look at, and when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from infra.cli.backtest.arrivals import between
from infra.cli.backtest.replay import Evening, Replayed
from ladder.domain.challenges.gaming_guard import Flag, Kind, flag_text, flagged_members
from ladder.domain.programs.program import Guard

type Found = Mapping[date, tuple[Flag, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """One member and kind over all dates; the evidence is the latest."""

    slot: int
    kind: Kind
    evidence: str
    first: date
    last: date
    days: int


def flags_by_date(replayed: Replayed) -> Found:
    """As the deployed settling looks: each date by the window of days that ends with it."""
    guard = replayed.program.guard
    if guard is None:
        return {}
    return {evening.date: tuple(_on(replayed, guard, evening)) for evening in replayed.evenings}


def told(found: Iterable[Flag], *, window_days: int) -> dict[int, str]:
    """Slot -> the sentence he reads; of two kinds, the first is told."""
    return {flag.slot: flag_text(flag, days=window_days) for flag in reversed(tuple(found))}


def over_all(found: Found, *, window_days: int) -> list[Flagged]:
    """Who was flagged on most dates first."""
    dates: dict[tuple[int, Kind], list[date]] = {}
    latest: dict[tuple[int, Kind], Flag] = {}
    for day, flagged in found.items():
        for flag in flagged:
            dates.setdefault((flag.slot, flag.kind), []).append(day)
            latest[flag.slot, flag.kind] = flag
    every = [
        Flagged(
            slot=slot,
            kind=kind,
            evidence=flag_text(latest[slot, kind], days=window_days),
            first=days[0],
            last=days[-1],
            days=len(days),
        )
        for (slot, kind), days in dates.items()
    ]
    return sorted(every, key=lambda each: (-each.days, each.slot, each.kind))


def looked_at(guard: Guard) -> list[tuple[Kind, str]]:
    kinds: list[tuple[Kind, str | None]] = [
        ("short_contacts", guard.short_contacts),
        ("repeat_contacts", guard.repeat_contacts),
    ]
    return [(kind, metric) for kind, metric in kinds if metric]


def _on(replayed: Replayed, guard: Guard, evening: Evening) -> Iterator[Flag]:
    rule = replayed.program.tier_rule
    window = between(replayed.known, evening.date - timedelta(days=rule.window_days - 1), evening.date)
    for kind, metric in looked_at(guard):
        yield from flagged_members(
            kind,
            window,
            metric,
            evening.everybody,
            until=evening.date,
            rule=rule,
            false_alarms=guard.false_alarms,
            min_contacts=guard.min_contacts,
        )
