"""Plan one rotation: everybody's tiers, which categories run, their targets, and who plays which tier today.

Pure and vectorised over members: one call plans a whole program. Axes: K selected categories, M members.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.assignment import ASKED_ELSEWHERE, Assignment, Standing
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.daily_tiers import daily_tiers
from ladder.domain.challenges.difficulty_relief import DifficultyRelief
from ladder.domain.challenges.gaming_guard import guard_flags
from ladder.domain.challenges.history import Flags, History
from ladder.domain.challenges.member_caps import Grid
from ladder.domain.challenges.night_messages import members_not_asked, night_warnings
from ladder.domain.challenges.participation import Choice
from ladder.domain.challenges.peers import Population
from ladder.domain.challenges.performance import MetricValues
from ladder.domain.challenges.plausibility import best_possible
from ladder.domain.challenges.program_cap import Mask, attendance
from ladder.domain.challenges.rotation import RotationPlan, Targets
from ladder.domain.challenges.rules import ChallengeRules
from ladder.domain.challenges.selection import select_categories
from ladder.domain.challenges.targets import SILENT_DAYS, own_targets, target_day, targets_for, tiers_to_play
from ladder.domain.challenges.tiers import apply_days, days_to_apply
from ladder.domain.members.roster import Roster
from ladder.domain.message import Message


@dataclass(frozen=True, slots=True)
class OtherPrograms:
    """The members and groups that other programs on the same platform have for themselves."""

    asked: Mapping[str, Flags]  # metric -> the members whom another one asks for it tonight: (M,)
    groups: Set[str] = frozenset()  # groups that are another one's


NO_OTHERS = OtherPrograms({})


@dataclass(frozen=True, slots=True)
class PlannedRotation:
    """`budgets`: a budget a member for the date, to be fixed with it; None where the program has no daily cap."""

    rotation_plan: RotationPlan
    assignment: Assignment
    budgets: list[int] | None = None


def first_history_day(rules: ChallengeRules, tonight: date, previous: Assignment) -> date:
    """Return the oldest day of history that tonight's plan needs."""
    window = timedelta(days=rules.tier_rule.window_days - 1)
    needed = [tonight - timedelta(days=1)]
    for category in rules.categories:
        until = rules.metric(category.metric).known_until(tonight)
        standing = previous.get(category.key)
        days = days_to_apply(standing.as_of if standing else None, until, rules.tier_rule)
        needed.append(min([*days, until]))
    return min(needed) - window


def relieved_members(
    schedule: Schedule, tonight: date, roster: Roster, reliefs: Iterable[DifficultyRelief]
) -> dict[str, Flags]:
    """Return, by category, who plays one tier easier than their own: (M,)."""
    slots = {member.id: slot for slot, member in enumerate(roster)}
    flags: defaultdict[str, Flags] = defaultdict(lambda: np.zeros(len(roster), dtype=np.bool))
    for relief in reliefs:
        if relief.member in slots and relief.covers(schedule, tonight):
            flags[relief.category][slots[relief.member]] = True
    return dict(flags)


def participants(
    rules: ChallengeRules,
    schedule: Schedule,
    tonight: date,
    roster: Roster,
    choices: Iterable[tuple[str, str, Choice]],
) -> dict[str, Flags]:
    """Return, by opt-in category, who takes part: (M,). `choices`: a member, a category and what they chose."""
    slots = {member.id: slot for slot, member in enumerate(roster)}
    flags = {category.key: np.zeros(len(roster), dtype=np.bool) for category in rules.opt_in}
    for member, category, choice in choices:
        if member in slots and category in flags:
            flags[category][slots[member]] = choice.covers(schedule, tonight)
    return flags


