"""A program compiled for evaluation: rules by the type of activity they match, with conditions as functions."""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Self

from ladder.domain.activities.activity import COMPLETED, number
from ladder.domain.activities.event_filter import Condition, EventFilter
from ladder.domain.calendar.schedule import LocalDays, Schedule
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.rules import ChallengeRules
from ladder.domain.points.entry_text import EntryTexts
from ladder.domain.points.ledger import FINISHED, KEY_BYTES, BadgeTiers, Fingerprint, KeyMark, State
from ladder.domain.points.rulebook import ActivityCount, Badge, Path, Requirement, Rulebook, Step, Streak, Unlock
from ladder.domain.points.rules import Rule
from ladder.domain.validation.constraints import Plain

type Attributes = Mapping[str, Plain]
type Predicate = Callable[[Attributes], bool]


def predicate(conditions: Sequence[Condition]) -> Predicate:
    """Compile conditions to one function. Without any, every activity of the type matches."""
    checks = tuple((condition.attribute, _check(condition)) for condition in conditions)
    if not checks:
        return lambda _: True
    if len(checks) == 1:
        ((attribute, check),) = checks
        return lambda attributes: check(attributes.get(attribute))

    def holds(attributes: Attributes) -> bool:
        for attribute, check in checks:  # noqa: SIM110 - quicker than all(), and run for every rule and activity
            if not check(attributes.get(attribute)):
                return False
        return True

    return holds


def same(value: Plain, expected: Plain) -> bool:
    """Return whether two values are equal and of one kind: 1 is 1.0, but not "1" or true; None equals nothing."""
    return value is not None and value == expected and _kind(value) is _kind(expected)


def subject_fingerprint(of: str, subject: Plain) -> Fingerprint:
    """Return the fingerprint of a subject of a rule or count: the subjects 1 and 1.0 are one."""
    same_one = isinstance(subject, float) and subject.is_integer()
    return fingerprint(of, int(subject) if same_one else subject)  # type: ignore[arg-type]


def fingerprint(*parts: object) -> Fingerprint:
    """Return 5 bytes of digest: among 300 subjects of one member, two share them once in 25 million members."""
    text = json.dumps(parts, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.blake2b(text.encode(), digest_size=5).digest()


def key_mark(key: str) -> KeyMark:
    """Return 3 bytes of digest: among the 32 steps of a path, two share one once in thirty thousand paths."""
    return fingerprint(key)[:KEY_BYTES]


def tiers_by_badge(rulebook: Rulebook) -> dict[str, tuple[KeyMark, ...]]:
    """Return the marks of each badge's tiers, lowest first. What a judge gives has one tier, which has no name."""
    tiers = {badge.key: tuple(key_mark(tier.name) for tier in badge.tiers) for badge in rulebook.badges}
    return tiers | {badge.key: (FINISHED,) for badge in rulebook.judged}


def tier_reached(tiers: Sequence[KeyMark], badge: BadgeTiers | None) -> int:
    """Return the number of the highest of a badge's tiers that a member has; 0 where they have none.

    A tier is known by its name, so whoever has it has it wherever an edit puts it.
    """
    if badge:
        for number in range(len(tiers), 0, -1):
            if tiers[number - 1] in badge[0]:
                return number
    return 0


def _count_fingerprint(count: ActivityCount) -> Fingerprint:
    """Return the key of what is counted: requirements that count the same share it."""
    return fingerprint(asdict(count.match), count.distinct)


def _check(test: Condition) -> Callable[[Plain], bool]:
    least, most = test.at_least, test.at_most
    if least is not None:
        return lambda value: (reported := number(value)) is not None and reported >= least
    if most is not None:
        return lambda value: (reported := number(value)) is not None and reported <= most
    if test.one_of:
        return lambda value: any(same(value, expected) for expected in test.one_of)
    if isinstance(test.equals, bool):
        return lambda value: value is test.equals
    return lambda value: same(value, test.equals)


def _kind(value: Plain) -> type:
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)


type Amount = Callable[[State], int]


@dataclass(frozen=True, slots=True)
class Goal:
    requirement: Requirement
    needed: int
    amount: Amount


def all_met(goals: Sequence[Goal], state: State) -> bool:
    for goal in goals:  # noqa: SIM110 - quicker than all(), and run for every badge and activity
        if goal.amount(state) < goal.needed:
            return False
    return True


