"""Store the ledger: entries with their activity as JSON and attributes for what is summed or searched, and the state.

The state's item must stay within one write unit, which is 1,024 bytes, so it is packed. What it keeps by name is kept
by three bytes of a digest of the name; `names` are those of the program. A name that the program no longer has stays in
the state under its bytes, so that a rule which comes back finds what it knew.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import batched, chain
from typing import Any

import msgspec

from ladder.adapters.aws import ATTEMPTS, Pause, backoff
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.member_records import recorded
from ladder.adapters.dynamodb.packing import unpack
from ladder.adapters.dynamodb.quarantine import DynamoQuarantine
from ladder.adapters.dynamodb.review_items import INDEXED, opened
from ladder.adapters.dynamodb.table import (
    ABSENT,
    NOT_ERASED,
    Clause,
    ConditionFailed,
    Item,
    Put,
    Table,
    Update,
    Write,
    erased,
    iso,
    unchanged_since,
)
from ladder.domain.activities.activity import ORDERED, REBUILT, Activity, Key, digest
from ladder.domain.errors import MemberErased, Superseded
from ladder.domain.message import Message
from ladder.domain.points.achievements import LOST
from ladder.domain.points.amendments import Amendments
from ladder.domain.points.ledger import (
    KEY_BYTES,
    Entry,
    EntryLine,
    Fingerprint,
    LedgerChange,
    OpenHold,
    State,
    StreakState,
    WeekMean,
    event_refused,
)
from ladder.domain.reviews.opening import hold_review_id, reviews_of
from ladder.domain.reviews.review import review_id


def to_item(partition: str, entry: Entry) -> Item:
    activity = entry.activity
    item: dict[str, Any] = {
        "pk": partition,
        "sk": keys.entry(activity.key),
        "type": activity.type,
        "occurred_at": iso(activity.occurred_at),
        "received_at": activity.received_at and iso(activity.received_at),
        "attributes": _text(dict(activity.attributes)),
        "digest": digest(activity),
        "version": entry.program_version,
        "points": entry.points,
        "spent": entry.spent or None,
        "held": entry.held or None,
        "lines": _text([_short(line) for line in entry.lines]) if entry.lines else None,
        "notes": _text([note.to_dict() for note in entry.notes]) if entry.notes else None,
        "reached": _text([message.to_dict() for message in entry.reached]) if entry.reached else None,
        "day": entry.day,
        "allowance": entry.allowance,
        "other_allowances": _text(dict(entry.other_allowances)) if entry.other_allowances else None,
        "sequence": entry.sequence,
        "recorded_at": entry.recorded_at and iso(entry.recorded_at),
        "lost": "badge" if _may_lose_a_badge(entry) else None,  # for the stream
    }
    return {name: value for name, value in item.items() if value is not None}


def _may_lose_a_badge(entry: Entry) -> bool:
    """Return whether it took a badge back, or corrected a state, which may have had one that it should not have."""
    return entry.activity.type == REBUILT or any(message.code in LOST.values() for message in entry.reached)


def from_item(item: Mapping[str, Any]) -> Entry:
    source, event = keys.event(item["sk"])
    return Entry(
        activity=Activity(
            source=source,
            id=event,
            type=item["type"],
            occurred_at=datetime.fromisoformat(item["occurred_at"]),
            received_at=_moment(item.get("received_at")),
            attributes=json.loads(item["attributes"]),
        ),
        program_version=item["version"],
        lines=tuple(map(_line, json.loads(item.get("lines", "[]")))),
        points=item["points"],
        spent=item.get("spent", 0),
        held=item.get("held", 0),
        notes=tuple(map(Message.from_dict, json.loads(item.get("notes", "[]")))),
        reached=tuple(map(Message.from_dict, json.loads(item.get("reached", "[]")))),
        day=item.get("day"),
        allowance=item.get("allowance"),
        other_allowances={int(day): points for day, points in json.loads(item.get("other_allowances", "{}")).items()},
        sequence=item["sequence"],
        recorded_at=_moment(item.get("recorded_at")),
    )


LINE_FIELDS = 7  # besides the reason


def _short(line: EntryLine) -> list[Any]:
    """Return the line's fields, the reason last, without trailing zeros."""
    fields: list[Any] = [line.rule, line.base, line.bonus, line.paid, line.held, line.carried, line.later]
    if line.because:
        return [*fields, line.because.to_dict()]
    while fields[-1] == 0:
        fields.pop()
    return fields


