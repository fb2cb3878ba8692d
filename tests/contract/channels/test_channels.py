"""How a program's channel is opened: with its own secret, once, and anew when either changes."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from infra.local.channels.slack import FakeSlack
from ladder.adapters.channels import Channels
from ladder.adapters.secrets import ProgramSecrets, Secrets
from ladder.domain.errors import Rejected
from tests.fakes.clock import FakeClock


class ManySecrets:
    """Secrets Manager with these secrets, and what was asked for."""

    def __init__(self, secrets: dict[str, Any]) -> None:
        self.secrets = secrets
        self.read = list[str]()

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803
        self.read.append(SecretId)
        return {"SecretString": json.dumps(self.secrets[SecretId])}


@dataclass
class AnyClient:
    """A client of AWS that is only opened."""

    service: str
    create_notification: object = None


def channels(store: ManySecrets, clock: FakeClock) -> Channels:
    secrets = ProgramSecrets(Secrets(store, clock=clock), environment="prod")
    return Channels(secrets, AnyClient)


def test_a_channel_is_opened_with_the_secret_of_its_program_and_key_and_kept() -> None:
    clock = FakeClock()
    with FakeSlack(clock=clock) as slack:
        store = ManySecrets({"ladder/prod/bank/channels/team-room": slack.secret()})
        opened = channels(store, clock)
        first = opened.open("bank", "team-room", kind="slack", options={})
        assert opened.open("bank", "team-room", kind="slack", options={}) is first
        assert store.read == ["ladder/prod/bank/channels/team-room"]
        store.secrets["ladder/prod/bank/channels/team-room"] = {**slack.secret(), "token": "another"}
        clock.now += 301  # a secret is cached for five minutes
        assert opened.open("bank", "team-room", kind="slack", options={}) is not first


def test_mail_and_connect_need_no_secret_and_ask_for_none() -> None:
    store = ManySecrets({})
    opened = channels(store, FakeClock())
    opened.open("bank", "mail", kind="mail", options={"from": "ladder@example.org"})
    opened.open("bank", "workspace", kind="connect", options={"instance": "1"})
    assert store.read == []


def test_a_change_of_options_opens_the_channel_anew() -> None:
    opened = channels(ManySecrets({}), FakeClock())
    first = opened.open("bank", "mail", kind="mail", options={"from": "ladder@example.org"})
    assert opened.open("bank", "mail", kind="mail", options={"from": "points@example.org"}) is not first


def test_a_kind_that_there_is_not_names_those_there_are() -> None:
    store = ManySecrets({"ladder/prod/bank/channels/fax": {}})
    with pytest.raises(Rejected, match=r"no channel of kind 'fax': write one of webhook, .*lti"):
        channels(store, FakeClock()).open("bank", "fax", kind="fax", options={})


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '"token"', "[" * 100_000])
def test_a_secret_that_is_no_object_is_refused_by_name_alone(text: str) -> None:
    class Bare(ManySecrets):
        def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803
            return {"SecretString": text or " "}

    with pytest.raises(Rejected, match="ladder/prod/bank/channels/team-room"):
        channels(Bare({}), FakeClock()).open("bank", "team-room", kind="slack", options={})