def plan_rotation(
    rules: ChallengeRules,
    caps: Caps,
    tonight: date,
    *,
    seed: str,
    population: Population,
    history: History,
    previous: Assignment,
    last_selected: Mapping[str, date],
    taken: Collection[str],
    relieved: Mapping[str, Flags],
    take_part: Mapping[str, Flags],
    others: OtherPrograms = NO_OTHERS,
    objecting: Flags | None = None,  # they play the easiest tier of the others' targets, and set none: (M,)
    too_late: Message | None = None,  # why nothing is launched, whatever could be
) -> PlannedRotation:
    """Return the plan; the same arguments always give the same one.

    `seed`: the program's key. `previous`: the last live assignment of an earlier date. `taken`: metrics with a foreign
    challenge. `relieved`: by category, who plays one tier easier. `take_part`: by opt-in category, who takes part.
    """
    objecting = np.zeros(population.members, dtype=np.bool) if objecting is None else objecting & population.active
    values = _values_by_category(rules, history, without(population, objecting), take_part)
    silent = silent_metrics(rules, history, tonight, previous)
    standings = _updated_standings(rules, tonight, values, previous, silent)
    selection = select_categories(
        rules,
        tonight,
        seed=seed,
        taken=taken,
        silent=silent,
        without=[key for key in take_part if not values[key].population.active.any()],
        taken_groups=others.groups,
        last_selected=last_selected,
    )
    selected: tuple[str, ...] = () if too_late else selection.categories
    record, elsewhere = _players(rules, selected, values, standings, objecting=objecting, asked=others.asked)
    targets = {key: night_targets(rules, key, tonight, values[key], standings[key]) for key in selected}
    eased = _with_relief(rules, targets, standings, record=record, relieved=relieved)
    working, likely = attendance(history, population.active, tonight), [shown.likely for shown, _ in targets.values()]
    play = daily_tiers(rules, caps, tonight, selected, record=record, relieved=eased, working=working, likely=likely)
    why_not = play.capped_by + elsewhere * np.uint8(ASKED_ELSEWHERE)  # no cap lowers whom another program asks
    for (key, (_, own)), played, why in zip(targets.items(), play.played, why_not, strict=True):
        standings[key] = replace(standings[key], played=played.tobytes(), capped_by=why.tobytes(), own_targets=own)
    plan = RotationPlan(
        selected=selected,
        deferred={} if too_late else selection.deferred,
        targets={key: shown for key, (shown, _) in targets.items()},
        last_selected={**last_selected, **dict.fromkeys(selected, tonight)},
        lowered=int(play.lowered.any(axis=0).sum()),
        dropped=int(play.dropped.any(axis=0).sum()),
        lowered_by_tier=play.by_tier(play.lowered),
        dropped_by_tier=play.by_tier(play.dropped),
    )
    messages = (
        *members_not_asked(rules, plan, play, elsewhere=elsewhere, population=population, too_late=too_late),
        *night_warnings(rules, caps, tonight, plan=plan, play=play, history=history, values=values),
    )
    return PlannedRotation(replace(plan, warnings=messages), standings, play.budgets)


def _players(
    rules: ChallengeRules,
    selected: Sequence[str],
    values: Mapping[str, MetricValues],
    standings: Mapping[str, Standing],
    *,
    objecting: Flags,
    asked: Mapping[str, Flags],
) -> tuple[Grid, Mask]:
    """Return the tier of record of everybody who plays a category, 0 for others, and whom another program asks: (K, M).

    `asked`: by metric, whom another program asks for it.
    """
    playing = _mask((values[key].population.active for key in selected), len(objecting))
    elsewhere = playing & _mask((asked.get(rules.category(key).metric) for key in selected), len(objecting))
    playing |= objecting & ~np.array([[rules.category(key).opt_in] for key in selected], dtype=np.bool).reshape(-1, 1)
    tiers = [np.where(objecting, 1, np.frombuffer(standings[key].tier, dtype=np.uint8)) for key in selected]
    return np.array(tiers, dtype=np.uint8).reshape(playing.shape) * (playing & ~elsewhere), elsewhere


def without(population: Population, objecting: Flags) -> Population:
    """Return the members who are compared with each other: none who objects to it."""
    return replace(population, active=population.active & ~objecting) if objecting.any() else population


def members_among(roster: Roster, members: Iterable[str]) -> Flags:
    """Return which slots of the roster are those members': (M,)."""
    slots = {member.id: slot for slot, member in enumerate(roster)}
    flags = np.zeros(len(roster), dtype=np.bool)
    flags[[slots[member] for member in members if member in slots]] = True
    return flags


