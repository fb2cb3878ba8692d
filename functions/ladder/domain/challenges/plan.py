"""Plan one rotation: everybody's tiers, which categories run, their targets, and who plays which tier today.

Pure and vectorised over members: one call plans a whole program. Axes: K selected categories, M members.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.assignment import ASKED_ELSEWHERE, OWN_CAPS, PROGRAM_CAP, Assignment, Standing
from ladder.domain.challenges.caps import COMPLETED, Caps
from ladder.domain.challenges.contacts_needed import ContactsNeeded, contacts_on
from ladder.domain.challenges.difficulty_relief import DifficultyRelief
from ladder.domain.challenges.expected_completion import Triple
from ladder.domain.challenges.gaming_guard import guard_flags
from ladder.domain.challenges.history import Flags, History
from ladder.domain.challenges.member_caps import Grid, point_table, points_if_completed, within_member_caps
from ladder.domain.challenges.participation import Choice
from ladder.domain.challenges.peers import Population
from ladder.domain.challenges.performance import MetricValues
from ladder.domain.challenges.plausibility import best_possible
from ladder.domain.challenges.program_cap import (
    Mask,
    ProgramCap,
    Shares,
    allocate,
    attendance,
    likely_completion,
    payout,
    plannable_points,
    sufficient_cap,
    within_cap,
)
from ladder.domain.challenges.quality_gates import gates_nobody_fails
from ladder.domain.challenges.rotation import ByTier, RotationPlan, Targets
from ladder.domain.challenges.rules import TIERS, ChallengeRules, Metric
from ladder.domain.challenges.selection import select_categories
from ladder.domain.challenges.targets import own_targets, targets_for, tiers_to_play
from ladder.domain.challenges.tied_members import tied_members
from ladder.domain.challenges.tiers import apply_days, days_to_apply
from ladder.domain.members.roster import Roster
from ladder.domain.message import Message, Parameter

LONG_WEEKEND = timedelta(days=4)
SILENT_DAYS = timedelta(days=14)  # without a figure of anybody, after which nobody is asked for what is not measured


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


@dataclass(frozen=True, slots=True)
class DailyTiers:
    """The tiers that members play, step by step: of record, after relief, own caps, the program's cap. (K, M) each."""

    record: Grid
    relieved: Grid
    capped: Grid
    played: Grid
    budgets: list[int] | None
    enough: int | None = None  # a program cap that would lower nobody; None: it lowers nobody now

    @property
    def lowered(self) -> Mask:
        """Return the challenges that a cap makes easier."""
        easier: Mask = (self.played < self.relieved) & (self.played > 0)
        return easier

    @property
    def dropped(self) -> Mask:
        """Return the challenges that a cap removes."""
        removed: Mask = (self.relieved > 0) & (self.played == 0)
        return removed

    @property
    def capped_by(self) -> Grid:
        """Return which cap lowered a challenge last."""
        which = np.zeros_like(self.record)
        which[self.capped < self.relieved] = OWN_CAPS
        which[self.played < self.capped] = PROGRAM_CAP
        return which


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
    objecting: Flags | None = None,  # who objects to adaptive difficulty: (M,)
    too_late: Message | None = None,  # why nothing is launched, whatever could be
) -> PlannedRotation:
    """Return the plan; the same arguments always give the same one.

    `seed`: the program's key. `previous`: the last live assignment of an earlier date. `taken`: metrics with a foreign
    challenge. `relieved`: by category, who plays one tier easier. `take_part`: by opt-in category, who takes part.
    Who objects plays the easiest tier of the others' targets, and sets none.
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
    playing = _mask((values[key].population.active for key in selected), population.members)
    elsewhere = playing & _mask((others.asked.get(rules.category(key).metric) for key in selected), population.members)
    playing |= objecting & ~np.array([[rules.category(key).opt_in] for key in selected], dtype=np.bool).reshape(-1, 1)
    tiers = [np.where(objecting, 1, np.frombuffer(standings[key].tier, dtype=np.uint8)) for key in selected]
    record = np.array(tiers, dtype=np.uint8).reshape(playing.shape) * (playing & ~elsewhere)  # 0: they do not play here
    targets = {key: night_targets(rules, key, tonight, values[key], standings[key]) for key in selected}
    eased = _with_relief(rules, targets, standings, record=record, relieved=relieved)
    working = attendance(history, population.active, tonight)
    likely = [shown.likely for shown, _ in targets.values()]
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
        lowered_by_tier=_by_tier(play.record, play.lowered),
        dropped_by_tier=_by_tier(play.record, play.dropped),
    )
    warnings = _warnings(rules, caps, tonight, plan=plan, play=play, history=history, values=values)
    messages = (*_asked_elsewhere(rules, plan, elsewhere), *_nobody_plays(plan, play, population, too_late), *warnings)
    return PlannedRotation(replace(plan, warnings=messages), standings, play.budgets)


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
    """Return the values of each category: only among those who take part is anybody compared, or asked what others
    reached.
    """
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


def daily_tiers(
    rules: ChallengeRules,
    caps: Caps,
    tonight: date,
    selected: Sequence[str],
    *,
    record: Grid,
    relieved: Grid,
    working: Shares,
    likely: Sequence[Triple | None],
) -> DailyTiers:
    """Return who plays which tier today.

    `record`: tiers of record; `relieved`: the same with relief; `working`: how likely each member is to work; `likely`:
    how often the challenges of each category's tiers are completed, where that is known.
    """
    pays = point_table([rules.category(key) for key in selected], rules.reward_rules)
    capped, available = within_member_caps(relieved, pays, caps), plannable_points(caps)
    if available is None:
        return DailyTiers(record, relieved, capped, capped, None)
    played, worth = capped, points_if_completed(capped, pays, caps)
    by_tier = np.array([[0.0, *(shares or [COMPLETED] * len(TIERS))] for shares in likely]).reshape(-1, 4)
    completed = likely_completion(capped, pays, by_tier)
    wanted, enough = payout(worth, working, completed), None
    if wanted > available:
        opt_in = np.array([rules.category(key).opt_in for key in selected], dtype=np.bool)
        cap = ProgramCap(np.maximum(record, relieved), pays, caps, working, available, opt_in, completed)
        played = within_cap(capped, cap, tonight)
        worth, enough = points_if_completed(played, pays, caps), sufficient_cap(wanted, caps)
    budgets = allocate(caps, worth=worth, working=working, completed=completed)
    return DailyTiers(record, relieved, capped, played, None if budgets is None else budgets.tolist(), enough)


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
    day = _last_known(metric, tonight, values)
    targets = targets_for(category, metric, values, np.frombuffer(standing.tier, dtype=np.uint8), day)
    return targets, own_targets(targets, metric, values, day)


def _fewer_tiers(
    rules: ChallengeRules,
    targets: Mapping[str, Targets],
    tonight: date,
    *,
    values: Mapping[str, MetricValues],
    play: DailyTiers,
) -> Iterator[Message]:
    """Yield which categories run with fewer than three tiers, because members are tied, or because the tiers that they
    are in would have to ask for the same.
    """
    for row, key in enumerate(targets):
        metric = rules.metric(rules.category(key).metric)
        if tie := tied_members(values[key], metric, _last_known(metric, tonight, values[key])):
            tied: dict[str, Parameter] = {"tied": tie.tied, "members": tie.members, "tiers": tie.tiers}
            value: dict[str, Parameter] = {"value": float(f"{tie.value:.4g}"), "unit": metric.unit}
            yield Message("rotation.tied_members", {"category": key, **tied, **value})
            continue
        shared = any(len(set(triple)) < len(TIERS) for triple in targets[key].by_peers.values())
        of_record, run = (
            np.count_nonzero(np.bincount(tiers[row], minlength=4)[1:]) for tiers in (play.record, play.relieved)
        )
        if shared and run < of_record:
            yield Message("rotation.fewer_tiers", {"category": key, "tiers": int(run)})


def _last_known(metric: Metric, tonight: date, values: MetricValues) -> date:
    """Return the day that tonight's targets rest on."""
    until = metric.known_until(tonight)
    return max(values.history.last_known(metric.key, until) or until, until - SILENT_DAYS)


