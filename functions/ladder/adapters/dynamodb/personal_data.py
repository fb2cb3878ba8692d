"""Export and erase personal data. The state says that a member was erased; every write to their partition checks it.

Earlier writes are replaced or deleted by the erasure; later ones are refused. So an award that races with an erasure
ends in one of two ways: it is among the anonymous facts, or it was dropped. An export covers every kind of item in the
member's partition.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from datetime import date, datetime
from itertools import batched
from typing import Any

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb import ledger as entry_items
from ladder.adapters.dynamodb.audit import audited
from ladder.adapters.dynamodb.confirmations import forget_post
from ladder.adapters.dynamodb.credentials import DynamoCredentials, issued_credential
from ladder.adapters.dynamodb.kudos import forget_received, given_texts
from ladder.adapters.dynamodb.ledger import DynamoLedger, pack_marks, state_item
from ladder.adapters.dynamodb.outbox import forgotten
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
    erased,
    iso,
    not_erased,
    unchanged_since,
)
from ladder.domain.activities.activity import Key
from ladder.domain.audit.records import Record, is_reserved, stored_reason
from ladder.domain.calendar.appointments import AppointmentKey
from ladder.domain.calendar.icalendar import uid_of
from ladder.domain.errors import Unavailable
from ladder.domain.members.objections import PURPOSES
from ladder.domain.points.anonymised import SALT_BYTES
from ladder.domain.points.ledger import Entry, State
from ladder.domain.points.orders import order_key

STATE_KINDS = {keys.STATE, keys.ARCHIVE}
QUARANTINE = keys.QUARANTINE.removesuffix("#")
MAX_ENTRIES = 40  # entries of a transaction: each is deleted and put
KEPT = (keys.STATE, keys.ARCHIVE)
KEPT_KINDS = (keys.ENTRY, f"{keys.IDENTITY}#")


class DynamoErasures:
    def __init__(self, members: Table, programs: Table) -> None:
        self._members = members
        self._programs = programs

    def close(self, program: str, member: str, *, at: datetime) -> bytes | None:
        pk = keys.member(program, member)
        for _ in range(ATTEMPTS):
            item = self._members.get(pk, keys.STATE)
            if item is not None and erased(item):
                salt: bytes | None = item.get("salt")
                return salt
            known = item or state_item(pk, State())
            new = secrets.token_bytes(SALT_BYTES)
            marked = {
                **known,
                "version": known["version"] + 1,
                "erased_at": iso(at),
                "salt": new,
            }
            try:
                self._members.write(Put(item=marked, only_if=unchanged_since(known["version"])))
            except ConditionFailed:
                continue
            return new
        raise Unavailable("others kept the member's ledger busy")

    def forget(self, program: str, member: str, *, user: str | None) -> None:
        """Delete items one by one, as any may be gone already. `finish` deletes the links to the member's hashes.

        Rotations name platform refusals and implausible readings by user id. Users who are no longer in the roster are
        removed, too: a running rotation may name them after their erasure.
        """
        pk = keys.member(program, member)
        items = list(self._members.query(pk))
        erased_at = next((datetime.fromisoformat(item["erased_at"]) for item in items if erased(item)), None)
        for item in items:
            if (
                item["sk"].startswith(keys.CREDENTIAL) and erased_at
            ):  # who has it outside learns that it holds no longer
                DynamoCredentials(self._members).revoke(program, member, issued_credential(item), at=erased_at)
            if item["sk"] not in KEPT and not item["sk"].startswith(KEPT_KINDS):
                self._forget_elsewhere(program, member, item)
                self._members.write(Delete(pk=pk, sk=item["sk"]))
        for item in list(self._members.query(pk, keys.within(keys.entry(order_key(""))))):
            placed = keys.order(member, entry_items.from_item(item).activity)
            self._members.write(Delete(pk=keys.orders(program), sk=placed))
        forget_received(self._members, program, member)
        for purpose in PURPOSES:
            self._members.write(Delete(pk=keys.objections(program, purpose), sk=member))
        self._members.write(Delete(pk=keys.task_confirmers(program), sk=member))
        chosen = keys.participation(program)
        for item in list(self._members.query(chosen, keys.within(keys.choice(member, "")))):
            self._members.write(Delete(pk=chosen, sk=item["sk"]))
        roster = DynamoPrograms(self._programs).roster(program)
        named = {slot.user for slot in roster if not slot.erased} - {user}
        for item in self._programs.query(program, keys.within(keys.rotation(""))):
            rotation = from_item(item)
            refused = {name: why for name, why in rotation.refused.items() if name in named}
            left_out = {name: why for name, why in rotation.left_out.items() if name in named}
            others = replace(rotation, refused=refused, left_out=left_out)
            if others == rotation:
                continue
            changes = {name: progress(others)[name] for name in ("refused", "left_out")}
            before = {":refused": item["refused"], ":left_out": item["left_out"]}
            unmoved = Clause("refused = :refused AND left_out = :left_out", before)
            try:
                self._programs.write(Update(pk=item["pk"], sk=item["sk"], changes=changes, only_if=unmoved))
            except ConditionFailed as moved:
                why = "the rotation that names the member is running: try again when it has ended"
                raise Unavailable(why) from moved

    def _forget_elsewhere(self, program: str, member: str, item: Item) -> None:
        """Delete what an item of the member has led to outside their partition."""
        if item["sk"].startswith((keys.POSTED, keys.CONFIRMED)):  # posts stand in partitions of their own
            forget_post(self._members, program, item)
        elif item["sk"].startswith(keys.OUTBOX):
            self._forget_message(item)
        elif item["sk"] == keys.KUDOS_GIVEN:
            self._forget_thanks(program, member, item)
        for leads in leads_to(program, member, item):
            self._members.write(Delete(pk=leads, sk=keys.LEADS))

    def _forget_thanks(self, program: str, member: str, given: Item) -> None:
        """Delete what the member wrote to colleagues, and take it back from channels."""
        for pk, sk, about in given_texts(program, member, given):
            for item in list(self._members.query(pk, keys.within(keys.OUTBOX))):
                if item["about"] == about:
                    self._forget_message(item)
            self._members.write(Delete(pk=pk, sk=sk))

    def _forget_message(self, item: Item) -> None:
        """Delete a message; what was sent stays without its words until it is taken back."""
        if sent := forgotten(item):
            with suppress(ConditionFailed):  # an erasure that was killed had left it before
                self._members.write(sent)
        self._members.write(Delete(pk=item["pk"], sk=item["sk"]))

    def replace(self, program: str, member: str, entries: Sequence[tuple[Key, Entry]]) -> None:
        pk = keys.member(program, member)
        for batch in batched(entries, MAX_ENTRIES, strict=False):
            puts = [Put(item=entry_items.to_item(pk, entry), only_if=ABSENT) for _, entry in batch]
            goes = [Delete(pk=pk, sk=keys.entry(key)) for key, _ in batch]
            try:
                self._members.write(*puts, *goes)
            except ConditionFailed as refused:
                raise Unavailable("the same member is being erased by somebody else") from refused

    def finish(self, program: str, member: str, state: State) -> None:
        pk = keys.member(program, member)
        item = self._members.get(pk, keys.STATE) or {}
        if "salt" in item:
            day = datetime.fromisoformat(item["erased_at"]).replace(hour=0, minute=0, second=0, microsecond=0)
            anonymous = {**state_item(pk, state), "version": item["version"] + 1, "erased_at": iso(day)}
            writes: list[Put | Delete] = [Put(item=anonymous, only_if=unchanged_since(item["version"]))]
            if state.archive:
                writes.append(
                    Put(item={"pk": pk, "sk": keys.ARCHIVE, "marks": pack_marks(state.archive)}, only_if=None)
                )
            else:
                writes.append(Delete(pk=pk, sk=keys.ARCHIVE))
            try:
                self._members.write(*writes)
            except ConditionFailed as refused:
                raise Unavailable("the same member is being erased by somebody else") from refused
        for link in list(self._members.query(pk, keys.identities())):
            self._members.write(Delete(pk=pk, sk=link["sk"]))


class DynamoPersonalData:
    """Export a member's personal data. `ledger` knows the names of the values in a state."""

    def __init__(self, members: Table, audit: Table, ledger: DynamoLedger) -> None:
        self._members = members
        self._audit = audit
        self._ledger = ledger

    def of(self, program: str, member: str) -> Mapping[str, Sequence[Mapping[str, object]]]:
        export = dict[str, list[Mapping[str, object]]]()
        for item in self._members.query(keys.member(program, member)):
            kind = item["sk"].partition("#")[0]
            if kind not in {*STATE_KINDS, QUARANTINE}:
                export.setdefault(kind.lower(), []).append(_plain(item))
        chosen = self._members.query(keys.participation(program), keys.within(keys.choice(member, "")))
        if choices := list(map(_plain, chosen)):
            export["participation"] = list(choices)
        objected = [self._members.get(keys.objections(program, purpose), member) for purpose in PURPOSES]
        if said := {str(purpose): item for purpose, item in zip(PURPOSES, objected, strict=True) if item}:
            export["objections"] = [{"purpose": purpose, **_plain(item)} for purpose, item in said.items()]
        state = self._ledger.load_including_erased(program, member)
        if state.version:
            values = {part.name: _marks(getattr(state, part.name)) for part in fields(state) if part.compare}
            export["state"] = [json.loads(to_json(values))]
        if parked := self._ledger.quarantined(program, member):
            export["quarantine"] = [{"body": body, "why": why} for body, why in parked.items()]
        return export

    def exported(self, record: Record, day: date, *, most: int) -> bool:
        """Audit that a member reads their own data. Returns False where they did so `most` times on that day."""
        program, member = record.program, record.who
        pk = keys.member(program, member)
        for _ in range(ATTEMPTS):
            item = self._members.get(pk, keys.EXPORTED)
            times = item["times"] if item and item["day"] == day.isoformat() else 0
            if times >= most:
                return False
            version = item["version"] if item else 0
            counted = {"pk": pk, "sk": keys.EXPORTED, "day": day.isoformat(), "times": times + 1}
            put = Put(item={**counted, "version": version + 1}, only_if=unchanged_since(version))
            with suppress(ConditionFailed):
                self._members.write(put, audited(record, self._audit.name), not_erased(program, member))
                return True
        raise Unavailable("the same member keeps exporting")

    def audited(self, program: str, member: str) -> Sequence[Mapping[str, object]]:
        """Return the audit records that name the member. Reads the whole audit of the program."""
        records = (item for item in self._audit.query(program) if not is_reserved(item["sk"]))
        return [_plain({**item, "why": stored_reason(item)}) for item in records if _names(item, member)]


def leads_to(program: str, member: str, item: Item) -> list[str]:
    """Return the partitions that lead to the item from a calendar: of its token, or of its UID."""
    if item["sk"] == keys.FEED:
        return [keys.feed(program, item["digest"])] if item["digest"] else []
    if not item["sk"].startswith(keys.APPOINTMENT):
        return []
    key = AppointmentKey(source=item["source"], subject=item["subject"])
    return [keys.invitation(program, uid_of(program, member, key))]


def _names(record: Item, member: str) -> bool:
    return member in {record.get("who"), record.get("about", {}).get("member")}


def _plain(item: Item) -> dict[str, object]:
    """Return the item without its partition; keyed hashes, salts and digests as hexadecimal digits."""
    return {name: _value(value) for name, value in item.items() if name != "pk"}


def _value(value: Any) -> object:
    if isinstance(value, bytes):
        return value.hex()
    return {name: _value(part) for name, part in value.items()} if isinstance(value, dict) else value


def _marks(value: Any) -> Any:
    """Return the value with fingerprints, which are bytes, as hexadecimal digits: JSON cannot hold bytes."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {_marks(name): _marks(part) for name, part in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [_marks(part) for part in value]
    return value
