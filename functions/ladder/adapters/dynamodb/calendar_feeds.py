"""Store the addresses of members' calendars: a digest of the token with the member, and an item that leads there.

The member's own item decides: a token that it does not name leads nowhere, whatever still leads to the member.
"""

import hmac
from datetime import datetime

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.table import (
    ABSENT,
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
from ladder.domain.calendar.ports import Feed
from ladder.domain.errors import MemberErased, Unavailable


class DynamoCalendarFeeds:
    def __init__(self, members: Table) -> None:
        self._members = members

    def of(self, program: str, member: str) -> Feed | None:
        item = self._members.get(keys.member(program, member), keys.FEED)
        return _feed(member, item) if item and item["digest"] else None

    def make(self, program: str, feed: Feed, digest: str) -> None:
        pk = keys.member(program, feed.member)
        item = {"pk": pk, "sk": keys.FEED, "digest": digest, "language": feed.language, "made_at": iso(feed.made_at)}
        leads = {"pk": keys.feed(program, digest), "sk": keys.LEADS, "member": feed.member}
        self._write(
            program,
            feed.member,
            Put(item=leads, only_if=ABSENT),
            Put(item=item, only_if=None),
            *self._end_of(program, feed),
        )

    def revoke(self, program: str, member: str) -> None:
        known = self.of(program, member)
        if known is None:
            return
        pk = keys.member(program, member)
        self._write(program, member, Update(pk=pk, sk=keys.FEED, changes={"digest": ""}), *self._end_of(program, known))

    def find(self, program: str, digest: str) -> Feed | None:
        leads = self._members.get(keys.feed(program, digest), keys.LEADS)
        item = (
            self._members.get(keys.member(program, leads["member"]), keys.FEED) if leads and "member" in leads else None
        )
        if leads is None or item is None or not hmac.compare_digest(item["digest"], digest):
            return None
        return _feed(leads["member"], item)

    def _end_of(self, program: str, feed: Feed) -> list[Write]:
        """Return the write that lets the item of the token before expire; it leads nowhere at once."""
        item = self._members.get(keys.member(program, feed.member), keys.FEED)
        if not item or not item["digest"]:
            return []
        at = int(feed.made_at.timestamp())
        return [Update(pk=keys.feed(program, item["digest"]), sk=keys.LEADS, changes={"expires_at": at})]

    def _write(self, program: str, member: str, *writes: Write) -> None:
        try:
            self._members.write(*writes, not_erased(program, member))
        except ConditionFailed as refused:
            if any(map(erased, refused.stored)):
                raise MemberErased("the member was erased") from refused
            raise Unavailable("the same address was made at the same moment: try again") from refused


def _feed(member: str, item: Item) -> Feed:
    return Feed(member=member, language=item["language"], made_at=datetime.fromisoformat(item["made_at"]))