def _line(fields: list[Any]) -> EntryLine:
    """Return the line again, of its fields as `_short` has them."""
    because = Message.from_dict(fields.pop()) if isinstance(fields[-1], dict) else None
    rule, base, bonus, paid, held, carried, later = fields + [0] * (LINE_FIELDS - len(fields))
    return EntryLine(rule, base, bonus, paid, held, because, carried, later)


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MARK, DAY, TOKEN = 5, 2, 3  # bytes
WHOLE = 2**53  # up to which a float is the same whole number
UNKNOWN = "?"

type Names = Mapping[bytes, str]
type Marked = tuple[bytes, list[int]]  # marks, joined, and a number for each


class Packed(msgspec.Struct, array_like=True, frozen=True):
    """The packed state. The order of its fields is the format: a new field goes to the end, with a default.

    Days and weeks are kept as how long before `day` they were: small numbers are short.
    """

    counted: bytes
    as_of: tuple[int, str, str] | None  # microseconds
    day: int
    week: int
    week_used: int
    allowance: int | None
    used: dict[bytes, int]
    seen: Marked
    windows: dict[bytes, list[int]]
    streaks: dict[bytes, tuple[int, int, int, int, int]]
    days_off: list[int]  # of each leave the first day and how many more, flat
    failures: Marked
    weeks: dict[bytes, list[tuple[int, float, int]]]
    paths: dict[bytes, bytes]
    counts: Marked
    tiers: bytes  # the marks of all tiers of badges that the member has
    badges: dict[bytes, tuple[list[int], int]]  # places among them
    unlocks: bytes
    pending: bytes
    carried_over: dict[bytes, tuple[int, int]]
    short: bool = False
    week_rewards: int = 0


def tokens(names: Iterable[str]) -> dict[bytes, str]:
    return {_token(name): name for name in names}


