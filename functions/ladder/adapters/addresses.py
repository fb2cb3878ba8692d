"""Check the addresses of outside services, which programs' secrets hold."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from ladder.domain.errors import Rejected


def require_encrypted(address: str, *, secret: str, key: str) -> str:
    """Return the address. Raises Rejected unless it is https: credentials and texts travel encrypted.

    It names a host and nothing before it: a user and a password in an address end up in logs. Plain HTTP is allowed
    where it never leaves the machine. `secret`: the name of the secret; `key`: of its value.
    """
    parts = urlsplit(address)
    if "@" in parts.netloc:
        raise Rejected(f"the address under {key!r} in the secret {secret!r} must name no user: write https://host/path")
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))):
        return address
    raise Rejected(f"the secret {secret!r} must hold an https address under {key!r} (http on loopback only)")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
