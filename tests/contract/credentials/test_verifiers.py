"""Each badge is verified by two libraries that others wrote; a forged, foreign or revoked one by neither."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace

import pytest
from openbadgeslib.ob3 import OB3Verifier

from ladder.domain.credentials.image import baked_png, baked_svg
from ladder.domain.credentials.issuer import Issuer
from tests.builders.ledger_stores import stack_tables
from tests.builders.open_badges import VERIFIERS, Refused, Site
from tests.builders.stores import Tables
from tests.builders.taken_along import RULES, BadgeTaker, issuing, payload
from tests.fakes.signer import KeySigner

pytestmark = pytest.mark.slow  # Node.js verifies

type Verifier = Callable[[str, str, Site], None]
EACH = pytest.mark.parametrize("verify", VERIFIERS)


@pytest.fixture
def taker(tables: Tables) -> BadgeTaker:
    stack = stack_tables(tables)
    stack.publish(issuing())
    taker = BadgeTaker(stack)
    taker.passed(3)
    return taker


def changed(token: str, **values: object) -> str:
    """Return the token with another payload under the same signature."""
    header, _, signature = token.split(".")
    body = urlsafe_b64encode(json.dumps(payload(token) | values).encode()).rstrip(b"=").decode()
    return ".".join((header, body, signature))


@EACH
def test_a_badge_that_a_member_took_along_is_verified(verify: Verifier, taker: BadgeTaker) -> None:
    verify(taker.takes().issued.token, taker.issuer.did, taker.site())


@EACH
def test_a_badge_in_which_a_word_was_changed_is_refused(verify: Verifier, taker: BadgeTaker) -> None:
    token = taker.takes().issued.token
    with pytest.raises(Refused):
        verify(changed(token, name="sharer: silver"), taker.issuer.did, taker.site())


@EACH
def test_a_badge_that_somebody_else_signed_in_the_issuers_name_is_refused(verify: Verifier, taker: BadgeTaker) -> None:
    forger = replace(taker, signer=KeySigner(8))
    with pytest.raises(Refused):
        verify(forger.takes().issued.token, taker.issuer.did, taker.site())


@EACH
def test_a_badge_of_another_issuer_is_refused_where_this_one_is_expected(verify: Verifier, taker: BadgeTaker) -> None:
    other = replace(taker, issuer=Issuer("academy", replace(RULES, address="https://bank.example.org")))
    token = other.takes().issued.token
    with pytest.raises(Refused):
        verify(token, taker.issuer.did, {**taker.site(), **other.site()})


@EACH
def test_a_badge_that_the_ledger_took_back_is_refused(verify: Verifier, taker: BadgeTaker) -> None:
    token = taker.takes().issued.token
    taker.reversed(1)
    assert taker.loses() == 1
    with pytest.raises(Refused, match=r"(?i)revo"):
        verify(token, taker.issuer.did, taker.site())


@EACH
def test_a_badge_is_verified_after_its_issuer_began_to_sign_with_another_key(
    verify: Verifier, taker: BadgeTaker
) -> None:
    token = taker.takes().issued.token
    later = replace(taker, signer=KeySigner(9, earlier=[KeySigner()]))
    verify(token, taker.issuer.did, later.site())
    with pytest.raises(Refused):
        verify(token, taker.issuer.did, replace(taker, signer=KeySigner(9)).site())


@EACH
def test_an_address_with_a_port_is_one_that_verifiers_find(verify: Verifier, taker: BadgeTaker) -> None:
    moved = replace(taker, issuer=Issuer("academy", replace(RULES, address="https://ladder.example.org:8443")))
    verify(moved.takes().issued.token, moved.issuer.did, moved.site())


def test_a_reader_of_open_badges_finds_the_credential_in_each_image(taker: BadgeTaker) -> None:
    taken = taker.takes()
    png, svg = baked_png(taken.achievement, taken.issued.token), baked_svg(taken.achievement, taken.issued.token)
    assert OB3Verifier.extract_token_from_png(png) == taken.issued.token
    assert OB3Verifier.extract_token_from_svg(svg.encode()) == taken.issued.token