def pack_state(state: State) -> bytes:
    day = state.day
    tiers = sorted({mark for marks, _ in state.badges.values() for mark in marks})
    packed = Packed(
        counted=state.counted,
        as_of=state.as_of and ((state.as_of[0] - EPOCH) // timedelta(microseconds=1), *state.as_of[1:]),
        day=day,
        week=day - state.week,
        week_used=state.week_used,
        allowance=state.allowance,
        used=_named(state.used),
        seen=_marked({mark: day - on for mark, on in state.seen.items()}),
        windows=_named({key: [day - matched for matched in days] for key, days in state.windows.items()}),
        streaks=_named(
            {
                key: (run.length, day - run.last, day - run.period, run.matches, run.best)
                for key, run in state.streaks.items()
            }
        ),
        days_off=[part for first, last in state.days_off for part in (day - first, last - first)],
        failures=_marked(state.failures),
        weeks=_named(
            {
                key: [(day - week.begins, _short_number(week.total), week.count) for week in weeks]
                for key, weeks in state.weeks.items()
            }
        ),
        paths=_named({key: b"".join(sorted(steps)) for key, steps in state.paths.items()}),
        counts=_marked(state.counts),
        tiers=b"".join(tiers),
        badges=_named({key: (sorted(map(tiers.index, marks)), day - on) for key, (marks, on) in state.badges.items()}),
        unlocks=b"".join(sorted(map(_token, state.unlocks))),
        pending=b"".join(state.amended_before_arrival),
        carried_over=_named(state.carried_over),
        short=state.allowance_reached,
        week_rewards=state.week_rewards,
    )
    return msgspec.msgpack.encode(packed)


def unpack_state(raw: bytes, names: Names) -> State:
    """Unpack a state, without the archive and the values that are attributes of the item."""
    packed = msgspec.msgpack.decode(raw, type=Packed)
    day, tiers = packed.day, _split(packed.tiers, KEY_BYTES)
    return State(
        counted=packed.counted,
        as_of=packed.as_of and (EPOCH + timedelta(microseconds=packed.as_of[0]), *packed.as_of[1:]),
        day=day,
        week=day - packed.week,
        week_used=packed.week_used,
        allowance=packed.allowance,
        used=_by_name(packed.used, names),
        seen={mark: day - ago for mark, ago in _by_mark(packed.seen).items()},
        windows={key: tuple(day - ago for ago in days) for key, days in _by_name(packed.windows, names).items()},
        streaks={
            key: StreakState(length=length, last=day - last, period=day - period, matches=matches, best=best)
            for key, (length, last, period, matches, best) in _by_name(packed.streaks, names).items()
        },
        days_off=tuple((day - ago, day - ago + more) for ago, more in batched(packed.days_off, 2, strict=True)),
        failures=_by_mark(packed.failures),
        weeks={
            key: [WeekMean(begins=day - ago, total=total, count=count) for ago, total, count in weeks]
            for key, weeks in _by_name(packed.weeks, names).items()
        },
        paths={key: frozenset(_split(steps, KEY_BYTES)) for key, steps in _by_name(packed.paths, names).items()},
        counts=_by_mark(packed.counts),
        badges={
            key: (frozenset(tiers[place] for place in places), day - ago)
            for key, (places, ago) in _by_name(packed.badges, names).items()
        },
        unlocks=frozenset(_name(token, names) for token in _split(packed.unlocks, TOKEN)),
        amended_before_arrival=tuple(_split(packed.pending, MARK)),
        carried_over=_by_name(packed.carried_over, names),
        allowance_reached=packed.short,
        week_rewards=packed.week_rewards,
    )


def pack_marks(marks: Mapping[Fingerprint, int]) -> bytes:
    """Pack fingerprints with their days, counted from 1970; two bytes last until 2149."""
    return b"".join(mark + (day - EPOCH.toordinal()).to_bytes(DAY) for mark, day in marks.items())


def unpack_marks(raw: bytes) -> dict[Fingerprint, int]:
    return {mark[:MARK]: EPOCH.toordinal() + int.from_bytes(mark[MARK:]) for mark in _split(raw, MARK + DAY)}


def _named[V](values: Mapping[str, V]) -> dict[bytes, V]:
    return {_token(name): value for name, value in values.items()}


def _by_name[V](values: Mapping[bytes, V], names: Names) -> dict[str, V]:
    return {_name(token, names): value for token, value in values.items()}


def _short_number(value: float) -> float:
    """Return a whole number as such, which takes three bytes instead of nine."""
    return int(value) if value.is_integer() and abs(value) < WHOLE else value


def _marked(values: Mapping[Fingerprint, int]) -> Marked:
    return b"".join(values), list(values.values())


def _by_mark(packed: Marked) -> dict[Fingerprint, int]:
    return dict(zip(_split(packed[0], MARK), packed[1], strict=True))


def _token(name: str) -> bytes:
    return bytes.fromhex(name[1:]) if name.startswith(UNKNOWN) else hashlib.sha256(name.encode()).digest()[:TOKEN]


def _name(token: bytes, names: Names) -> str:
    return names.get(token, f"{UNKNOWN}{token.hex()}")


def _split(raw: bytes, width: int) -> list[bytes]:
    return [raw[start : start + width] for start in range(0, len(raw), width)]


def state_item(partition: str, state: State) -> Item:
    return {
        "pk": partition,
        "sk": keys.STATE,
        "version": state.version,
        "entries": state.sequence,
        "earned": state.earned,
        "spent": state.spent,
        "held": state.held,
        "state": pack_state(state),
    }


UNTOUCHED = Clause("attribute_not_exists(taken) OR taken = :zero", {":zero": 0})


class DynamoLedger:
    """`names`: of everything in the rulebook that a state has values for; `audit`: the name of that table."""

    def __init__(self, table: Table, *, audit: str, names: Collection[str], pause: Pause = backoff) -> None:
        self._table = table
        self._audit = audit
        self._pause = pause
        self._names = tokens(names)

    def load(self, program: str, member: str, events: Collection[Key]) -> tuple[State, Mapping[Key, bytes]]:
        """Load the state and known digests in one read, archive included. Raises MemberErased after an erasure."""
        items = self._read(program, member, events)
        if erased(items.get(keys.STATE)):
            raise MemberErased("the member was erased")
        digests = {sk: item["digest"] for sk, item in items.items() if sk.startswith(keys.ENTRY)}
        return self._state(items), {keys.event(sk): known for sk, known in digests.items()}

    def states_of(self, program: str, members: Collection[str]) -> dict[str, State]:
        """Return the states, without archives, of those members who have one and were not erased."""
        wanted = {keys.member(program, member): member for member in members}
        items = self._table.get_many([(partition, keys.STATE) for partition in wanted])
        return {wanted[pk]: self._state({sk: item}) for (pk, sk), item in items.items() if not erased(item)}

    def load_including_erased(self, program: str, member: str) -> State:
        """Return the state, also of an erased member: for maintenance of the ledger."""
        return self._state(self._read(program, member, ()))

    def _read(self, program: str, member: str, events: Collection[Key]) -> dict[str, Item]:
        partition = keys.member(program, member)
        wanted = [keys.STATE, keys.ARCHIVE, *map(keys.entry, events)]
        return {sk: item for (_, sk), item in self._table.get_many([(partition, sk) for sk in wanted]).items()}

    def entries(self, program: str, member: str, *, count: int | None = None) -> list[Entry]:
        """Return entries in order. With `count`, read inconsistently at half the price; again where one is missing."""
        result = self._entries(program, member, consistent=count is None)
        return result if count is None or len(result) == count else self._entries(program, member, consistent=True)

    def latest(self, program: str, member: str, *, before: int | None = None, page: int) -> Iterator[Entry]:
        """Yield entries newest first, those below a sequence number. `page`: entries that one call reads.

        The index lags behind its table for a moment: the state says which entry is the newest, and a page that does
        not begin with it is read again.
        """
        pk = keys.member(program, member)
        state = self._table.get(pk, keys.STATE)
        newest = state["entries"] if state else 0
        below = newest + 1 if before is None else min(before, newest + 1)
        for tries in range(ATTEMPTS):
            found = self._table.query_index_back(BY_SEQUENCE, ("pk", pk), ("sequence", below), page=page)
            first = next(found, None)
            if below <= 1 or (first and first["sequence"] == below - 1):
                break
            self._pause(tries)
        yield from map(from_item, chain([first] if first else [], found))

    def find(self, program: str, member: str, events: Collection[Key]) -> dict[Key, Entry]:
        """Return the entries of these events, of those that have one."""
        partition = keys.member(program, member)
        items = self._table.get_many([(partition, keys.entry(event)) for event in events])
        return {entry.key: entry for entry in map(from_item, items.values())}

    def beginning(self, program: str, member: str, key: Key) -> list[Entry]:
        """Return the entries of a source whose event ids begin as the key's, in order; no other entry is read."""
        items = self._table.query(keys.member(program, member), keys.within(keys.entry(key)))
        return sorted(map(from_item, items), key=lambda entry: entry.sequence)

    def amendments(self, program: str, member: str, events: Collection[Key]) -> Amendments:
        """Return what amends these events: whether they were reversed, corrected or decided."""
        partition = keys.member(program, member)
        items = self._table.get_many([(partition, keys.amended(event)) for event in events])
        return Amendments(types={keys.event(sk): item.keys() - {"pk", "sk"} for (_, sk), item in items.items()})

    def commit(self, change: LedgerChange) -> None:
        partition = keys.member(change.program, change.member)
        state = {**state_item(partition, change.after), "version": change.before.version + 1}
        writes: list[Write] = [Put(item=to_item(partition, entry), only_if=ABSENT) for entry in change.entries]
        writes.append(Put(item=state, only_if=unchanged_since(change.before.version) & NOT_ERASED))
        if change.archives:
            archive = {"pk": partition, "sk": keys.ARCHIVE, "marks": pack_marks(change.after.archive)}
            writes.append(Put(item=archive, only_if=None))
        for entry in change.entries:
            if entry.activity.type == ORDERED:
                order: Item = {
                    "pk": keys.orders(change.program),
                    "sk": keys.order(change.member, entry.activity),
                    "item": str(entry.activity.attributes["item"]),
                    "version": entry.program_version,
                    "price": entry.spent,
                }
                writes.append(Put(item=order, only_if=None))
        for target, types in change.amended.items():
            writes.append(Update(pk=partition, sk=keys.amended(target), changes=dict.fromkeys(types, True)))
        writes += self._holds(partition, change)
        writes += map(opened, reviews_of(change))
        for withdrawal in change.withdrawals:
            writes.append(_counted(change.program, keys.reserve(withdrawal.day), withdrawal.before, withdrawal.points))
        for taken in change.stock:
            writes.append(_counted(change.program, keys.stock(taken.item), taken.before, taken.pieces))
        try:
            self._table.write(*writes)
        except ConditionFailed as refused:
            raise Superseded(f"somebody else wrote to member {change.member}") from refused

    def _holds(self, partition: str, change: LedgerChange) -> Iterator[Write]:
        """Yield the writes of what waits from now on, and of what does no longer, with its review.

        Open holds are indexed by their due date.
        """
        for key, hold in change.waiting.items():
            item: dict[str, Any] = {
                "pk": partition,
                "sk": keys.hold(key),
                "due_program": for_colleagues(change.program) if hold.waits_for_colleague else change.program,
                "due_at": change.due_at.isoformat(),
                "points": hold.points,
                "worth": hold.worth,
                "rules": _text(hold.rules),
                "review": hold_review_id(change, key),
            }
            yield Put(item=item, only_if=None)  # it may have waited before, perhaps long ago
        wanted = [(partition, keys.hold(key)) for key in change.decided]
        stored = self._table.get_many(wanted) if wanted else {}
        for key, place in zip(change.decided, wanted, strict=True):
            review = stored.get(place, {}).get("review") or review_id("hold", *key)
            yield Update(pk=partition, sk=keys.review(review), changes={"settled": True}, drop=INDEXED)
            if key not in change.waiting:
                yield Update(pk=partition, sk=place[1], changes={"decided": True}, drop=("due_program", "due_at"))

    def refuse(self, program: str, member: str, activity: Activity, *, at: datetime) -> None:
        """Audit an event whose id is already used with another body; a few of one event are enough."""
        with suppress(ConditionFailed, MemberErased):
            refused = event_refused(program, member, activity, at=at)
            self._table.write(*recorded(self._table, refused, self._audit))

    def quarantine(self, program: str, member: str, body: str, why: str) -> None:
        DynamoQuarantine(self._table).add(program, member, body, why)

    def quarantined(self, program: str, member: str) -> dict[str, str]:
        """Return the quarantined bodies, and why."""
        result = dict[str, list[Item]]()
        for item in self._table.query(keys.member(program, member), keys.within(keys.QUARANTINE)):
            result.setdefault(item["sk"].split("#")[1], []).append(item)
        return {unpack(b"".join(part["body"] for part in parts)).decode(): parts[0]["why"] for parts in result.values()}

    def _entries(self, program: str, member: str, *, consistent: bool) -> list[Entry]:
        items = self._table.query(keys.member(program, member), keys.within(keys.ENTRY), consistent=consistent)
        return sorted(map(from_item, items), key=lambda entry: entry.sequence)

    def _state(self, items: Mapping[str, Item]) -> State:
        item, archive = items.get(keys.STATE), items.get(keys.ARCHIVE)
        if item is None:
            return State()
        state = unpack_state(item["state"], self._names)
        state.version, state.sequence = item["version"], item["entries"]
        state.earned, state.spent, state.held = item["earned"], item["spent"], item["held"]
        state.archive = unpack_marks(archive["marks"]) if archive else {}
        return state


def _counted(program: str, sk: str, before: int, more: int) -> Write:
    """Change a counter that members share, if nobody changed it since it was read."""
    unmoved = Clause("taken = :before", {":before": before}) if before else UNTOUCHED
    return Update(pk=keys.shared(program), sk=sk, changes={"taken": before + more}, only_if=unmoved)


BY_SEQUENCE = "BySequence"  # an index of entries alone: nothing else in the table has a `sequence`
DUE = "Due"  # a sparse index: only what still waits is in it


def for_colleagues(program: str) -> str:
    """Return the index partition of what a colleague has to confirm: the clock reads another, the program's own."""
    return f"{program}#colleagues"


class DynamoHolds:
    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, program: str, now: datetime) -> list[OpenHold]:
        """Return the due holds that still wait, as they are now."""
        found = self._table.query_index(DUE, ("due_program", program), ("due_at", now.isoformat()))
        wanted = [(item["pk"], item["sk"]) for item in found]
        items = self._table.get_many(wanted) if wanted else {}
        return [open_hold(items[place]) for place in wanted if items.get(place, {}).get("due_program") == program]


def open_hold(item: Item) -> OpenHold:
    program, _, member = item["pk"].partition("#")
    event = keys.event(item["sk"])
    return OpenHold(
        member=member,
        event=event,
        worth=item.get("worth"),
        rules=tuple(json.loads(item.get("rules", "[]"))),
        review=item.get("review") or review_id("hold", *event),
        waits_for_colleague=item.get("due_program") == for_colleagues(program),
    )
