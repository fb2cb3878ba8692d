"""Ids that a person links to a member, in DynamoDB: each in one transaction with its audit record."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.member_records import recorded
from ladder.adapters.dynamodb.staff import own_member
from ladder.adapters.dynamodb.table import (
    ABSENT,
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
)
from ladder.domain.activities.activity import LOGIN, normalized_id
from ladder.domain.audit.records import Record, salted_digest
from ladder.domain.errors import Conflict, Rejected, Unavailable
from ladder.domain.message import Message
from ladder.domain.reviews.audit_records import id_linked, id_unlinked
from ladder.domain.reviews.ports import ConfirmationRequired, KnownBy
from ladder.domain.reviews.review import Review, ReviewDecision

SALT_BYTES = 16

LINKED = Clause("attribute_not_exists(unlinked)")


@dataclass(frozen=True, slots=True)
class _NewLink:
    """An id and the member that it will lead to."""

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
        new = _NewLink(program, source, raw, hashed, member)
        for _ in range(ATTEMPTS):
            existing = self._existing(program, hashed)
            if existing and _leads_to(existing, member):
                return
            # An id that was only unlinked returns to its member without a second person.
            if existing and existing.get("erased"):
                raise Rejected("this id was erased with its member")
            if existing and existing["leads_to"] != member:
                raise ConfirmationRequired(existing["leads_to"])
            if existing is None:  # is it the member's first id of the source?
                partition = keys.member(program, member)
                linked = self._table.query(partition, keys.identities())
                known = self._table.get(partition, keys.first_link(source))
                if known or any(item.get("source") == source for item in linked):
                    raise ConfirmationRequired(None)
            try:
                self._table.write(*self._linked(new, existing, record))
            except ConditionFailed as refused:
                if any(map(erased, refused.stored)):
                    raise Rejected("this member was erased") from refused
                continue
            self._identities.cache(program, {hashed: member})
            return
        raise Unavailable("others keep linking the same id or member")

    def unlink(self, program: str, source: str, raw: str, member: str, record: Record) -> bool:
        hashed = self._identities.hashed(source, raw)
        existing = self._existing(program, hashed)
        if existing is None or existing.get("leads_to") != member:
            raise Rejected("this id is not linked to the member")
        if existing.get("unlinked"):
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
                    changes={"unlinked_at": iso(record.at), "salt": salt},
                ),
                *recorded(self._table, _with_digest(record, raw, salt), self._audit),
                *own,
            )
        except ConditionFailed as refused:
            raise Unavailable("somebody else changed this link at the same moment") from refused
        self._identities.cache(program, {hashed: None})
        return True

    def approved(self, review: Review, decided: ReviewDecision) -> list[Write]:
        """Return the writes that link the id of a review, for the transaction that decides it.

        Raises Conflict where the id leads to somebody else than when the review was opened.
        """
        program, member, source, raw = review.program, review.member, review.summary["source"], review.summary["user"]
        hashed = self._identities.hashed(source, raw)
        existing = self._existing(program, hashed)
        if existing and (existing.get("erased") or existing["leads_to"] not in review.members):
            raise Conflict(Message("reviews.id_moved_meanwhile"))
        if existing and _leads_to(existing, member):
            return []
        was = existing["leads_to"] if existing and existing["leads_to"] != member else None
        about = {"decision": review.id, **({"was": was} if was else {})}
        record = id_linked(program, member, source, number=0, by=decided.by, at=decided.at, **about)
        salt = self._stored_salt(program, hashed, was or member) or bytes.fromhex(review.summary["salt"])
        new = _NewLink(program, source, raw, hashed, member)
        writes = self._linked(new, existing, record, salt=salt)
        if was:  # the previous member's link ends; a login stays their own case
            gone = id_unlinked(program, was, source, by=record.who, why=Message("audit.id_moved"), at=record.at)
            # It stays with the previous member, as ended: that both were known by one id tells that they may be one.
            ended = {"unlinked_at": iso(decided.at)}
            writes.append(Update(pk=keys.member(program, was), sk=keys.identity(hashed), changes=ended))
            writes += recorded(self._table, _with_digest(gone, raw, salt), self._audit)
            writes += [own_member(program, raw, was, at=record.at)] if source == LOGIN else []
        return writes

    def fingerprint(self, source: str, raw: str) -> str:
        return self._identities.fingerprint(source, raw)

    def of(self, program: str, member: str) -> Sequence[KnownBy]:
        links = list[KnownBy]()
        for item in self._table.query(keys.member(program, member), keys.identities()):
            since, until = item.get("linked_at"), item.get("unlinked_at")
            links.append(
                KnownBy(
                    source=item["source"],
                    since=datetime.fromisoformat(since) if since else None,
                    by_hand=since is not None,
                    until=datetime.fromisoformat(until) if until else None,
                )
            )
        return links

    def _existing(self, program: str, hashed: str) -> Item | None:
        return self._table.get(keys.member(program, hashed), keys.IDENTITY)

    def _linked(
        self, new: _NewLink, existing: Item | None, record: Record, *, salt: bytes | None = None
    ) -> list[Write]:
        """Return the writes of a link in both directions, and its record.

        `existing`: where the id led until now; nobody may have changed it since.
        """
        program, hashed, member = new.program, new.hashed, new.member
        salt = salt or self._salt(program, hashed, member)
        forward = {"pk": keys.member(program, hashed), "sk": keys.IDENTITY, "leads_to": member}
        back = {
            "pk": keys.member(program, member),
            "sk": keys.identity(hashed),
            "source": new.source,
            "salt": salt,
            "linked_at": iso(record.at),
        }
        first = {"pk": keys.member(program, member), "sk": keys.first_link(new.source)}
        confirmed = "decision" in record.about
        unchanged = ABSENT
        if existing:
            unlinked = Clause("attribute_exists(unlinked)") if existing.get("unlinked") else LINKED
            unchanged = _belongs_to(existing["leads_to"]) & unlinked
        return [
            Put(item=forward, only_if=unchanged),
            Put(item=back, only_if=None),
            Put(item=first, only_if=None if existing or confirmed else ABSENT),
            *recorded(self._table, _with_digest(record, new.raw, salt), self._audit),
            *([] if confirmed else [not_erased(program, member)]),  # whoever decides a review asks it already
        ]

    def _salt(self, program: str, hashed: str, member: str) -> bytes:
        """Return the salt of the earlier records of this link, so that all of them can be matched to one id."""
        return self._stored_salt(program, hashed, member) or secrets.token_bytes(SALT_BYTES)

    def _stored_salt(self, program: str, hashed: str, member: str) -> bytes | None:
        back = self._table.get(keys.member(program, member), keys.identity(hashed)) or {}
        stored: bytes | None = back.get("salt")
        return stored


def _leads_to(existing: Item, member: str) -> bool:
    return existing.get("leads_to") == member and not existing.get("unlinked")


def _belongs_to(member: str) -> Clause:
    return Clause("leads_to = :member", {":member": member})


def _with_digest(record: Record, raw: str, salt: bytes) -> Record:
    return replace(record, digest=salted_digest(normalized_id(raw), salt))
