"""Who is behind a source's own user id: a keyed hash of it leads to a random member id, and back."""

import hmac
import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import member_keys as keys
from ladder.adapters.dynamodb.audit import audited
from ladder.adapters.dynamodb.member_keys import erased, not_erased
from ladder.adapters.dynamodb.staff import own_member
from ladder.adapters.dynamodb.table import ABSENT, Clause, ConditionFailed, Delete, Item, Put, Table, Update, Write
from ladder.domain.activities.inbound import LOGIN
from ladder.domain.activities.validation import normalized_id
from ladder.domain.audit.records import Record, salted_digest
from ladder.domain.errors import Conflict, Rejected, Unavailable
from ladder.domain.reviews.audit_records import id_linked, id_unlinked
from ladder.domain.reviews.linking import ConfirmationRequired, KnownBy
from ladder.domain.reviews.review import Review, ReviewDecision

MAX_CACHED = 10_000  # hashes
CACHE_SECONDS = 300.0
MARK = 24  # hexadecimal digits
BURIED = Clause("attribute_exists(erased)")


class DynamoIdentities:
    """`key` gives the text that raw ids are hashed with; under another one, nobody is found again.

    What is resolved is kept in this process for `cache_seconds`, so an erased member's events may pass as long as that.
    """

    def __init__(
        self,
        table: Table,
        key: Callable[[], str],
        *,
        new_id: Callable[[], str] = lambda: secrets.token_hex(16),
        clock: Callable[[], float] = time.time,
        cache_seconds: float = CACHE_SECONDS,
    ) -> None:
        self._table = table
        self._key = key
        self._new_id = new_id
        self._clock = clock
        self._cache_seconds = cache_seconds
        self._cache: dict[tuple[str, str], tuple[float, str | None]] = {}

    def resolve(self, program: str, source: str, raw: Collection[str]) -> Mapping[str, str | None]:
        hashes = {each: self.hashed(source, each) for each in raw}
        members = self._remembered(program, hashes.values())
        stored = self._stored(program, [each for each in hashes.values() if each not in members])
        new = [each for each in dict.fromkeys(hashes.values()) if each not in members and each not in stored]
        found = stored | {each: self._introduced(program, source, each) for each in new}
        self.remember(program, found)
        return {each: (members | found)[hashed] for each, hashed in hashes.items()}

    def link(self, program: str, source: str, raw: str, member: str) -> None:
        """Without a record: what a person links goes through `DynamoLinks`."""
        hashed = self.hashed(source, raw)
        known = self._recorded(program, source, hashed, member, not_erased(program, member))
        if known != member:
            raise Rejected("this user id of the source is another member's, or was erased")
        self.remember(program, {hashed: known})

    def find(self, program: str, source: str, raw: str) -> str | None:
        """Reads anew each time, so somebody linked a moment ago is found, and somebody erased is not."""
        hashed = self.hashed(source, raw)
        return self._stored(program, [hashed]).get(hashed)

    def fingerprint(self, source: str, raw: str) -> str:
        """Another hash than the one that leads to a member: nobody is found by it, and equal ids stay equal."""
        return self.hashed(f"mentioned\0{source}", raw)[:MARK]

    def erase(self, program: str, member: str) -> None:
        """Leaves tombstones. What leads from the member to them stays until their partition is deleted, which comes
        after: so an erasure that was cut off finds them all again."""
        for item in list(self._table.query(keys.member(program, member), keys.identities())):
            hashed = keys.hash_of(item["sk"])
            tombstone = {"pk": keys.member(program, hashed), "sk": keys.IDENTITY, "erased": True}
            with suppress(ConditionFailed):  # it was moved to somebody else in between
                self._table.write(Put(item=tombstone, only_if=Clause("leads_to = :m", {":m": member}) | BURIED))
            self.remember(program, {hashed: None})

    def hashed(self, source: str, raw: str) -> str:
        """However it is typed: two systems may write the same letters in different signs."""
        return hmac.digest(self._key().encode(), f"{source}\0{normalized_id(raw)}".encode(), "sha256").hex()

    def _stored(self, program: str, hashes: Collection[str]) -> dict[str, str | None]:
        wanted = {(keys.member(program, each), keys.IDENTITY): each for each in hashes}
        found = self._table.get_many(list(wanted)) if wanted else {}
        return {wanted[key]: _member(item) for key, item in found.items()}

    def _introduced(self, program: str, source: str, hashed: str) -> str | None:
        return self._recorded(program, source, hashed, self._new_id())

    def _recorded(self, program: str, source: str, hashed: str, member: str, *also: Write) -> str | None:
        """The member whom the hash leads to from now on: the one of whoever was first."""
        there = {"pk": keys.member(program, hashed), "sk": keys.IDENTITY, "leads_to": member}
        back = {"pk": keys.member(program, member), "sk": keys.identity(hashed), "source": source}
        try:
            self._table.write(Put(item=there, only_if=ABSENT), Put(item=back, only_if=ABSENT), *also)
        except ConditionFailed as refused:
            first, _, *others = refused.stored
            if any(map(erased, others)):
                raise Rejected("this member was erased") from refused
            if first is None:
                raise Unavailable("a member's identity is half there") from refused
            return _member(first)
        return member

    def _remembered(self, program: str, hashes: Collection[str]) -> dict[str, str | None]:
        now = self._clock()
        kept = {each: self._cache[program, each] for each in hashes if (program, each) in self._cache}
        return {each: member for each, (until, member) in kept.items() if now < until}

    def remember(self, program: str, found: Mapping[str, str | None]) -> None:
        if len(self._cache) + len(found) > MAX_CACHED:
            self._cache.clear()
        until = self._clock() + self._cache_seconds
        self._cache |= {(program, hashed): (until, member) for hashed, member in found.items()}


