"""Verify a webhook request and parse its JSON: what every source shares.

A signature is compared in constant time, and may be made with any of the secrets in use. Where a vendor's proof covers
the time of sending, that must be within five minutes of now; otherwise only the event's id stops a replay. A record
that cannot be parsed does not affect the other records of the request.
"""

import base64
import binascii
import hmac
import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from ladder.domain.activities.activity import LONGEST_TEXT, LONGEST_VALUE, Event
from ladder.domain.activities.source import (
    MOST_EVENTS,
    Contents,
    HookRequest,
    HookResponse,
    IngestResult,
    Keys,
    Source,
    UnreadableRecord,
)
from ladder.domain.errors import MAX_REASONS, InvalidSignature, Malformed, TooLarge, Unavailable
from ladder.domain.validation.constraints import Plain

TOLERANCE_SECONDS = 300  # before and after now
MAX_TIMESTAMP_DIGITS = 15
BODY = "body"
MILLISECONDS_FROM = 100_000_000_000  # a number from here on counts milliseconds since 1970; in seconds it is year 5138

type Id = str | int  # an id that some vendors write as a number
type Timestamp = str | int | float

_ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
    re.DOTALL,
)
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")  # in UTF-8, ED is never followed by these
_PATH = re.compile(r" - at `\$\.?(.*)`$")


def signed_request(event: Mapping[str, Any]) -> HookRequest:
    """Return a request of the gateway with its body as it was sent: the signature covers every byte."""
    http, body = event["requestContext"], event.get("body") or ""
    query = event.get("rawQueryString")
    url = f"https://{http['domainName']}{event['rawPath']}"
    return HookRequest(
        method=http["http"]["method"],
        url=f"{url}?{query}" if query else url,
        headers={name.lower(): value for name, value in event.get("headers", {}).items()},
        body=base64.b64decode(body) if event.get("isBase64Encoded") else body.encode("utf-8", "surrogatepass"),
    )


def require(genuine: bool) -> None:  # noqa: FBT001
    """Raise InvalidSignature unless `genuine`. The error never says which part of the proof failed."""
    if not genuine:
        raise InvalidSignature


def any_equal(expected: Iterable[str], given: Iterable[str]) -> bool:
    """Return whether any two texts are equal; every pair is compared, each in constant time."""
    pairs = [(one.encode(), other.encode("utf-8", "replace")) for one in expected for other in given]
    return sum(hmac.compare_digest(one, other) for one, other in pairs) > 0


def require_recent(sent: float, now: datetime) -> None:
    """Raise InvalidSignature unless `sent` (seconds since 1970) is close to now. NaN is never recent."""
    require(abs(now.timestamp() - sent) <= TOLERANCE_SECONDS)


def unix_seconds(text: str) -> float:
    """Return the number. Raises InvalidSignature unless the text consists of digits."""
    require(text.isascii() and text.isdigit() and len(text) <= MAX_TIMESTAMP_DIGITS)
    return float(text)


def required_header(request: HookRequest, name: str) -> str:
    """Return a header of the proof. Raises InvalidSignature where it is missing or empty."""
    value = request.headers.get(name.lower(), "")
    require(bool(value))
    return value


def hmac_base64(key: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.digest(key, text, "sha256")).decode()


def base64_key(secret: str) -> bytes:
    """Decode a secret. Raises Unavailable where it is not Base64: we stored it wrong, so the sender should retry."""
    try:
        return base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unavailable("one of the source's secrets is not Base64: correct it") from error


def require_basic_auth(request: HookRequest, keys: Keys) -> None:
    """Check HTTP Basic credentials; each secret is `user:password`."""
    kind, _, given = required_header(request, "authorization").partition(" ")
    expected = [base64.b64encode(secret.encode()).decode() for secret in keys.secrets]
    require((kind.lower() == "basic") & any_equal(expected, [given.strip()]))


def signed_url(request: HookRequest, source: Source) -> str:
    """Return the URL that the sender signed; the option `public_url` replaces it where a proxy precedes the API."""
    public = source.options.get("public_url")
    _, mark, query = request.url.partition("?")
    return f"{public}{mark}{query}" if public else request.url


def require_hex_hmac(request: HookRequest, keys: Keys, name: str, *, prefix: str = "", before: bytes = b"") -> None:
    """Check the HMAC-SHA256 in the header `name`: in hexadecimal, over `before` and the body."""
    signed = before + request.body
    expected = [prefix + hmac.digest(secret.encode(), signed, "sha256").hex() for secret in keys.secrets]
    require(any_equal(expected, [required_header(request, name)]))


