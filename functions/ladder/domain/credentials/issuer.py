"""The issuer of a program's credentials: a DID of the method `did:web`, whose document the API serves.

Sources: W3C Decentralized Identifiers 1.0; the did:web method specification; JSON Web Key Thumbprint (RFC 7638).
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ladder.domain.credentials.rules import CredentialRules

type Jwk = Mapping[str, str]  # the public key of ES256: kty, crv, x and y

DID_CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1")
KEY_TYPE = "JsonWebKey2020"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Each program is an issuer of its own, though one key may sign for several."""

    program: str
    rules: CredentialRules

    @property
    def did(self) -> str:
        """Return the DID: `did:web:host:issuers:program`, the colon of a port as %3A."""
        host = self.rules.address.removeprefix("https://").replace(":", "%3A")
        return f"did:web:{host}:issuers:{self.program}"

    @property
    def profile(self) -> dict[str, Any]:
        return {"id": self.did, "type": ["Profile"], "name": self.rules.name, "url": self.rules.url}

    def key_id(self, key: Jwk) -> str:
        return f"{self.did}#{thumbprint(key)}"

    def status_list(self, number: int) -> str:
        return f"{self.rules.address}/issuers/{self.program}/status/{number}"

    def document(self, keys: Sequence[Jwk]) -> dict[str, Any]:
        """Return the DID document. `keys`: the one that signs, and those that signed what is still verified."""
        return {
            "@context": [*DID_CONTEXTS],
            "id": self.did,
            "verificationMethod": [
                {"id": self.key_id(key), "type": KEY_TYPE, "controller": self.did, "publicKeyJwk": {**key}}
                for key in keys
            ],
            "assertionMethod": [self.key_id(key) for key in keys],
        }


def thumbprint(key: Jwk) -> str:
    """Return the digest that names a key, whatever its place in a document."""
    required = json.dumps({name: key[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    return base64url(hashlib.sha256(required.encode()).digest())


def base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def utc_text(moment: datetime) -> str:
    """Return a moment as credentials write it, to the second: 2026-11-28T12:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
