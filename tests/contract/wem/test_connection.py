"""The secret that leads to a platform: whole, or refused with the key to mend and no value shown."""

import json
from datetime import date

import pytest

from infra.local.simulator import Simulator
from ladder.adapters import wem
from ladder.adapters.secrets import Secret
from ladder.adapters.wem import read_connection
from ladder.domain.challenges.rules import Platform
from ladder.domain.errors import Rejected
from ladder.usage import Usage


def _secret(**changed: object) -> str:
    whole = {
        "base_url": "https://platform.example/",
        "token_url": "https://login.platform.example/oauth/token",
        "client_id": "ladder",
        "client_secret": "s3cret",
        "requests_per_minute": 300,
    }
    return json.dumps({key: value for key, value in {**whole, **changed}.items() if value is not None})


def test_a_whole_secret_is_a_connection_that_does_not_show_its_credentials() -> None:
    connection = read_connection("ladder/bank/wem", _secret())

    assert connection.base_url == "https://platform.example"
    assert connection.requests_per_minute == 300
    assert "s3cret" not in repr(connection)


@pytest.mark.parametrize("key", ["base_url", "token_url", "client_id", "client_secret", "requests_per_minute"])
@pytest.mark.parametrize("value", [None, "", 0, []])
def test_a_missing_key_is_named_with_its_secret(key: str, value: object) -> None:
    with pytest.raises(Rejected, match=f"'ladder/bank/wem' lacks '{key}'"):
        read_connection("ladder/bank/wem", _secret(**{key: value}))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("base_url", "http://platform.example"),
        ("base_url", "ftp://127.0.0.1"),
        ("token_url", "platform.example/token"),
        ("token_url", ["https://platform.example"]),
        ("client_secret", {"s3cret": 1}),
        ("requests_per_minute", "300"),
        ("requests_per_minute", -1),
        ("requests_per_minute", True),
    ],
)
def test_a_wrong_value_is_refused_by_its_key_and_not_shown(key: str, value: object) -> None:
    with pytest.raises(Rejected, match=f"'ladder/bank/wem' must hold .*'{key}'") as refused:
        read_connection("ladder/bank/wem", _secret(**{key: value}))

    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "s3cret", '["s3cret"]', "{"])
def test_a_secret_that_is_no_object_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(Rejected, match="must be a JSON object") as refused:
        read_connection("ladder/bank/wem", text)

    assert "s3cret" not in str(refused.value)


def test_a_platform_and_its_metrics_share_one_session_and_one_token(simulator: Simulator, users: list[str]) -> None:
    named, usage = Platform(kind="wem"), Usage()
    simulator.load("AHT", [], direction="lower")

    wem.challenge_platform(named, Secret("ladder/test/bank/platform", simulator.secret()), usage=usage).active()
    metrics = wem.metric_source(named, Secret("ladder/test/bank/platform", simulator.secret()), usage=usage)
    list(metrics.readings("AHT", users[:2], first=date(2023, 10, 1), last=date(2023, 10, 2)))

    assert simulator.calls == {"token": 1, "challenges.list": 1, "metrics.read": 2}
    assert (usage.platform_calls, usage.metric_calls) == (2, 2)
