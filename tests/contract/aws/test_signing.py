"""Signing with KMS, and the key of a file that stands for it in tests: a signature is verified under the public key."""

from base64 import urlsafe_b64decode

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from infra.local.emulator import Emulator
from ladder.adapters.kms import KmsSigner, public_jwk, raw_signature
from ladder.domain.credentials.issuer import Jwk, thumbprint
from ladder.domain.credentials.ports import Signer
from ladder.domain.errors import Throttled, Unavailable
from tests.fakes.faulty_client import Faulty, answer_lost, refused
from tests.fakes.signer import KeySigner


def kms_key(aws: Emulator) -> str:
    made = aws.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    key: str = made["KeyMetadata"]["Arn"]
    return key


@pytest.fixture(params=["kms", "file"])
def signer(request: pytest.FixtureRequest) -> Signer:
    if request.param == "file":
        return KeySigner()
    aws: Emulator = request.getfixturevalue("aws")
    return KmsSigner(aws.client("kms"), [kms_key(aws)])


def number(text: str) -> int:
    return int.from_bytes(urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def verify(key: Jwk, signature: bytes, message: bytes) -> None:
    """Raises InvalidSignature."""
    public = ec.EllipticCurvePublicNumbers(number(key["x"]), number(key["y"]), ec.SECP256R1()).public_key()
    parts = (int.from_bytes(part) for part in (signature[:32], signature[32:]))
    public.verify(encode_dss_signature(*parts), message, ec.ECDSA(SHA256()))


def test_a_signature_is_verified_under_the_first_key_for_what_was_signed_alone(signer: Signer) -> None:
    for attempt in range(20):  # r and s begin with zeros now and then
        message = f"message {attempt}".encode()
        signature = signer.sign(message)
        assert len(signature) == 64
        verify(signer.keys()[0], signature, message)
        with pytest.raises(InvalidSignature):
            verify(signer.keys()[0], signature, message + b".")


def test_earlier_keys_are_published_after_the_one_that_signs(aws: Emulator) -> None:
    first, second = kms_key(aws), kms_key(aws)
    client = aws.client("kms")
    rotated = KmsSigner(client, [second, first])
    assert [*rotated.keys()] == [*KmsSigner(client, [second]).keys(), *KmsSigner(client, [first]).keys()]
    verify(rotated.keys()[0], rotated.sign(b"a"), b"a")


def test_the_public_key_is_asked_for_once(aws: Emulator) -> None:
    client = Faulty(aws.client("kms"))
    signer = KmsSigner(client, [kms_key(aws)])
    assert signer.keys() == signer.keys()
    assert client.calls["get_public_key"] == 1


def test_a_busy_kms_is_unavailable(aws: Emulator) -> None:
    key = kms_key(aws)
    for fault, error in ((refused("ThrottlingException"), Throttled), (answer_lost, Unavailable)):
        with pytest.raises(error):
            KmsSigner(Faulty(aws.client("kms"), fault), [key]).sign(b"a")


def test_a_short_integer_of_der_is_filled_up_and_a_signed_one_loses_its_zero() -> None:
    der = bytes.fromhex("3006020101020200ff")
    assert raw_signature(der) == (1).to_bytes(32) + (255).to_bytes(32)


@pytest.mark.parametrize("spki", [b"", KeySigner().spki[:-1], KeySigner().spki + b"0", b"0" * 91])
def test_what_is_no_key_of_p_256_is_refused(spki: bytes) -> None:
    with pytest.raises(ValueError, match=r"P-256"):
        public_jwk(spki)


def test_a_thumbprint_is_the_one_of_the_standards_method() -> None:
    """RFC 7638, 3: the required members in the order of their names, without spaces."""
    key = {"y": "b", "x": "a", "kty": "EC", "crv": "P-256", "alg": "ES256"}
    assert thumbprint(key) == thumbprint({"crv": "P-256", "kty": "EC", "x": "a", "y": "b"})
    assert len(thumbprint(key)) == 43
