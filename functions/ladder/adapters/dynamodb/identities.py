"""Resolve a source's user id to a member: a keyed hash of it leads to a random member id, and back."""

import hmac
import secrets
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.table import ABSENT, Clause, ConditionFailed, Item, Put, Table, Write, erased, not_erased
from ladder.domain.activities.activity import normalized_id
from ladder.domain.errors import Rejected, Unavailable

MAX_CACHED = 10_000  # hashes
CACHE_SECONDS = 300.0
FINGERPRINT_DIGITS = 24  # hexadecimal
ERASED = Clause("attribute_exists(erased)")


class DynamoIdentities:
    """`key` returns the text that raw ids are hashed with; with another one, no member is found again.

    Resolved ids are cached in this process for `cache_seconds`, so an erased member's events may pass that long.
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
        hashes = {user: self.hashed(source, user) for user in raw}
        now = self._clock()
        cached = {hashed: self._cache.get((program, hashed), (0.0, None)) for hashed in hashes.values()}
        members = {hashed: member for hashed, (expiry, member) in cached.items() if now < expiry}
        stored = self._stored(program, [hashed for hashed in hashes.values() if hashed not in members])
        new = [hashed for hashed in dict.fromkeys(hashes.values()) if hashed not in members and hashed not in stored]
        resolved = stored | {hashed: self._recorded(program, source, hashed, self._new_id()) for hashed in new}
        self.cache(program, resolved)
        return {user: (members | resolved)[hashed] for user, hashed in hashes.items()}

    def link(self, program: str, source: str, raw: str, member: str) -> None:
        """Link an id without an audit record; `DynamoLinks` links what a person decides."""
        hashed = self.hashed(source, raw)
        known = self._recorded(program, source, hashed, member, not_erased(program, member))
        if known != member:
            raise Rejected("this user id of the source is another member's, or was erased")
        self.cache(program, {hashed: known})

    def linked(self, program: str, source: str, raw: Collection[str]) -> Mapping[str, str]:
        """Return the member of each id that leads to one. Never cached, and nobody is made known by it."""
        stored = self._stored(program, [self.hashed(source, user) for user in raw])
        members = {user: stored.get(self.hashed(source, user)) for user in raw}
        return {user: member for user, member in members.items() if member is not None}

    def find(self, program: str, source: str, raw: str) -> str | None:
        """Return the member. Never cached: somebody linked a moment ago is found, and somebody erased is not."""
        hashed = self.hashed(source, raw)
        return self._stored(program, [hashed]).get(hashed)

    def fingerprint(self, source: str, raw: str) -> str:
        """Return another hash than the one that leads to a member: it finds nobody, and equal ids stay equal."""
        return self.hashed(f"mentioned\0{source}", raw)[:FINGERPRINT_DIGITS]

    def erase(self, program: str, member: str) -> None:
        """Replace the member's hashes by tombstones.

        The links from the member to their hashes stay until the member's partition is deleted, which comes afterwards:
        so an interrupted erasure finds them all again.
        """
        for item in list(self._table.query(keys.member(program, member), keys.identities())):
            hashed = item["sk"].removeprefix(f"{keys.IDENTITY}#")
            tombstone = {"pk": keys.member(program, hashed), "sk": keys.IDENTITY, "erased": True}
            with suppress(ConditionFailed):  # it was moved to somebody else in between
                self._table.write(Put(item=tombstone, only_if=Clause("leads_to = :m", {":m": member}) | ERASED))
            self.cache(program, {hashed: None})

    def hashed(self, source: str, raw: str) -> str:
        """Hash a normalized id: two systems may encode the same letters differently."""
        return hmac.digest(self._key().encode(), f"{source}\0{normalized_id(raw)}".encode(), "sha256").hex()

    def _stored(self, program: str, hashes: Collection[str]) -> dict[str, str | None]:
        hash_by_key = {(keys.member(program, hashed), keys.IDENTITY): hashed for hashed in hashes}
        items = self._table.get_many(list(hash_by_key)) if hash_by_key else {}
        return {hash_by_key[key]: _member(item) for key, item in items.items()}

    def _recorded(self, program: str, source: str, hashed: str, member: str, *also: Write) -> str | None:
        """Store the hash and return the member that it leads to from now on: the first writer's."""
        forward = {"pk": keys.member(program, hashed), "sk": keys.IDENTITY, "leads_to": member}
        back = {"pk": keys.member(program, member), "sk": keys.identity(hashed), "source": source}
        try:
            self._table.write(Put(item=forward, only_if=ABSENT), Put(item=back, only_if=ABSENT), *also)
        except ConditionFailed as refused:
            first, _, *others = refused.stored
            if any(map(erased, others)):
                raise Rejected("this member was erased") from refused
            if first is None:
                raise Unavailable("a member's identity is incomplete") from refused
            return _member(first)
        return member

    def cache(self, program: str, resolved: Mapping[str, str | None]) -> None:
        if len(self._cache) + len(resolved) > MAX_CACHED:
            self._cache.clear()
        expiry = self._clock() + self._cache_seconds
        self._cache |= {(program, hashed): (expiry, member) for hashed, member in resolved.items()}


def _member(item: Item | Mapping[str, Any]) -> str | None:
    """Return the member; None for a tombstone or an unlinked id."""
    return None if item.get("erased") or item.get("unlinked") else str(item["leads_to"])
