"""HubSpot's webhooks: an array of changes in a CRM.

Secret: `{"secrets": [the app's client secret, …]}`; the signature (v3) is over method, URI, body and a time in
milliseconds. `eventId` is not promised to be unique, so an event is known by it together with its subscription type,
object and time; the number of the attempt is no part of it.

Who did it: the option `member` is `sourceId` (the default: the user who made the change, "userId:12345"), or `owner`
(whoever a change of `hubspot_owner_id` names). What was done by nobody, such as a workflow, is ignored.
A property's new value may be personal data of a customer: it is left out, but for the stage of a deal or ticket and
the properties that the option `values` lists.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from ladder.adapters.sources.answers import accepted
from ladder.adapters.sources.reading import Moment, decoded, each_for_itself, listed, moment, present, refuse_many
from ladder.adapters.sources.signatures import address, any_equal, header, mac_base64, require, require_fresh, seconds
from ladder.domain.activities.inbound import Contents, Event, HookRequest, Keys
from ladder.domain.programs.rules import Plain
from ladder.domain.programs.source import Source

answer = accepted
UPDATED = "record.updated"
OBJECTS = ("contact", "company", "deal", "ticket")
TYPES: Mapping[str, str] = {f"{kind}.{what}": UPDATED for kind in OBJECTS for what in ("creation", "propertyChange")}
OWNER = "hubspot_owner_id"
STAGES = frozenset({"dealstage", "hs_pipeline_stage"})
BY_USER = "userId:"


class _Heading(msgspec.Struct):
    subscriptionType: str  # noqa: N815


class _Change(msgspec.Struct):
    eventId: int  # noqa: N815
    subscriptionType: str  # noqa: N815
    objectId: int  # noqa: N815
    occurredAt: Moment  # noqa: N815
    propertyName: str = ""  # noqa: N815
    propertyValue: str | None = None  # noqa: N815
    sourceId: str | None = None  # noqa: N815


def verify(call: HookRequest, source: Source, keys: Keys, *, now: datetime) -> None:
    sent, given = header(call, "x-hubspot-request-timestamp"), header(call, "x-hubspot-signature-v3")
    signed = (
        f"{call.method}{address(call, source)}".encode("utf-8", "replace") + call.body + sent.encode("utf-8", "replace")
    )
    require(any_equal([mac_base64(secret.encode(), signed) for secret in keys.secrets], [given]))
    require_fresh(seconds(sent) / 1000, now)


def read(call: HookRequest, source: Source) -> Contents:
    changes = decoded(call.body, list[msgspec.Raw])
    refuse_many(len(changes))
    types = {**TYPES, **source.events}
    placed = [(f"[{n}]", bytes(change)) for n, change in enumerate(changes)]
    return each_for_itself(placed, lambda place, raw: _event(raw, place, types, source))


def _event(raw: bytes, place: str, types: Mapping[str, str], source: Source) -> Event | None:
    """Only a change that may count is looked at closely."""
    kind = types.get(decoded(raw, _Heading, place=place).subscriptionType)
    if not kind:
        return None
    change = decoded(raw, _Change, place=place)
    member = _member(change, source)
    if not member:
        return None
    return Event(
        place=place,
        id=f"{change.eventId}:{change.subscriptionType}:{change.objectId}:{change.occurredAt}",
        type=kind,
        occurred_at=moment(change.occurredAt, f"{place}.occurredAt"),
        member=member,
        attributes=_attributes(change, source),
    )


def _member(change: _Change, source: Source) -> str:
    if source.options.get("member") == "owner":
        return (change.propertyValue or "") if change.propertyName == OWNER else ""
    told = change.sourceId or ""
    return told.removeprefix(BY_USER) if told.startswith(BY_USER) else ""


def _attributes(change: _Change, source: Source) -> Mapping[str, Plain]:
    stage = change.propertyValue if change.propertyName in STAGES else None
    wanted = change.propertyName in listed(source.options.get("values", ""))
    return present(
        record=str(change.objectId),
        kind=change.subscriptionType.partition(".")[0],
        property=change.propertyName,
        stage=stage,
        value=change.propertyValue if wanted else None,
    )