def decode[T](raw: bytes, kind: type[T], *, path: str = "") -> T:
    """Decode JSON into `kind`. Raises Malformed, naming the path within the body.

    Lone surrogates, escaped or not, are replaced with U+FFFD: a single one in one text of one event would otherwise
    make the whole body invalid JSON.
    """
    if _ESCAPED_SURROGATE.search(raw):
        raw = _ESCAPE.sub(lambda match: rb"\ufffd" if match.lastgroup == "lone" else match[0], raw)
    try:
        return msgspec.json.decode(_SURROGATE.sub("\ufffd".encode(), raw), type=kind)
    except msgspec.ValidationError as error:
        text = str(error)
        match = _PATH.search(text)
        full_path = ".".join(filter(None, (path, match.group(1) if match else ""))).replace(".[", "[")
        raise Malformed(full_path or BODY, text[: match.start() if match else None]) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(path or BODY, f"not JSON ({error}): send UTF-8 JSON") from error
    except RecursionError as error:
        raise Malformed(path or BODY, "nested too deeply: send it flat") from error


def require_distinct_keys(raw: bytes, path: str, *, outermost: bool = False) -> None:
    """Raise Malformed where an object of the JSON has a key twice, of which a reader would see either.

    `outermost`: look at the outermost object only. What is not JSON is left to `decode`.
    """
    repeated = list[str | None]()

    def look(pairs: list[tuple[str, object]]) -> None:  # the outermost object comes last
        names = [name for name, _ in pairs]
        distinct = len(set(names)) == len(names)
        repeated.append(None if distinct else next(name for name in names if names.count(name) > 1))

    with suppress(ValueError, RecursionError):
        json.loads(raw, object_pairs_hook=look)
        for name in filter(None, repeated[-1:] if outermost else repeated):
            raise Malformed(path, f"the key {name!r} stands twice in one object: send it once")


def is_array(raw: bytes) -> bool:
    return raw.lstrip()[:1] == b"["


def is_object(raw: bytes) -> bool:
    return raw.lstrip()[:1] == b"{"


def parse_each(
    records: Iterable[tuple[str, bytes]],
    parse: Callable[[str, bytes], Event | None],
    *,
    sender_can_correct: bool = False,
) -> Contents:
    """Parse records, given with their paths; one that is malformed does not affect the others.

    `parse` returns None for a record without meaning here, and raises Malformed. Raises TooLarge for too many records.
    """
    events, unread, ignored = list[Event](), list[UnreadableRecord](), 0
    records = list(records)
    if len(records) > MOST_EVENTS:
        raise TooLarge(f"{len(records)} events: send at most {MOST_EVENTS} in one call")
    for path, raw in records:
        record = raw.decode("utf-8", "replace")
        try:
            require_distinct_keys(raw, path)
            event = parse(path, raw)
        except Malformed as error:
            unread.append(UnreadableRecord(record, str(error)))
            continue
        if event:
            events.append(replace(event, record=record))
        ignored += event is None
    return Contents(events=tuple(events), unread=tuple(unread), ignored=ignored, sender_can_correct=sender_can_correct)


def parse_time(value: Timestamp, path: str) -> datetime:
    """Parse a vendor's time: ISO 8601 (UTC where it names no zone), or seconds or milliseconds since 1970."""
    try:
        if isinstance(value, str) and not value.isdigit():
            time = datetime.fromisoformat(value)
            return time if time.tzinfo else time.replace(tzinfo=UTC)
        number = float(value)
        return datetime.fromtimestamp(number / 1000 if abs(number) >= MILLISECONDS_FROM else number, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Malformed(path, "not a time: send 2026-03-29T01:30:00Z") from error


def without_empty(**attributes: Plain) -> Mapping[str, Plain]:
    """Drop attributes that are None or "", and cut long texts, as nobody can correct what a vendor sends."""
    return {
        name: value[: LONGEST_TEXT if name == "text" else LONGEST_VALUE] if isinstance(value, str) else value
        for name, value in attributes.items()
        if value is not None and value != ""
    }


def split_option(text: str) -> frozenset[str]:
    """Split an option that lists several values: "Done, Closed"."""
    return frozenset(filter(None, (value.strip() for value in text.split(","))))


def accepted(result: IngestResult) -> HookResponse:
    """Return the response that most sources expect: any 2xx. The numbers are for people who look."""
    body: dict[str, object] = {"accepted": result.accepted, "ignored": result.ignored, "unreadable": result.unreadable}
    if result.refused:
        body["refused"] = list(result.refused[:MAX_REASONS])
    return HookResponse(status=202, body=body)
