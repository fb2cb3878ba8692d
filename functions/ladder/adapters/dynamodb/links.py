"""Ids that a person links to a member: each in one transaction with its audit record.

A hash leads to its member (`IDENTITY` in the hash's partition) and the member to the hash (`IDENTITY#…` in theirs). An
id that is unlinked still says whose it was, so that only a second person gives it to another.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import member_keys as keys
from ladder.adapters.dynamodb.audit import audited
from ladder.adapters.dynamodb.erased import erased, still_there
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.items import Item
from ladder.adapters.dynamodb.staff import own_member
from ladder.adapters.dynamodb.table import Refused, Table
from ladder.adapters.dynamodb.writes import ABSENT, Clause, Delete, Put, Update, Write
from ladder.domain.asked import InConflict
from ladder.domain.audit.decisions import id_linked, id_unlinked
from ladder.domain.audit.digest import salted
from ladder.domain.audit.records import Record
from ladder.domain.bounds import spelled
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.inbound import LOGIN
from ladder.domain.linking import KnownBy, SecondPerson
from ladder.domain.reviews.review import Decided, Review

SALT_BYTES = 16
LINKED = Clause("attribute_not_exists(unlinked)")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An id and the member whom it is to lead to."""

    program: str
    source: str
    raw: str
    hashed: str
    member: str


