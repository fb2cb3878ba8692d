"""Replay everything a member ever did, where an event is late, corrected, reversed or decided.

Points are a function of the set of events: each is evaluated in the order in which they happened, under the version
of the rules and the allowance of its day that it was first evaluated under. What that changes for events that were paid
before stands in one adjusting line, in the entry of the event that brought it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ladder.domain.activities.activity import AMENDMENTS, LADDER, ORDERED, REBUILT, Activity, Key
from ladder.domain.message import Message
from ladder.domain.points.achievements import achievement_changes, award_achievements
from ladder.domain.points.amendments import Amendments
from ladder.domain.points.apply import WITHOUT_ALLOWANCE, Allowances, apply, day_of, rejection_reason
from ladder.domain.points.compiled import CompiledProgram, fingerprint, merged_counters
from ladder.domain.points.entry_text import recalculated
from ladder.domain.points.ledger import (
    ADJUSTED,
    MAX_AMENDED_BEFORE_ARRIVAL,
    ApplyResult,
    Entry,
    EntryLine,
    Hold,
    State,
)

CALCULATES_NOTHING = frozenset({ORDERED, REBUILT})
ALWAYS_REPLAY = b""  # no program's digest: more activities were amended before they arrived than the state remembers

type CompiledVersions = Mapping[int, CompiledProgram]  # by program version


def versions_of(entries: Iterable[Entry], version: Callable[[int], CompiledProgram]) -> CompiledVersions:
    """Return every version of the program that the entries were evaluated under. `version`: a published one."""
    return {number: version(number) for number in {entry.program_version for entry in entries}}


@dataclass(frozen=True, slots=True)
class ReplayItem:
    """An activity, and what it was, or is now, evaluated under."""

    activity: Activity
    compiled: CompiledProgram
    allowance: int | None

    @property
    def amends(self) -> bool:
        return self.activity.type in AMENDMENTS

    @property
    def rejection_reason(self) -> Message | None:
        return rejection_reason(self.compiled, self.activity)


def replay(
    versions: CompiledVersions,
    now: CompiledProgram,
    state: State,
    recorded: Sequence[Entry],
    arrived: Sequence[Activity],
    *,
    allowances: Allowances,
) -> tuple[State, list[Entry]]:
    """Return the state of all events, and an entry for each that arrived.

    `recorded` is the member's whole ledger and `state` what came of it; `versions` has every version that it was
    written under, `allowances` the local days of what arrived.
    """
    known = {**recorded_allowances(recorded), **allowances}
    fresh = [
        ReplayItem(activity, now, None if activity.type in WITHOUT_ALLOWANCE else known.get(day_of(now, activity)))
        for activity in arrived
    ]
    items = [*(_replay_item(entry, versions[entry.program_version], known) for entry in recorded), *fresh]
    after, results = _apply_all(items, now)
    after.version, after.sequence = state.version, state.sequence
    present = {item.activity.key for item in items}
    days = {entry.key: entry.day for entry in recorded} | {key: result.day for key, result in results.items()}
    entries = [_entry(item, results.get(item.activity.key, ApplyResult()), present, days) for item in fresh]
    if entries:  # the last one has what all of the arrived events changed for earlier ones, and for what
        last, (earned, spent, held) = entries[-1], balance([*recorded, *entries])
        rest, waiting, notes = after.earned - earned, after.held - held, last.notes
        targets = {activity.target for activity in arrived}
        if rest or state.held or after.waiting or any(entry.is_held and entry.key in targets for entry in recorded):
            before, results_before = recalculate(versions, now, recorded)
            after.waited = before.waiting
        if rest:
            changes = _paid_by_name(versions, recorded, results)
            changes.subtract(_paid_by_name(versions, recorded, results_before))
            by_name = changes if changes.total() == rest else {}  # else the ledger was inconsistent before
            notes = (*notes, recalculated(last.activity, rest, by_name))
        entries[-1] = replace(
            last,
            lines=(*last.lines, EntryLine(ADJUSTED, paid=rest, held=waiting)) if rest or waiting else last.lines,
            points=last.points + rest,
            spent=last.spent + after.spent - spent,
            held=last.held + waiting,
            notes=notes,
            reached=achievement_changes(now, state, after),
        )
    for index, entry in enumerate(entries):
        after.sequence += 1
        entries[index] = replace(entry, sequence=after.sequence)
    return after, entries


def recalculate(
    versions: CompiledVersions, now: CompiledProgram, recorded: Sequence[Entry]
) -> tuple[State, dict[Key, ApplyResult]]:
    """Return the state of all that is recorded, and the result of each event."""
    known = recorded_allowances(recorded)
    return _apply_all([_replay_item(entry, versions[entry.program_version], known) for entry in recorded], now)


def hold_of(
    versions: CompiledVersions, now: CompiledProgram, recorded: Sequence[Entry], key: Key, *also: Activity
) -> Hold | None:
    """Return what is held of an event as all that is recorded has it, and `also` what is not yet; None: nothing is."""
    known = recorded_allowances(recorded)
    items = [_replay_item(entry, versions[entry.program_version], known) for entry in recorded]
    _, results = _apply_all([*items, *(ReplayItem(activity, now, None) for activity in also)], now)
    return results[key].hold if key in results else None


def spendable_gain(versions: CompiledVersions, now: CompiledProgram, recorded: Sequence[Entry], *also: Activity) -> int:
    """Return how many more points the member has to spend, or held, with what is not recorded yet."""
    after, _ = replay(versions, now, State(), recorded, also, allowances={})
    earned, spent, held = balance(recorded)
    return after.spendable + after.held - (earned - spent + held)


def balance(entries: Iterable[Entry]) -> tuple[int, int, int]:
    """Return the sums of earned, spent and held points over the entries."""
    totals = [(entry.points, entry.spent, entry.held) for entry in entries]
    return sum(total[0] for total in totals), sum(total[1] for total in totals), sum(total[2] for total in totals)


def recorded_allowances(recorded: Iterable[Entry]) -> dict[int, int]:
    """Return the most the member could earn by day; it only grows."""
    allowances = dict[int, int]()
    for entry in recorded:
        own = {entry.day: entry.allowance} if entry.day is not None and entry.allowance is not None else {}
        for day, points in (*own.items(), *entry.other_allowances.items()):
            allowances[day] = max(allowances.get(day, 0), points)
    return allowances


def _replay_item(entry: Entry, compiled: CompiledProgram, allowances: Allowances) -> ReplayItem:
    """Return the entry's activity for replay. Under the program's cap, a day without an allowance pays nothing."""
    if entry.day is None or compiled.caps.program_daily_points is None:
        return ReplayItem(entry.activity, compiled, None)
    return ReplayItem(entry.activity, compiled, allowances.get(entry.day) or 0)


def _apply_all(items: Sequence[ReplayItem], now: CompiledProgram) -> tuple[State, dict[Key, ApplyResult]]:
    """Return the state of all items, and the result of each that is applied.

    Where the version changes, what its badges and unlocks require is looked at before its first item, as it was when
    that was evaluated. So what any version requires is counted from the beginning.
    """
    after, results, standing = State(), dict[Key, ApplyResult](), [item for item in items if not item.rejection_reason]
    amendments = Amendments.among(item.activity for item in standing)
    counters = merged_counters([now, *{item.compiled.digest: item.compiled for item in items}.values()])
    corrected = [(amendments.applied(item.activity), item) for item in standing]
    digest = None
    for activity, item in sorted(corrected, key=lambda pair: pair[0].order):  # a correction may move days off
        compiled = item.compiled
        if amendments.reverses(activity.key):
            continue
        if activity.type not in CALCULATES_NOTHING:
            if digest not in {None, compiled.digest}:
                award_achievements(compiled, after)
            digest = compiled.digest
        if not item.amends:
            decision = amendments.decision(activity.key)
            results[activity.key] = apply(
                compiled, after, activity, allowance=item.allowance, decision=decision, counters=counters
            )
    award_achievements(now, after)
    wanted = {counter.item.fingerprint for counters in now.counts.values() for counter in counters}
    after.counts = {counted: times for counted, times in after.counts.items() if counted in wanted}
    after.allowance = after.allowance or None
    after.waiting = {key: result.hold for key, result in results.items() if result.hold and result.hold.waits}
    present = {item.activity.key for item in items}
    early = tuple(fingerprint(*key) for key in amendments.targets if key not in present)
    after.amended_before_arrival = early[-MAX_AMENDED_BEFORE_ARRIVAL:]
    after.counted = now.digest if len(early) <= MAX_AMENDED_BEFORE_ARRIVAL else ALWAYS_REPLAY
    after.tidy()
    return after, results


def _entry(item: ReplayItem, result: ApplyResult, present: Collection[Key], days: Mapping[Key, int | None]) -> Entry:
    """Return the entry of an activity that arrived; an amendment falls under the day of what it amends."""
    target, rejected = item.activity.target, item.rejection_reason
    notes = [Message("points.not_counted", {"reason": rejected})] if rejected else []
    if item.amends and not rejected and target not in present:
        notes.append(Message("points.target_unknown"))
    return Entry(
        activity=item.activity,
        program_version=item.compiled.version,
        lines=result.lines,
        points=sum(line.paid for line in result.lines),
        spent=result.spent,
        held=sum(line.held for line in result.lines),
        notes=tuple(notes),
        reached=result.reached,
        day=(days.get(target) if target else None) if item.amends else result.day,
        allowance=None if item.amends else result.allowance,
    )


def _paid_by_name(
    versions: CompiledVersions, recorded: Sequence[Entry], results: Mapping[Key, ApplyResult]
) -> Counter[Message]:
    """Return the points of what is recorded, by the name that a member reads."""
    paid = Counter[Message]()
    for entry in recorded:
        texts = versions[entry.program_version].texts
        for line in results.get(entry.key, ApplyResult()).lines:
            paid[texts.name(line.rule, entry.activity)] += line.paid
    return paid


def replay_state(versions: Mapping[int, CompiledProgram], recorded: Sequence[Entry]) -> State:
    """Return the state by the ledger, under the rules by which it was last calculated.

    `versions` has every version that the ledger was written under. `version` stays 0: it counts writes.
    """
    if not recorded:
        return State()
    after, _ = replay(versions, versions[last_program_version(recorded)], State(), recorded, (), allowances={})
    after.sequence = max(entry.sequence for entry in recorded)
    return after


def last_program_version(recorded: Sequence[Entry]) -> int:
    """Return the program version that the last entry was calculated under; an order calculates nothing."""
    counting = [entry for entry in recorded if entry.activity.type != ORDERED] or recorded
    return max(counting, key=lambda entry: entry.sequence).program_version


def rebuild(
    stored: State, replayed: State, recorded: Sequence[Entry], *, program_version: int, at: datetime
) -> tuple[State, Entry]:
    """Return the state to write, and the entry that records it: it carries what the sum over all others lacks.

    No other entry changes. The entry's id holds the version that it replaces, so a second run finds it there.
    """
    after = replayed.copy()
    after.version, after.sequence = stored.version, replayed.sequence + 1
    if after.archive == stored.archive:
        after.archive = stored.archive
    earned, spent, held = balance(recorded)
    rest, waiting = after.earned - earned, after.held - held
    same = Message("points.rebuilt_same")
    changed = Message("points.rebuilt", {"points": after.earned, "before": stored.earned})
    return after, Entry(
        activity=Activity(
            source=LADDER,
            id=f"rebuild:{stored.version}",
            type=REBUILT,
            occurred_at=at,
            attributes={"earned": stored.earned, "spent": stored.spent, "held": stored.held},
        ),
        program_version=program_version,
        lines=(EntryLine(ADJUSTED, paid=rest, held=waiting),) if rest or waiting else (),
        points=rest,
        spent=after.spent - spent,
        held=waiting,
        notes=(same if stored.earned == after.earned else changed,),
        sequence=after.sequence,
        recorded_at=at,
    )