def _member(item: Item | Mapping[str, Any]) -> str | None:
    """None: a tombstone, or unlinked."""
    return None if item.get("erased") or item.get("unlinked") else str(item["leads_to"])


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
            except ConditionFailed as refused:
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
        except ConditionFailed as refused:
            raise Unavailable("somebody else changed this link in the same moment") from refused
        self._identities.remember(program, {hashed: None})
        return True

    def approved(self, review: Review, decided: ReviewDecision) -> list[Write]:
        """What links the id of a review, for the transaction that decides it.

        Raises InConflict where the id leads to somebody else than when it was asked for.
        """
        program, member, source, raw = review.program, review.member, review.summary["source"], review.summary["user"]
        hashed = self._identities.hashed(source, raw)
        standing = self._standing(program, hashed)
        if standing and (standing.get("erased") or standing["leads_to"] not in review.members):
            raise Conflict("this id was erased, or leads to another member by now: reject this, and ask anew")
        if standing and _leads_to(standing, member):
            return []
        was = standing["leads_to"] if standing and standing["leads_to"] != member else None
        about = {"decision": review.id, **({"was": was} if was else {})}
        record = id_linked(program, member, source, number=0, by=decided.by, at=decided.at, **about)
        salt = self._stored_salt(program, hashed, was or member) or bytes.fromhex(review.summary["salt"])
        wanted = _Wanted(program, source, raw, hashed, member)
        moved = self._moved(wanted, was, record, salt=salt) if was else []
        return [*self._linked(wanted, standing, record, salt=salt), *moved]

    def fingerprint(self, source: str, raw: str) -> str:
        return self._identities.fingerprint(source, raw)

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
            raise ConfirmationRequired(standing["leads_to"])
        if standing is None and self._is_known(program, source, member):
            raise ConfirmationRequired(None)

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
            *([] if confirmed else [not_erased(program, member)]),  # whoever decides a review asks it already
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
        return self._stored_salt(program, hashed, member) or secrets.token_bytes(SALT_BYTES)

    def _stored_salt(self, program: str, hashed: str, member: str) -> bytes | None:
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
    return replace(record, digest=salted_digest(normalized_id(raw), salt))


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
