"""Store notifications in the partition of the member whom they are about; what is open is in the index of due things.

An item's key is the notification's: whoever puts it again finds it. It is never written without its version, so of two
processes one goes on. What an erasure takes back from channels stands in a partition of its own, without texts.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.ledger import DUE
from ladder.adapters.dynamodb.packing import from_json, to_json
from ladder.adapters.dynamodb.table import (
    ABSENT,
    EXPIRES_AT,
    Check,
    Clause,
    ConditionFailed,
    Item,
    Put,
    Table,
    Write,
    iso,
    not_erased,
    unchanged_since,
)
from ladder.domain.delivery.notification import News, Notification, OutboxItem, Text
from ladder.domain.delivery.occasion import Occasion
from ladder.domain.delivery.ports import Heard, Pace
from ladder.domain.message import Message

ALL = "all"  # in place of an occasion
KEPT = timedelta(days=80)  # a repeat of its event after that would say it again; the text of kudos is kept longer
HEARD_FOR = timedelta(days=8)  # a day longer than the longest cap
PAGE = 100
NO_TIME = timedelta(0)
LAST = "9"  # after every moment
FORGOTTEN = "forgotten"  # in place of a member who was erased
TAKEN_BACK = Message("delivery.taken_back")


class DynamoOutbox:
    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, notification: Notification) -> bool:
        item, news = OutboxItem(notification=notification, due_at=notification.not_before), notification.news
        pk, said = keys.member(news.program, news.member), {":all": ALL, ":occasion": news.occasion}
        allowed = Clause("attribute_not_exists(pk) OR (silent <> :all AND silent <> :occasion)", said)
        try:
            self._table.write(
                Put(item=to_item(item), only_if=ABSENT),
                Check(pk=pk, sk=keys.silenced(news.about), only_if=allowed),
                not_erased(news.program, news.member),
            )
        except ConditionFailed:
            return False
        return True

    def silence(self, program: str, member: str, about: str, now: datetime, *, occasion: Occasion | None) -> None:
        item = {"pk": keys.member(program, member), "sk": keys.silenced(about), "silent": occasion or ALL}
        only_if = Clause("attribute_not_exists(pk) OR silent <> :all", {":all": ALL}) if occasion else None
        with suppress(ConditionFailed):  # of an erased member, or all of it is silent already
            self._table.write(
                Put(item=item, only_if=only_if).until(int((now + KEPT).timestamp())), not_erased(program, member)
            )

    def due(self, program: str, channel: str, lane: str, now: datetime) -> Iterator[OutboxItem]:
        until = ("due_at", f"{iso(now)}#~")
        listed = self._table.query_index(DUE, ("due_program", _queue(program, channel, lane)), until)
        for batch in batched(listed, PAGE, strict=False):
            places = [(str(item["pk"]), str(item["sk"])) for item in batch]
            items = self._table.get_many(places)
            yield from (item for place in places if place in items and (item := from_item(items[place])).is_open)

    def refused(self, program: str) -> list[OutboxItem]:
        listed = self._table.query_index(DUE, ("due_program", _refused(program)), ("due_at", LAST))
        places = [(str(item["pk"]), str(item["sk"])) for item in listed][::-1][:PAGE]
        items = self._table.get_many(places)
        return [from_item(items[place]) for place in places if place in items]

    def of_member(self, program: str, member: str) -> list[OutboxItem]:
        stored = self._table.query(keys.member(program, member), keys.within(keys.OUTBOX))
        return sorted(map(from_item, stored), key=lambda item: (item.notification.created_at, item.notification.key))

    def heard(self, program: str, member: str) -> Heard:
        item = self._table.get(keys.member(program, member), keys.HEARD)
        if item is None:
            return Heard()
        times = {key: datetime.fromisoformat(at) for key, at in item["messages"].items()}
        return Heard(times, item["version"])

    def save(self, before: OutboxItem, after: OutboxItem, heard: Heard | None = None) -> bool:
        saved = replace(after, version=before.version + 1)
        writes: list[Write] = [Put(item=to_item(saved), only_if=_still(before))]
        if heard is not None:
            notification = after.notification
            writes.append(_heard(notification.program, notification.reader, heard, now=max(heard.messages.values())))
            writes.append(not_erased(notification.program, notification.reader))
        try:
            self._table.write(*writes)
        except ConditionFailed:
            return False
        return True

    def digest(self, parts: Sequence[OutboxItem], whole: Notification) -> bool:
        item = OutboxItem(notification=whole, due_at=whole.not_before)
        joined = [
            Put(item=to_item(replace(part, status="digested", version=part.version + 1)), only_if=_still(part))
            for part in parts
        ]
        try:
            self._table.write(Put(item=to_item(item), only_if=ABSENT), *joined, not_erased(whole.program, whole.member))
        except ConditionFailed:
            return False
        return True

    def take_turn(self, program: str, channel: str, to: str, now: datetime, *, pace: Pace) -> timedelta:
        """Reserve a moment. The counters of the address and of the channel move together, or neither does."""
        places = [
            (keys.turn(channel, ""), pace.on_channel),
            *([(keys.turn(channel, to), pace.to_address)] if to else []),
        ]
        pk = keys.turns(program)
        stored = self._table.get_many([(pk, sk) for sk, _ in places])
        waits = [datetime.fromisoformat(item["free_at"]) - now for sk, _ in places if (item := stored.get((pk, sk)))]
        if (wait := max(waits, default=NO_TIME)) > NO_TIME:
            return wait
        writes = [_turn(pk, sk, stored.get((pk, sk)), now + every) for sk, every in places if every]
        if writes:
            try:
                self._table.write(*writes)
            except ConditionFailed:
                return max(pace.on_channel, pace.to_address)  # somebody else has this turn
        return NO_TIME

    def hold_back(self, program: str, channel: str, to: str, until: datetime) -> None:
        pk, sk = keys.turns(program), keys.turn(channel, to)
        stored = self._table.get_many([(pk, sk)]).get((pk, sk))
        if stored is None or datetime.fromisoformat(stored["free_at"]) < until:
            try:
                self._table.write(_turn(pk, sk, stored, until))
            except ConditionFailed:
                return  # whoever was quicker is held back by the other side as well


def _turn(pk: str, sk: str, stored: Item | None, free_at: datetime) -> Put:
    version = stored["version"] if stored else 0
    item = {"pk": pk, "sk": sk, "free_at": iso(free_at), "version": version + 1}
    return Put(item=item, only_if=unchanged_since(version)).until(int((free_at + KEPT).timestamp()))


def _still(before: OutboxItem) -> Clause:
    return Clause("version = :before", {":before": before.version})


def _queue(program: str, channel: str, lane: str) -> str:
    """Return the index partition of what waits for a lane; no program's key has a '#'."""
    return f"{program}#outbox#{channel}#{lane}"


