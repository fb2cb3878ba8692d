"""Whose completions on speed wait for a person's look, and the words that the member reads about it."""

from collections.abc import Mapping

from ladder.domain.challenges.gaming_guard import Flag, Kind, flag_text, flagged_members
from ladder.domain.challenges.history import History
from ladder.domain.challenges.peers import Population, population
from ladder.domain.programs.program import Guard
from rotation.activated_dates import ActivatedDate


def flagged_on(played: ActivatedDate, history: History) -> Mapping[int, str]:
    """Slot -> sentence, by the guard of the program that the date was played under; who did nothing odd has none."""
    guard = played.program.guard
    if guard is None:
        return {}
    everybody = population(played.program, played.roster, played.day)
    days = played.program.tier_rule.window_days
    found = [flag for kind, metric in _looked_at(guard) for flag in _flags(kind, metric, played, history, everybody)]
    return {flag.slot: flag_text(flag, days=days) for flag in reversed(found)}  # of two, the first is told


def _looked_at(guard: Guard) -> list[tuple[Kind, str]]:
    kinds: list[tuple[Kind, str | None]] = [
        ("short_contacts", guard.short_contacts),
        ("repeat_contacts", guard.repeat_contacts),
    ]
    return [(kind, metric) for kind, metric in kinds if metric]


def _flags(kind: Kind, metric: str, played: ActivatedDate, history: History, everybody: Population) -> tuple[Flag, ...]:
    guard = played.program.guard or Guard()
    return flagged_members(
        kind,
        history,
        metric,
        everybody,
        until=played.day,
        rule=played.program.tier_rule,
        false_alarms=guard.false_alarms,
        min_contacts=guard.min_contacts,
    )
