"""Docebo's webhooks: one event, or up to 25 of one type in one call.

Secret: `{"secrets": ["user:password", …]}`, which it sends by HTTP Basic; there is no time in the proof, so a replay
is only stopped by the event's id. Unconfirmed, and therefore options: `list` names the list of a group (`payloads`);
`signature_header` names a header with the body's HMAC-SHA256 in hex, which is then asked for instead of Basic.
Times without a zone are taken as UTC.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from ladder.adapters.sources.answers import accepted
from ladder.adapters.sources.reading import Name, decoded, each_for_itself, moment, present, refuse_many
from ladder.adapters.sources.signatures import require_basic, require_hex
from ladder.domain.activities.inbound import Contents, Event, HookRequest, Keys, Malformed
from ladder.domain.programs.source import Source

answer = accepted
TYPES: Mapping[str, str] = {
    "course.enrollment.completed": "user.completed",
    "learningplan.enrollment.completed": "user.completed",
}


class _Message(msgspec.Struct):
    message_id: Name
    event: str


class _Payload(msgspec.Struct):
    user_id: Name
    fired_at: str = ""
    completion_date: str = ""
    course_id: Name | None = None
    learning_plan_id: Name | None = None


def verify(call: HookRequest, source: Source, keys: Keys, *, now: datetime) -> None:  # noqa: ARG001
    if name := source.options.get("signature_header"):
        require_hex(call, keys, name)
    else:
        require_basic(call, keys)


def read(call: HookRequest, source: Source) -> Contents:
    """A group's events are numbered within it: they share the message's id."""
    message, parts = decoded(call.body, _Message), decoded(call.body, dict[str, msgspec.Raw])
    name = source.options.get("list", "payloads")
    group = decoded(bytes(parts[name]), list[msgspec.Raw], place=name) if name in parts else None
    if group is None and "payload" not in parts:
        raise Malformed("body", f"neither `payload` nor `{name}`: send one, or set the source's option `list`")
    found = {f"{name}[{n}]": (f"{message.message_id}#{n}", bytes(raw)) for n, raw in enumerate(group or [])}
    if group is None:
        found = {"payload": (str(message.message_id), bytes(parts["payload"]))}
    refuse_many(len(found))
    kind = ({**TYPES, **source.events}).get(message.event)
    if kind is None:
        return Contents(ignored=len(found))
    placed = [(place, raw) for place, (_, raw) in found.items()]
    return each_for_itself(placed, lambda place, raw: _event(place, found[place][0], raw, kind))


def _event(place: str, known: str, raw: bytes, kind: str) -> Event:
    told = decoded(raw, _Payload, place=place)
    course = told.course_id if told.course_id is not None else told.learning_plan_id
    return Event(
        place=place,
        id=known,
        type=kind,
        occurred_at=moment(told.fired_at or told.completion_date, f"{place}.fired_at"),
        member=str(told.user_id),
        attributes=present(course=None if course is None else str(course)),
    )
