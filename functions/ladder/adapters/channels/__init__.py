"""Channels: one file a kind, each a `Channel` of `domain/delivery/ports.py`.

docs/channels.md says for each what it promises after a lost answer, its limits, and what is unconfirmed.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ladder.adapters.channels.absorb import Absorb
from ladder.adapters.channels.connect import ConnectChannel
from ladder.adapters.channels.cornerstone import Cornerstone
from ladder.adapters.channels.docebo import Docebo
from ladder.adapters.channels.eventbridge import EventBridgeChannel
from ladder.adapters.channels.genesys import GenesysChannel
from ladder.adapters.channels.ispring import IspringChannel
from ladder.adapters.channels.lti import Lti
from ladder.adapters.channels.mail import MailChannel
from ladder.adapters.channels.marker import MarkerChannel, MarkerSystem
from ladder.adapters.channels.moodle import Moodle
from ladder.adapters.channels.points_api import PointsChannel
from ladder.adapters.channels.settings import ChannelSettings
from ladder.adapters.channels.slack import SlackChannel
from ladder.adapters.channels.talentlms import Talentlms
from ladder.adapters.channels.teams import TeamsChannel
from ladder.adapters.channels.webhook import WebhookChannel
from ladder.adapters.channels.xapi import XapiChannel
from ladder.adapters.secrets import ProgramSecrets
from ladder.domain.delivery.ports import Channel
from ladder.domain.errors import Rejected

CHANNELS: Mapping[str, Callable[[ChannelSettings], Channel]] = {
    "webhook": WebhookChannel,
    "eventbridge": EventBridgeChannel,
    "slack": SlackChannel,
    "mail": MailChannel,
    "teams": TeamsChannel,
    "connect": ConnectChannel,
    "genesys": GenesysChannel,
    "xapi": XapiChannel,
    "points_api": PointsChannel,
    "ispring": IspringChannel,
}
MARKER_SYSTEMS: Mapping[str, Callable[[ChannelSettings], MarkerSystem]] = {
    "docebo": Docebo,
    "absorb": Absorb,
    "cornerstone": Cornerstone,
    "talentlms": Talentlms,
    "moodle": Moodle,
    "lti": Lti,
}
KINDS = (*CHANNELS, *MARKER_SYSTEMS)
BY_ROLE = frozenset({"eventbridge", "mail", "connect"})  # reached by the function's own role, without a secret


class Channels:
    """The channels of programs. A warm process keeps each open until its options or its secret change.

    `client`: a client of AWS by its service, which repeats nothing by itself (`aws.single_try_client`).
    """

    def __init__(self, secrets: ProgramSecrets, client: Callable[[str], Any]) -> None:
        self._secrets = secrets
        self._client = client
        self._open: dict[tuple[str, str], tuple[object, Channel]] = {}

    def open(self, program: str, key: str, *, kind: str, options: Mapping[str, str]) -> Channel:
        """Return a program's channel. Raises Rejected for what is missing or wrong, Unavailable for a busy store."""
        secret = None if kind in BY_ROLE else self._secrets.channel(program, key)
        settings = (kind, dict(options), secret)
        before, channel = self._open.get((program, key), (None, None))
        if channel is None or before != settings:
            channel = open_channel(ChannelSettings(kind=kind, options=options, secret=secret, client=self._client))
            self._open[program, key] = (settings, channel)
        return channel


def open_channel(settings: ChannelSettings) -> Channel:
    if settings.kind in CHANNELS:
        return CHANNELS[settings.kind](settings)
    if settings.kind in MARKER_SYSTEMS:
        return MarkerChannel(MARKER_SYSTEMS[settings.kind](settings), settings.markers())
    raise Rejected(f"there is no channel of kind {settings.kind!r}: write one of {', '.join(KINDS)}")
