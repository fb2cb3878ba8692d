"""Everything a member ever did, folded anew: what a late, corrected, reversed or decided event asks for.

Points are a function of the set of events: each is evaluated in the order in which things happened, under the version
of the rules and the allowance of its day that it was first evaluated under. What that changes for events that were paid
before stands in one adjusting line, in the entry of the event that brought it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ladder.domain.activities.activity import AMENDMENTS, LADDER, ORDERED, REBUILT, Activity, Key
from ladder.domain.points.achievements import achievement_changes, award_achievements
from ladder.domain.points.amendments import Amendments
from ladder.domain.points.apply import WITHOUT_ALLOWANCE, Allowances, apply, day_of, rejection_reason
from ladder.domain.points.compiled import CompiledProgram, fingerprint
from ladder.domain.points.entry_text import amendment_text, recalculation_text
from ladder.domain.points.ledger import ADJUSTED, MAX_PENDING, ApplyResult, Entry, EntryLine, State
from ladder.domain.text import quantity

ALWAYS_REPLAY = b""  # no book's digest: more amendments wait than the state remembers

type CompiledVersions = Mapping[int, CompiledProgram]  # program version -> its book


@dataclass(frozen=True, slots=True)
class ReplayItem:
    """An activity with what it was, or is now, evaluated under."""

    activity: Activity
    compiled: CompiledProgram
    allowance: int | None

    @property
    def amends(self) -> bool:
        return self.activity.type in AMENDMENTS

    @property
    def rejection_reason(self) -> str:
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
    """The state of all events, and an entry for each that arrived.

    `recorded` is the member's whole ledger and `state` what it left him with; `books` has every version that it was
    written under, `allowances` the local days of what arrived.
    """
    known = {**recorded_allowances(recorded), **allowances}
    fresh = [ReplayItem(each, now, _allowance(now, each, known)) for each in arrived]
    items = [*(_replay_item(each, versions[each.program_version], known) for each in recorded), *fresh]
    after, results = _apply_all(items, now)
    after.version, after.sequence = state.version, state.sequence
    present = {item.activity.key for item in items}
    days = {each.key: each.day for each in recorded} | {key: each.day for key, each in results.items()}
    entries = [_entry(item, results.get(item.activity.key, ApplyResult()), present, days) for item in fresh]
    if entries:
        last = _with_adjustment(entries, recorded, state, after, now)
        entries[-1] = _with_recalculation_text(last, versions, now, recorded, results)
    return after, [_numbered(entry, after) for entry in entries]


def recalculate(
    versions: CompiledVersions, now: CompiledProgram, recorded: Sequence[Entry]
) -> tuple[State, dict[Key, ApplyResult]]:
    """What everything that is recorded comes to, and what each event of it brought."""
    known = recorded_allowances(recorded)
    return _apply_all([_replay_item(each, versions[each.program_version], known) for each in recorded], now)


def balance(entries: Iterable[Entry]) -> tuple[int, int, int]:
    """Earned, spent and held, as the ledger has them."""
    totals = [(entry.points, entry.spent, entry.held) for entry in entries]
    return sum(total[0] for total in totals), sum(total[1] for total in totals), sum(total[2] for total in totals)


def recorded_allowances(recorded: Iterable[Entry]) -> dict[int, int]:
    """What the member could earn on a day; it only grows."""
    allowances = dict[int, int]()
    for entry in recorded:
        if entry.day is not None and entry.allowance is not None:
            allowances[entry.day] = max(allowances.get(entry.day, 0), entry.allowance)
    return allowances


def _allowance(compiled: CompiledProgram, activity: Activity, allowances: Allowances) -> int | None:
    return None if activity.type in WITHOUT_ALLOWANCE else allowances.get(day_of(compiled, activity))


def _replay_item(entry: Entry, compiled: CompiledProgram, allowances: Allowances) -> ReplayItem:
    """Under the program's cap nothing is paid on a day that nothing was allowed for: the cap must stand."""
    if entry.day is None or compiled.program.caps.program_daily_points is None:
        return ReplayItem(entry.activity, compiled, None)
    return ReplayItem(entry.activity, compiled, allowances.get(entry.day) or 0)


def _apply_all(items: Sequence[ReplayItem], now: CompiledProgram) -> tuple[State, dict[Key, ApplyResult]]:
    amendments, after, results = Amendments.among(item.activity for item in items), State(), dict[Key, ApplyResult]()
    standing = [
        item for item in items if not (item.amends or item.rejection_reason or amendments.reverses(item.activity.key))
    ]
    corrected = [(amendments.applied(item.activity), item) for item in standing]
    for activity, item in sorted(corrected, key=lambda each: each[0].order):  # a correction may move days off
        decision = amendments.decision(activity.key)
        results[activity.key] = apply(
            item.compiled, after, activity, allowance=item.allowance, decision=decision, counting=now
        )
    award_achievements(now, after)
    after.allowance = after.allowance or None
    after.held_lines = {key: each.lines for key, each in results.items() if any(line.held for line in each.lines)}
    present = {item.activity.key for item in items}
    pending = tuple(fingerprint(*key) for key in amendments.targets if key not in present)
    after.pending = pending[-MAX_PENDING:]
    after.counted = now.digest if len(pending) <= MAX_PENDING else ALWAYS_REPLAY
    after.tidy()
    return after, results


