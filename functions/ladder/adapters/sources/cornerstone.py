"""Cornerstone OnDemand's webhooks: records of one event each; no record at all is a heartbeat.

Secret: `{"secrets": [Base64, …], "api_keys": [text, …]}`. Every request carries the API key, and an HMAC-SHA256 over
method, URI, `x-content-sha256` (of the body as sent), `Date` and further headers. The vendor has not confirmed the
exact text that is signed, so options define it:
`signed`, a template of `{method}`, `{uri}` (path and query), `{url}` and `{any-header}`, with `\\n` for a line break;
`signature_header` (`authorization`), of which the last word counts, after a `Signature=` where there is one;
`api_key_header` (`x-api-key`); `user`, `targetUserId` or `targetUserRef`.
It retries on 408 and 5xx only: a request refused with another status is lost.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import msgspec

from ladder.adapters.sources.webhook import (
    BODY,
    Id,
    Timestamp,
    accepted,
    any_equal,
    base64_key,
    decode,
    hmac_base64,
    parse_each,
    parse_time,
    require,
    require_distinct_keys,
    require_recent,
    required_header,
    signed_url,
    without_empty,
)
from ladder.domain.activities.activity import Event
from ladder.domain.activities.source import Contents, HookRequest, Keys, Source
from ladder.domain.errors import InvalidSignature, Malformed, Unavailable

answer = accepted
SIGNED = r"{method}\n{uri}\n{x-content-sha256}\n{date}"
TYPES: Mapping[str, str] = {"TrainingCompleted": "learner.completed_module"}
_FIELD = re.compile(r"\{([A-Za-z0-9-]+)\}")
_SIGNATURE = re.compile(r"(?:signature=)?\"?([A-Za-z0-9+/]+={0,2})\"?$", re.IGNORECASE)


class _Data(msgspec.Struct):
    eventId: Id  # noqa: N815
    trainingActionDateTimestamp: Timestamp  # noqa: N815
    targetUserId: Id = ""  # noqa: N815
    targetUserRef: Id = ""  # noqa: N815
    trainingId: Id | None = None  # noqa: N815
    dueDateTimestamp: Timestamp | None = None  # noqa: N815


class _Case(msgspec.Struct):
    data: _Data


class _Record(msgspec.Struct):
    value: dict[str, msgspec.Raw]


class _Body(msgspec.Struct):
    records: list[msgspec.Raw]


def verify(request: HookRequest, source: Source, keys: Keys, *, now: datetime) -> None:
    api_keys = keys.texts("api_keys")
    if not api_keys:
        raise Unavailable(f'the secret of {source.key!r} has no API key: add {{"api_keys": ["…"]}}')
    key = required_header(request, source.options.get("api_key_header", "x-api-key"))
    given = _SIGNATURE.search(required_header(request, source.options.get("signature_header", "authorization")))
    url = urlsplit(signed_url(request, source))
    fields = {
        "method": request.method,
        "url": url.geturl(),
        "uri": f"{url.path}?{url.query}" if url.query else url.path,
    }
    template = source.options.get("signed", SIGNED).replace(r"\n", "\n")
    text = _FIELD.sub(lambda match: fields.get(match[1]) or required_header(request, match[1]), template)
    signed = text.encode("utf-8", "replace")
    expected = [hmac_base64(base64_key(secret), signed) for secret in keys.secrets]
    digest = hashlib.sha256(request.body).digest()
    require(
        any_equal(api_keys, [key])
        & any_equal(expected, [given.group(1)] if given else [])
        & any_equal([base64.b64encode(digest).decode(), digest.hex()], [required_header(request, "x-content-sha256")])
    )
    try:
        sent = parsedate_to_datetime(required_header(request, "date")).timestamp()
    except (ValueError, OverflowError) as error:
        raise InvalidSignature from error
    require_recent(sent, now)


def read(request: HookRequest, source: Source) -> Contents:
    types = {**TYPES, **source.events}
    require_distinct_keys(request.body, BODY, outermost=True)
    records = [(f"records[{n}]", bytes(record)) for n, record in enumerate(decode(request.body, _Body).records)]
    return parse_each(records, lambda path, raw: _event(raw, path, types, source))


def _event(raw: bytes, path: str, types: Mapping[str, str], source: Source) -> Event | None:
    """Parse a record. The data are under the case's own name, in lower camel case."""
    value, path = decode(raw, _Record, path=path).value, f"{path}.value"
    if "lmsEventsCase" not in value:
        raise Malformed(f"{path}.lmsEventsCase", "missing: send the name of the event")
    case = decode(bytes(value["lmsEventsCase"]), str, path=f"{path}.lmsEventsCase")
    if case not in types:
        return None
    name = case[:1].lower() + case[1:]
    path = f"{path}.{name}"
    data = decode(bytes(value.get(name, msgspec.Raw(b"null"))), _Case, path=path).data
    due = data.dueDateTimestamp
    return Event(
        place=f"{path}.data",
        id=str(data.eventId),
        type=types[case],
        occurred_at=parse_time(data.trainingActionDateTimestamp, f"{path}.data.trainingActionDateTimestamp"),
        member=str(data.targetUserRef if source.options.get("user") == "targetUserRef" else data.targetUserId),
        attributes=without_empty(
            module=None if data.trainingId is None else str(data.trainingId),
            due=parse_time(due, f"{path}.data.dueDateTimestamp").date().isoformat() if due else None,
        ),
    )
