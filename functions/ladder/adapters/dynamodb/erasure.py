"""Erasure in DynamoDB. The state says that the member was erased, and every writer of his partition asks it.

Whoever wrote before that is found and replaced or deleted after it; whoever comes later is refused. So an award and an
erasure that race end as one of two: the award is among the anonymous facts, or it was dropped.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import batched

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import keys, member_keys
from ladder.adapters.dynamodb import ledger as entry_items
from ladder.adapters.dynamodb.ledger import state_item
from ladder.adapters.dynamodb.member_keys import erased
from ladder.adapters.dynamodb.member_state import pack_marks
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
from ladder.domain.errors import Unavailable
from ladder.domain.points.anonymised import SALT_BYTES
from ladder.domain.points.ledger import Entry, State

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
