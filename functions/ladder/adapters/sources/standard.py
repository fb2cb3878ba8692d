"""Standard Webhooks 1.0: Ladder's own format, for every sender that can choose one. CloudEvents 1.0 are read as well.

Secret: `{"secrets": ["whsec_…", …]}`. The ten lines that verify are ours: the package `standardwebhooks` takes one
secret at a time and its own clock, and would be a dependency of every cold start.

Bodies: one event `{"id", "type", "occurred_at", "member", "attributes"}`, many in `{"events": [...]}`; the form of
the specification `{"type", "timestamp", "data": {"member", "attributes", "id"}}`, which takes the delivery's id where
it has none; CloudEvents, structured or in a batch, with the same `data`, and `subject` as the member where the data
names none. A CloudEvent is identified by its source and id together, as its specification demands.

The signature covers the body and no header but its own: so the body alone says what it is, whatever its content type,
and CloudEvents in binary mode, whose attributes are headers, are refused.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

import msgspec

from ladder.adapters.sources.webhook import (
    BODY,
    accepted,
    any_equal,
    base64_key,
    decode,
    hmac_base64,
    is_array,
    parse_each,
    require,
    require_distinct_keys,
    require_recent,
    required_header,
    unix_seconds,
)
from ladder.domain.activities.activity import CANONICAL, OURS, Event
from ladder.domain.activities.source import Contents, HookRequest, Keys, Source
from ladder.domain.errors import Malformed, Unsupported
from ladder.domain.validation.constraints import Plain

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


def verify(request: HookRequest, source: Source, keys: Keys, *, now: datetime) -> None:  # noqa: ARG001
    name, sent = required_header(request, "webhook-id"), required_header(request, "webhook-timestamp")
    signatures = required_header(request, "webhook-signature").split()
    given = [signature.removeprefix(VERSION) for signature in signatures if signature.startswith(VERSION)]
    signed = b".".join((name.encode("utf-8", "replace"), sent.encode("utf-8", "replace"), request.body))
    expected = [hmac_base64(base64_key(secret.removeprefix(PREFIX)), signed) for secret in keys.secrets]
    require(any_equal(expected, given))
    require_recent(unix_seconds(sent), now)


def read(request: HookRequest, source: Source) -> Contents:
    """Parse a request. Types that only Ladder reports are passed on, so that they are refused rather than ignored."""
    if "ce-specversion" in request.headers:
        raise Unsupported("a CloudEvent in binary mode, whose headers nobody signs: send it in structured mode")
    parse, records = _records(request)
    types = {name: name for name in CANONICAL | OURS} | dict(source.events)

    def event(path: str, raw: bytes) -> Event | None:
        parsed = parse(raw, path)
        return replace(parsed, type=types[parsed.type]) if parsed.type in types else None

    return parse_each(records, event, sender_can_correct=True)


def _records(request: HookRequest) -> tuple[Callable[[bytes, str], Event], list[tuple[str, bytes]]]:
    """Return the parser that fits the body's form, and the records with their paths."""
    if is_array(request.body):
        raws = decode(request.body, list[msgspec.Raw])
        return _cloud_event, [(f"[{n}]", bytes(raw)) for n, raw in enumerate(raws)]
    fields = decode(request.body, dict[str, msgspec.Raw])
    if "specversion" in fields:
        return _cloud_event, [(BODY, request.body)]
    if "events" in fields:
        require_distinct_keys(request.body, BODY, outermost=True)
        raws = decode(bytes(fields["events"]), list[msgspec.Raw], path="events")
        return _event, [(f"events[{n}]", bytes(raw)) for n, raw in enumerate(raws)]
    if "data" in fields:
        return partial(_message, request), [(BODY, request.body)]
    return _event, [(BODY, request.body)]


def _event(raw: bytes, path: str) -> Event:
    event = decode(raw, _Event, path=_field_prefix(path))
    return Event(
        place=path,
        id=event.id,
        type=event.type,
        occurred_at=_time(event.occurred_at, f"{path}.occurred_at"),
        member=event.member,
        attributes=event.attributes,
    )


def _message(request: HookRequest, raw: bytes, path: str) -> Event:
    message = decode(raw, _Message)
    return Event(
        place=path,
        id=message.data.id or request.headers["webhook-id"],
        type=message.type,
        occurred_at=_time(message.timestamp, "timestamp"),
        member=message.data.member,
        attributes=message.data.attributes,
    )


def _cloud_event(raw: bytes, path: str) -> Event:
    event = decode(raw, _CloudEvent, path=_field_prefix(path))
    return Event(
        place=path,
        id=f"{event.source}#{event.id}",
        type=event.type,
        occurred_at=_time(event.time, f"{path}.time"),
        member=event.data.member or event.subject,
        attributes=event.data.attributes,
    )


def _field_prefix(path: str) -> str:
    """Return "" for the body itself: errors name its fields by their names alone."""
    return "" if path == BODY else path


def _time(value: str, path: str) -> datetime:
    """Parse a time of our own format. One without a zone stays so, and is refused with the other bounds."""
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise Malformed(path, "not a time: send 2026-03-29T01:30:00Z") from error
