"""Erasure in DynamoDB. The state says that the member was erased, and every writer of his partition asks it.

Whoever wrote before that is found and replaced or deleted after it; whoever comes later is refused. So an award and an
erasure that race end as one of two: the award is among the anonymous facts, or it was dropped.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import batched
from typing import Any

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import keys, member_keys
from ladder.adapters.dynamodb import ledger as entry_items
from ladder.adapters.dynamodb.ledger import DynamoLedger, state_item
from ladder.adapters.dynamodb.member_keys import erased
from ladder.adapters.dynamodb.member_state import pack_marks
from ladder.adapters.dynamodb.packing import to_json
from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.adapters.dynamodb.rotations import from_item, progress
from ladder.adapters.dynamodb.table import (
    ABSENT,
    Clause,
    ConditionFailed,
    Delete,
    Item,
    Put,
    Table,
    Update,
    Value,
    unchanged_since,
)
from ladder.domain.activities.activity import Key
from ladder.domain.audit.records import is_reserved
from ladder.domain.errors import Unavailable
from ladder.domain.points.anonymised import SALT_BYTES
from ladder.domain.points.ledger import Entry, State

STATE_KINDS = {member_keys.STATE, member_keys.ARCHIVE}

QUARANTINE = member_keys.QUARANTINE.removesuffix("#")

TOGETHER = 40  # entries of a transaction: each is deleted and put
KEPT = (member_keys.STATE, member_keys.ARCHIVE)
KEPT_KINDS = (member_keys.ENTRY, f"{member_keys.IDENTITY}#")


class DynamoErasures:
    def __init__(self, members: Table, programs: Table) -> None:
        self._members = members
        self._programs = programs

    def close(self, program: str, member: str, *, at: datetime) -> bytes | None:
        pk = member_keys.member(program, member)
        for _ in range(ATTEMPTS):
            item = self._members.get(pk, member_keys.STATE)
            if item is not None and erased(item):
                salt: bytes | None = item.get("salt")
                return salt
            known = item or state_item(pk, State())
            new = secrets.token_bytes(SALT_BYTES)
            marked = {
                **known,
                "version": known["version"] + 1,
                "erased_at": at.astimezone(UTC).isoformat(),
                "salt": new,
            }
            try:
                self._members.write(Put(item=marked, only_if=unchanged_since(known["version"])))
            except ConditionFailed:
                continue
            return new
        raise Unavailable("others kept the member's ledger busy")

    def forget(self, program: str, member: str, *, user: str | None) -> None:
        """One by one: each may be gone already. What leads to his hashes goes at the end, see `finish`."""
        pk = member_keys.member(program, member)
        for item in list(self._members.query(pk)):
            if item["sk"] not in KEPT and not item["sk"].startswith(KEPT_KINDS):
                self._members.write(Delete(pk=pk, sk=item["sk"]))
        self._unnamed(program, user)

    def replace(self, program: str, member: str, entries: Sequence[tuple[Key, Entry]]) -> None:
        pk = member_keys.member(program, member)
        for together in batched(entries, TOGETHER, strict=False):
            puts = [Put(item=entry_items.to_item(pk, entry), only_if=ABSENT) for _, entry in together]
            goes = [Delete(pk=pk, sk=member_keys.entry(key)) for key, _ in together]
            try:
                self._members.write(*puts, *goes)
            except ConditionFailed as refused:
                raise Unavailable("the same member is being erased by somebody else") from refused

    def finish(self, program: str, member: str, state: State) -> None:
        pk = member_keys.member(program, member)
        item = self._members.get(pk, member_keys.STATE) or {}
        if "salt" in item:
            anonymous = {**state_item(pk, state), "version": item["version"] + 1, "erased_at": item["erased_at"]}
            writes: list[Put | Delete] = [Put(item=anonymous, only_if=unchanged_since(item["version"]))]
            if state.archive:
                writes.append(
                    Put(item={"pk": pk, "sk": member_keys.ARCHIVE, "marks": pack_marks(state.archive)}, only_if=None)
                )
            else:
                writes.append(Delete(pk=pk, sk=member_keys.ARCHIVE))
            try:
                self._members.write(*writes)
            except ConditionFailed as refused:
                raise Unavailable("the same member is being erased by somebody else") from refused
        for link in list(self._members.query(pk, member_keys.identities())):
            self._members.write(Delete(pk=pk, sk=link["sk"]))

    def _unnamed(self, program: str, user: str | None) -> None:
        """What the platform once said of them, and what was wrong with their figures, stands in rotations by user id.

        Whoever the roster has no longer goes too: a night that was under way may have named him after his erasure.
        """
        named = {each.user for each in DynamoPrograms(self._programs).roster(program) if not each.erased} - {user}
        for item in self._programs.query(program, keys.within(keys.rotation(""))):
            rotation = from_item(item)
            refused = {name: why for name, why in rotation.refused.items() if name in named}
            left_out = {name: why for name, why in rotation.left_out.items() if name in named}
            others = replace(rotation, refused=refused, left_out=left_out)
            if others != rotation:
                self._say_of_others(item, {name: progress(others)[name] for name in ("refused", "left_out")})

    def _say_of_others(self, rotation: Item, said: Mapping[str, Value]) -> None:
        was = {":refused": rotation["refused"], ":left_out": rotation["left_out"]}
        unmoved = Clause("refused = :refused AND left_out = :left_out", was)
        try:
            self._programs.write(Update(pk=rotation["pk"], sk=rotation["sk"], changes=said, only_if=unmoved))
        except ConditionFailed as moved:
            raise Unavailable("the night that names him is under way: try again when it is over") from moved


class DynamoPersonalData:
    """`ledger` knows the names of what a state holds."""

    def __init__(self, members: Table, audit: Table, ledger: DynamoLedger) -> None:
        self._members = members
        self._audit = audit
        self._ledger = ledger

    def of(self, program: str, member: str) -> Mapping[str, Sequence[Mapping[str, object]]]:
        found = dict[str, list[Mapping[str, object]]]()
        for item in self._members.query(member_keys.member(program, member)):
            kind = item["sk"].partition("#")[0]
            if kind not in {*STATE_KINDS, QUARANTINE}:
                found.setdefault(kind.lower(), []).append(_plain(item))
        state = self._ledger.load_including_erased(program, member)
        if state.version:
            found["state"] = [_json(state)]
        if parked := self._ledger.quarantined(program, member):
            found["quarantine"] = [{"body": body, "why": why} for body, why in parked.items()]
        return found

    def audited(self, program: str, member: str) -> Sequence[Mapping[str, object]]:
        """It reads the audit of the whole program."""
        records = (item for item in self._audit.query(program) if not is_reserved(item["sk"]))
        return [_plain(item) for item in records if _names(item, member)]


def _names(record: Item, member: str) -> bool:
    return member in {record.get("who"), record.get("about", {}).get("member")}


def _plain(item: Item) -> dict[str, object]:
    """Without the partition; keyed hashes, salts and digests as hexadecimal digits."""
    return {name: _value(value) for name, value in item.items() if name != "pk"}


def _value(value: Any) -> object:
    if isinstance(value, bytes):
        return value.hex()
    return {name: _value(each) for name, each in value.items()} if isinstance(value, dict) else value


def _json(state: object) -> dict[str, object]:
    """Marks are bytes of a digest, which JSON has no word for."""
    from dataclasses import fields  # noqa: PLC0415 - beside what uses it

    told = {each.name: getattr(state, each.name) for each in fields(state) if each.compare}  # type: ignore[arg-type]
    plain: dict[str, object] = json.loads(to_json({name: _marks(value) for name, value in told.items()}))
    return plain


def _marks(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {_marks(name): _marks(each) for name, each in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [_marks(each) for each in value]
    return value
