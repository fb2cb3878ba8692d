"""Status lists: a bit a credential, which says whether it was revoked, and nothing about whose it is.

Source: W3C Bitstring Status List 1.0.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ladder.domain.credentials.issuer import Issuer, base64url, utc_text

LENGTH = 131_072  # bits: the least that the standard allows, so that nobody is told from a place in the list
KEPT_SECONDS = 300  # for which a verifier may keep a list
VALID_FOR = timedelta(days=1)  # an old copy cannot hide a revocation for longer
PURPOSE = "revocation"


@dataclass(frozen=True, slots=True)
class StatusPlace:
    """The place of a credential: the number of a list, from 1, and a bit of it, which is chosen at random."""

    list: int
    index: int

    def entry(self, issuer: Issuer) -> dict[str, str]:
        address = issuer.status_list(self.list)
        return {
            "id": f"{address}#{self.index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": PURPOSE,
            "statusListIndex": str(self.index),
            "statusListCredential": address,
        }


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list, and how often it was written. `bits`: the first bit is the highest of the first byte."""

    number: int
    version: int
    bits: bytes = bytes(LENGTH // 8)

    def is_revoked(self, index: int) -> bool:
        return bool(self.bits[index // 8] >> (7 - index % 8) & 1)

    def with_revoked(self, index: int) -> bytes:
        """Return the bits with one more set; a revocation is never taken back."""
        changed = bytearray(self.bits)
        changed[index // 8] |= 1 << (7 - index % 8)
        return bytes(changed)


def status_list_body(issuer: Issuer, listed: StatusList, *, since: datetime) -> Mapping[str, Any]:
    """Return the list as a credential of its own, valid for a day from `since` on, a whole second."""
    address = issuer.status_list(listed.number)
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.did,
        "validFrom": utc_text(since),
        "validUntil": utc_text(since + VALID_FOR),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": PURPOSE,
            "encodedList": f"u{base64url(gzip.compress(listed.bits, mtime=0))}",
            "ttl": KEPT_SECONDS * 1000,
        },
    }
