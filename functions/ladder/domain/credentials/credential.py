"""A badge as an Open Badges 3.0 credential, and the JWT (VC-JWT) that secures it.

Sources: 1EdTech Open Badges 3.0, data model and JSON Web Token proof format; W3C Verifiable Credentials Data Model 2.0.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ladder.domain.credentials.issuer import Issuer, Jwk, base64url
from ladder.domain.credentials.status_list import StatusPlace

CONTEXTS = ("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuance:
    """What is decided once, when a member takes a badge along: asking again returns the same.

    `id` and `subject` are random URIs, and times are whole days: two credentials of one member have nothing in common
    that a verifier could link them by.
    """

    id: str
    subject: str
    awarded_on: date
    issued_on: date
    place: StatusPlace


def credential_body(issuer: Issuer, achievement: Mapping[str, Any], issuance: Issuance) -> dict[str, Any]:
    """Return the credential, unsigned. `achievement`: as `achievement_body` has it."""
    return {
        "@context": [*CONTEXTS],
        "id": issuance.id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": achievement["name"],
        "issuer": issuer.profile,
        "validFrom": f"{issuance.issued_on}T00:00:00Z",
        "awardedDate": f"{issuance.awarded_on}T00:00:00Z",
        "credentialSubject": {"id": issuance.subject, "type": ["AchievementSubject"], "achievement": achievement},
        "credentialStatus": issuance.place.entry(issuer),
    }


def signing_input(issuer: Issuer, key: Jwk, body: Mapping[str, Any]) -> str:
    """Return what is signed: the header, whose `kid` leads to the key by the issuer's document, and the payload.

    The payload is the credential with the registered claims that repeat parts of it.
    """
    header = {"alg": "ES256", "kid": issuer.key_id(key), "typ": "JWT"}
    claims = {"iss": issuer.did, "jti": body["id"], "sub": body["credentialSubject"]["id"]}
    times = {"nbf": "validFrom", "exp": "validUntil"}
    seconds = {
        claim: int(datetime.fromisoformat(body[name]).timestamp()) for claim, name in times.items() if name in body
    }
    return ".".join(base64url(_json(part).encode()) for part in (header, {**body, **claims, **seconds}))


def compact(signed: str, signature: bytes) -> str:
    return f"{signed}.{base64url(signature)}"


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
