"""Cornerstone OnDemand's webhooks: records of one event each; none at all is its heartbeat.

Secret: `{"secrets": [Base64, …], "api_keys": [text, …]}`. Every call carries the API key, and an HMAC-SHA256 over
method, URI, `x-content-sha256` (of the body as it is sent), `Date` and further headers. The exact text that is signed
is unconfirmed; options say what it is:
`signed`, a template of `{method}`, `{uri}` (path and query), `{url}` and `{any-header}`, with `\\n` for a line break;
`signature_header` (`authorization`), of which the last word counts, behind a `Signature=` where there is one;
`api_key_header` (`x-api-key`); `user`, `targetUserId` or `targetUserRef`.
It tries again on 408 and 5xx only: what is refused with another status is gone.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import msgspec

from ladder.adapters.sources.answers import accepted
from ladder.adapters.sources.reading import Moment, Name, decoded, each_for_itself, moment, present, refuse_many
from ladder.adapters.sources.signatures import (
    address,
    any_equal,
    header,
    key_of_base64,
    mac_base64,
    require,
    require_fresh,
    sha256_forms,
)
from ladder.domain.activities.inbound import Contents, Event, HookRequest, InvalidSignature, Keys, Malformed
from ladder.domain.errors import Unavailable
from ladder.domain.programs.source import Source

answer = accepted
SIGNED = r"{method}\n{uri}\n{x-content-sha256}\n{date}"
TYPES: Mapping[str, str] = {"TrainingCompleted": "learner.completed_module"}
_FIELD = re.compile(r"\{([A-Za-z0-9-]+)\}")
_SIGNATURE = re.compile(r"(?:signature=)?\"?([A-Za-z0-9+/]+={0,2})\"?$", re.IGNORECASE)


class _Data(msgspec.Struct):
    eventId: Name  # noqa: N815
    trainingActionDateTimestamp: Moment  # noqa: N815
    targetUserId: Name = ""  # noqa: N815
    targetUserRef: Name = ""  # noqa: N815
    trainingId: Name | None = None  # noqa: N815
    dueDateTimestamp: Moment | None = None  # noqa: N815


class _Case(msgspec.Struct):
    data: _Data


class _Record(msgspec.Struct):
    value: dict[str, msgspec.Raw]


class _Body(msgspec.Struct):
    records: list[msgspec.Raw]


def verify(call: HookRequest, source: Source, keys: Keys, *, now: datetime) -> None:
    api_keys = keys.texts("api_keys")
    if not api_keys:
        raise Unavailable(f'the secret of {source.key!r} names no API key: add {{"api_keys": ["…"]}}')
    key = header(call, source.options.get("api_key_header", "x-api-key"))
    given = _SIGNATURE.search(header(call, source.options.get("signature_header", "authorization")))
    text = _signed(call, source)
    expected = [mac_base64(key_of_base64(secret), text) for secret in keys.secrets]
    require(
        any_equal(api_keys, [key])
        & any_equal(expected, [given.group(1)] if given else [])
        & any_equal(sha256_forms(call.body), [header(call, "x-content-sha256")])
    )
    require_fresh(_sent(header(call, "date")), now)


def read(call: HookRequest, source: Source) -> Contents:
    records = decoded(call.body, _Body).records
    refuse_many(len(records))
    types = {**TYPES, **source.events}
    placed = [(f"records[{n}]", bytes(record)) for n, record in enumerate(records)]
    return each_for_itself(placed, lambda place, raw: _event(raw, place, types, source))


def _event(raw: bytes, place: str, types: Mapping[str, str], source: Source) -> Event | None:
    """The data stand under the case's own name, in lower camel case."""
    value, place = decoded(raw, _Record, place=place).value, f"{place}.value"
    if "lmsEventsCase" not in value:
        raise Malformed(f"{place}.lmsEventsCase", "missing: send the name of the event")
    case = decoded(bytes(value["lmsEventsCase"]), str, place=f"{place}.lmsEventsCase")
    if case not in types:
        return None
    name = case[:1].lower() + case[1:]
    place = f"{place}.{name}"
    data = decoded(bytes(value.get(name, msgspec.Raw(b"null"))), _Case, place=place).data
    return Event(
        place=f"{place}.data",
        id=str(data.eventId),
        type=types[case],
        occurred_at=moment(data.trainingActionDateTimestamp, f"{place}.data.trainingActionDateTimestamp"),
        member=str(data.targetUserRef if source.options.get("user") == "targetUserRef" else data.targetUserId),
        attributes=present(
            module=None if data.trainingId is None else str(data.trainingId),
            due=_day(data.dueDateTimestamp, f"{place}.data.dueDateTimestamp"),
        ),
    )


def _day(due: Moment | None, place: str) -> str | None:
    return moment(due, place).date().isoformat() if due else None


def _signed(call: HookRequest, source: Source) -> bytes:
    url = urlsplit(address(call, source))
    known = {
        "method": call.method,
        "url": url.geturl(),
        "uri": f"{url.path}?{url.query}" if url.query else url.path,
    }
    template = source.options.get("signed", SIGNED).replace(r"\n", "\n")
    return _FIELD.sub(lambda found: known.get(found[1]) or header(call, found[1]), template).encode("utf-8", "replace")


def _sent(date: str) -> float:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError) as error:
        raise InvalidSignature from error
