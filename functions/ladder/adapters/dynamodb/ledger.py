"""Store the ledger: entries with their activity as JSON, and attributes for what is summed or searched."""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from ladder.adapters.dynamodb import keys, member_keys
from ladder.adapters.dynamodb.audit import audited
from ladder.adapters.dynamodb.member_keys import NOT_ERASED, erased
from ladder.adapters.dynamodb.member_state import pack_marks, pack_state, tokens, unpack_marks, unpack_state
from ladder.adapters.dynamodb.packing import unpack
from ladder.adapters.dynamodb.quarantine import DynamoQuarantine
from ladder.adapters.dynamodb.review_items import hold_settled, opened
from ladder.adapters.dynamodb.table import (
    ABSENT,
    Clause,
    ConditionFailed,
    Item,
    Put,
    Table,
    Update,
    Write,
    unchanged_since,
)
from ladder.domain.activities.activity import Activity, Key, digest
from ladder.domain.errors import MemberErased, Superseded
from ladder.domain.points.ledger import Entry, EntryLine, LedgerChange, State, event_refused
from ladder.domain.reviews.opening import reviews_of


def to_item(partition: str, entry: Entry) -> Item:
    activity = entry.activity
    item: dict[str, Any] = {
        "pk": partition,
        "sk": member_keys.entry(activity.key),
        "type": activity.type,
        "occurred_at": _iso(activity.occurred_at),
        "received_at": _iso(activity.received_at),
        "attributes": _text(dict(activity.attributes)),
        "digest": digest(activity),
        "version": entry.program_version,
        "points": entry.points,
        "spent": entry.spent or None,
        "held": entry.held or None,
        "lines": _text([_short(line) for line in entry.lines]) if entry.lines else None,
        "sentence": entry.sentence,
        "reached": _text(entry.reached) if entry.reached else None,
        "day": entry.day,
        "allowance": entry.allowance,
        "sequence": entry.sequence,
        "recorded_at": _iso(entry.recorded_at),
    }
    return {name: value for name, value in item.items() if value is not None}


def from_item(item: Mapping[str, Any]) -> Entry:
    source, event = member_keys.event(item["sk"])
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
        lines=tuple(EntryLine(*line) for line in json.loads(item.get("lines", "[]"))),
        points=item["points"],
        spent=item.get("spent", 0),
        held=item.get("held", 0),
        sentence=item["sentence"],
        reached=tuple(json.loads(item.get("reached", "[]"))),
        day=item.get("day"),
        allowance=item.get("allowance"),
        sequence=item["sequence"],
        recorded_at=_moment(item.get("recorded_at")),
    )


def _short(line: EntryLine) -> list[Any]:
    """Return the line's fields without trailing zeros and empty texts."""
    fields: list[Any] = [line.rule, line.base, line.bonus, line.paid, line.held, line.because]
    while fields[-1] in {0, ""}:
        fields.pop()
    return fields


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


UNTOUCHED = Clause("attribute_not_exists(taken) OR taken = :zero", {":zero": 0})


