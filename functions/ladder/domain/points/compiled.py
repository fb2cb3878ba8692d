"""A program's rulebook, made ready to be worked: rules by the type of activity that they look at."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Self

from ladder.domain.calendar import LocalDays
from ladder.domain.points.entry_text import EntryTexts
from ladder.domain.points.matching import Predicate, filter_fingerprint, predicate, step_mark
from ladder.domain.points.requirements import Goal, goal
from ladder.domain.points.state import Fingerprint, StepMark
from ladder.domain.programs.pausing import as_played
from ladder.domain.programs.program import Program
from ladder.domain.programs.rulebook import ActivityCount, Badge, Path, Requirement, Rulebook, Step, Streak, Unlock
from ladder.domain.programs.rules import EventFilter, Rule


@dataclass(frozen=True, slots=True)
class CompiledRule[Thing]:
    """A thing of the rulebook, and whether an activity of its type is one that it means."""

    thing: Thing
    fits: Predicate


@dataclass(frozen=True, slots=True)
class Counter:
    """What badges and unlocks count, once however many of them ask for it."""

    mark: Fingerprint
    distinct: str | None


@dataclass(frozen=True, slots=True)
class ReadyStep:
    """A step of a path; `after`: those that must be done before it."""

    path: str
    mark: StepMark
    after: frozenset[StepMark]


type ByType[Thing] = dict[str, tuple[CompiledRule[Thing], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledProgram:
    """`bonuses[rule]`: percentages with their predicates; `failures`: rules of perseverance by what a failed try is."""

    program: Program
    rules: ByType[Rule]
    failures: ByType[Rule]
    bonuses: dict[str, tuple[CompiledRule[float], ...]]
    streaks: ByType[Streak]
    steps: ByType[ReadyStep]
    paths: tuple[tuple[Path, frozenset[StepMark]], ...]  # with all their steps
    counts: ByType[Counter]
    unlocks: tuple[tuple[Unlock, tuple[Goal, ...]], ...]
    badges: tuple[tuple[Badge, tuple[tuple[Goal, ...], ...]], ...]  # goals by tier
    digest: bytes  # of what badges and unlocks ask for: another one makes them look back over the ledger
    wording: EntryTexts
    days: LocalDays

    @property
    def rulebook(self) -> Rulebook:
        return self.program.rulebook

    @property
    def version(self) -> int:
        return self.program.version

    @classmethod
    def of(cls, program: Program) -> Self:
        program = as_played(program)
        book = program.rulebook
        counted = {filter_fingerprint(each.match, each.distinct): each for each in _counts(book)}
        persevering = (rule for rule in book.rules if rule.perseverance)
        return cls(
            program=program,
            rules=_by_type((rule, rule.match) for rule in book.rules),
            failures=_by_type((rule, rule.perseverance.failed) for rule in persevering if rule.perseverance),
            bonuses={
                rule.key: tuple(CompiledRule(each.percentage, predicate(each.where)) for each in rule.bonuses)
                for rule in book.rules
            },
            streaks=_by_type((streak, streak.match) for streak in book.streaks),
            steps=_by_type((_step(path, step), step.match) for path in book.paths for step in path.steps),
            paths=tuple((path, frozenset(step_mark(step.key) for step in path.steps)) for path in book.paths),
            counts=_by_type((Counter(mark, each.distinct), each.match) for mark, each in counted.items()),
            unlocks=tuple((unlock, _goals(unlock.requires, book)) for unlock in book.unlocks),
            badges=tuple(
                (badge, tuple(_goals(tier.requires, book) for tier in badge.tiers))
                for badge in book.badges
                if not badge.paused
            ),
            digest=_digest(book),
            wording=EntryTexts(program),
            days=LocalDays(program.schedule),
        )


def names(program: Program) -> Iterator[str]:
    """Everything that a state keeps something under by name."""
    book = program.rulebook
    for things in (book.rules, book.streaks, book.unlocks, book.paths, book.badges, book.judged):
        yield from (thing.key for thing in things)


def _counts(book: Rulebook) -> Iterator[ActivityCount]:
    asked = [unlock.requires for unlock in book.unlocks]
    asked += [tier.requires for badge in book.badges for tier in badge.tiers]
    return (each.count for requires in asked for each in requires if each.count)


def _goals(requirements: Iterable[Requirement], book: Rulebook) -> tuple[Goal, ...]:
    return tuple(goal(each, book) for each in requirements)


def _step(path: Path, step: Step) -> ReadyStep:
    return ReadyStep(path.key, step_mark(step.key), frozenset(map(step_mark, step.after)))


def _by_type[Thing](things: Iterable[tuple[Thing, EventFilter]]) -> ByType[Thing]:
    found: dict[str, list[CompiledRule[Thing]]] = {}
    for thing, match in things:
        ready = CompiledRule(thing, predicate(match.where))
        for kind in match.types:
            found.setdefault(kind, []).append(ready)
    return {kind: tuple(each) for kind, each in found.items()}


def _digest(book: Rulebook) -> bytes:
    unlocks = [(unlock.key, [asdict(each) for each in unlock.requires]) for unlock in book.unlocks]
    badges = [(badge.key, [[asdict(each) for each in tier.requires] for tier in badge.tiers]) for badge in book.badges]
    return hashlib.blake2b(json.dumps([unlocks, badges]).encode(), digest_size=4).digest()
