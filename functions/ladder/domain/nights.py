"""A night's plan: where everybody stands, what runs, what it asks, and who plays which tier today.

Pure and vectorised over members: one call plans a whole program. Axes: K drawn categories, M members.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from ladder.domain.assignment import NO_BUDGET, Assignment, Standing
from ladder.domain.budgets import allocate
from ladder.domain.columns import History
from ladder.domain.draw import Drawn, draw
from ladder.domain.members import Roster
from ladder.domain.peers import PeerGroups, peer_groups
from ladder.domain.performance import known_value
from ladder.domain.preflight import Grid, preflight, worth
from ladder.domain.program import Metric, Peers, Program
from ladder.domain.rotation import Night, Targets
from ladder.domain.targets import targets_for
from ladder.domain.tiers import days_to_fold, fold_standing

NO_PEERS = Peers(by_channel=False, tenure_bands_days=())


@dataclass(frozen=True, slots=True)
class Plan:
    night: Night
    assignment: Assignment


def known_until(metric: Metric, tonight: date) -> date:
    """The last day whose value is final tonight: only values known by the night are used."""
    return tonight - timedelta(days=1 + metric.final_after_days)


def first_day_needed(program: Program, tonight: date, previous: Assignment) -> date:
    """The oldest day of history that tonight's plan looks at."""
    window = timedelta(days=program.tier_rule.window_days - 1)
    needed = [tonight - timedelta(days=1)]
    for category in program.categories:
        until = known_until(program.metric(category.metric), tonight)
        standing = previous.get(category.key)
        days = days_to_fold(standing.as_of if standing else None, until, program.tier_rule)
        needed.append(min([*days, until]))
    return min(needed) - window


def groups_of(program: Program, roster: Roster, tonight: date) -> PeerGroups:
    """A platform that pays knows one target a group, so there everybody is compared with the whole program."""
    return peer_groups(roster, tonight, NO_PEERS if program.payer == "platform" else program.peers)


def budgets_for(program: Program, roster: Roster, history: History) -> list[int] | None:
    """A budget a member for the date, to be fixed before the plan; None where the program has no daily cap."""
    active = np.array([member.active for member in roster], dtype=np.bool)
    worked = np.zeros(len(roster), dtype=np.bool)
    for column in history.columns.values():
        worked |= ~np.isnan(column.values).all(axis=0)
    budgets = allocate(program.caps, playing=active & worked)
    return None if budgets is None else budgets.tolist()


def plan_night(
    program: Program,
    tonight: date,
    *,
    roster: Roster,
    history: History,
    previous: Assignment,
    last_drawn: Mapping[str, date],
    taken: Collection[str],
    budgets: list[int] | None,
) -> Plan:
    """The same arguments always give the same plan.

    `previous`: the last live assignment of an earlier date. `taken`: metrics with somebody else's challenge on them.
    """
    groups = groups_of(program, roster, tonight)
    standings = _folded(program, tonight, history, groups, previous)
    drawn = draw(program, tonight, taken=taken, last_drawn=last_drawn)
    targets = {key: _targets(program, key, tonight, history, groups) for key in drawn.categories}
    tiers = _tiers_of_record(drawn, standings, roster)
    played = _play(program, drawn, tiers, budgets)
    for row, key in enumerate(drawn.categories):
        standings[key] = replace(standings[key], played=played[row].tobytes())
    latest = {**last_drawn, **dict.fromkeys(drawn.categories, tonight)}
    return Plan(_night(drawn, targets, latest, tiers, played), standings)


def _folded(
    program: Program, tonight: date, history: History, groups: PeerGroups, previous: Assignment
) -> dict[str, Standing]:
    standings = {}
    for category in program.categories:
        metric = program.metric(category.metric)
        before = previous.get(category.key, Standing.new(history.members)).grown(history.members)
        today = replace(before, played=bytes(history.members))
        until = known_until(metric, tonight)
        standings[category.key] = fold_standing(
            today, history, metric=metric, peers=groups.index, rule=program.tier_rule, until=until
        )
    return standings


def _targets(program: Program, key: str, tonight: date, history: History, groups: PeerGroups) -> Targets:
    category = program.category(key)
    metric = program.metric(category.metric)
    window = history.until(known_until(metric, tonight), window=program.tier_rule.window_days, metric=metric.key)
    return targets_for(category, metric, known_value(window, program.tier_rule), groups, program.tier_rule)


def _tiers_of_record(drawn: Drawn, standings: Assignment, roster: Roster) -> Grid:
    """(K, M); 0 for members who no longer play."""
    active = np.array([member.active for member in roster], dtype=np.uint8)
    rows = [np.frombuffer(standings[key].tier, dtype=np.uint8) * active for key in drawn.categories]
    return np.array(rows, dtype=np.uint8).reshape(len(rows), len(roster))


def _play(program: Program, drawn: Drawn, tiers: Grid, budgets: list[int] | None) -> Grid:
    pays = worth([program.category(key) for key in drawn.categories], program.reward_rules)
    most = np.full(tiers.shape[1], np.inf) if budgets is None else np.array(budgets, dtype=np.float64)
    return preflight(tiers, pays, program.caps, np.where(most == NO_BUDGET, np.inf, most))


def _night(drawn: Drawn, targets: dict[str, Targets], last_drawn: dict[str, date], tiers: Grid, played: Grid) -> Night:
    return Night(
        drawn=drawn.categories,
        deferred=drawn.deferred,
        targets=targets,
        last_drawn=last_drawn,
        lowered=int(((played < tiers) & (played > 0)).any(axis=0).sum()),
        dropped=int(((played < tiers) & (played == 0)).any(axis=0).sum()),
        warnings=tuple(f"{key}: {why}" for key, why in drawn.deferred.items()),
    )
