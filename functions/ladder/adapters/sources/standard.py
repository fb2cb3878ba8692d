"""Standard Webhooks 1.0: Ladder's own format, for every sender that can choose one. CloudEvents 1.0 are read as well.

Secret: `{"secrets": ["whsec_…", …]}`. The ten lines that verify are ours: the package `standardwebhooks` takes one
secret at a time and its own clock, and would be a dependency of every cold start.

Bodies: one event `{"id", "type", "occurred_at", "member", "attributes"}`, many in `{"events": [...]}`; the form of
the specification `{"type", "timestamp", "data": {"member", "attributes", "id"}}`, whose id is the delivery's where it
has none; CloudEvents, structured or in a batch, with the same `data`, and `subject` as the member where the data names
none. A CloudEvent is known by its source and id together, as its specification has it.

The signature covers the body and no header but its own: so the body alone says what it is, whatever its content type,
and CloudEvents in binary mode, whose attributes are headers, are refused.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

import msgspec

from ladder.adapters.sources.answers import accepted
from ladder.adapters.sources.reading import BODY, decoded, each_for_itself, is_list, refuse_many, zoned
from ladder.adapters.sources.signatures import (
    any_equal,
    header,
    key_of_base64,
    mac_base64,
    require,
    require_fresh,
    seconds,
)
from ladder.domain.activities.inbound import CANONICAL, OURS, Contents, Event, HookRequest, Keys, Unsupported
from ladder.domain.programs.rules import Plain
from ladder.domain.programs.source import Source

answer = accepted
PREFIX = "whsec_"
VERSION = "v1,"


class _Event(msgspec.Struct):
    id: str
    type: str
    occurred_at: str
    member: str
    attributes: dict[str, Plain] = {}


class _Data(msgspec.Struct):
    member: str = ""
    id: str = ""
    attributes: dict[str, Plain] = {}


class _Message(msgspec.Struct):
    type: str
    timestamp: str
    data: _Data


class _CloudEvent(msgspec.Struct):
    id: str
    source: str
    type: str
    time: str
    subject: str = ""
    data: _Data = msgspec.field(default_factory=_Data)


def verify(call: HookRequest, source: Source, keys: Keys, *, now: datetime) -> None:  # noqa: ARG001
    name, sent = header(call, "webhook-id"), header(call, "webhook-timestamp")
    signatures = header(call, "webhook-signature").split()
    given = [each.removeprefix(VERSION) for each in signatures if each.startswith(VERSION)]
    signed = b".".join((name.encode("utf-8", "replace"), sent.encode("utf-8", "replace"), call.body))
    expected = [mac_base64(key_of_base64(secret.removeprefix(PREFIX)), signed) for secret in keys.secrets]
    require(any_equal(expected, given))
    require_fresh(seconds(sent), now)


def read(call: HookRequest, source: Source) -> Contents:
    """Each event for itself; ours are refused, rather than ignored."""
    if "ce-specversion" in call.headers:
        raise Unsupported("a CloudEvent in binary mode, whose headers nobody signs: send it in structured mode")
    form, records = _records(call)
    refuse_many(len(records))
    types = {kind: kind for kind in CANONICAL | OURS} | dict(source.events)

    def event(place: str, raw: bytes) -> Event | None:
        found = form(raw, place)
        return replace(found, type=types[found.type]) if found.type in types else None

    return each_for_itself(records, event, mendable=True)


def _records(call: HookRequest) -> tuple[Callable[[bytes, str], Event], list[tuple[str, bytes]]]:
    """How each is read, and each with its place."""
    if is_list(call.body):
        raws = decoded(call.body, list[msgspec.Raw])
        return _cloud, [(f"[{place}]", bytes(raw)) for place, raw in enumerate(raws)]
    names = decoded(call.body, dict[str, msgspec.Raw])
    if "specversion" in names:
        return _cloud, [(BODY, call.body)]
    if "events" in names:
        raws = decoded(bytes(names["events"]), list[msgspec.Raw], place="events")
        return _event, [(f"events[{place}]", bytes(raw)) for place, raw in enumerate(raws)]
    if "data" in names:
        return partial(_message, call), [(BODY, call.body)]
    return _event, [(BODY, call.body)]


def _event(raw: bytes, place: str) -> Event:
    told = decoded(raw, _Event, place=_within(place))
    return Event(
        place=place,
        id=told.id,
        type=told.type,
        occurred_at=zoned(told.occurred_at, f"{place}.occurred_at"),
        member=told.member,
        attributes=told.attributes,
    )


def _message(call: HookRequest, raw: bytes, place: str) -> Event:
    told = decoded(raw, _Message)
    return Event(
        place=place,
        id=told.data.id or call.headers["webhook-id"],
        type=told.type,
        occurred_at=zoned(told.timestamp, "timestamp"),
        member=told.data.member,
        attributes=told.data.attributes,
    )


def _cloud(raw: bytes, place: str) -> Event:
    told = decoded(raw, _CloudEvent, place=_within(place))
    return Event(
        place=place,
        id=f"{told.source}#{told.id}",
        type=told.type,
        occurred_at=zoned(told.time, f"{place}.time"),
        member=told.data.member or told.subject,
        attributes=told.data.attributes,
    )


def _within(place: str) -> str:
    """What stands in the body itself is told by its name alone."""
    return "" if place == BODY else place
