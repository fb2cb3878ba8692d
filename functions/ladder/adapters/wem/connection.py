"""How a program reaches its platform: one secret, read whole or refused with the key to correct."""

import json
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from ladder.domain.errors import Rejected

KEYS = ("base_url", "token_url", "client_id", "client_secret", "requests_per_minute")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Equal secrets make equal connections, so a process keeps one session for each until the secret is rotated."""

    secret: str  # its name: what a message may say
    base_url: str
    token_url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    requests_per_minute: int


def read_connection(secret: str, text: str) -> Connection:
    """Raises Rejected naming the secret and the key that is missing or wrong; never shows a value."""
    try:
        values = json.loads(text)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise Rejected(f"the secret {secret!r} must be a JSON object with {', '.join(KEYS)}")
    for key in KEYS:
        if not values.get(key):
            raise Rejected(f"the secret {secret!r} lacks {key!r}")
    rate = values["requests_per_minute"]
    if not isinstance(rate, int) or isinstance(rate, bool) or rate < 1:
        raise Rejected(f"the secret {secret!r} must hold a whole number from 1 under 'requests_per_minute'")
    return Connection(
        secret=secret,
        base_url=_address(secret, "base_url", values),
        token_url=_address(secret, "token_url", values),
        client_id=_text(secret, "client_id", values),
        client_secret=_text(secret, "client_secret", values),
        requests_per_minute=rate,
    )


def _text(secret: str, key: str, values: dict[str, Any]) -> str:
    if not isinstance(values[key], str):
        raise Rejected(f"the secret {secret!r} must hold text under {key!r}")
    return str(values[key])


def _address(secret: str, key: str, values: dict[str, Any]) -> str:
    """Credentials travel encrypted; plain HTTP never leaves the machine."""
    address = _text(secret, key, values).rstrip("/")
    parts = urlsplit(address)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))):
        return address
    raise Rejected(f"the secret {secret!r} must hold an https address under {key!r} (http on loopback only)")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