def level_at(rulebook: Rulebook, earned: int) -> int:
    """Return the level, from 1; without levels in the rulebook everybody is at 1."""
    return max(bisect_right(rulebook.levels, earned, key=lambda level: level.points), 1)


def _goals(requirements: Iterable[Requirement], rulebook: Rulebook) -> tuple[Goal, ...]:
    return tuple(Goal(requirement, requirement.amount, _amount(requirement, rulebook)) for requirement in requirements)


def _amount(requirement: Requirement, rulebook: Rulebook) -> Amount:
    """Return a function from a state to its progress on the requirement."""
    key = requirement.key or ""
    match requirement.need:
        case "level":
            amount: Amount = lambda state: level_at(rulebook, state.earned)
        case "points":
            amount = lambda state: state.earned
        case "streak":
            amount = lambda state: state.streaks[key].best if key in state.streaks else 0
        case "path":
            amount = lambda state: int(FINISHED in state.paths.get(key, ()))
        case "badge":
            marks = tiers_by_badge(rulebook).get(key, ())
            amount = lambda state: tier_reached(marks, state.badges.get(key))
        case "unlock":
            amount = lambda state: int(key in state.unlocks)
        case "count":
            counted = _count_fingerprint(requirement.count) if requirement.count else b""
            amount = lambda state: state.counts.get(counted, 0)
    return amount


@dataclass(frozen=True, slots=True)
class Matcher[Item]:
    """An item, such as a rule, a streak or a bonus percentage, and which activities of its type match it."""

    item: Item
    matches: Predicate


@dataclass(frozen=True, slots=True)
class ActivityCounter:
    """A count that badges and unlocks ask for, kept once however many of them do."""

    fingerprint: Fingerprint
    distinct: str | None


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """A step of a path; `after`: those that count before it, `early`: the mark of the step as done before them."""

    path: str
    mark: KeyMark
    early: KeyMark
    after: frozenset[KeyMark]

    @classmethod
    def of(cls, path: Path, step: Step) -> Self:
        early = fingerprint("early", step.key)[:KEY_BYTES]
        return cls(path.key, key_mark(step.key), early, frozenset(map(key_mark, step.after)))


@dataclass(frozen=True, slots=True)
class CompiledPath:
    """A path with its steps, and with their marks as they count and as they were done early."""

    item: Path
    steps: tuple[CompiledStep, ...]
    marks: frozenset[KeyMark]
    early: frozenset[KeyMark]

    @classmethod
    def of(cls, path: Path) -> Self:
        steps = tuple(CompiledStep.of(path, step) for step in path.steps)
        return cls(path, steps, frozenset(step.mark for step in steps), frozenset(step.early for step in steps))

    def counted(self, done: frozenset[KeyMark]) -> frozenset[KeyMark]:
        """Return the same marks, with each step that was done early counted once those before it count."""
        if done.isdisjoint(self.early):
            return done
        while counts := [step for step in self.steps if step.early in done and step.after <= done]:
            done = (done - {step.early for step in counts}) | {step.mark for step in counts}
        return done


