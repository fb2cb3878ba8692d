"""Every kind of channel, towards the fake of its service: real HTTP, and a clock that no test waits for."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from infra.local.channels.connect import INSTANCE, FakeConnect
from infra.local.channels.eventbridge import FakeEventBus
from infra.local.channels.genesys import FakeGenesys
from infra.local.channels.ispring import FakeIspring
from infra.local.channels.learning_systems import (
    FakeAbsorb,
    FakeCornerstone,
    FakeDocebo,
    FakeLtiPlatform,
    FakeMoodle,
    FakeTalentlms,
)
from infra.local.channels.mail import FakeSES
from infra.local.channels.points_api import FakePoints
from infra.local.channels.slack import FakeSlack
from infra.local.channels.teams import FakeTeams
from infra.local.channels.webhook import FakeReceiver
from infra.local.channels.xapi import FakeLRS
from infra.local.emulator import KEYS, REGION
from infra.local.http_server import HttpError
from ladder.adapters.channels import BY_ROLE, open_channel
from ladder.adapters.channels.settings import ChannelSettings
from ladder.adapters.secrets import Secret
from ladder.domain.delivery.ports import Channel, Outgoing
from tests.builders.outgoing import NOON, outgoing
from tests.fakes.clock import FakeClock

SECRET = "ladder/test/academy/channels/out"
NO_RETRIES = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=2)
KMS_KEY = "key-of-the-tool"


class FakeKMS:
    """The one call of KMS that a channel makes, by a key in memory."""

    def sign(self, **asked: Any) -> dict[str, Any]:
        assert asked["SigningAlgorithm"] == "RSASSA_PKCS1_V1_5_SHA_256"
        assert asked["MessageType"] == "RAW"
        return {"Signature": rsa_key().sign(asked["Message"], PKCS1v15(), SHA256())}


@cache
def rsa_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65_537, key_size=2_048)


def verify_assertion(token: str) -> None:
    """Raise HttpError (401) unless the tool's key signed the token."""
    signed, _, signature = token.rpartition(".")
    try:
        rsa_key().public_key().verify(urlsafe_b64decode(signature + "=="), signed.encode(), PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise HttpError(401, "invalid_client", "not signed by the tool") from error


@dataclass
class ChannelStage:
    """A service, and how its channel is opened. `around` puts something before every client of AWS."""

    kind: str
    fake: Any
    clock: FakeClock
    to: str
    options: dict[str, str] = field(default_factory=dict)
    secret: dict[str, Any] | None = None
    around: Callable[[Any], Any] = lambda client: client
    facts: dict[str, Any] | None = None

    def open(self, *, secret: dict[str, Any] | None = None, options: dict[str, str] | None = None) -> Channel:
        """Open the channel as a new process would."""
        held = secret or self.secret
        settings = ChannelSettings(
            kind=self.kind,
            options=self.options if options is None else options,
            secret=Secret(SECRET, json.dumps(held)) if held else None,
            client=lambda service: self.around(self._client(service)),
            clock=self.clock,
        )
        return open_channel(settings)

    def outgoing(self, **changed: Any) -> Outgoing:
        facts = {} if self.facts is None else {"facts": self.facts}
        return outgoing(**{"to": self.to, **facts, **changed})

    @property
    def visible(self) -> int:
        """How often a person sees a message, or has what was written."""
        count: int = self.fake.visible(self.to)
        return count

    def _client(self, service: str) -> Any:
        return FakeKMS() if service == "kms" else _aws_client(service, self.fake.url)


def _aws_client(service: str, url: str) -> Any:
    keys = {name.lower(): key for name, key in KEYS.items()}
    return boto3.client(service, REGION, endpoint_url=url, config=NO_RETRIES, **keys)


MARKERS = {"marker.PERSEVERANCE": "42", "marker.KUDOS": "77"}
AGENT = f"arn:aws:connect:eu-central-1:123456789012:instance/{INSTANCE}/agent/1"
POINTS_ONLY = {"points": 40, "occurred_at": "2026-11-27T11:30:00+00:00"}
LEARNERS: dict[str, Callable[..., Any]] = {
    "docebo": FakeDocebo,
    "absorb": FakeAbsorb,
    "cornerstone": FakeCornerstone,
    "talentlms": FakeTalentlms,
    "moodle": FakeMoodle,
}
KINDS = (  # "points_api keys" is a system that honours keys
    *("slack", "slack direct", "slack mail", "mail", "teams", "connect", "genesys", "xapi"),
    "webhook",
    "eventbridge",
    *("points_api", "points_api keys", "ispring", *LEARNERS, "lti"),
)


def stage_of(kind: str, clock: FakeClock) -> ChannelStage:  # noqa: PLR0911 - a line a kind
    if kind in LEARNERS:
        return ChannelStage(kind, LEARNERS[kind](clock=clock), clock, "1001", MARKERS)
    match kind:
        case "slack" | "slack direct" | "slack mail":
            to = {"slack": "C0TEAM", "slack direct": "U0MEMBER", "slack mail": "agent@example.org"}[kind]
            return ChannelStage("slack", FakeSlack(clock=clock), clock, to)
        case "mail":
            options = {"from": "ladder@example.org", "unsubscribe": "https://ladder.example/me#settings"}
            return ChannelStage(kind, FakeSES(clock=clock), clock, "agent@example.org", options)
        case "teams":
            return ChannelStage(kind, FakeTeams(clock=clock), clock, "team")
        case "connect":
            return ChannelStage(kind, FakeConnect(clock=clock), clock, AGENT, {"instance": INSTANCE})
        case "webhook":
            return ChannelStage(kind, FakeReceiver(clock=clock), clock, "")
        case "eventbridge":
            return ChannelStage(kind, FakeEventBus(clock=clock), clock, "")
        case "genesys":
            return ChannelStage(kind, FakeGenesys(clock=clock), clock, "user-1")
        case "xapi":
            options = {"home_page": "https://lms.example", "activities": "https://ladder.example/xapi"}
            return ChannelStage(kind, FakeLRS(clock=clock), clock, "agent-1", options)
        case "points_api" | "points_api keys":
            keys = kind.endswith("keys")
            points = FakePoints(clock=clock, takes_keys=keys, reason_codes=("quality_contribution",))
            options = {"reason_code": "quality_contribution", "takes_keys": "true" if keys else "false"}
            return ChannelStage("points_api", points, clock, "U12345", options, facts=POINTS_ONLY)
        case "ispring":
            return ChannelStage(kind, FakeIspring(clock=clock), clock, "6b0c", facts=POINTS_ONLY)
        case _:
            return ChannelStage("lti", FakeLtiPlatform(clock=clock, verify=verify_assertion), clock, "lti-user-1")


@contextmanager
def opened(kind: str) -> Iterator[ChannelStage]:
    stage = stage_of(kind, FakeClock(NOON.timestamp()))
    with stage.fake:
        if kind == "lti":
            stage.options = {
                f"marker.{badge}": f"{stage.fake.url}/items/{badge}" for badge in ("PERSEVERANCE", "KUDOS")
            }
        if kind == "webhook":
            stage.to = f"{stage.fake.url}/events"
        if kind not in BY_ROLE:
            stage.secret = {**stage.fake.secret(), **({"key_id": KMS_KEY} if kind == "lti" else {})}
        yield stage
