"""How a call proves where it comes from: compared in constant time, fresh, under any of the secrets in use."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from ladder.domain.activities.inbound import HookRequest, InvalidSignature, Keys
from ladder.domain.errors import Unavailable
from ladder.domain.programs.source import Source

TOLERANCE_SECONDS = 300  # of past and future


def require(genuine: bool) -> None:  # noqa: FBT001
    """Which part of the proof failed is told nobody."""
    if not genuine:
        raise InvalidSignature


def any_equal(expected: Iterable[str], given: Iterable[str]) -> bool:
    """Whether any two are the same text; every pair is compared, each in constant time."""
    pairs = [(one.encode(), other.encode("utf-8", "replace")) for one in expected for other in given]
    return sum(hmac.compare_digest(one, other) for one, other in pairs) > 0


def require_fresh(sent: float, now: datetime) -> None:
    """`sent`: seconds since 1970. Not a number is never fresh."""
    require(abs(now.timestamp() - sent) <= TOLERANCE_SECONDS)


def seconds(text: str) -> float:
    """Raises Forged where it is no number of digits."""
    require(text.isascii() and text.isdigit() and len(text) <= 15)  # noqa: PLR2004
    return float(text)


def header(call: HookRequest, name: str) -> str:
    """Raises Forged where there is none: only what proves something is read with this."""
    found = call.headers.get(name.lower(), "")
    require(bool(found))
    return found


def mac_base64(key: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.digest(key, text, "sha256")).decode()


def mac_hex(key: bytes, text: bytes) -> str:
    return hmac.digest(key, text, "sha256").hex()


def sha256_forms(body: bytes) -> tuple[str, str]:
    digest = hashlib.sha256(body).digest()
    return base64.b64encode(digest).decode(), digest.hex()


def key_of_base64(secret: str) -> bytes:
    """Raises Unavailable where it is none: the fault is ours, so the sender is to try again when it is mended."""
    try:
        return base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unavailable("one of the source's secrets is no Base64: mend it") from error


def require_basic(call: HookRequest, keys: Keys) -> None:
    """HTTP Basic; each secret is `user:password`."""
    kind, _, given = header(call, "authorization").partition(" ")
    expected = [base64.b64encode(secret.encode()).decode() for secret in keys.secrets]
    require((kind.lower() == "basic") & any_equal(expected, [given.strip()]))


def address(call: HookRequest, source: Source) -> str:
    """What the sender signed as the address; the option `public_url` where a proxy stands before the API."""
    public = source.options.get("public_url")
    _, mark, query = call.url.partition("?")
    return f"{public}{mark}{query}" if public else call.url


def require_hex(call: HookRequest, keys: Keys, name: str, *, prefix: str = "", before: bytes = b"") -> None:
    """HMAC-SHA256 in hex over the body, and what is signed `before` it."""
    expected = [prefix + mac_hex(secret.encode(), before + call.body) for secret in keys.secrets]
    require(any_equal(expected, [header(call, name)]))
