"""Sign with KMS keys of ECC_NIST_P256. A private key never leaves KMS, so no code and no secret has one."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from ladder.adapters.aws import busy_is_unavailable
from ladder.domain.credentials.issuer import Jwk, base64url

SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")  # before a point of P-256 (RFC 5480)
UNCOMPRESSED, COORDINATE = 4, 32  # a point: 4, x and y


class KmsSigner:
    """`keys`: the ids of keys. The first one signs; the others have signed, and are still published."""

    def __init__(self, client: Any, keys: Sequence[str]) -> None:
        self._client = client
        self._keys = keys

    def keys(self) -> Sequence[Jwk]:
        return self._public

    def sign(self, message: bytes) -> bytes:
        with busy_is_unavailable():
            answer = self._client.sign(
                KeyId=self._keys[0], Message=message, MessageType="RAW", SigningAlgorithm="ECDSA_SHA_256"
            )
        return raw_signature(answer["Signature"])

    @cached_property
    def _public(self) -> list[Jwk]:
        """Return the public keys, which a warm function asks for once: the material of a key never changes."""
        with busy_is_unavailable():
            return [public_jwk(self._client.get_public_key(KeyId=key)["PublicKey"]) for key in self._keys]


def public_jwk(spki: bytes) -> Jwk:
    """Return the key of a SubjectPublicKeyInfo in DER. Raises ValueError for one that is not of P-256."""
    point = spki.removeprefix(SPKI)
    if len(point) != 1 + 2 * COORDINATE or point[0] != UNCOMPRESSED or point == spki:
        raise ValueError("not a public key of P-256")
    x, y = point[1 : 1 + COORDINATE], point[1 + COORDINATE :]
    return {"kty": "EC", "crv": "P-256", "x": base64url(x), "y": base64url(y)}


def raw_signature(der: bytes) -> bytes:
    """Return r and s of 32 bytes each, as JWS has them; KMS has them as a DER sequence of two integers."""
    length = der[3]
    r, s = der[4 : 4 + length], der[6 + length :]
    return b"".join(int.from_bytes(part).to_bytes(COORDINATE) for part in (r, s))
