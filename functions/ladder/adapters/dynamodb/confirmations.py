"""Store who confirmed a post: one item a post, and a link to it in the partition of each who wrote or confirmed it.

All of it expires. By the links an erasure finds the posts of its member.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.table import (
    EXPIRES_AT,
    ConditionFailed,
    Delete,
    Item,
    Put,
    Table,
    Write,
    erased,
    iso,
    not_erased,
    unchanged_since,
)
from ladder.domain.activities.activity import Key
from ladder.domain.errors import MemberErased, Unavailable
from ladder.domain.judging.confirmations import (
    MOST_CONFIRMATIONS,
    Confirmation,
    GivenConfirmation,
    PostConfirmations,
)

BUSY = "others keep the confirmations of the same post busy"


class DynamoConfirmations:
    def __init__(self, members: Table) -> None:
        self._members = members

    def wrote(self, program: str, member: str, event: Key, post: Key, *, until: datetime) -> PostConfirmations:
        for _ in range(ATTEMPTS):
            item = self._read(program, post)
            if "author" in item:
                return _of_post(item)
            written = {**item, "author": member, "event": keys.entry(event)}
            link = {"pk": keys.member(program, member), "sk": keys.posted(event), "post": "#".join(post)}
            if self._write(program, member, _later(written, until), _link(link, until)):
                return _of_post(written)
        raise Unavailable(BUSY)

    def confirm(
        self,
        program: str,
        confirmation: Confirmation,
        event: Key,
        post: Key,
        *,
        holds: bool,
        sequence: int,
        until: datetime,
    ) -> PostConfirmations:
        member, name = confirmation.member, _name(confirmation.member, keys.confirmed(event))
        for _ in range(ATTEMPTS):
            item = self._read(program, post)
            known: Mapping[str, Any] = item.get("confirmed", {})
            if (name not in known and len(known) >= MOST_CONFIRMATIONS) or (
                name in known and known[name]["sequence"] >= sequence
            ):
                return _of_post(item)
            told = {"at": iso(confirmation.at), "holds": holds}
            # of a member's items only entries have a `sequence`: an index of the ledger goes by it
            link = {"pk": keys.member(program, member), "sk": keys.confirmed(event), "post": "#".join(post), **told}
            written = {**item, "confirmed": {**known, name: {**told, "sequence": sequence}}}
            if self._write(program, member, _later(written, until), _link(link, until)):
                return _of_post(written)
        raise Unavailable(BUSY)

    def of_posts(self, program: str, posts: Collection[Key]) -> Mapping[Key, PostConfirmations]:
        items = self._members.get_many([(keys.post(program, post), keys.POST) for post in posts])
        return {post: _of_post(items.get((keys.post(program, post), keys.POST), {})) for post in posts}

    def by_members(self, program: str, members: Collection[str]) -> Mapping[str, list[GivenConfirmation]]:
        given = {
            member: [
                (keys.event(f"{keys.POST}#{link['post']}"), datetime.fromisoformat(link["at"]))
                for link in self._members.query(keys.member(program, member), keys.within(keys.CONFIRMED))
                if link["holds"]
            ]
            for member in members
        }
        posts = self.of_posts(program, {post for of_one in given.values() for post, _ in of_one})
        return {
            member: [GivenConfirmation(posts[post].author, at) for post, at in of_one]
            for member, of_one in given.items()
        }

    def same_person(self, program: str, member: str, others: Collection[str]) -> frozenset[str]:
        own = self._ids(program, member)
        return frozenset(other for other in others if own & self._ids(program, other)) if own else frozenset()

    def _ids(self, program: str, member: str) -> set[str]:
        return {item["sk"] for item in self._members.query(keys.member(program, member), keys.identities())}

    def _read(self, program: str, post: Key) -> Item:
        pk = keys.post(program, post)
        return self._members.get(pk, keys.POST) or {"pk": pk, "sk": keys.POST}

    def _write(self, program: str, member: str, *writes: Write) -> bool:
        """Return whether it was written; False where somebody else wrote the post meanwhile. Raises MemberErased."""
        try:
            self._members.write(*writes, not_erased(program, member))
        except ConditionFailed as refused:
            if any(map(erased, refused.stored)):
                raise MemberErased("the member was erased") from refused
            return False
        return True


def forget_post(members: Table, program: str, link: Item) -> None:
    """Delete a post of an erased member, or take their confirmation out of somebody else's; `link`: of their partition.

    Running it again changes nothing. Raises Unavailable where others keep the post busy.
    """
    pk = keys.post(program, keys.event(f"{keys.POST}#{link['post']}"))
    if link["sk"].startswith(keys.POSTED):
        members.write(Delete(pk=pk, sk=keys.POST))
        return
    name = _name(link["pk"].partition("#")[2], link["sk"])
    for _ in range(ATTEMPTS):
        item = members.get(pk, keys.POST)
        if item is None or name not in item.get("confirmed", {}):
            return
        left = {other: told for other, told in item["confirmed"].items() if other != name}
        try:
            members.write(_changed({**item, "confirmed": left}))
        except ConditionFailed:
            continue
        return
    raise Unavailable(BUSY)


def _name(member: str, link: str) -> str:
    return f"{member}#{link}"


def _changed(item: Item) -> Put:
    version = item.get("version", 0)
    return Put(item={**item, "version": version + 1}, only_if=unchanged_since(version))


def _later(item: Item, until: datetime) -> Put:
    """Return the write of a changed post that lives until then, or longer where it did."""
    return _changed(item).until(max(_seconds(until), int(item.get(EXPIRES_AT, 0))))


def _link(item: Item, until: datetime) -> Put:
    return Put(item=item, only_if=None).until(_seconds(until))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _of_post(item: Mapping[str, Any]) -> PostConfirmations:
    confirmed: Mapping[str, Any] = item.get("confirmed", {})
    return PostConfirmations(
        author=item.get("author"),
        event=keys.event(item["event"]) if "event" in item else None,
        confirmations=tuple(
            Confirmation(name.partition("#")[0], datetime.fromisoformat(told["at"]))
            for name, told in confirmed.items()
            if told["holds"]
        ),
    )
