"""HubSpot's webhooks: an array of changes in a CRM.

Secret: `{"secrets": [the app's client secret, …]}`; the signature (v3) is over method, URI, body and a time in
milliseconds. `eventId` is not promised to be unique, so an event is identified by it together with its subscription
type, object and time; the number of the attempt is not part of it.

Who did it: the option `member` is `sourceId` (the default: the user who made the change, "userId:12345"), or `owner`
(the person that a change of `hubspot_owner_id` names). A change that no user made, such as a workflow's, is ignored.
A property's new value may be personal data of a customer: it is left out, except for the stage of a deal or ticket and
the properties that the option `values` lists.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from ladder.adapters.sources.webhook import (
    Timestamp,
    accepted,
    any_equal,
    decode,
    hmac_base64,
    parse_each,
    parse_time,
    require,
    require_recent,
    required_header,
    signed_url,
    split_option,
    unix_seconds,
    without_empty,
)
from ladder.domain.activities.activity import Event
from ladder.domain.activities.source import Contents, HookRequest, Keys, Source
from ladder.domain.validation.constraints import Plain

answer = accepted
UPDATED = "record.updated"
OBJECTS = ("contact", "company", "deal", "ticket")
TYPES: Mapping[str, str] = {f"{kind}.{what}": UPDATED for kind in OBJECTS for what in ("creation", "propertyChange")}
OWNER = "hubspot_owner_id"
STAGES = frozenset({"dealstage", "hs_pipeline_stage"})
USER_PREFIX = "userId:"


class _Heading(msgspec.Struct):
    subscriptionType: str  # noqa: N815


class _Change(msgspec.Struct):
    eventId: int  # noqa: N815
    subscriptionType: str  # noqa: N815
    objectId: int  # noqa: N815
    occurredAt: Timestamp  # noqa: N815
    propertyName: str = ""  # noqa: N815
    propertyValue: str | None = None  # noqa: N815
    sourceId: str | None = None  # noqa: N815


def verify(request: HookRequest, source: Source, keys: Keys, *, now: datetime) -> None:
    sent = required_header(request, "x-hubspot-request-timestamp")
    given = required_header(request, "x-hubspot-signature-v3")
    address = f"{request.method}{signed_url(request, source)}".encode("utf-8", "replace")
    signed = address + request.body + sent.encode("utf-8", "replace")
    require(any_equal([hmac_base64(secret.encode(), signed) for secret in keys.secrets], [given]))
    require_recent(unix_seconds(sent) / 1000, now)


def read(request: HookRequest, source: Source) -> Contents:
    types = {**TYPES, **source.events}
    records = [(f"[{n}]", bytes(change)) for n, change in enumerate(decode(request.body, list[msgspec.Raw]))]
    return parse_each(records, lambda path, raw: _event(raw, path, types, source))


def _event(raw: bytes, path: str, types: Mapping[str, str], source: Source) -> Event | None:
    """Parse a change; only one that may count is validated in full."""
    type_ = types.get(decode(raw, _Heading, path=path).subscriptionType)
    if not type_:
        return None
    change = decode(raw, _Change, path=path)
    member = _member(change, source)
    if not member:
        return None
    return Event(
        place=path,
        id=f"{change.eventId}:{change.subscriptionType}:{change.objectId}:{change.occurredAt}",
        type=type_,
        occurred_at=parse_time(change.occurredAt, f"{path}.occurredAt"),
        member=member,
        attributes=_attributes(change, source),
    )


def _member(change: _Change, source: Source) -> str:
    if source.options.get("member") == "owner":
        return (change.propertyValue or "") if change.propertyName == OWNER else ""
    author = change.sourceId or ""
    return author.removeprefix(USER_PREFIX) if author.startswith(USER_PREFIX) else ""


def _attributes(change: _Change, source: Source) -> Mapping[str, Plain]:
    has_value = change.propertyName in split_option(source.options.get("values", ""))
    return without_empty(
        record=str(change.objectId),
        kind=change.subscriptionType.partition(".")[0],
        property=change.propertyName,
        stage=change.propertyValue if change.propertyName in STAGES else None,
        value=change.propertyValue if has_value else None,
    )
