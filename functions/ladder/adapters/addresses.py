"""Check the addresses of outside services, which programs' secrets hold."""

import os
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

from ladder.domain.errors import Rejected


def require_encrypted(address: str, *, secret: str, key: str) -> str:
    """Return the address. Raises Rejected unless it is https: credentials and texts travel encrypted.

    It names a host and nothing before it: a user and a password in an address end up in logs. Plain HTTP is allowed
    where it never leaves the machine, and nowhere on AWS. `secret`: the name of the secret; `key`: of its value.
    """
    parts = urlsplit(address)
    if "@" in parts.netloc:
        raise Rejected(f"the address under {key!r} in the secret {secret!r} must name no user: write https://host/path")
    loopback = parts.hostname == "localhost"
    with suppress(ValueError):  # a name
        loopback = ip_address(parts.hostname or "").is_loopback
    # A local stage names the address of its own AWS; a function in the account has none.
    on_aws = "AWS_LAMBDA_FUNCTION_NAME" in os.environ and "AWS_ENDPOINT_URL" not in os.environ
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and loopback and not on_aws)):
        return address
    raise Rejected(f"the secret {secret!r} must hold an https address under {key!r}")
