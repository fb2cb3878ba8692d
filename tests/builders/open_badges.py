"""Two verifiers of Open Badges that know nothing of Ladder nor of each other: openbadgeslib, and did-jwt on Node.js.

Both are given a site instead of the network: what each address answers. The second one also reads status lists, with
the library of those who wrote their standard.
"""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from openbadgeslib.ob3 import OB3Verifier

from infra.frontend.packages import NODE, Package, node_modules

type Site = Mapping[str, bytes]

PACKAGES = (
    Package("did-jwt", "9.0.1", "b8e4a1e61428f9c93c519dd6a095f22224b0354654fd0663ae4006970b5c90b0"),
    Package("@digitalbazaar/bitstring", "3.1.0", "5e20ff3dead261c6d35db38f30b3faea906f6c107811182ae27a7ad44dc41575"),
    # and what these two need
    Package("@noble/ciphers", "2.4.0", "4a398bcc280c8742d474f9162f6d3c153e52ab1078e8ab592b4720410fb3c3e9"),
    Package("@noble/curves", "2.4.0", "55279c71b0201d6c0e58d0206d15825359e02a3932f326ba7b7909ac2d334aa9"),
    Package("@noble/hashes", "2.4.0", "e1946149b780017b2564fcc092cb01c04e1d7f20627d0296c17da8868f4436dc"),
    Package("@scure/base", "2.4.0", "2ba4feebe71cf6cc4bbcc89abce4bd09726f771f14649a536d97d2f20e8c8aec"),
    Package("base64url", "3.0.1", "e77e9b6400d3faf8e7bca76a904c9b1ac220c66dbab1360ab7ae8007c136e95a"),
    Package("base64url-universal", "2.0.0", "e8cc49043b44d1530be03b9b410e88a4b8e854ad520a284204a15bab927d79d0"),
    Package("canonicalize", "2.1.0", "65b2af82fa95b74300d9ecc83f35d44044365a17aadf9d2d153317a7375d015e"),
    Package("did-resolver", "5.0.1", "b89b0c56f816e0055b5c836cfe9f85678b72894c0bc3398d10a1e57d634cda01"),
    Package("multiformats", "14.0.5", "c5363b896b0654f681dde03d38ce2bf5d899384e160ca9f5bda61f6287c885b2"),
    Package("pako", "2.2.0", "62510b5d8ce95dd70942540dd5e9360dcd5b475a5cfe525be27b26d2908a2d64"),
    Package("uint8arrays", "6.1.1", "a62ed35d719e5166201a117f3b7f2551f29e5a4d516ef810bcde6565e3d083a0"),
)
SCRIPT = Path(__file__).with_name("verify_open_badge.mjs")


class Refused(Exception):
    """A verifier does not accept the credential; the message is its own."""


def did_address(did: str) -> str:
    """Return where the document of a `did:web` is found."""
    host, *path = did.removeprefix("did:web:").split(":")
    return "/".join((f"https://{host.replace('%3A', ':')}", *path, "did.json"))


def verify_with_openbadgeslib(token: str, issuer: str, site: Site) -> None:
    """Raises Refused for a credential that is not valid, not of this issuer, or revoked."""
    try:
        OB3Verifier.for_issuer_did(issuer, download=site.__getitem__).verify(
            token, check_status=True, download=site.__getitem__
        )
    except Exception as error:
        raise Refused(f"openbadgeslib: {error}") from error


def verify_with_did_jwt(token: str, issuer: str, site: Site) -> None:
    """Raises Refused, for the same reasons."""
    asked = {"token": token, "issuer": issuer, "site": {address: body.decode() for address, body in site.items()}}
    ran = subprocess.run(  # noqa: S603
        [NODE, SCRIPT, node_modules(*PACKAGES)], input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise Refused(f"did-jwt: {ran.stderr.strip()}")


VERIFIERS = (verify_with_openbadgeslib, verify_with_did_jwt)
