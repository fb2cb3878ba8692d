"""Docebo's webhooks: one event, or up to 25 of one type in one request.

Secret: `{"secrets": ["user:password", …]}`, which Docebo sends by HTTP Basic; the proof contains no time, so only the
event's id stops a replay. The vendor has not confirmed these, so they are options: `list` names the list of a group
(`payloads`); `signature_header` names a header with the body's HMAC-SHA256 in hexadecimal, which then replaces Basic.
Times without a zone are taken as UTC.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from ladder.adapters.sources.webhook import (
    BODY,
    Id,
    accepted,
    decode,
    parse_each,
    parse_time,
    require_basic_auth,
    require_distinct_keys,
    require_hex_hmac,
    without_empty,
)
from ladder.domain.activities.activity import Event
from ladder.domain.activities.source import Contents, HookRequest, Keys, Source
from ladder.domain.errors import Malformed

answer = accepted
TYPES: Mapping[str, str] = {
    "course.enrollment.completed": "user.completed",
    "learningplan.enrollment.completed": "user.completed",
}


class _Message(msgspec.Struct):
    message_id: Id
    event: str


class _Payload(msgspec.Struct):
    user_id: Id
    fired_at: str = ""
    completion_date: str = ""
    course_id: Id | None = None
    learning_plan_id: Id | None = None


def verify(request: HookRequest, source: Source, keys: Keys, *, now: datetime) -> None:  # noqa: ARG001
    if name := source.options.get("signature_header"):
        require_hex_hmac(request, keys, name)
    else:
        require_basic_auth(request, keys)


def read(request: HookRequest, source: Source) -> Contents:
    """Parse a request. The events of a group share the message's id, so they are numbered within it."""
    require_distinct_keys(request.body, BODY, outermost=True)
    message, fields = decode(request.body, _Message), decode(request.body, dict[str, msgspec.Raw])
    name = source.options.get("list", "payloads")
    if name in fields:
        group = decode(bytes(fields[name]), list[msgspec.Raw], path=name)
        ids = {f"{name}[{n}]": f"{message.message_id}#{n}" for n in range(len(group))}
    elif "payload" in fields:
        group, ids = [fields["payload"]], {"payload": str(message.message_id)}
    else:
        raise Malformed("body", f"neither `payload` nor `{name}`: send one, or set the source's option `list`")
    type_ = ({**TYPES, **source.events}).get(message.event)
    records = zip(ids, map(bytes, group), strict=True)
    return parse_each(records, lambda path, raw: _event(path, ids[path], raw, type_) if type_ else None)


def _event(path: str, event_id: str, raw: bytes, type_: str) -> Event:
    payload = decode(raw, _Payload, path=path)
    course = payload.course_id if payload.course_id is not None else payload.learning_plan_id
    return Event(
        place=path,
        id=event_id,
        type=type_,
        occurred_at=parse_time(payload.fired_at or payload.completion_date, f"{path}.fired_at"),
        member=str(payload.user_id),
        attributes=without_empty(course=None if course is None else str(course)),
    )