class DynamoLinks:
    """`audit`: the name of the audit table."""

    def __init__(self, table: Table, identities: DynamoIdentities, *, audit: str) -> None:
        self._table = table
        self._identities = identities
        self._audit = audit

    def link(self, program: str, source: str, raw: str, member: str, record: Record) -> None:
        hashed = self._identities.hashed(source, raw)
        wanted = _Wanted(program, source, raw, hashed, member)
        for _ in range(ATTEMPTS):
            standing = self._standing(program, hashed)
            if standing and _leads_to(standing, member):
                return
            self._refuse_all_but_first(program, source, member, standing)
            try:
                self._table.write(*self._linked(wanted, standing, record))
            except Refused as refused:
                if any(map(erased, refused.stored)):
                    raise Rejected("this member was erased") from refused
                continue
            self._identities.remember(program, {hashed: member})
            return
        raise Unavailable("others link the same id or member all the time")

    def unlink(self, program: str, source: str, raw: str, member: str, record: Record) -> bool:
        hashed = self._identities.hashed(source, raw)
        standing = self._standing(program, hashed)
        if standing is None or standing.get("leads_to") != member:
            raise Rejected("this id is none of the member's")
        if standing.get("unlinked"):
            return False
        salt = self._salt(program, hashed, member)
        own = [own_member(program, raw, member, at=record.at)] if source == LOGIN else []
        try:
            self._table.write(
                Update(
                    pk=keys.member(program, hashed),
                    sk=keys.IDENTITY,
                    changes={"unlinked": True},
                    only_if=_belongs_to(member) & LINKED,
                ),
                Update(
                    pk=keys.member(program, member),
                    sk=keys.identity(hashed),
                    changes={"unlinked_at": _iso(record.at), "salt": salt},
                ),
                audited(_with_digest(record, raw, salt), self._audit),
                *own,
            )
        except Refused as refused:
            raise Unavailable("somebody else changed this link in the same moment") from refused
        self._identities.remember(program, {hashed: None})
        return True

    def approved(self, review: Review, decided: Decided) -> list[Write]:
        """What links the id of a review, for the transaction that decides it.

        Raises InConflict where the id leads to somebody else than when it was asked for.
        """
        program, member, source, raw = review.program, review.member, review.summary["source"], review.summary["user"]
        hashed = self._identities.hashed(source, raw)
        standing = self._standing(program, hashed)
        if standing and (standing.get("erased") or standing["leads_to"] not in review.members):
            raise InConflict("this id was erased, or leads to another member by now: reject this, and ask anew")
        if standing and _leads_to(standing, member):
            return []
        was = standing["leads_to"] if standing and standing["leads_to"] != member else None
        about = {"decision": review.id, **({"was": was} if was else {})}
        record = id_linked(program, member, source, number=0, by=decided.by, at=decided.at, **about)
        salt = self._kept_salt(program, hashed, was or member) or bytes.fromhex(review.summary["salt"])
        wanted = _Wanted(program, source, raw, hashed, member)
        moved = self._moved(wanted, was, record, salt=salt) if was else []
        return [*self._linked(wanted, standing, record, salt=salt), *moved]

    def mark(self, source: str, raw: str) -> str:
        return self._identities.mark(source, raw)

    def of(self, program: str, member: str) -> Sequence[KnownBy]:
        found = self._table.query(keys.member(program, member), keys.identities())
        return [_known_by(item) for item in found]

    def _standing(self, program: str, hashed: str) -> Item | None:
        return self._table.get(keys.member(program, hashed), keys.IDENTITY)

    def _refuse_all_but_first(self, program: str, source: str, member: str, standing: Item | None) -> None:
        """One that was unlinked is its member's again without a second person."""
        if standing and standing.get("erased"):
            raise Rejected("this id was erased with its member")
        if standing and standing["leads_to"] != member:
            raise SecondPerson(standing["leads_to"])
        if standing is None and self._is_known(program, source, member):
            raise SecondPerson(None)

    def _is_known(self, program: str, source: str, member: str) -> bool:
        partition = keys.member(program, member)
        if self._table.get(partition, keys.first_link(source)):
            return True
        return any(each.get("source") == source for each in self._table.query(partition, keys.identities()))

    def _linked(
        self, wanted: _Wanted, standing: Item | None, record: Record, *, salt: bytes | None = None
    ) -> list[Write]:
        """There and back, and the record. `standing`: where the id led until now; nobody may have changed it since."""
        program, hashed, member = wanted.program, wanted.hashed, wanted.member
        salt = salt or self._salt(program, hashed, member)
        there = {"pk": keys.member(program, hashed), "sk": keys.IDENTITY, "leads_to": member}
        back = {
            "pk": keys.member(program, member),
            "sk": keys.identity(hashed),
            "source": wanted.source,
            "salt": salt,
            "linked_at": _iso(record.at),
        }
        first = {"pk": keys.member(program, member), "sk": keys.first_link(wanted.source)}
        confirmed = "decision" in record.about
        return [
            Put(item=there, only_if=_as_it_is(standing) if standing else ABSENT),
            Put(item=back, only_if=None),
            Put(item=first, only_if=None if standing or confirmed else ABSENT),
            audited(_with_digest(record, wanted.raw, salt), self._audit),
            *([] if confirmed else [still_there(program, member)]),  # whoever decides a review asks it already
        ]

    def _moved(self, wanted: _Wanted, was: str, record: Record, *, salt: bytes) -> list[Write]:
        """Of whom it led to until now; to a login they stay its own case."""
        program, source, raw = wanted.program, wanted.source, wanted.raw
        why = "another person confirmed that the id is somebody else's"
        gone = id_unlinked(program, was, source, by=record.who, why=why, at=record.at)
        return [
            Delete(pk=keys.member(program, was), sk=keys.identity(wanted.hashed)),
            audited(_with_digest(gone, raw, salt), self._audit),
            *([own_member(program, raw, was, at=record.at)] if source == LOGIN else []),
        ]

    def _salt(self, program: str, hashed: str, member: str) -> bytes:
        """The one of its earlier records, so that one can say of all of them which id it was."""
        return self._kept_salt(program, hashed, member) or secrets.token_bytes(SALT_BYTES)

    def _kept_salt(self, program: str, hashed: str, member: str) -> bytes | None:
        back = self._table.get(keys.member(program, member), keys.identity(hashed)) or {}
        kept: bytes | None = back.get("salt")
        return kept


def _leads_to(standing: Item, member: str) -> bool:
    return standing.get("leads_to") == member and not standing.get("unlinked")


def _belongs_to(member: str) -> Clause:
    return Clause("leads_to = :member", {":member": member})


def _as_it_is(standing: Item) -> Clause:
    unlinked = Clause("attribute_exists(unlinked)") if standing.get("unlinked") else LINKED
    return _belongs_to(standing["leads_to"]) & unlinked


def _with_digest(record: Record, raw: str, salt: bytes) -> Record:
    return replace(record, digest=salted(spelled(raw), salt))


def _known_by(item: Mapping[str, Any]) -> KnownBy:
    since, until = item.get("linked_at"), item.get("unlinked_at")
    return KnownBy(
        source=item["source"],
        since=datetime.fromisoformat(since) if since else None,
        by_hand=since is not None,
        until=datetime.fromisoformat(until) if until else None,
    )


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