def _refused(program: str) -> str:
    return f"{program}#refused"


def _heard(program: str, member: str, heard: Heard, *, now: datetime) -> Put:
    recent = {key: iso(at) for key, at in heard.messages.items() if at > now - HEARD_FOR}
    item: Item = {
        "pk": keys.member(program, member),
        "sk": keys.HEARD,
        "messages": recent,
        "version": heard.version + 1,
    }
    return Put(item=item, only_if=unchanged_since(heard.version)).until(int((now + HEARD_FOR).timestamp()))


def to_item(item: OutboxItem) -> Item:
    """Return the item as it is stored; the texts and facts as one JSON."""
    notification = item.notification
    news = notification.news
    stored: dict[str, Any] = {
        "pk": keys.member(news.program, news.member),
        "sk": keys.outbox(notification.key),
        "occasion": news.occasion,
        "about": news.about,
        "news": to_json(news).decode(),
        "channel": notification.channel,
        "audience": notification.audience,
        "reader": notification.reader,
        "created_at": iso(notification.created_at),
        "not_before": iso(notification.not_before),
        "not_after": iso(notification.not_after),
        "sent_as": notification.sent_as,
        "status": item.status,
        "queued_at": iso(item.due_at),
        "retry_at": item.retry_at and iso(item.retry_at),
        "tries": item.tries,
        "failures": item.failures,
        "to": item.to,
        "receipt": item.receipt,
        "sent_at": item.sent_at and iso(item.sent_at),
        "because": to_json(item.because).decode() if item.because else None,
        "version": item.version,
        EXPIRES_AT: int((notification.not_after + KEPT).timestamp()),
    }
    if item.status == "refused":
        stored["due_program"] = _refused(notification.program)
        stored["due_at"] = iso(item.sent_at or notification.created_at)
    elif item.is_open:
        stored["due_program"] = _queue(notification.program, notification.channel, notification.lane)
        stored["due_at"] = f"{iso(item.due_at)}#{iso(notification.created_at)}#{notification.key}"
    return {name: value for name, value in stored.items() if value is not None}


def from_item(item: Mapping[str, Any]) -> OutboxItem:
    notification = Notification(
        news=from_json(News, item["news"]),
        channel=item["channel"],
        audience=item["audience"],
        reader=item["reader"],
        created_at=datetime.fromisoformat(item["created_at"]),
        not_before=datetime.fromisoformat(item["not_before"]),
        not_after=datetime.fromisoformat(item["not_after"]),
        sent_as=item.get("sent_as"),
    )
    return OutboxItem(
        notification=notification,
        status=item["status"],
        due_at=datetime.fromisoformat(item["queued_at"]),
        retry_at=_moment(item.get("retry_at")),
        tries=item["tries"],
        failures=item["failures"],
        to=item["to"],
        receipt=item.get("receipt"),
        sent_at=_moment(item.get("sent_at")),
        because=from_json(Message, item["because"]) if "because" in item else None,
        version=item["version"],
    )


def forgotten(item: Item) -> Put | None:
    """Return what an erasure leaves of a notification: where it was sent and is to be taken back, without its texts.

    None where it never left.
    """
    before = from_item(item)
    if before.status not in {"sending", "sent", "checking", "withdrawing"}:
        return None
    notification = before.notification
    news = replace(notification.news, member=FORGOTTEN, text=Text(TAKEN_BACK), feed=None, actions=())
    reader = FORGOTTEN if notification.audience == "member" else notification.reader
    gone = replace(notification, news=news, reader=reader, sent_as=notification.key)
    due = before.retry_at or before.sent_at or before.due_at
    return Put(item=to_item(replace(before, notification=gone, status="withdrawing", due_at=due)), only_if=ABSENT)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
