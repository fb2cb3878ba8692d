"""Plan one rotation: everybody's tiers, which categories run, their targets, and who plays which tier today.

Pure and vectorised over members: one call plans a whole program. Axes: K selected categories, M members.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from ladder.domain.calendar import Schedule
from ladder.domain.challenges.assignment import OWN_CAPS, PROGRAM_CAP, Assignment, Standing
from ladder.domain.challenges.budgets import allocate, plannable_points
from ladder.domain.challenges.cap_forecast import Grid, point_table, points_if_completed, within_member_caps
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.difficulty_relief import DifficultyRelief
from ladder.domain.challenges.evidence import contacts_on
from ladder.domain.challenges.forecast import Shares, attendance, payout
from ladder.domain.challenges.history import Flags, History
from ladder.domain.challenges.metric_values import MetricValues
from ladder.domain.challenges.peers import Population
from ladder.domain.challenges.program_cap import Mask, ProgramCap, sufficient_cap, within_cap
from ladder.domain.challenges.rotation import ByTier, RotationPlan, Targets
from ladder.domain.challenges.rules import TIERS, ChallengeRules
from ladder.domain.challenges.selection import Selection, select_categories
from ladder.domain.challenges.targets import targets_for
from ladder.domain.challenges.tiers import apply_days, days_to_apply
from ladder.domain.members.roster import Roster
from ladder.domain.text import quantity

LONG_WEEKEND = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class PlannedRotation:
    """`budgets`: a budget a member for the date, to be fixed with it; None where the program has no daily cap."""

    rotation_plan: RotationPlan
    assignment: Assignment
    budgets: list[int] | None = None


@dataclass(frozen=True, slots=True)
class DailyTiers:
    """Who plays what, step by step: tiers of record, relief, the member's own caps, the program's cap. (K, M) each."""

    record: Grid
    relieved: Grid
    capped: Grid
    played: Grid
    budgets: list[int] | None
    enough: int | None = None  # a program cap that would lower nobody; None: it lowers nobody now

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
) -> PlannedRotation:
    """Return the plan; the same arguments always give the same one.

    `seed`: the program's key. `previous`: the last live assignment of an earlier date. `taken`: metrics with somebody
    else's challenge on them.
    `relieved`: by category, who plays one tier easier.
    """
    values = MetricValues(history, population, rules.tier_rule)
    standings = _updated_standings(rules, tonight, values, previous)
    selection = select_categories(rules, tonight, seed=seed, taken=taken, last_selected=last_selected)
    selected, nobody = selection.categories, np.zeros(population.members, dtype=np.bool)
    shape = (len(selected), population.members)
    tiers = [np.frombuffer(standings[key].tier, dtype=np.uint8) * population.active for key in selected]
    record = np.array(tiers, dtype=np.uint8).reshape(shape)  # 0 for members who no longer play
    easier = np.array([relieved.get(key, nobody) for key in selected], dtype=np.bool).reshape(shape)
    working = attendance(history, population.active, tonight)
    # relief leaves nobody without a challenge
    play = daily_tiers(
        rules, caps, tonight, selected, record=record, relieved=record - (easier & (record > 1)), working=working
    )
    for row, key in enumerate(selected):
        columns = {"played": play.played[row].tobytes(), "capped_by": play.capped_by[row].tobytes()}
        standings[key] = replace(standings[key], **columns)
    lower = play.played < play.relieved
    lowered, dropped = lower & (play.played > 0), lower & (play.played == 0)
    plan = RotationPlan(
        selected=selected,
        deferred=selection.deferred,
        targets={key: _targets(rules, key, tonight, values) for key in selected},
        last_selected={**last_selected, **dict.fromkeys(selected, tonight)},
        lowered=int(lowered.any(axis=0).sum()),
        dropped=int(dropped.any(axis=0).sum()),
        lowered_by_tier=_by_tier(play.record, lowered),
        dropped_by_tier=_by_tier(play.record, dropped),
        warnings=(*_play_warnings(caps, selection, play), *_metric_warnings(rules, history, tonight)),
    )
    return PlannedRotation(plan, standings, play.budgets)


def daily_tiers(
    rules: ChallengeRules,
    caps: Caps,
    tonight: date,
    selected: Sequence[str],
    *,
    record: Grid,
    relieved: Grid,
    working: Shares,
) -> DailyTiers:
    """Return who plays which tier today.

    `record`: tiers of record; `relieved`: the same with relief; `working`: how likely each member is to work.
    """
    pays = point_table([rules.category(key) for key in selected], rules.reward_rules)
    capped, available = within_member_caps(relieved, pays, caps), plannable_points(caps)
    if available is None:
        return DailyTiers(record, relieved, capped, capped, None)
    played, worth = capped, points_if_completed(capped, pays, caps)
    wanted, enough = payout(worth, working), None
    if wanted > available:
        played = within_cap(capped, ProgramCap(record, pays, caps, working, available), tonight)
        worth, enough = points_if_completed(played, pays, caps), sufficient_cap(wanted, caps)
    budgets = allocate(caps, worth=worth, working=working)
    return DailyTiers(record, relieved, capped, played, None if budgets is None else budgets.tolist(), enough)


def _updated_standings(
    rules: ChallengeRules, tonight: date, values: MetricValues, previous: Assignment
) -> dict[str, Standing]:
    members = values.population.members
    peers = values.population.groups.index.astype(np.uint8).tobytes()
    standings = {}
    for category in rules.categories:
        metric = rules.metric(category.metric)
        before = previous.get(category.key, Standing.new(members)).grown(members)
        today = replace(before, played=bytes(members), capped_by=bytes(members), peers=peers)
        until = values.history.last_known(metric.key, metric.known_until(tonight))
        standings[category.key] = apply_days(today, values, metric, until=until) if until else today
    return standings


def _targets(rules: ChallengeRules, key: str, tonight: date, values: MetricValues) -> Targets:
    category = rules.category(key)
    metric = rules.metric(category.metric)
    until = metric.known_until(tonight)
    smoothed = values.value(metric, values.history.last_known(metric.key, until) or until)
    return targets_for(category, metric, smoothed, values.population.groups, rules.tier_rule)


def _by_tier(record: Grid, which: Mask) -> ByTier:
    first, second, third = (int(((record == tier) & which).sum()) for tier in TIERS)
    return first, second, third


def _play_warnings(caps: Caps, selection: Selection, play: DailyTiers) -> Iterator[str]:
    yield from (f"{key}: {why}" for key, why in selection.deferred.items())
    if play.relieved.any() and not play.played.any():
        yield (
            f"nobody plays: caps.program_daily_points ({caps.program_daily_points}) or the member's own caps "
            "are below the easiest challenge"
        )
    if play.enough is not None:
        yield _program_cap_warning(caps, play, play.enough)


def _program_cap_warning(caps: Caps, play: DailyTiers, enough: int) -> str:
    """Say what the program's cap took, and how to avoid it."""
    lower = play.played < play.capped
    effects = {"lowers those of": lower & (play.played > 0), "takes some away from": lower & (play.played == 0)}
    described = [
        f"{verb} {quantity(int(which.any(axis=0).sum()), 'member')} (of tier 1 / 2 / 3: "
        f"{' / '.join(map(str, _by_tier(play.record, which)))} challenges)"
        for verb, which in effects.items()
        if which.any()
    ]
    return (
        f"the program's cap of {caps.program_daily_points or 0:,} points is too small for tonight's "
        f"challenges: it {' and '.join(described)}; raise caps.program_daily_points to about {enough:,}, draw fewer "
        "categories a night, or let challenges pay less"
    )


def _metric_warnings(rules: ChallengeRules, history: History, tonight: date) -> Iterator[str]:
    """Yield which metrics are late or lost, by longer than a long weekend, and which come without contact counts."""
    last_days = {metric.key: history.last_known(metric.key, metric.known_until(tonight)) for metric in rules.metrics}
    for metric in rules.metrics:
        last = last_days[metric.key]
        if last is None or metric.known_until(tonight) - last > LONG_WEEKEND:
            yield f"{metric.key}: no figures since {last or 'the history begins'}, so nobody's tier moves by it"
    for key, last in last_days.items():
        if last and contacts_on(history, key, history.row(last)) is None:
            yield f"{key}: its source counts no contacts, so a day of one contact counts like any other"