type ByType[Item] = dict[str, tuple[Matcher[Item], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledProgram:
    """`bonuses[rule]`: percentages with their predicates; `failures`: rules of perseverance by what a failed try is.

    `carries`: what may pay something that was carried over, with the cap on its base points of a day.
    """

    key: str
    name: str
    version: int
    challenges: ChallengeRules
    rulebook: Rulebook
    caps: Caps
    paused: bool
    rules: ByType[Rule]
    failures: ByType[Rule]
    holds: frozenset[str]  # types of activities of which something may be held
    bonuses: dict[str, tuple[Matcher[float], ...]]
    streaks: ByType[Streak]
    steps: ByType[CompiledStep]
    paths: tuple[CompiledPath, ...]
    carries: dict[str, int | None]
    counts: ByType[ActivityCounter]
    unlocks: tuple[tuple[Unlock, tuple[Goal, ...]], ...]
    badges: tuple[tuple[Badge, tuple[tuple[Goal, ...], ...]], ...]  # goals by tier
    tiers: dict[str, tuple[KeyMark, ...]]  # by badge, also those that are paused or judged
    digest: bytes  # of all that opens badges and unlocks: a change makes them look back over the ledger
    texts: EntryTexts
    days: LocalDays

    @property
    def schedule(self) -> Schedule:
        return self.days.schedule

    @classmethod
    def of(
        cls,
        *,
        key: str,
        name: str,
        version: int,
        schedule: Schedule,
        challenges: ChallengeRules,
        rulebook: Rulebook,
        caps: Caps,
        paused: bool,
    ) -> Self:
        """Return the sections of one version of a program, ready to evaluate activities."""
        requirements = [unlock.requires for unlock in rulebook.unlocks]
        requirements += [tier.requires for badge in rulebook.badges for tier in badge.tiers]
        counts = [requirement.count for required in requirements for requirement in required if requirement.count]
        counted = {_count_fingerprint(count): count for count in counts}
        unlocks = [(unlock.key, [asdict(need) for need in unlock.requires]) for unlock in rulebook.unlocks]
        badges = [
            (badge.key, badge.paused, [(tier.name, [asdict(need) for need in tier.requires]) for tier in badge.tiers])
            for badge in rulebook.badges
        ]
        levels = [level.points for level in rulebook.levels]
        holding = [rule for rule in rulebook.rules if rule.hold or rule.confirm]
        persevering = (rule for rule in rulebook.rules if rule.perseverance)
        return cls(
            key=key,
            name=name,
            version=version,
            challenges=challenges,
            rulebook=rulebook,
            caps=caps,
            paused=paused,
            rules=_by_type((rule, rule.match) for rule in rulebook.rules),
            holds=frozenset((COMPLETED, *(kind for rule in holding for kind in rule.match.types))),
            failures=_by_type((rule, rule.perseverance.failed) for rule in persevering if rule.perseverance),
            bonuses={
                rule.key: tuple(Matcher(bonus.percentage, predicate(bonus.where)) for bonus in rule.bonuses)
                for rule in rulebook.rules
            },
            streaks=_by_type((streak, streak.match) for streak in rulebook.streaks),
            steps=_by_type((CompiledStep.of(path, step), step.match) for path in rulebook.paths for step in path.steps),
            paths=tuple(map(CompiledPath.of, rulebook.paths)),
            carries={
                **dict.fromkeys([item.key for items in (rulebook.streaks, rulebook.paths) for item in items]),
                **{rule.key: rule.daily_points for rule in rulebook.rules if not rule.paused},
            },
            counts=_by_type((ActivityCounter(key, count.distinct), count.match) for key, count in counted.items()),
            unlocks=tuple((unlock, _goals(unlock.requires, rulebook)) for unlock in rulebook.unlocks),
            badges=tuple(
                (badge, tuple(_goals(tier.requires, rulebook) for tier in badge.tiers))
                for badge in rulebook.badges
                if not badge.paused
            ),
            tiers=tiers_by_badge(rulebook),
            digest=hashlib.blake2b(json.dumps([unlocks, badges, levels]).encode(), digest_size=4).digest(),
            texts=EntryTexts(rulebook, challenges),
            days=LocalDays(schedule),
        )


def merged_counters(programs: Iterable[CompiledProgram]) -> ByType[ActivityCounter]:
    """Return what any of the programs, versions of one, counts for badges and unlocks."""
    by_type: dict[str, dict[Fingerprint, Matcher[ActivityCounter]]] = {}
    for program in programs:
        for kind, counters in program.counts.items():
            by_type.setdefault(kind, {}).update({counter.item.fingerprint: counter for counter in counters})
    return {kind: tuple(counters.values()) for kind, counters in by_type.items()}


def state_names(rulebook: Rulebook) -> Iterator[str]:
    """Yield every key that a state stores something under."""
    for items in (rulebook.rules, rulebook.streaks, rulebook.unlocks, rulebook.paths, rulebook.badges, rulebook.judged):
        yield from (item.key for item in items)


def _by_type[Item](items: Iterable[tuple[Item, EventFilter]]) -> ByType[Item]:
    by_type: dict[str, list[Matcher[Item]]] = {}
    for item, match in items:
        matcher = Matcher(item, predicate(match.where))
        for kind in match.types:
            by_type.setdefault(kind, []).append(matcher)
    return {kind: tuple(matchers) for kind, matchers in by_type.items()}
