"""Addresses of outside services: what is sent there travels encrypted, and no address holds credentials."""

import pytest

from ladder.adapters.addresses import require_encrypted
from ladder.domain.errors import Rejected


@pytest.mark.parametrize(
    "address", ["https://wem.example/v1", "http://127.0.0.1:8080", "http://[::1]:80", "http://localhost:1"]
)
def test_an_encrypted_address_or_one_of_this_machine_is_taken(address: str) -> None:
    assert require_encrypted(address, secret="a/secret", key="base_url") == address


@pytest.mark.parametrize(
    "address",
    ["http://wem.example", "http://127.0.0.1.wem.example", "ftp://wem.example", "wem.example", "https:///v1", ""],
)
def test_an_address_where_nothing_is_encrypted_is_refused_and_its_key_named(address: str) -> None:
    with pytest.raises(Rejected, match="'a/secret' must hold an https address under 'base_url'"):
        require_encrypted(address, secret="a/secret", key="base_url")


@pytest.mark.parametrize(
    "address", ["https://user:pass@wem.example", "https://wem.example@evil.example/", "http://x@localhost"]
)
def test_an_address_that_names_a_user_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(Rejected, match="must name no user") as refusal:
        require_encrypted(address, secret="a/secret", key="base_url")
    assert "pass" not in str(refusal.value)
