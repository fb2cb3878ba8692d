"""Everything that is kept of a member, as JSON: whatever kind of item stands in his partition is among it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ladder.adapters.dynamodb import member_keys
from ladder.adapters.dynamodb.ledger import DynamoLedger
from ladder.adapters.dynamodb.packing import to_json
from ladder.adapters.dynamodb.table import Item, Table
from ladder.domain.audit.records import is_reserved

STATE_KINDS = {member_keys.STATE, member_keys.ARCHIVE}
QUARANTINE = member_keys.QUARANTINE.removesuffix("#")


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