def _entry(item: ReplayItem, results: ApplyResult, present: Collection[Key], days: Mapping[Key, int | None]) -> Entry:
    """An amendment falls under the day of what it amends."""
    amended_day = days.get(item.activity.target) if item.activity.target else None
    return Entry(
        activity=item.activity,
        program_version=item.compiled.version,
        lines=results.lines,
        points=sum(line.paid for line in results.lines),
        spent=results.spent,
        held=sum(line.held for line in results.lines),
        sentence=_sentence(item, results, present),
        reached=results.reached,
        day=amended_day if item.amends else results.day,
        allowance=None if item.amends else results.allowance,
    )


def _sentence(item: ReplayItem, results: ApplyResult, present: Collection[Key]) -> str:
    if item.rejection_reason:
        return f"No points: {item.rejection_reason}."
    if item.amends:
        return amendment_text(item.activity, known=item.activity.target in present)
    return item.compiled.texts.of(item.activity, results)


def _with_adjustment(
    entries: Sequence[Entry], recorded: Sequence[Entry], before: State, after: State, now: CompiledProgram
) -> Entry:
    """The last of them also bears what all of them changed for others."""
    last, (earned, spent, held) = entries[-1], balance([*recorded, *entries])
    rest, waiting = after.earned - earned, after.held - held
    line = (EntryLine(ADJUSTED, paid=rest, held=waiting, because="counted anew"),) if rest or waiting else ()
    return replace(
        last,
        lines=(*last.lines, *line),
        points=last.points + rest,
        spent=last.spent + after.spent - spent,
        held=last.held + waiting,
        reached=achievement_changes(now, before, after),
    )


def _with_recalculation_text(
    entry: Entry,
    versions: CompiledVersions,
    now: CompiledProgram,
    recorded: Sequence[Entry],
    results: Mapping[Key, ApplyResult],
) -> Entry:
    """With what became of what had been paid before, in words."""
    rest = sum(line.paid for line in entry.lines if line.rule == ADJUSTED)
    if not rest:
        return entry
    _, before = recalculate(versions, now, recorded)
    changes = _paid_by_name(versions, recorded, results)
    changes.subtract(_paid_by_name(versions, recorded, before))
    by_name = changes if changes.total() == rest else {}  # a ledger that was off before cannot be told piece by piece
    return replace(entry, sentence=f"{entry.sentence} {recalculation_text(entry.activity, rest, by_name)}")


def _paid_by_name(
    versions: CompiledVersions, recorded: Sequence[Entry], results: Mapping[Key, ApplyResult]
) -> Counter[str]:
    """The points of what is recorded, by what a member reads that they are for."""
    paid = Counter[str]()
    for entry in recorded:
        wording = versions[entry.program_version].texts
        for line in results.get(entry.key, ApplyResult()).lines:
            paid[wording.name(line.rule, entry.activity)] += line.paid
    return paid


def _numbered(entry: Entry, after: State) -> Entry:
    after.sequence += 1
    return replace(entry, sequence=after.sequence)


def replay_state(versions: Mapping[int, CompiledProgram], recorded: Sequence[Entry]) -> State:
    """What the ledger says the state is, under the rules by which it was last counted.

    `books` has every version that the ledger was written under. `version` is left at 0: it counts writes, not events.
    """
    if not recorded:
        return State()
    after, _ = replay(versions, versions[last_program_version(recorded)], State(), recorded, (), allowances={})
    after.sequence = max(entry.sequence for entry in recorded)
    return after


def last_program_version(recorded: Sequence[Entry]) -> int:
    """The version of the program that the last entry was counted under; an order counts nothing."""
    counting = [entry for entry in recorded if entry.activity.type != ORDERED] or recorded
    return max(counting, key=lambda entry: entry.sequence).program_version


def rebuild(
    stored: State, replayed: State, recorded: Sequence[Entry], *, program_version: int, at: datetime
) -> tuple[State, Entry]:
    """The state to write, and the entry that says so: it carries what the sum over all others lacks.

    Nobody's entry is touched. The entry is known by the version that it replaces, so doing it again finds it there.
    """
    after = replayed.copy()
    after.version, after.sequence = stored.version, replayed.sequence + 1
    if after.archive == stored.archive:
        after.archive = stored.archive
    earned, spent, held = balance(recorded)
    rest, waiting = after.earned - earned, after.held - held
    return after, Entry(
        activity=Activity(
            source=LADDER,
            id=f"rebuild:{stored.version}",
            type=REBUILT,
            occurred_at=at,
            attributes={"earned": stored.earned, "spent": stored.spent, "held": stored.held},
        ),
        program_version=program_version,
        lines=(EntryLine(ADJUSTED, paid=rest, held=waiting, because="counted anew"),) if rest or waiting else (),
        points=rest,
        spent=after.spent - spent,
        held=waiting,
        sentence=_rebuild_text(stored, after),
        sequence=after.sequence,
        recorded_at=at,
    )


def _rebuild_text(stored: State, after: State) -> str:
    checked = "Your account was checked against your entries and put right"
    if stored.earned == after.earned:
        return f"{checked}; your points stay what they were."
    return f"{checked}: {quantity(after.earned, 'point')} earned, where it had said {stored.earned:,}."
