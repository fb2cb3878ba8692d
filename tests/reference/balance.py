"""A member's balance: each event after the other, asked of everything before it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

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
from tests.reference import history as past
from tests.reference.awards import awards, capped
from tests.reference.events import AMENDING, corrected, moment, spoken_of, standing, whole
from tests.reference.history import Happened, History
from tests.reference.holds import Outcome, outcome

QUIET = (*AMENDING, DAY_OFF, ORDERED, REBUILT)  # what no rule looks at


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
    """Of one program; `older`: versions of it that some events were evaluated under."""

    def __init__(self, program: Program, *older: Program) -> None:
        self._program = program
        self._versions = {each.version: each for each in (*older, program)}

    def balance(
        self,
        events: Sequence[Activity],
        *,
        versions: Mapping[Key, int] | None = None,
        allowances: Mapping[date, int] | None = None,
    ) -> Balance:
        """`versions`: by event, where it is not the program's own; `allowances`: what a day's points were bound by."""
        under = {event.key: self._versions[(versions or {}).get(event.key, self._program.version)] for event in events}
        told = [event for event in events if self._stands(events, event, under[event.key])]
        says = {event.key: corrected(events, event) for event in told}
        off = {day for event in told if event.type == DAY_OFF for day in _days_off(says[event.key])}
        history: History = []
        for event in sorted(told, key=lambda event: moment(event, says[event.key])):
            if event.type not in QUIET:
                history.append(Happened(event.type, says[event.key], event.occurred_at, under[event.key]))
                _by_hand(history)
                decided = partial(outcome, events, event)
                _happens(history, off, decided, (allowances or {}).get(history[-1].day))
        _recognise(history, self._program, off)
        spent = sum(whole(says[event.key].get("price")) for event in told if event.type == ORDERED)
        return self._sum(history, off, spent)

    def _stands(self, events: Sequence[Activity], event: Activity, program: Program) -> bool:
        return event.type not in AMENDING and standing(program, event) and not spoken_of(events, event, REVERSED)

    def _sum(self, history: History, off: set[date], spent: int) -> Balance:
        book, lines = self._program.rulebook, [line for each in history for line in each.lines]
        lengths = {streak.key: past.lengths(history, streak, off) for streak in book.streaks}
        done = {
            path.key: frozenset(past.steps_done(history, path.key)) & {step.key for step in path.steps}
            for path in book.paths
        }
        return Balance(
            earned=past.earned(history),
            spent=spent,
            held=sum(line.points for line in lines if line.held),
            level=past.level(book, history),
            badges={
                key: tier
                for key in sorted({key for each in history for key, _ in each.badges})
                if (tier := past.tier(book, history, key))
            },
            streaks={key: (found[-1], max(found)) for key, found in lengths.items() if found},
            unlocks=frozenset(key for each in history for key in each.unlocks),
            paths={key: steps for key, steps in done.items() if steps},
        )


def _by_hand(history: History) -> None:
    """Points that were given, and a badge that was granted: once, unless it is of a higher tier."""
    now, badge = history[-1], str(history[-1].attributes.get("badge"))
    if now.kind == POINTS_GRANTED:
        now.given = whole(now.attributes.get("points"))
    if now.kind == BADGE_GRANTED:
        book, tier = now.program.rulebook, whole(now.attributes.get("tier", 1))
        tiers = past.tiers(book, badge)
        if past.tier(book, history, badge) < tier <= len(tiers):
            now.badges.extend((badge, name) for name in tiers[:tier])


def _happens(history: History, off: set[date], decided: Callable[[str | None], Outcome], allowance: int | None) -> None:
    """The last one of the history: what it earns, and what it opens."""
    for award in awards(history, off):
        becomes = decided(award.hold)
        if becomes != "never paid":
            history[-1].lines.append(capped(history, award, allowance, waits=becomes == "waits"))
    _recognise(history, history[-1].program, off)


def _recognise(history: History, program: Program, off: set[date]) -> None:
    """Opens and awards whatever is reached, until nothing new is."""
    if not history:
        return
    now, before = history[-1], -1
    while before != len(now.unlocks) + len(now.badges):
        before = len(now.unlocks) + len(now.badges)
        for unlock in program.rulebook.unlocks:
            known = any(unlock.key in each.unlocks for each in history)
            if not known and all(_reached(history, program, each, off) for each in unlock.requires):
                now.unlocks.append(unlock.key)
        for badge in program.rulebook.badges:
            tier = past.tier(program.rulebook, history, badge.key)
            for number, wanted in list(enumerate(badge.tiers, start=1))[tier:]:
                if not all(_reached(history, program, each, off) for each in wanted.requires):
                    break
                now.badges.extend((badge.key, below.name) for below in badge.tiers[:number])


def _reached(history: History, program: Program, wanted: Requirement, off: set[date]) -> bool:
    book, key = program.rulebook, wanted.key
    match wanted.need:
        case "level":
            amount = past.level(book, history)
        case "points":
            amount = past.earned(history)
        case "streak":
            amount = max(past.lengths(history, next(each for each in book.streaks if each.key == key), off), default=0)
        case "path":
            amount = int(past.has_finished(history, str(key)))
        case "badge":
            amount = past.tier(book, history, str(key))
        case "unlock":
            amount = int(any(key in each.unlocks for each in history))
        case "count":
            amount = past.counted(history, wanted)
    return amount >= wanted.amount


def _days_off(says: Mapping[str, object]) -> list[date]:
    first = date.fromisoformat(str(says["first"]))
    last = date.fromisoformat(str(says.get("last", says["first"])))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
