"""Store objections: an item each, those of a program and a purpose in one partition, so that a night reads few pages.

They stand apart from a member's own items, so an erasure and an export read them here. A withdrawn one stays, as such.
"""

from collections.abc import Iterator
from datetime import datetime

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.audit import audited
from ladder.adapters.dynamodb.table import (
    ABSENT,
    Clause,
    ConditionFailed,
    Item,
    Put,
    Table,
    Update,
    erased,
    iso,
    not_erased,
)
from ladder.domain.errors import MemberErased, Unavailable
from ladder.domain.members.objections import PURPOSES, Purpose, objection_recorded


class DynamoObjections:
    """`audit`: the name of the audit table, where objections are changed."""

    def __init__(self, members: Table, *, audit: str = "") -> None:
        self._members = members
        self._audit = audit

    def of(self, program: str, member: str) -> dict[Purpose, tuple[bool, datetime]]:
        places = [(keys.objections(program, purpose), member) for purpose in PURPOSES]
        items = self._members.get_many(places)
        return {
            purpose: (items[place]["objects"], datetime.fromisoformat(items[place]["since"]))
            for purpose, place in zip(PURPOSES, places, strict=True)
            if place in items
        }

    def objects(self, program: str, member: str, purpose: Purpose) -> bool:
        return bool((self._members.get(keys.objections(program, purpose), member) or {}).get("objects"))

    def everybody(self, program: str, purpose: Purpose) -> Iterator[str]:
        for item in self._members.query(keys.objections(program, purpose)):
            if item["objects"]:
                yield item["sk"]

    def change(self, program: str, member: str, purpose: Purpose, *, objects: bool, now: datetime) -> None:
        pk = keys.objections(program, purpose)
        for _ in range(ATTEMPTS):
            item: Item | None = self._members.get(pk, member)
            if objects == bool(item and item["objects"]):
                break
            stored = {"pk": pk, "sk": member, "objects": objects, "since": iso(now)}
            unmoved = Clause("since = :since", {":since": item["since"]}) if item else ABSENT
            record = objection_recorded(program, member, purpose, objects=objects, at=now)
            try:
                self._members.write(
                    Put(item=stored, only_if=unmoved), audited(record, self._audit), not_erased(program, member)
                )
            except ConditionFailed as refused:
                if any(map(erased, refused.stored)):
                    raise MemberErased(f"member {member} was erased") from refused
                continue
            break
        else:
            raise Unavailable("others keep changing the same objection")
        if objects and purpose == "judging":  # also where it was said before: the first time may have been cut off
            self._delete_texts(program, member)

    def _delete_texts(self, program: str, member: str) -> None:
        """Empty the member's texts that were stored for a model; the items expire, as only an erasure deletes any."""
        pk, stored = keys.member(program, member), Clause("attribute_exists(pk)")
        for item in self._members.query(pk, keys.within(keys.WRITING)):
            if item["text"]:
                self._members.write(Update(pk=pk, sk=item["sk"], changes={"text": ""}, only_if=stored))
