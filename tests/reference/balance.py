"""A member's points by event and rule, and their balance: worked out from nothing but the set of their events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from ladder.domain.activities.activity import (
    BADGE_GRANTED,
    DAY_OFF,
    ORDERED,
    POINTS_GRANTED,
    REBUILT,
    REVERSED,
    Activity,
    Key,
)
from ladder.domain.points.rulebook import Requirement
from ladder.domain.programs.program import Program
from ladder.domain.validation.constraints import Plain
from tests.reference import history as past
from tests.reference.awards import awards, note_failures, pay, pay_carried_over
from tests.reference.events import AMENDMENTS, corrected, makes_sense, span, spoken_of, stands, whole
from tests.reference.history import Happened, History
from tests.reference.holds import decided

QUIET = (*AMENDMENTS, DAY_OFF, ORDERED, REBUILT)  # no rule looks at these


@dataclass(frozen=True, slots=True)
class Balance:
    earned: int
    spent: int
    held: int
    level: int
    badges: Mapping[str, int]  # the tier
    streaks: Mapping[str, tuple[int, int]]  # its length when it last counted, and the longest
    unlocks: frozenset[str]
    paths: Mapping[str, frozenset[str]]  # steps that are done


class ReferenceModel:
    """Works out what the members of a program should have. `older`: versions that some events came under."""

    def __init__(self, program: Program, *older: Program) -> None:
        self._program = program
        self._versions = {each.version: each for each in (*older, program)}

    def statement(
        self,
        events: Sequence[Activity],
        *,
        versions: Mapping[Key, int] | None = None,
        allowances: Mapping[date, int] | None = None,
    ) -> History:
        """Return what happened, in its order, with the points of each event by rule.

        `versions`: by event, where it is not the program's own; `allowances`: what a day's points were bound by.
        """
        off, history = self._days_off(events, versions or {}), list[Happened]()
        for event, program in sorted(
            self._standing(events, versions or {}), key=lambda pair: _order(pair[0], corrected(events, pair[0]))
        ):
            if event.type not in {ORDERED, REBUILT}:
                _recognise(history, program, off)  # under another version than before: all that happened before
            if event.type not in QUIET:
                day = past.day_after(history, program, event.occurred_at)
                week, allowance = past.week_after(history, program, day), (allowances or {}).get(day)
                history.append(Happened(event.key, event.type, corrected(events, event), program, day, week))
                _by_hand(history)
                note_failures(history[-1])
                known = decided(events, event)
                history[-1].was_released = known.released is not None
                for award in awards(history, off):
                    pay(history, award, known, allowance)
                pay_carried_over(history, allowance)
                _recognise(history, program, off)
        _recognise(history, self._program, off)
        return history

    def balance(
        self,
        events: Sequence[Activity],
        *,
        versions: Mapping[Key, int] | None = None,
        allowances: Mapping[date, int] | None = None,
    ) -> Balance:
        history, book = self.statement(events, versions=versions, allowances=allowances), self._program.rulebook
        off, standing = self._days_off(events, versions or {}), self._standing(events, versions or {})
        lengths = {each.key: past.streak_lengths(history, each.key, off) for each in book.streaks}
        steps = {each.key: {step.key for step in each.steps} for each in book.paths}
        done = {key: frozenset(past.steps_done(history, key) & known) for key, known in steps.items()}
        known = [*(each.key for each in book.badges), *(each.key for each in book.judged)]
        tiers = {key: past.tier(history, self._program, key) for key in known}
        return Balance(
            earned=past.earned(history),
            spent=sum(whole(corrected(events, each).get("price")) for each, _ in standing if each.type == ORDERED),
            held=sum(line.points for each in history for line in each.lines if line.outcome == "waits"),
            level=past.level(book.levels, history),
            badges={key: tier for key, tier in tiers.items() if tier},
            streaks={key: (found[-1], max(found)) for key, found in lengths.items() if found},
            unlocks=frozenset(key for each in history for key in each.unlocks),
            paths={key: keys for key, keys in done.items() if keys},
        )

    def _standing(self, events: Sequence[Activity], versions: Mapping[Key, int]) -> list[tuple[Activity, Program]]:
        """Return what stands, in any order, each with the version that it was evaluated under."""
        known = [(event, self._versions[versions.get(event.key, self._program.version)]) for event in events]
        return [
            (event, program)
            for event, program in known
            if stands(event, program)
            and makes_sense(event.type, event.attributes)
            and not spoken_of(events, event, REVERSED)
        ]

    def _days_off(self, events: Sequence[Activity], versions: Mapping[Key, int]) -> set[date]:
        """Return them whenever they were told: they are no event of a day."""
        days = [
            span(corrected(events, event)) for event, _ in self._standing(events, versions) if event.type == DAY_OFF
        ]
        return {first + timedelta(days=n) for first, last in days for n in range((last - first).days + 1)}


def _order(event: Activity, says: Mapping[str, Plain]) -> tuple[datetime, str, str]:
    """Return its place; days off come before the first of them has begun anywhere on Earth."""
    at = event.occurred_at
    if event.type == DAY_OFF:
        at = min(at, datetime.combine(span(says)[0], time(), UTC) - timedelta(hours=14))
    return at, event.source, event.id


def _by_hand(history: History) -> None:
    """Give points; and a badge that was granted, once, unless it is of a higher tier."""
    now, badge = history[-1], str(history[-1].says.get("badge"))
    if now.kind == POINTS_GRANTED:
        now.given = whole(now.says.get("points"))
    if now.kind == BADGE_GRANTED:
        tiers, name = past.tiers(now.program, badge), now.says.get("tier_name")
        tier = whole(now.says.get("tier", 1)) if name is None else [*tiers, name].index(name) + 1
        if past.tier(history, now.program, badge) < tier <= len(tiers):
            now.badges += [(badge, below) for below in tiers[:tier]]


def _recognise(history: History, program: Program, off: set[date]) -> None:
    """Open and award whatever is reached, until nothing new is: one may need the other."""
    while history and any(list(_newly_reached(history, program, off))):
        pass


def _newly_reached(history: History, program: Program, off: set[date]) -> Iterator[str]:
    for unlock in program.rulebook.unlocks:
        reached = all(_is_reached(history, program, each, off) for each in unlock.requires)
        if reached and not past.is_unlocked(history, unlock.key):
            history[-1].unlocks.append(unlock.key)
            yield unlock.key
    for badge in program.rulebook.badges:
        tier = past.tier(history, program, badge.key)  # tiers are reached in their order
        following = badge.tiers[tier : tier + 1] if not (badge.paused or program.paused) else ()
        if following and all(_is_reached(history, program, each, off) for each in following[0].requires):
            history[-1].badges += [(badge.key, below.name) for below in badge.tiers[: tier + 1]]
            yield badge.key


def _is_reached(history: History, program: Program, wanted: Requirement, off: set[date]) -> bool:
    key = wanted.key or ""
    match wanted.need:
        case "level":
            amount = past.level(program.rulebook.levels, history)
        case "points":
            amount = past.earned(history)
        case "streak":
            amount = max(past.streak_lengths(history, key, off), default=0)
        case "path":
            amount = len(past.noted(history, "finished", key))
        case "badge":
            amount = past.tier(history, program, key)
        case "unlock":
            amount = int(past.is_unlocked(history, key))
        case "count":
            amount = past.count(history, wanted.count) if wanted.count else 0
    return amount >= wanted.amount
