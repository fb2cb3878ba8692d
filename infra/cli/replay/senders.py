"""A post as its source would send it: the body, and its signature."""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping, Sequence

from ladder.domain.activities.source import SourceKind

JSON = {"content-type": "application/json"}
STANDARD_PREFIX = "whsec_"

type Headers = Mapping[str, str]


def new_secret(kind: SourceKind) -> str:
    if kind == "xapi":
        return f"replay:{secrets.token_urlsafe(24)}"
    return STANDARD_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def body_of(kind: SourceKind, events: Sequence[bytes]) -> bytes:
    """Join the events, byte by byte as they are in the file."""
    joined = b",".join(events)
    return b"[" + joined + b"]" if kind == "xapi" else b'{"events":[' + joined + b"]}"


def headers_of(kind: SourceKind, secret: str, body: bytes, *, clock: Callable[[], float] = time.time) -> Headers:
    """Sign the body as the kind of source does."""
    return _basic(secret) if kind == "xapi" else _signed(secret, body, str(int(clock())))


def _basic(secret: str) -> Headers:
    return {**JSON, "authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}


def _signed(secret: str, body: bytes, sent: str) -> Headers:
    """Standard Webhooks 1.0: HMAC-SHA256 over id, time and body."""
    name = f"msg_{secrets.token_hex(12)}"
    key = base64.b64decode(secret.removeprefix(STANDARD_PREFIX))
    mac = hmac.digest(key, f"{name}.{sent}.".encode() + body, hashlib.sha256)
    signature = f"v1,{base64.b64encode(mac).decode()}"
    return {**JSON, "webhook-id": name, "webhook-timestamp": sent, "webhook-signature": signature}
