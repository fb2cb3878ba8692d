"""Addresses of outside services: what is sent there travels encrypted, and no address holds credentials."""

import pytest

from ladder.adapters.addresses import require_encrypted
from ladder.domain.errors import Rejected

LOOPBACK = ("http://127.0.0.1:8080", "http://[::1]:80", "http://localhost:1")


@pytest.mark.parametrize("address", ["https://wem.example/v1", *LOOPBACK])
def test_an_encrypted_address_or_one_of_this_machine_is_taken(address: str) -> None:
    assert require_encrypted(address, secret="a/secret", key="base_url") == address


@pytest.mark.parametrize("address", LOOPBACK)
def test_on_aws_not_even_an_address_of_this_machine_is_plain(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "rotation")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with pytest.raises(Rejected, match="must hold an https address"):
        require_encrypted(address, secret="a/secret", key="base_url")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")  # of a local stage
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