def _with_relief(
    rules: ChallengeRules,
    targets: Mapping[str, tuple[Targets, bytes]],
    standings: Mapping[str, Standing],
    *,
    record: Grid,
    relieved: Mapping[str, Flags],
) -> Grid:
    """Return the tier that each member plays by their tier of `record`, and an easier one with relief. (K, M)"""
    eased, played = _mask(map(relieved.get, targets), record.shape[1]), np.empty_like(record)
    for row, (key, (shown, _)) in enumerate(targets.items()):
        best = best_possible(rules.metric(rules.category(key).metric))
        played[row] = tiers_to_play(record[row], eased[row], shown, standings[key].peers, best)
    return played


def _values_by_category(
    rules: ChallengeRules, history: History, population: Population, take_part: Mapping[str, Flags]
) -> dict[str, MetricValues]:
    """Return the values of each category: nobody is compared with who does not take part."""
    everybody = night_values(rules, history, population)
    return {
        category.key: everybody.among(population.active & take_part[category.key])
        if category.key in take_part
        else everybody
        for category in rules.categories
    }


def night_values(rules: ChallengeRules, history: History, population: Population) -> MetricValues:
    """Return the values that tiers and targets follow. On speed, members whom the guard flags are left out."""
    flagged = np.zeros(population.members, dtype=np.bool)
    flagged[[flag.slot for flag in guard_flags(rules, history, population, until=history.last)]] = True
    return MetricValues(history, population, rules.tier_rule, flagged)


def silent_metrics(rules: ChallengeRules, history: History, tonight: date, previous: Assignment) -> set[str]:
    """Return the metrics of which nobody has had a figure for SILENT_DAYS.

    None is silent in a program that still waits for its first figures.
    """
    silent = set[str]()
    for metric in rules.metrics:
        since = metric.known_until(tonight) - SILENT_DAYS
        if last := history.last_known(metric.key, metric.known_until(tonight)):
            silent |= {metric.key} if last < since else set()
            continue
        standings = (previous.get(category.key) for category in rules.categories if category.metric == metric.key)
        had_figures = any(standing and standing.as_of for standing in standings)
        others_had = since >= history.first and any(history.last_known(other.key, since) for other in rules.metrics)
        silent |= {metric.key} if had_figures or others_had else set()
    return silent


def _updated_standings(
    rules: ChallengeRules,
    tonight: date,
    values: Mapping[str, MetricValues],
    previous: Assignment,
    silent: Collection[str],
) -> dict[str, Standing]:
    """Return everybody's standing after the days that are new; of a silent metric there are none."""
    standings = {}
    for category in rules.categories:
        known = values[category.key]
        population, members = known.population, known.population.members
        metric = rules.metric(category.metric)
        before = previous.get(category.key, Standing.new(members)).grown(members)
        today = replace(
            before,
            played=bytes(members),
            capped_by=bytes(members),
            peers=population.groups.index.astype(np.uint8).tobytes(),
            outside=(~population.active).tobytes() if category.opt_in else bytes(members),
            own_targets=b"",
        )
        last = known.history.last_known(metric.key, metric.known_until(tonight))
        until = None if metric.key in silent else last
        standings[category.key] = apply_days(today, known, metric, until=until) if until else today
    return standings


def night_targets(
    rules: ChallengeRules, key: str, tonight: date, values: MetricValues, standing: Standing
) -> tuple[Targets, bytes]:
    """Return a category's targets, and those of members who have others than their peer group, as in a Standing."""
    category = rules.category(key)
    metric = rules.metric(category.metric)
    day = target_day(metric, tonight, values)
    targets = targets_for(category, metric, values, np.frombuffer(standing.tier, dtype=np.uint8), day)
    return targets, own_targets(targets, metric, values, day)


def _mask(rows: Iterable[Flags | None], members: int) -> Mask:
    """Return the rows as one mask, (K, M); None is a row of nobody."""
    nobody = np.zeros(members, dtype=np.bool)
    flags = [nobody if row is None else row for row in rows]
    return np.array(flags, dtype=np.bool).reshape(len(flags), members)
