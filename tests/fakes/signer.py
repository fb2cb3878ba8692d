"""A signer whose private key the test holds, as a key file would: what KMS keeps to itself."""

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ladder.adapters.kms import public_jwk
from ladder.domain.credentials.issuer import Jwk


class KeySigner:
    """`secret`: a number that the key is made of, so that it is the same in each run. `earlier`: keys before it."""

    def __init__(self, secret: int = 7, *, earlier: "Sequence[KeySigner]" = ()) -> None:
        self._key = ec.derive_private_key(secret, ec.SECP256R1())
        self._earlier = earlier

    @property
    def spki(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def keys(self) -> Sequence[Jwk]:
        return [public_jwk(self.spki), *(key for before in self._earlier for key in before.keys())]  # noqa: SIM118

    def sign(self, message: bytes) -> bytes:
        parts = decode_dss_signature(self._key.sign(message, ec.ECDSA(SHA256())))
        return b"".join(part.to_bytes(32) for part in parts)