def _by_tier(record: Grid, which: Mask) -> ByTier:
    first, second, third = (int(((record == tier) & which).sum()) for tier in TIERS)
    return first, second, third


def _mask(rows: Iterable[Flags | None], members: int) -> Mask:
    """Return the rows as one mask, (K, M); None is a row of nobody."""
    nobody = np.zeros(members, dtype=np.bool)
    flags = [nobody if row is None else row for row in rows]
    return np.array(flags, dtype=np.bool).reshape(len(flags), members)


def _asked_elsewhere(rules: ChallengeRules, plan: RotationPlan, elsewhere: Mask) -> Iterator[Message]:
    """Yield how many members another program asks for a metric of tonight's. `elsewhere`: (K, M)."""
    members = {rules.category(key).metric: int(elsewhere[row].sum()) for row, key in enumerate(plan.selected)}
    for metric, asked in members.items():
        if asked:
            yield Message("rotation.asked_elsewhere", {"metric": metric, "members": asked})


def _nobody_plays(
    plan: RotationPlan, play: DailyTiers, population: Population, too_late: Message | None
) -> Iterator[Message]:
    """Yield why nobody has a challenge tonight, where nobody has one."""
    if play.played.any():
        return
    if too_late:
        yield too_late
    elif not population.active.any():
        yield Message("rotation.no_active_members")
    elif not plan.selected:
        yield Message("rotation.no_category_runs", {"deferred": len(plan.deferred)})
    elif play.relieved.any():
        yield Message("rotation.nobody_plays")
    else:
        yield Message("rotation.all_asked_elsewhere")


