"""Store the staff of a program: their declarations, their decisions, and the points each granted on a day."""

import json
import secrets
from dataclasses import replace
from datetime import datetime

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.audit import audited
from ladder.adapters.dynamodb.member_records import SALT_BYTES, as_stored, recorded
from ladder.adapters.dynamodb.table import (
    ConditionFailed,
    Item,
    Put,
    Table,
    Write,
    iso,
    not_erased,
    unchanged_since,
)
from ladder.domain.activities.activity import normalized_id
from ladder.domain.audit.records import Record, private, stored_reason
from ladder.domain.errors import MemberErased, Unavailable
from ladder.domain.message import verbatim
from ladder.domain.reviews.audit_records import staff_declared
from ladder.domain.reviews.permissions import MINUTE_SECONDS, DailyGrant, Declaration, DeclarationChanged, Role

GRANT_COUNT_SECONDS = 2 * 86_400  # nobody needs the count longer


class DynamoDeclarations:
    """`audit`: the name of the audit table. A declaration is one transaction with its record."""

    def __init__(self, table: Table, *, audit: str) -> None:
        self._table = table
        self._audit = audit

    def of(self, program: str, subject: str) -> Declaration:
        """Return the declaration. Never cached: somebody linked or declared a moment ago is found."""
        items = {item["sk"]: item for item in self._table.query(keys.staff(program, normalized_id(subject)))}
        own = (sk.removeprefix(keys.OWN) for sk in items if sk.startswith(keys.OWN))
        said = items.get(keys.DECLARATION, {})
        return Declaration(said.get("member") or None, frozenset(own), int(said.get("version", 0)))

    def admins(self, program: str) -> list[str]:
        return [item["subject"] for item in self._table.query(keys.admins(program))]

    def declare(
        self, program: str, subject: str, member: str | None, *, role: Role, after: Declaration, at: datetime
    ) -> None:
        times = after.times + 1
        said = {
            "pk": keys.staff(program, normalized_id(subject)),
            "sk": keys.DECLARATION,
            "version": times,
            "member": member or "",
            "at": iso(at),
        }
        record = staff_declared(program, subject, member, times=times, at=at)
        own = [own_member(program, subject, member, at=at)] if member else []
        if role == "admin":
            admin = {"pk": keys.admins(program), "sk": normalized_id(subject), "subject": subject}
            own.append(Put(item=admin, only_if=None))
        try:
            self._table.write(Put(item=said, only_if=unchanged_since(after.times)), audited(record, self._audit), *own)
        except ConditionFailed as refused:
            raise DeclarationChanged("the same person declared something else at the same moment") from refused


def own_member(program: str, subject: str, member: str, *, at: datetime) -> Put:
    """Record permanently that the member is the person's own case, in the transaction of what makes it so."""
    item = {
        "pk": keys.staff(program, normalized_id(subject)),
        "sk": keys.own(member),
        "at": iso(at),
    }
    return Put(item=item, only_if=None)


def given(table: Table, grant: DailyGrant) -> Put:
    """Count granted points, in the transaction of the decision. Raises as `DailyGrant.after` does.

    Another decision under the same login may come first: then the transaction fails, and is tried again.
    """
    pk = keys.staff(grant.program, normalized_id(grant.by))
    item = table.get(pk, keys.GIVEN) or {"version": 0, "minutes": "{}"}
    by_minute = {int(minute): points for minute, points in json.loads(item["minutes"]).items()}
    version, minutes = int(item["version"]), json.dumps(grant.after(by_minute))
    counted = Put(
        item={"pk": pk, "sk": keys.GIVEN, "version": version + 1, "minutes": minutes}, only_if=unchanged_since(version)
    )
    return counted.until(grant.minute * MINUTE_SECONDS + GRANT_COUNT_SECONDS)


class DynamoDecisions:
    """`table`: the audit table itself; `members`: the table that counts what a person grants."""

    def __init__(self, table: Table, members: Table) -> None:
        self._table = table
        self._members = members

    def find(self, program: str, key: str) -> Record | None:
        item = self._table.get(program, key)
        return _from_item(item) if item else None

    def record(self, record: Record, grant: DailyGrant | None = None) -> Record:
        """Record, and count a grant; an existing record is already counted."""
        for _ in range(ATTEMPTS):
            try:
                stored = as_stored(self._members, record)
                writes: list[Write] = [*recorded(self._members, record, self._table.name)]
                if record.member is not None and record.is_private:
                    writes.append(not_erased(record.program, record.member))
            except MemberErased:  # such as an erasure's own record, written again: the salt is gone, so nobody has this
                stored = private(record, secrets.token_bytes(SALT_BYTES))
                writes = [audited(stored, self._table.name)]
            if existing := self._table.get(record.program, stored.key):
                return self._as_decided(record, stored, _from_item(existing))
            if grant:
                writes.append(given(self._members, grant))
            try:
                self._members.write(*writes)
            except ConditionFailed:
                continue
            return record
        raise Unavailable("the same person keeps deciding other things")

    def _as_decided(self, record: Record, stored: Record, existing: Record) -> Record:
        """Return an existing record in the words of the same decision; of another one, with the reason given for it."""
        if replace(existing, who=stored.who, at=stored.at) == stored:
            return replace(record, who=existing.who, at=existing.at)
        if existing.member is None or existing.why_digest is None:
            return existing
        said = self._members.get(keys.member(existing.program, existing.member), keys.reason(existing.key))
        return replace(existing, why=verbatim(said["text"])) if said else existing


def _from_item(item: Item) -> Record:
    return Record(
        program=item["pk"],
        key=item["sk"],
        what=item["what"],
        who=item["who"],
        why=stored_reason(item),
        at=datetime.fromisoformat(item["at"]),
        about=item["about"],
        digest=item.get("digest"),
        why_digest=item.get("why_digest"),
    )
