"""Store kudos with the member who is thanked, and in the lists by which later ones are judged.

Both lists and the kudos move in one transaction. The text expires after the window: as long as it is stored, the
giver's own list leads to it, so that an erasure of either of the two takes it along.
"""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.member_records import recorded
from ladder.adapters.dynamodb.table import (
    ABSENT,
    ConditionFailed,
    Delete,
    Item,
    Put,
    Table,
    erased,
    iso,
    not_erased,
    unchanged_since,
)
from ladder.domain.delivery.kudos import WINDOW, Kudos, Thanks, kudos_recorded
from ladder.domain.delivery.member_change import KudosGiven
from ladder.domain.errors import MemberErased


class DynamoKudos:
    """`audit`: the name of the audit table."""

    def __init__(self, table: Table, *, audit: str) -> None:
        self._table = table
        self._audit = audit

    def find(self, program: str, member: str, by: str, kudos: str) -> Kudos | None:
        item = self._table.get(keys.member(program, member), keys.kudos(by, kudos))
        return _kudos(item) if item else None

    def of(self, program: str, member: str) -> list[Kudos]:
        return list(map(_kudos, self._table.query(keys.member(program, member), keys.within(keys.KUDOS))))

    def given(self, program: str, by: str) -> Thanks:
        item = self._table.get(keys.member(program, by), keys.KUDOS_GIVEN)
        return Thanks(tuple((to, at) for to, at, _ in _listed(item)), item["version"]) if item else Thanks()

    def received(self, program: str, member: str, *, until: datetime) -> Mapping[str, int]:
        item = self._table.get(keys.kudos_received(program), member)
        return Counter(by for by, at, _ in _listed(item) if at > until - WINDOW)

    def record(self, kudos: Kudos, given: Thanks) -> bool:
        program, since = kudos.program, kudos.at - WINDOW
        stored_given = self._table.get(keys.member(program, kudos.by), keys.KUDOS_GIVEN)
        stored_received = self._table.get(keys.kudos_received(program), kudos.member)
        version = stored_received["version"] if stored_received else 0
        lists = [
            (keys.member(program, kudos.by), keys.KUDOS_GIVEN, given.version, stored_given, kudos.member),
            (keys.kudos_received(program), kudos.member, version, stored_received, kudos.by),
        ]
        item = {
            "pk": keys.member(program, kudos.member),
            "sk": keys.kudos(kudos.by, kudos.id),
            "by": kudos.by,
            "value": kudos.value,
            "text": kudos.text,
            "given_at": iso(kudos.at),
            "pays": kudos.pays,
        }
        writes = [
            Put(item=item, only_if=ABSENT).until(int((kudos.at + WINDOW).timestamp())),
            *recorded(self._table, kudos_recorded(kudos), self._audit),
        ]
        for pk, sk, before, stored, other in lists:
            recent = [[who, iso(at), name] for who, at, name in _listed(stored) if at > since]
            told = json.dumps([*recent, [other, iso(kudos.at), kudos.id]], separators=(",", ":"))
            added = {"pk": pk, "sk": sk, "recent": told, "version": before + 1}
            writes.append(Put(item=added, only_if=unchanged_since(before)))
        try:
            self._table.write(*writes, not_erased(program, kudos.member), not_erased(program, kudos.by))
        except ConditionFailed as refused:
            if any(map(erased, refused.stored)):
                raise MemberErased("a member was erased") from refused
            return False
        return True


def from_item(item: Mapping[str, Any]) -> KudosGiven:
    _, by, kudos = item["sk"].split("#", maxsplit=2)
    at = datetime.fromisoformat(item["given_at"])
    return KudosGiven(id=kudos, by=by, value=item["value"], text=item["text"], at=at)


def _kudos(item: Item) -> Kudos:
    program, _, member = item["pk"].partition("#")
    given = from_item(item)
    return Kudos(
        program=program,
        member=member,
        id=given.id,
        by=given.by,
        value=given.value,
        text=given.text,
        at=given.at,
        pays=item["pays"],
    )


def given_texts(program: str, giver: str, given: Item) -> list[tuple[str, str, str]]:
    """Return where the texts of a giver's list are: partition, key, and what news of them is about."""
    return [
        (keys.member(program, to), keys.kudos(giver, kudos), kudos_about(giver, kudos))
        for to, _, kudos in _listed(given)
    ]


def kudos_about(by: str, kudos: str) -> str:
    return f"ladder#kudos:{by}:{kudos}"


def forget_received(table: Table, program: str, member: str) -> None:
    table.write(Delete(pk=keys.kudos_received(program), sk=member))


def _listed(item: Item | None) -> list[tuple[str, datetime, str]]:
    """Return the other member, the moment and the id of each of a list."""
    listed = json.loads(item["recent"]) if item else []
    return [(who, datetime.fromisoformat(at), kudos) for who, at, kudos in listed]
