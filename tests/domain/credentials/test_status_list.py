"""The bits of a status list, worked out the slow way, and what a list says of itself."""

import gzip
from base64 import urlsafe_b64decode
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ladder.domain.credentials.issuer import Issuer
from ladder.domain.credentials.status_list import LENGTH, StatusList, status_list_body
from tests.builders.taken_along import RULES

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
ISSUER = Issuer("academy", RULES)


def read(encoded: str) -> str:
    """Return the list as a text of zeros and ones: "u" is multibase's prefix of base64url."""
    assert encoded[0] == "u"
    raw = gzip.decompress(urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))
    return "".join(f"{byte:08b}" for byte in raw)


@given(st.sets(st.integers(0, LENGTH - 1), max_size=30))
def test_exactly_the_revoked_are_set_the_first_bit_being_the_highest(revoked: set[int]) -> None:
    listed = StatusList(1, 1)
    for index in revoked:
        listed = StatusList(1, listed.version + 1, listed.with_revoked(index))
    bits = read(status_list_body(ISSUER, listed, since=NOON)["credentialSubject"]["encodedList"])
    assert len(bits) == LENGTH
    assert {index for index, bit in enumerate(bits) if bit == "1"} == revoked


def test_a_list_says_whose_it_is_and_ends_after_a_day() -> None:
    said = status_list_body(ISSUER, StatusList(3, 1), since=NOON)
    assert said["id"] == "https://ladder.example.org/issuers/academy/status/3"
    assert said["issuer"] == "did:web:ladder.example.org:issuers:academy"
    assert (said["validFrom"], said["validUntil"]) == ("2026-03-09T12:00:00Z", "2026-03-10T12:00:00Z")
