"""Who is behind a source's own user id: a keyed hash of it leads to a random member id, and back."""

import hmac
import secrets
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any

from ladder.adapters.dynamodb import member_keys as keys
from ladder.adapters.dynamodb.erased import erased, still_there
from ladder.adapters.dynamodb.items import Item
from ladder.adapters.dynamodb.table import Refused, Table
from ladder.adapters.dynamodb.writes import ABSENT, Clause, Put, Write
from ladder.domain.bounds import spelled
from ladder.domain.errors import Rejected, Unavailable

MOST_KEPT = 10_000  # hashes
KEEP_SECONDS = 300.0
MARK = 24  # hexadecimal digits
BURIED = Clause("attribute_exists(erased)")


class DynamoIdentities:
    """`key` gives the text that raw ids are hashed with; under another one, nobody is found again.

    What is resolved is kept in this process for `keep_seconds`, so an erased member's events may pass as long as that.
    """

    def __init__(
        self,
        table: Table,
        key: Callable[[], str],
        *,
        new_id: Callable[[], str] = lambda: secrets.token_hex(16),
        clock: Callable[[], float] = time.time,
        keep_seconds: float = KEEP_SECONDS,
    ) -> None:
        self._table = table
        self._key = key
        self._new_id = new_id
        self._clock = clock
        self._keep_seconds = keep_seconds
        self._kept: dict[tuple[str, str], tuple[float, str | None]] = {}

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
        known = self._recorded(program, source, hashed, member, still_there(program, member))
        if known != member:
            raise Rejected("this user id of the source is another member's, or was erased")
        self.remember(program, {hashed: known})

    def find(self, program: str, source: str, raw: str) -> str | None:
        """Reads anew each time, so somebody linked a moment ago is found, and somebody erased is not."""
        hashed = self.hashed(source, raw)
        return self._stored(program, [hashed]).get(hashed)

    def mark(self, source: str, raw: str) -> str:
        """Another hash than the one that leads to a member: nobody is found by it, and equal ids stay equal."""
        return self.hashed(f"mentioned\0{source}", raw)[:MARK]

    def erase(self, program: str, member: str) -> None:
        """Leaves tombstones. What leads from the member to them stays until their partition is deleted, which comes
        after: so an erasure that was cut off finds them all again."""
        for item in list(self._table.query(keys.member(program, member), keys.identities())):
            hashed = keys.hash_of(item["sk"])
            tombstone = {"pk": keys.member(program, hashed), "sk": keys.IDENTITY, "erased": True}
            with suppress(Refused):  # it was moved to somebody else in between
                self._table.write(Put(item=tombstone, only_if=Clause("leads_to = :m", {":m": member}) | BURIED))
            self.remember(program, {hashed: None})

    def hashed(self, source: str, raw: str) -> str:
        """However it is typed: two systems may write the same letters in different signs."""
        return hmac.digest(self._key().encode(), f"{source}\0{spelled(raw)}".encode(), "sha256").hex()

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
        except Refused as refused:
            first, _, *others = refused.stored
            if any(map(erased, others)):
                raise Rejected("this member was erased") from refused
            if first is None:
                raise Unavailable("a member's identity is half there") from refused
            return _member(first)
        return member

    def _remembered(self, program: str, hashes: Collection[str]) -> dict[str, str | None]:
        now = self._clock()
        kept = {each: self._kept[program, each] for each in hashes if (program, each) in self._kept}
        return {each: member for each, (until, member) in kept.items() if now < until}

    def remember(self, program: str, found: Mapping[str, str | None]) -> None:
        if len(self._kept) + len(found) > MOST_KEPT:
            self._kept.clear()
        until = self._clock() + self._keep_seconds
        self._kept |= {(program, hashed): (until, member) for hashed, member in found.items()}


def _member(item: Item | Mapping[str, Any]) -> str | None:
    """None: a tombstone, or unlinked."""
    return None if item.get("erased") or item.get("unlinked") else str(item["leads_to"])