def _warnings(
    rules: ChallengeRules,
    caps: Caps,
    tonight: date,
    *,
    plan: RotationPlan,
    play: DailyTiers,
    history: History,
    values: Mapping[str, MetricValues],
) -> Iterator[Message]:
    """Yield what the program's owner should know: categories that do not run, what caps take, missing values, and
    tiers that are one.

    Values are late when they are missing for longer than a long weekend.
    """
    for key, reason in plan.deferred.items():
        yield Message("rotation.deferred", {"category": key, "reason": reason})
    if play.enough is not None:
        taken = play.played < play.capped
        points: dict[str, Parameter] = {"points": caps.program_daily_points or 0, "enough": play.enough}
        for effect, which in (("lowered", taken & (play.played > 0)), ("dropped", taken & (play.played == 0))):
            by_tier = zip(TIERS, _by_tier(play.record, which), strict=True)
            points[effect] = int(which.any(axis=0).sum())  # members; and their challenges, by tier of record
            points |= {f"{effect}_{tier}": challenges for tier, challenges in by_tier}
        yield Message("rotation.program_cap_too_small", points)
    yield from gates_nobody_fails(rules, history, tonight)
    everybody = np.zeros(history.members, dtype=np.int16)
    for metric in rules.metrics:
        known_until = metric.known_until(tonight)
        last = history.last_known(metric.key, known_until)
        if last is None:
            yield Message("rotation.no_values", {"metric": metric.key})
            continue
        if known_until - last > LONG_WEEKEND:
            yield Message("rotation.no_values_since", {"metric": metric.key, "day": last.isoformat()})
        if contacts_on(history, metric.key, history.row(last)) is None:
            yield Message("rotation.no_contact_counts", {"metric": metric.key})
        elif ContactsNeeded(history, metric, everybody, rules.tier_rule).too_few_for_a_share(last):
            yield Message("rotation.few_known_contacts", {"metric": metric.key})
    yield from _fewer_tiers(rules, plan.targets, tonight, values=values, play=play)
