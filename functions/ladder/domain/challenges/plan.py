"""A night's plan: where everybody stands, what runs, what it asks, and who plays which tier today.

Pure and vectorised over members: one call plans a whole program. Axes: K drawn categories, M members.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from ladder.domain.challenges.assignment import Assignment, Standing
from ladder.domain.challenges.cap_forecast import Grid
from ladder.domain.challenges.daily_tiers import DailyTiers, by_tier, daily_tiers, program_cap_warning
from ladder.domain.challenges.difficulty_relief import DifficultyRelief
from ladder.domain.challenges.evidence import contacts_on
from ladder.domain.challenges.forecast import attendance
from ladder.domain.challenges.history import Flags, History
from ladder.domain.challenges.metric_values import MetricValues
from ladder.domain.challenges.peers import Population
from ladder.domain.challenges.rotation import RotationPlan, Targets
from ladder.domain.challenges.selection import Selection, select_categories
from ladder.domain.challenges.targets import targets_for
from ladder.domain.challenges.tiers import apply_days, days_to_apply
from ladder.domain.members.roster import Roster
from ladder.domain.programs.program import Program

LONG_WEEKEND = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class PlannedRotation:
    """`budgets`: a budget a member for the date, to be fixed with it; None where the program has no daily cap."""

    rotation_plan: RotationPlan
    assignment: Assignment
    budgets: list[int] | None = None


def first_history_day(program: Program, tonight: date, previous: Assignment) -> date:
    """The oldest day of history that tonight's plan looks at."""
    window = timedelta(days=program.tier_rule.window_days - 1)
    needed = [tonight - timedelta(days=1)]
    for category in program.categories:
        until = program.metric(category.metric).known_until(tonight)
        standing = previous.get(category.key)
        days = days_to_apply(standing.as_of if standing else None, until, program.tier_rule)
        needed.append(min([*days, until]))
    return min(needed) - window


def relieved_members(
    program: Program, tonight: date, roster: Roster, eases: Iterable[DifficultyRelief]
) -> dict[str, Flags]:
    """By category, who plays one tier easier than their own: (M,)."""
    slots = {member.id: slot for slot, member in enumerate(roster)}
    flags: defaultdict[str, Flags] = defaultdict(lambda: np.zeros(len(roster), dtype=np.bool))
    for ease in eases:
        if ease.member in slots and ease.covers(program.schedule, tonight):
            flags[ease.category][slots[ease.member]] = True
    return dict(flags)


def plan_rotation(
    program: Program,
    tonight: date,
    *,
    population: Population,
    history: History,
    previous: Assignment,
    last_selected: Mapping[str, date],
    taken: Collection[str],
    eased: Mapping[str, Flags],
) -> PlannedRotation:
    """The same arguments always give the same plan.

    `previous`: the last live assignment of an earlier date. `taken`: metrics with somebody else's challenge on them.
    `eased`: by category, who plays one tier easier.
    """
    figures = MetricValues(history, population, program.tier_rule)
    standings = _folded(program, tonight, figures, previous)
    drawn = select_categories(program, tonight, taken=taken, last_selected=last_selected)
    targets = {key: _targets(program, key, tonight, figures) for key in drawn.categories}
    record = _tiers_of_record(drawn, standings, population)
    working = attendance(history, population.active, tonight)
    easier = _easier(drawn, record, eased)
    play = daily_tiers(program, tonight, drawn.categories, record=record, eased=easier, working=working)
    for row, key in enumerate(drawn.categories):
        columns = {"played": play.played[row].tobytes(), "capped_by": play.capped_by[row].tobytes()}
        standings[key] = replace(standings[key], **columns)
    night = _night(program, drawn, targets, play)
    latest = {**last_selected, **dict.fromkeys(drawn.categories, tonight)}
    warnings = (*night.warnings, *_silent(program, history, tonight), *_uncounted(program, history, tonight))
    return PlannedRotation(replace(night, last_selected=latest, warnings=warnings), standings, play.budgets)


def _folded(program: Program, tonight: date, figures: MetricValues, previous: Assignment) -> dict[str, Standing]:
    members = figures.population.members
    peers = figures.population.groups.index.astype(np.uint8).tobytes()
    standings = {}
    for category in program.categories:
        metric = program.metric(category.metric)
        before = previous.get(category.key, Standing.new(members)).grown(members)
        today = replace(before, played=bytes(members), capped_by=bytes(members), peers=peers)
        until = figures.history.last_known(metric.key, metric.known_until(tonight))
        standings[category.key] = apply_days(today, figures, metric, until=until) if until else today
    return standings


def _targets(program: Program, key: str, tonight: date, figures: MetricValues) -> Targets:
    category = program.category(key)
    metric = program.metric(category.metric)
    until = metric.known_until(tonight)
    values = figures.value(metric, figures.history.last_known(metric.key, until) or until)
    return targets_for(category, metric, values, figures.population.groups, program.tier_rule)


def _tiers_of_record(drawn: Selection, standings: Assignment, population: Population) -> Grid:
    """(K, M); 0 for members who no longer play."""
    rows = [np.frombuffer(standings[key].tier, dtype=np.uint8) * population.active for key in drawn.categories]
    return np.array(rows, dtype=np.uint8).reshape(len(rows), population.members)


def _easier(drawn: Selection, tiers: Grid, eased: Mapping[str, Flags]) -> Grid:
    """The tiers of record, one less for whom it is eased; nobody is left without a challenge by it."""
    nobody = np.zeros(tiers.shape[1], dtype=np.bool)
    flags = np.array([eased.get(key, nobody) for key in drawn.categories], dtype=np.bool).reshape(tiers.shape)
    return tiers - (flags & (tiers > 1))


def _night(program: Program, drawn: Selection, targets: dict[str, Targets], play: DailyTiers) -> RotationPlan:
    lower = play.played < play.eased
    lowered, dropped = lower & (play.played > 0), lower & (play.played == 0)
    return RotationPlan(
        selected=drawn.categories,
        deferred=drawn.deferred,
        targets=targets,
        last_selected={},
        lowered=int(lowered.any(axis=0).sum()),
        dropped=int(dropped.any(axis=0).sum()),
        lowered_by_tier=by_tier(play.record, lowered),
        dropped_by_tier=by_tier(play.record, dropped),
        warnings=tuple(_warnings(program, drawn, play)),
    )


def _silent(program: Program, history: History, tonight: date) -> Iterator[str]:
    """Metrics without a figure for longer than a long weekend: late or lost, and tiers rest meanwhile."""
    for metric in program.metrics:
        until = metric.known_until(tonight)
        last = history.last_known(metric.key, until)
        if last is None or until - last > LONG_WEEKEND:
            yield f"{metric.key}: no figures since {last or 'the history begins'}, so nobody's tier moves by it"


def _uncounted(program: Program, history: History, tonight: date) -> Iterator[str]:
    """Metrics whose source does not say how many contacts its figures rest on."""
    for metric in program.metrics:
        last = history.last_known(metric.key, metric.known_until(tonight))
        if last and contacts_on(history, metric.key, history.row(last)) is None:
            yield f"{metric.key}: its source counts no contacts, so a day of one contact counts like any other"


def _warnings(program: Program, drawn: Selection, play: DailyTiers) -> Iterator[str]:
    yield from (f"{key}: {why}" for key, why in drawn.deferred.items())
    if play.eased.any() and not play.played.any():
        yield (
            f"nobody plays: caps.program_daily_points ({program.caps.program_daily_points}) or the member's own caps "
            "are below the easiest challenge"
        )
    if play.enough is not None:
        yield program_cap_warning(program, play, play.enough)