class DynamoLedger:
    """`names`: of everything in the rulebook that a state has values for; `audit`: the name of that table."""

    def __init__(self, table: Table, *, audit: str, names: Collection[str]) -> None:
        self._table = table
        self._audit = audit
        self._names = tokens(names)

    def load(self, program: str, member: str, keys: Collection[Key]) -> tuple[State, Mapping[Key, bytes]]:
        """Load the state and known digests in one read, archive included. Raises MemberErased after an erasure."""
        items = self._read(program, member, keys)
        if erased(items.get(member_keys.STATE)):
            raise MemberErased("the member was erased")
        digests = {sk: item["digest"] for sk, item in items.items() if sk.startswith(member_keys.ENTRY)}
        return self._state(items), {member_keys.event(sk): each for sk, each in digests.items()}

    def load_including_erased(self, program: str, member: str) -> State:
        """Return the state, also of an erased member: for maintenance of the ledger."""
        return self._state(self._read(program, member, ()))

    def _read(self, program: str, member: str, keys: Collection[Key]) -> dict[str, Item]:
        partition = member_keys.member(program, member)
        wanted = [member_keys.STATE, member_keys.ARCHIVE, *map(member_keys.entry, keys)]
        return {sk: item for (_, sk), item in self._table.get_many([(partition, sk) for sk in wanted]).items()}

    def entries(self, program: str, member: str, *, count: int | None = None) -> list[Entry]:
        """Return entries in order. With `count`, read inconsistently at half the price; again where one is missing."""
        result = self._entries(program, member, consistent=count is None)
        return result if count is None or len(result) == count else self._entries(program, member, consistent=True)

    def commit(self, change: LedgerChange) -> None:
        try:
            self._table.write(*self._writes(change))
        except ConditionFailed as refused:
            raise Superseded(f"somebody else wrote to member {change.member}") from refused

    def refuse(self, program: str, member: str, activity: Activity, *, at: datetime) -> None:
        """Audit an event whose id is already used with another body, once."""
        with suppress(ConditionFailed):
            self._table.write(audited(event_refused(program, member, activity, at=at), self._audit))

    def quarantine(self, program: str, member: str, body: str, why: str) -> None:
        DynamoQuarantine(self._table).add(program, member, body, why)

    def quarantined(self, program: str, member: str) -> dict[str, str]:
        """Return the quarantined bodies, and why."""
        result = dict[str, list[Item]]()
        for item in self._table.query(member_keys.member(program, member), keys.within(member_keys.QUARANTINE)):
            result.setdefault(item["sk"].split("#")[1], []).append(item)
        return {unpack(b"".join(part["body"] for part in parts)).decode(): parts[0]["why"] for parts in result.values()}

    def _entries(self, program: str, member: str, *, consistent: bool) -> list[Entry]:
        items = self._table.query(
            member_keys.member(program, member), keys.within(member_keys.ENTRY), consistent=consistent
        )
        return sorted(map(from_item, items), key=lambda entry: entry.sequence)

    def _state(self, items: Mapping[str, Item]) -> State:
        item, archive = items.get(member_keys.STATE), items.get(member_keys.ARCHIVE)
        if item is None:
            return State()
        state = unpack_state(item["state"], self._names)
        state.version, state.sequence = item["version"], item["sequence"]
        state.earned, state.spent, state.held = item["earned"], item["spent"], item["held"]
        state.archive = unpack_marks(archive["marks"]) if archive else {}
        return state

    def _writes(self, change: LedgerChange) -> Iterator[Write]:
        partition = member_keys.member(change.program, change.member)
        for entry in change.entries:
            yield Put(item=to_item(partition, entry), only_if=ABSENT)
        current = {**state_item(partition, change.after), "version": change.before.version + 1}
        yield Put(item=current, only_if=unchanged_since(change.before.version) & NOT_ERASED)
        if change.archives:
            yield Put(item=_archive_item(partition, change), only_if=None)
        yield from _holds(partition, change)
        yield from map(opened, reviews_of(change))
        for withdrawal in change.withdrawals:
            yield _counted(change.program, member_keys.reserve(withdrawal.day), withdrawal.before, withdrawal.points)
        for taken in change.stock:
            yield _counted(change.program, member_keys.stock(taken.item), taken.before, taken.pieces)


def _counted(program: str, sk: str, before: int, more: int) -> Write:
    """Change a counter that members share, if nobody changed it since it was read."""
    unmoved = Clause("taken = :before", {":before": before}) if before else UNTOUCHED
    return Update(pk=member_keys.shared(program), sk=sk, changes={"taken": before + more}, only_if=unmoved)


def state_item(partition: str, state: State) -> Item:
    return {
        "pk": partition,
        "sk": member_keys.STATE,
        "version": state.version,
        "sequence": state.sequence,
        "earned": state.earned,
        "spent": state.spent,
        "held": state.held,
        "state": pack_state(state),
    }


def _archive_item(partition: str, change: LedgerChange) -> Item:
    return {"pk": partition, "sk": member_keys.ARCHIVE, "marks": pack_marks(change.after.archive)}


def _holds(partition: str, change: LedgerChange) -> Iterator[Write]:
    """Yield the writes of holds: open ones are indexed by their due date; decided ones lose that and their review."""
    for entry in change.held:
        item: dict[str, Any] = {
            "pk": partition,
            "sk": member_keys.hold(entry.key),
            "due_program": change.program,
            "due_at": change.due_at.isoformat(),
            "points": entry.waiting,
        }
        yield Put(item=item, only_if=None if entry in change.newly_held else ABSENT)  # it may have waited long ago
    for key in change.decided:
        yield hold_settled(partition, key)
        yield Update(pk=partition, sk=member_keys.hold(key), changes={"decided": True}, drop=("due_program", "due_at"))


DUE = "Due"  # a sparse index: only what still waits is in it


class DynamoHolds:
    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, program: str, now: datetime) -> list[tuple[str, Key]]:
        """Return members and events of due holds. One decided a moment ago may still be among them."""
        result = self._table.query_index(DUE, ("due_program", program), ("due_at", now.isoformat()))
        return [(item["pk"].partition("#")[2], member_keys.event(item["sk"])) for item in result]
