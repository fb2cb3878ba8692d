"""Store appointments: one item each in its member's partition, and one that leads there from the UID of a session.

The index of what falls due has the moment of the next reminder, so that a schedule finds it without reading members.
An appointment that is over expires; its entries in the ledger stay. No attribute may be called `sequence`: an index of
the table has every item that has one, and lists the ledger.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.ledger import DUE
from ladder.adapters.dynamodb.table import (
    Clause,
    ConditionFailed,
    Item,
    Put,
    Table,
    Update,
    Write,
    erased,
    iso,
    not_erased,
    unchanged_since,
)
from ladder.domain.calendar.appointments import KEPT_AFTER, Appointment, AppointmentKey, Fact
from ladder.domain.calendar.icalendar import uid_of
from ladder.domain.calendar.ports import Change, Due, NextLook, Place
from ladder.domain.errors import MemberErased, Unavailable


class DynamoAppointments:
    def __init__(self, members: Table) -> None:
        self._members = members

    def of(self, program: str, member: str) -> list[Appointment]:
        return [*map(_appointment, self._members.query(keys.member(program, member), keys.within(keys.APPOINTMENT)))]

    def change(
        self, program: str, member: str, key: AppointmentKey, change: Change, *, next_look: NextLook
    ) -> tuple[Appointment, Appointment]:
        pk, sk = keys.member(program, member), keys.appointment(str(key))
        for _ in range(ATTEMPTS):
            item = self._members.get(pk, sk)
            before = _appointment(item) if item else Appointment(key=key)
            after = change(before)
            if after == before:
                return before, after
            version = int(item["version"]) if item else 0
            stored = {"pk": pk, "sk": sk, "version": version + 1, **_attributes(after)}
            if due_at := next_look(after):
                earliest = min(filter(None, [iso(due_at), item and item.get("due_at")]))
                stored |= {"due_program": keys.calendars(program), "due_at": earliest}
            put = Put(item=stored, only_if=unchanged_since(version))
            writes: list[Write] = [_expiring(put, after), not_erased(program, member)]
            if item is None and not after.is_deadline:
                leads = {"pk": keys.invitation(program, uid_of(program, member, key)), "sk": keys.LEADS}
                leads |= {"member": member, **_key_attributes(key.series)}
                writes.append(_expiring(Put(item=leads, only_if=None), after))
            try:
                self._members.write(*writes)
            except ConditionFailed as refused:
                if any(map(erased, refused.stored)):
                    raise MemberErased("the member was erased") from refused
                continue
            return before, after
        raise Unavailable("others keep changing the same appointment")

    def due(self, program: str, now: datetime) -> list[Due]:
        items = self._members.query_index(DUE, ("due_program", keys.calendars(program)), ("due_at", iso(now)))
        found = self._members.get_many([(item["pk"], item["sk"]) for item in items])
        return [
            Due(
                Place(pk.partition("#")[2], _key(item)),
                datetime.fromisoformat(item["due_at"]),
                int(item["version"]),
            )
            for (pk, _), item in sorted(found.items())
            if "due_at" in item and item["due_at"] <= iso(now)
        ]

    def looked(self, program: str, due: Due, *, next_at: datetime | None) -> None:
        unchanged = Clause("version = :version", {":version": due.version})
        changes = {"due_at": iso(next_at)} if next_at else {"looked_at": iso(due.since)}
        drop = () if next_at else ("due_program", "due_at")
        pk, sk = keys.member(program, due.place.member), keys.appointment(str(due.place.key))
        try:
            self._members.write(Update(pk=pk, sk=sk, changes=changes, drop=drop, only_if=unchanged))
        except ConditionFailed:
            return  # it was changed or erased since

    def find(self, program: str, uid: str) -> Place | None:
        item = self._members.get(keys.invitation(program, uid), keys.LEADS)
        return Place(item["member"], _key(item)) if item else None


def _expiring(put: Put, appointment: Appointment) -> Put:
    over_at = appointment.over_at
    return put.until(int((over_at + KEPT_AFTER).timestamp())) if over_at else put


def _key_attributes(key: AppointmentKey) -> Item:
    return {"source": key.source, "subject": key.subject, "occurrence": key.occurrence and iso(key.occurrence)}


def _attributes(appointment: Appointment) -> Item:
    facts = {name: [*fact.version, fact.value] for name, fact in appointment.facts.items()}
    return {
        **_key_attributes(appointment.key),
        "facts": json.dumps(facts, separators=(",", ":"), ensure_ascii=False),
        "shown_as": appointment.sequence,
        "changed_at": iso(appointment.changed_at),
        "announced": appointment.announced[0],
        "announced_as_cancelled": appointment.announced[1],
    }


def _key(item: Mapping[str, Any]) -> AppointmentKey:
    occurrence = item["occurrence"] and datetime.fromisoformat(item["occurrence"])
    return AppointmentKey(source=item["source"], subject=item["subject"], occurrence=occurrence)


def _appointment(item: Mapping[str, Any]) -> Appointment:
    facts = json.loads(item["facts"])
    return Appointment(
        key=_key(item),
        facts={name: Fact((counted, at, event), value) for name, (counted, at, event, value) in facts.items()},
        sequence=int(item["shown_as"]),
        changed_at=datetime.fromisoformat(item["changed_at"]),
        announced=(int(item["announced"]), bool(item["announced_as_cancelled"])),
    )
