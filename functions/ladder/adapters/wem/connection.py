"""How a program reaches its platform: one secret, read whole or refused with the key to mend."""

import json
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from ladder.domain.errors import Rejected

KEYS = ("base_url", "token_url", "client_id", "client_secret", "requests_per_minute")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Equal secrets make equal connections, so a process keeps one link for each and drops it when a secret turns."""

    secret: str  # its name: what a message may say
    base_url: str
    token_url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    requests_per_minute: int


def read_connection(secret: str, text: str) -> Connection:
    """Raises Rejected naming the secret and the key that is missing or wrong; never shows a value."""
    found = _parsed(secret, text)
    for key in KEYS:
        if not found.get(key):
            raise Rejected(f"the secret {secret!r} lacks {key!r}")
    return Connection(
        secret=secret,
        base_url=_address(secret, "base_url", found),
        token_url=_address(secret, "token_url", found),
        client_id=_text(secret, "client_id", found),
        client_secret=_text(secret, "client_secret", found),
        requests_per_minute=_rate(secret, found["requests_per_minute"]),
    )


def _parsed(secret: str, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Rejected(f"the secret {secret!r} must be a JSON object with {', '.join(KEYS)}")  # its text stays unseen
    return found


def _text(secret: str, key: str, found: dict[str, Any]) -> str:
    if not isinstance(found[key], str):
        raise Rejected(f"the secret {secret!r} must hold text under {key!r}")
    return str(found[key])


def _address(secret: str, key: str, found: dict[str, Any]) -> str:
    """Credentials travel encrypted; plain HTTP never leaves the machine."""
    address = _text(secret, key, found).rstrip("/")
    parts = urlsplit(address)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))):
        return address
    raise Rejected(f"the secret {secret!r} must hold an https address under {key!r} (http on loopback only)")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _rate(secret: str, value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise Rejected(f"the secret {secret!r} must hold a whole number from 1 under 'requests_per_minute'")
