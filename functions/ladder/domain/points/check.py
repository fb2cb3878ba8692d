"""Check a rulebook: rules, streaks, levels, paths, badges, team achievements, and what each asks for.

A rule pays something, for an outcome, a limited number of times, and not only for being fast. Nothing asks for what
does not exist, or waits for itself.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256
from itertools import pairwise

from ladder.domain.activities.activity import CANONICAL, COMPLETED, KUDOS_RECEIVED, POINTS_REPORTED, SUBJECTS
from ladder.domain.activities.check import RECORDED
from ladder.domain.activities.event_filter import Condition, EventFilter, Perseverance
from ladder.domain.challenges.caps import Caps
from ladder.domain.points.rulebook import (
    NEEDS,
    ActivityCount,
    Need,
    Requirement,
    Rulebook,
    matches,
    requirements,
    tests,
)
from ladder.domain.points.rules import Rule
from ladder.domain.validation.problem import Path, Problem, error, nearest, warning

MOST_IMPROVEMENTS = 2  # each keeps a quarter's weekly means in the member's state, which is 1,024 bytes in all
ACCESSED = "content.accessed"
COMPLETED_MODULE = "learner.completed_module"
DIGEST_BYTES = 3
_IN_STATE = ("rules", "streaks", "unlocks", "paths", "badges", "judged")
_SPEED = re.compile(r"duration|elapsed|handle_?time|handling_?time|aht|seconds|minutes|hours|time_(to|spent|taken)")
_QUALITY = re.compile(
    r"score|quality|passed|success|correct|accuracy|rating|grade|accepted|approved|resolved|csat|reopened"
)


def check_rulebook(rulebook: Rulebook, caps: Caps, own_types: Collection[str]) -> Iterator[Problem]:
    """Yield every problem of the section. `own_types`: of events that the program's sources report by its file.

    No two keys may have one digest: a member's state knows rules and goals by three bytes of it. Every member has the
    first level, and each level asks for more than the one before.
    """
    taken: dict[bytes, tuple[str, str]] = {}
    for section in _IN_STATE:
        for item in getattr(rulebook, section):
            digest = sha256(item.key.encode()).digest()[:DIGEST_BYTES]
            other = taken.setdefault(digest, (section, item.key))
            if other != (section, item.key):
                same = "the same key is" if other[1] == item.key else f"{other[1]}, which has the same digest, is"
                yield error((section, item.key), f"{same} in {other[0]}", "Rename one.")
    yield from check_filters(rulebook, own_types)
    yield from check_rules(rulebook, caps)
    yield from check_confirmed(rulebook)
    levels = rulebook.levels
    if levels and levels[0].points != 0:
        message = f"the first level is at {levels[0].points} points, so a new member has none"
        yield error(("levels", levels[0].name), message, "Put the first level at 0.")
    for below, level in pairwise(levels):
        if level.points <= below.points:
            message = f"{level.points} points are not more than the {below.points} of {below.name} before it"
            yield error(("levels", level.name), message, "Write the levels in order, each with more points.")
    for name, times in Counter(level.name for level in levels).items():
        if times > 1:
            yield error(("levels", name), f"{times} levels have this name", "Give each a name of its own.")
    yield from check_requirements(rulebook)
    yield from check_order(rulebook)
    for team in rulebook.teams:
        if team.target < team.floor:
            message = f"the team's target of {team.target} is less than the floor of {team.floor} for one member"
            yield error(("teams", team.key, "target"), message, f"Write {team.floor} or more.")


def check_confirmed(rulebook: Rulebook) -> Iterator[Problem]:
    """Check that what a colleague confirms is held for nothing else: one confirmation pays the whole event."""
    for rule in rulebook.rules:
        if not rule.confirm:
            continue
        if rule.hold:
            message = "waits for a colleague and for hold, and one confirmation would pay both"
            yield error(
                ("rules", rule.key, "hold"), message, "Leave hold out: members read that it waits for a colleague."
            )
        if COMPLETED in rule.match.types:
            message = "a completed challenge is settled by its figures, and nobody saw it who could confirm it"
            yield error(("rules", rule.key, "confirm"), message, "Leave confirm out.")
        for other in rulebook.rules:
            if other.hold and not other.confirm and (shared := set(rule.match.types) & set(other.match.types)):
                message = f"a colleague who confirms {min(shared)} would also pay what {other.key} holds back"
                yield error(
                    ("rules", rule.key, "confirm"), message, f"Write confirm for {other.key}, too, or for neither."
                )


def check_rules(rulebook: Rulebook, caps: Caps) -> Iterator[Problem]:
    unlocks = {unlock.key for unlock in rulebook.unlocks}
    improving = [rule.key for rule in rulebook.rules if rule.improvement]
    for key in improving[MOST_IMPROVEMENTS:]:
        message = f"{len(improving)} rules reward improvement ({', '.join(improving)})"
        yield error(("rules", key, "improvement"), message, f"Keep up to {MOST_IMPROVEMENTS}.")
    for rule in rulebook.rules:
        path = ("rules", rule.key)
        if not rule.points and rule.points_from is None:
            hint = "Write 1 point or more, or points_from."
            yield error((*path, "points"), "is missing or 0, so it pays nobody", hint)
        if rule.points and rule.points_from is not None:
            message = f"the rule already pays {rule.points} points"
            yield error((*path, "points_from"), message, "Keep points or points_from.")
        if rule.daily_points is not None and rule.daily_points < rule.points:
            message = f"{rule.daily_points} a day, so that its {rule.points} points are never paid in full"
            yield warning((*path, "daily_points"), message, f"Write {rule.points} or more.")
        yield from _pattern(rule)
        yield from _incentive(rule, caps)
        if rule.requires is not None and rule.requires not in unlocks:
            message = f"{rule.requires} is not in unlocks"
            yield error((*path, "requires"), message, nearest(rule.requires, unlocks))


def _pattern(rule: Rule) -> Iterator[Problem]:
    path = ("rules", rule.key)
    patterns = {"every": rule.count, "perseverance": rule.perseverance, "improvement": rule.improvement}
    names = [name for name, pattern in patterns.items() if pattern]
    if len(names) > 1:
        yield error(path, f"{' and '.join(names)} contradict each other", "Keep one, and make a rule of each other.")
    if rule.perseverance:
        yield from check_perseverance((*path, "perseverance"), rule.match, rule.perseverance)
    if rule.starts_on and rule.ends_on and rule.ends_on < rule.starts_on:
        message = f"it ends before it begins on {rule.starts_on}"
        yield error((*path, "until"), message, "Write a later day, or exchange both.")


def check_perseverance(path: Path, match: EventFilter, perseverance: Perseverance) -> Iterator[Problem]:
    if perseverance.failed == match:
        hint = "Write where: {passed: false} for a failed try, and where: {passed: true} beside it."
        yield error((*path, "failed"), "a failed try is the same as a successful one", hint)


def _incentive(rule: Rule, caps: Caps) -> Iterator[Problem]:
    """Check what a rule makes people do."""
    path = ("rules", rule.key)
    if COMPLETED in rule.match.types:
        hint = "Leave it out here; write a reward rule, or count completions for a badge or a streak."
        yield error((*path, "when"), f"{COMPLETED} pays by itself, and would be paid twice", hint)
    if ACCESSED in rule.match.types or (COMPLETED_MODULE in rule.match.types and not rule.match.where):
        hint = "Reward an outcome rather than participation: where: {score: {at_least: 80}}, or assessment.submitted."
        yield warning((*path, "when"), "it pays for participation, whatever was learnt", hint)
    limits = (rule.once, rule.daily_points, rule.count, rule.improvement, caps.member_daily_points)
    if all(limit is None for limit in limits):
        hint = "Write once_per: module or daily_points: 100 with it, or caps.member_daily_points for all."
        yield warning(path, "nothing limits how often it pays, so it can be inflated", hint)
    yield from _speed((*path, "where"), rule.match.where, ())
    for index, bonus in enumerate(rule.bonuses):
        yield from _speed((*path, "bonuses", index, "where"), bonus.where, rule.match.where)


def _speed(path: Path, tests: tuple[Condition, ...], others: tuple[Condition, ...]) -> Iterator[Problem]:
    if any(_QUALITY.search(test.attribute.casefold()) for test in (*tests, *others)):
        return
    for test in tests:
        if test.at_most is not None and _SPEED.search(test.attribute.casefold()):
            hint = "Test quality beside it, such as passed: true or score: {at_least: 80}."
            yield warning((*path, test.attribute), "it rewards being fast, however badly", hint)


MOST_COUNTS = 32  # of different things that are counted; each is kept in the member's state
_SUPPLEMENTS: dict[str, tuple[Need, ...]] = {"tier": ("badge",), "at_least": ("streak", "count")}
_SECTIONS: dict[Need, str] = {"streak": "streaks", "path": "paths", "badge": "badges", "unlock": "unlocks"}


def check_requirements(rulebook: Rulebook) -> Iterator[Problem]:
    """Check that each requirement is one thing that exists, in an amount that can be reached."""
    counted: dict[ActivityCount, Path] = {}
    for path, requirement in requirements(rulebook):
        if requirement.count:
            counted.setdefault(requirement.count, path)
        if len(requirement.needs) == 1:
            yield from _requirement(path, requirement, rulebook)
        else:
            needs = " and ".join(requirement.needs)
            message = f"it asks for {needs} at once" if needs else "it asks for nothing"
            yield error(path, message, f"Write one of {', '.join(NEEDS)} in each line.")
    for path in list(counted.values())[MOST_COUNTS : MOST_COUNTS + 1]:
        message = f"{len(counted)} different things are counted for unlocks and badges"
        yield error((*path, "count"), message, f"Keep up to {MOST_COUNTS}; tiers may count the same thing.")


def _requirement(path: Path, requirement: Requirement, rulebook: Rulebook) -> Iterator[Problem]:
    for key, needs in _SUPPLEMENTS.items():
        if getattr(requirement, key) is not None and requirement.need not in needs:
            hint = f"Leave it out; it goes with {' or '.join(needs)}."
            yield error((*path, key), f"{requirement.need} takes no {key}", hint)
    levels = len(rulebook.levels)
    if requirement.level and requirement.level > levels:
        hint = f"Write {levels} or less." if levels else "Write levels: {Newcomer: 0, Regular: 500}."
        yield error((*path, "level"), f"{requirement.level} is more than the {levels} levels", hint)
    tiers = next((len(badge.tiers) for badge in rulebook.badges if badge.key == requirement.badge), None)
    if tiers is not None and requirement.tier and requirement.tier > tiers:
        message = f"{requirement.tier} is more than the {tiers} tiers of {requirement.badge}"
        yield error((*path, "tier"), message, f"Write {tiers} or less.")
    section = _SECTIONS.get(requirement.need)
    if section:
        known = {item.key for item in getattr(rulebook, section)}
        if requirement.key not in known:
            message = f"{requirement.key} is not in {section}"
            yield error((*path, requirement.need), message, nearest(requirement.key or "", known))


def check_order(rulebook: Rulebook) -> Iterator[Problem]:
    """Check that nothing waits for itself, and a step of a path for other steps of it alone.

    What counts activities waits for nothing; rules wait for unlocks, and nothing waits for a rule.
    """
    for path in rulebook.paths:
        steps, order = ("paths", path.key, "steps"), dict[str, list[str]]()
        known = {step.key for step in path.steps}
        for step in path.steps:
            order[step.key] = [before for before in step.after if before in known]
            for index, before in enumerate(step.after):
                if before not in known:
                    message = f"{before} is not a step of this path"
                    yield error((*steps, step.key, "after", index), message, nearest(before, known))
        if first := find_cycle(order):
            message = f"nobody can begin: {' → '.join(first)}, each waits for the next"
            yield error((*steps, first[0], "after"), message, "Remove one of these from after.")
    waits = {("unlocks", unlock.key): _required(unlock.requires) for unlock in rulebook.unlocks}
    for badge in rulebook.badges:
        waits["badges", badge.key] = _required(needed for tier in badge.tiers for needed in tier.requires)
    for rule in rulebook.rules:
        if rule.requires:
            waits["rules", rule.key] = [("unlocks", rule.requires)]
    if cycle := find_cycle(waits):
        names = [key if section == "unlocks" else f"{section.removesuffix('s')} {key}" for section, key in cycle]
        message = f"nobody can ever have it: {' → '.join(names)}, each waits for the next"
        yield error(cycle[0], message, "Remove one of these requirements.")


def _required(requires: Iterable[Requirement]) -> list[tuple[str, str]]:
    """Return section and key of everything that is required by its key; of two needs in one, which is refused, none."""
    named = [(_SECTIONS.get(requirement.need), requirement.key) for requirement in requires]
    return [(section, key) for section, key in named if section and key]


def find_cycle[N: str | tuple[str, str]](waits: Mapping[N, Iterable[N]]) -> list[N]:
    """Return a cycle in the order of waiting, from its first in the alphabet back to it; empty where there is none."""
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        cycle: list[N] = error.args[1][:0:-1]  # graphlib names first what is waited for
        first = min(range(len(cycle)), key=lambda index: str(cycle[index]))
        return [*cycle[first:], *cycle[:first], cycle[first]]
    return []


_COMPLETIONS = ("TIER_1", "TIER_2", "TIER_3", "ANY")


def check_filters(rulebook: Rulebook, own_types: Collection[str]) -> Iterator[Problem]:
    """Check every event filter: types that exist, and one thing tested of each attribute."""
    known = {*CANONICAL, *own_types, COMPLETED, KUDOS_RECEIVED, POINTS_REPORTED} - RECORDED
    for path, match in matches(rulebook):
        for kind in match.types:
            if kind in RECORDED:
                message = f"{kind} is recorded by Ladder and is not something that people do"
                yield error((*path, "when"), message, "Name what somebody did, such as task.completed.")
            elif kind not in known:
                hint = f"{nearest(kind, known)} A source's events may report types of its own."
                yield warning((*path, "when"), f"unknown event type {kind}", hint)
    for path, test in tests(rulebook):
        conditions = {
            "equals": test.equals is not None,
            "in": bool(test.one_of),
            "at_least": test.at_least is not None,
            "at_most": test.at_most is not None,
        }
        names = [name for name, is_set in conditions.items() if is_set]
        if len(names) != 1:
            message = f"it tests {' and '.join(names)} at once" if names else "it tests nothing"
            yield error(path, message, "Write one value, {at_least: 80}, {at_most: 5} or {in: [a, b]}.")
        if test.attribute not in SUBJECTS:  # a source may report others as it likes
            continue
        # What is done has one spelling whatever the source: a number there becomes text, too.
        if test.at_least is not None or test.at_most is not None:
            message = f"{test.attribute} is always text, and is neither above nor below a number"
            yield warning(path, message, "Name the values that are meant: {in: [a, b]}.")
        others = [value for value in (test.equals, *test.one_of) if value is not None and not isinstance(value, str)]
        if others:
            quoted = ", ".join(f'"{json.dumps(value)}"' for value in others)
            message = f"{test.attribute} is always text, which no number equals"
            yield warning(path, message, f"Write it in quotes: {quoted}.")
