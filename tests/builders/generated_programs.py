"""Programs of every combination of rules, and edits of them by key: few keys and kinds of events, so that they meet.

All of them pass the check that a program must pass before it is published.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from itertools import batched
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from ladder.domain.activities.activity import EARLIEST, LATEST, Activity
from ladder.domain.activities.event_filter import Condition, EventFilter, Perseverance
from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.rules import RewardCondition, RewardRule
from ladder.domain.points.rulebook import (
    ActivityCount,
    Badge,
    BadgeTier,
    Level,
    Milestone,
    Path,
    Requirement,
    Rulebook,
    Step,
    Streak,
    Unlock,
)
from ladder.domain.points.rules import Bonus, Count, Improvement, Once, Rule
from ladder.domain.programs.check import check
from ladder.domain.programs.check_edits import check_edits
from ladder.domain.programs.program import Program
from tests.builders.capped_academy import MONDAY
from tests.builders.generated_events import START
from tests.builders.programs import composed

TYPES = ["learner.completed_module", "assessment.submitted", "forum.posted", "peer.assisted", "record.updated"]
SUBJECTS = st.sampled_from(["module", "colleague", "score"])
OFTEN, SELDOM = st.sampled_from([True, True, True, False]), st.sampled_from([False, False, False, True])
ZONES = st.sampled_from(["Europe/Paris", "Europe/Paris", "UTC", "America/New_York", "Pacific/Kiritimati"])

CONDITIONS = st.one_of(
    st.builds(Condition, attribute=st.just("passed"), equals=st.booleans()),
    st.builds(Condition, attribute=st.just("module"), one_of=st.sampled_from([("m1",), ("m1", "m2"), (1, "m3")])),
    st.builds(Condition, attribute=st.just("score"), at_least=st.sampled_from([10.0, 90.0])),
    st.builds(Condition, attribute=st.just("score"), at_most=st.sampled_from([12.0, 89.5])),
)
FILTERS = st.builds(
    EventFilter,
    types=st.lists(st.sampled_from(TYPES), min_size=1, max_size=2, unique=True).map(tuple),
    where=st.lists(CONDITIONS, max_size=1).map(tuple),
)


def seldom[T](something: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return SELDOM.flatmap(lambda one: something if one else st.none())


BONUSES = st.builds(
    Bonus,
    name=st.just("bonus"),
    percentage=st.sampled_from([10, 20.5, 50, 12.5]),
    where=st.lists(CONDITIONS, max_size=1).map(tuple),
)
ONCE = st.builds(Once, per=SUBJECTS, again_after_days=st.sampled_from([None, 1, 2, 7]))
PATTERNS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({}),
    st.fixed_dictionaries({}),
    st.fixed_dictionaries({"count": st.builds(Count, of=st.integers(2, 3), within_days=st.sampled_from([1, 3, 7]))}),
    st.fixed_dictionaries(
        {
            "perseverance": st.builds(
                Perseverance,
                subject=st.sampled_from(["module", "colleague"]),
                failed=FILTERS,
                after_failures=st.integers(1, 2),
            )
        }
    ),
    st.fixed_dictionaries(
        {
            "improvement": st.builds(
                Improvement,
                attribute=st.just("score"),
                percent=st.sampled_from([1.0, 10.0]),
                weeks=st.just(2),  # too few for a program file, and enough to be reached here
                direction=st.sampled_from(["higher", "lower"]),
            )
        }
    ),
)


@st.composite
def rules(draw: st.DrawFn, key: str, unlocks: Sequence[str]) -> Rule:
    own, waits = draw(SELDOM), draw(st.sampled_from(["", "", "", "", "hold", "colleague"]))
    return Rule(
        key=key,
        name=key.lower(),
        match=draw(FILTERS),
        points=0 if own else draw(st.sampled_from([5, 15, 40, 45])),
        points_from="worth" if own else None,
        bonuses=tuple(draw(st.lists(BONUSES, max_size=2))),
        once=draw(ONCE) if draw(st.booleans()) else None,
        daily_points=draw(seldom(st.sampled_from([15, 50]))),
        starts_on=MONDAY + timedelta(days=draw(st.integers(0, 4))) if draw(SELDOM) else None,
        ends_on=MONDAY + timedelta(days=draw(st.integers(4, 10))) if draw(SELDOM) else None,
        requires=draw(st.sampled_from([*unlocks, None, None, None])),
        hold="somebody looks at it" if waits == "hold" else None,
        confirm="colleague" if waits == "colleague" else None,
        paused=draw(SELDOM) and draw(SELDOM),
        **draw(PATTERNS),
    )


@st.composite
def streaks(draw: st.DrawFn, key: str) -> Streak:
    lengths = draw(st.lists(st.integers(1, 5), max_size=2, unique=True))
    return Streak(
        key=key,
        name=key.lower(),
        match=draw(FILTERS),
        every=draw(st.sampled_from(["day", "day", "week"])),
        at_least=draw(st.sampled_from([1, 1, 2])),
        grace=draw(st.sampled_from([0, 0, 1])),
        milestones=tuple(Milestone(length=n, points=draw(st.sampled_from([7, 20]))) for n in lengths),
    )


@st.composite
def paths(draw: st.DrawFn, key: str) -> Path:
    """Its steps in any order, each after some of those whose letters come before its own."""
    letters = draw(st.lists(st.sampled_from("ABCD"), min_size=1, max_size=3, unique=True))
    steps = tuple(
        Step(
            key=letter,
            name=letter.lower(),
            match=draw(FILTERS),
            after=tuple(other for other in letters if other < letter and draw(st.booleans())),
        )
        for letter in letters
    )
    return Path(key=key, name=key.lower(), points=draw(st.sampled_from([0, 33])), steps=steps)


@st.composite
def requirements(draw: st.DrawFn, keys: dict[str, Sequence[str]], levels: int) -> Requirement:
    """`keys`: of streaks, paths, unlocks and badges that it may name."""
    needs = [need for need, known in keys.items() if known] + ["level"] * (levels > 1)
    need = draw(st.sampled_from([*needs, "points", "count", "count"]))
    most = draw(st.integers(1, 3))
    match need:
        case "points":
            return Requirement(points=draw(st.sampled_from([10, 60, 150])))
        case "level":
            return Requirement(level=draw(st.integers(2, levels)))
        case "count":
            distinct = draw(st.none() | SUBJECTS)
            return Requirement(count=ActivityCount(match=draw(FILTERS), distinct=distinct), at_least=most)
        case "streak":
            return Requirement(streak=draw(st.sampled_from(keys["streak"])), at_least=most)
        case _:
            named: dict[str, Any] = {need: draw(st.sampled_from(keys[need]))}
            return Requirement(**named)


@st.composite
def badges(draw: st.DrawFn, key: str, keys: dict[str, Sequence[str]], levels: int) -> Badge:
    names = draw(st.lists(st.sampled_from(["bronze", "silver", "gold"]), min_size=1, max_size=3, unique=True))
    tiers = tuple(
        BadgeTier(name=name, requires=tuple(draw(st.lists(requirements(keys, levels), min_size=1, max_size=2))))
        for name in names
    )
    return Badge(
        key=key,
        name=key.lower(),
        description=key.lower(),
        tiers=tiers,
        owner="anna.l",
        review_on=MONDAY,
        paused=draw(SELDOM) and draw(SELDOM),
    )


REWARD_RULES = st.builds(
    RewardRule,
    name=st.just("reward"),
    description=st.just("reward"),
    evaluation_scope=st.just("DAILY"),
    conditions=st.lists(
        st.builds(
            RewardCondition,
            metric=st.just("CHALLENGE_COMPLETED"),
            operator=st.just("EQUALS"),
            value=st.sampled_from(["TIER_3", "ANY"]),
            bonus_percentage=st.sampled_from([50.0, 12.5]),
        ),
        min_size=1,
        max_size=2,
    ).map(tuple),
    max_daily_bonus_points=seldom(st.just(14)),
)
CAPS = st.builds(
    Caps,
    member_daily_points=seldom(st.sampled_from([60, 110])),
    member_weekly_points=seldom(st.sampled_from([130, 170])),
    member_daily_bonus_points=seldom(st.sampled_from([5, 30])),
    bonus_percent_of_base=seldom(st.sampled_from([0.0, 40.0])),
)


def some(*keys: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(keys), max_size=len(keys), unique=True)


@st.composite
def rulebooks(draw: st.DrawFn) -> Rulebook:
    streak_keys, path_keys, unlock_keys = draw(some("S0", "S1")), draw(some("P0", "P1")), draw(some("U0"))
    badge_keys, rule_keys = draw(some("B0", "B1")), draw(some("R0", "R1", "R2", "R3")) or ["R0"]
    levels = tuple(Level(name=f"{points}", points=points) for points in (0, *sorted(draw(st.sets(LEVELS, max_size=2)))))
    reachable: dict[str, Sequence[str]] = {"streak": streak_keys, "path": path_keys}
    needed = {**reachable, "unlock": unlock_keys}
    unlocks = [
        Unlock(key=key, name=key.lower(), requires=(draw(requirements(reachable, len(levels))),)) for key in unlock_keys
    ]
    return Rulebook(
        rules=tuple(draw(rules(key, unlock_keys)) for key in rule_keys),
        streaks=tuple(draw(streaks(key)) for key in streak_keys),
        levels=levels,
        unlocks=tuple(unlocks),
        paths=tuple(draw(paths(key)) for key in path_keys),
        badges=tuple(draw(badges(key, needed, len(levels))) for key in badge_keys),
        work_days=tuple(sorted(draw(st.sampled_from([{1, 2, 3, 4, 5}, {1, 2, 3, 4, 5, 6, 7}, {1, 2, 3, 4, 7}])))),
        holidays=tuple(MONDAY + timedelta(days=n) for n in draw(st.sampled_from([(), (), (3,), (1, 8)]))),
        late_days=draw(st.sampled_from([5, 5, 7])),
    )


LEVELS = st.sampled_from([20, 50, 100, 150])


@st.composite
def programs(draw: st.DrawFn, version: int = 1) -> Program:
    program = composed(
        key="academy",
        name="Academy",
        schedule=Schedule(
            time_zone=draw(ZONES), rotation_time=time(), day_starts_at=time(draw(st.sampled_from([0, 4])))
        ),
        reward_rules=tuple(draw(st.lists(REWARD_RULES, max_size=1))),
        caps=draw(CAPS),
        rulebook=draw(rulebooks()),
        version=version,
    )
    assume(is_playable(program))
    return program


SECTIONS = ("rules", "streaks", "unlocks", "paths", "badges")


@st.composite
def edits(draw: st.DrawFn, program: Program) -> Program:
    """An edit by key: of each section, things are kept, changed under their keys, removed, or new, in any order."""
    version = program.version + 1
    other = draw(programs(version))
    old, new = program.rulebook, other.rulebook
    whole = [name for name in ("levels", "work_days", "holidays", "late_days") if draw(SELDOM)]
    sections: dict[str, Any] = {name: getattr(new, name) for name in whole}
    sections |= {name: _merged(draw, getattr(old, name), getattr(new, name)) for name in SECTIONS}
    edited = replace(
        program,
        version=version,
        schedule=draw(st.sampled_from([program.schedule] * 5 + [other.schedule])),
        caps=draw(st.sampled_from([program.caps, other.caps])),
        paused=draw(SELDOM),
        rulebook=replace(old, **sections),
    )
    refused = any(problem.severity == "error" for problem in check_edits(program, edited, today=MONDAY))
    if is_playable(edited) and not refused:
        return edited
    return replace(program, version=version, caps=other.caps, paused=draw(st.booleans()))


def _merged(draw: st.DrawFn, old: Sequence[Any], new: Sequence[Any]) -> tuple[Any, ...]:
    """By key: as it was, as the other program has it, or neither; what is counted stays."""
    known = {each.key: each for each in old}
    found = list[Any]()
    for key in draw(st.permutations(sorted({each.key for each in (*old, *new)}))):
        choices = [each for each in (*old, *old, *new) if each.key == key] or [None]
        chosen = draw(st.sampled_from([*choices, *choices, None]))
        if isinstance(chosen, Streak) and key in known:
            chosen = replace(chosen, every=known[key].every)
        if isinstance(chosen, Rule) and key in known and chosen.once and known[key].once:
            chosen = replace(chosen, once=replace(chosen.once, per=known[key].once.per))
        if isinstance(chosen, Path) and key in known and draw(SELDOM):
            chosen = replace(chosen, steps=chosen.steps[::-1])
        found += [chosen] if chosen else []
    return tuple(found)


def is_playable(program: Program) -> bool:
    return all(problem.severity == "warning" for problem in check(program))


def stretched(activity: Activity, times: int) -> Activity:
    """Return it so many times as far from the beginning, as late as it was; what has an impossible date keeps it."""
    if not EARLIEST < activity.occurred_at < LATEST - timedelta(days=365):
        return activity
    moved = (activity.occurred_at - START) * (times - 1)
    received_at = activity.received_at and activity.received_at + moved
    return replace(activity, occurred_at=activity.occurred_at + moved, received_at=received_at)


type Deliveries = list[tuple[Program, list[list[Activity]]]]  # by version that is in force, the batches that arrive


@st.composite
def deliveries(
    draw: st.DrawFn, told: st.SearchStrategy[Activity], *, versions: int = 3, most: int = 16
) -> list[Deliveries]:
    """One set of events of a member, each under one version of a program, in two orders of delivery.

    First as they happened; then in any order, some of them again, and some ids again with another body.
    """
    known = [draw(programs())]
    for _ in range(draw(st.integers(0, versions - 1))):
        known.append(draw(edits(known[-1])))
    told_of = draw(st.lists(told, min_size=2, max_size=most, unique_by=lambda each: each.key))
    times = draw(st.sampled_from([1, 1, 1, 3, 7]))  # over ten days, a month or a quarter
    events = [stretched(each, times) for each in told_of]
    under = sorted(draw(st.lists(st.integers(0, len(known) - 1), min_size=len(events), max_size=len(events))))
    found = list[Deliveries]([[], []])
    for number, program in enumerate(known):
        mine = [each for each, version in zip(events, under, strict=True) if version == number]
        again = [each for each in mine if draw(SELDOM)]
        forged = [replace(each, attributes={**each.attributes, "forged": 1}) for each in mine if draw(SELDOM)]
        as_they_happened = sorted(mine, key=lambda each: each.order)
        as_they_come = [*draw(st.permutations([*mine, *again])), *forged]
        for course, events_in_order in zip(found, (as_they_happened, as_they_come), strict=True):
            batches = batched(events_in_order, draw(st.integers(1, 6)), strict=False)
            course.append((program, [list(batch) for batch in batches]))
    return found
