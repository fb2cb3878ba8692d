"""Microsoft Teams, by a flow that starts "when a Teams webhook request is received", and posts an Adaptive Card.

Secret: {"flows": {"": "https://…", "night-shift": "https://…"}}: each flow's address by the name that `to` gives; the
address is the credential. The flow answers 202 without an id, before it has posted: nothing can be looked up or taken
back. A flow belongs to a person; without them it is 404 or 410 (unconfirmed which), and the channel is closed.
Texts stand in TextRuns, which Adaptive Cards read no Markdown in.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec

from ladder.adapters.addresses import require_encrypted
from ladder.adapters.channels.settings import ChannelSettings, NoOptions
from ladder.adapters.channels.texts import ELLIPSIS, link_label
from ladder.adapters.http import Service
from ladder.domain.delivery.ports import Guarantee, Outgoing, Pace
from ladder.domain.errors import ChannelClosed, Rejected

MAX_BYTES = 21_000  # 28 KB is documented; in practice less is refused
CARD = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION = "1.4"
ORPHANED = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
EXPRESSION = re.compile(r"([{$@])(?=\{)")  # {{DATE(…)}}, ${…}, @{…}


class TeamsSecret(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    flows: dict[str, str]


class TeamsChannel:
    guarantee: Guarantee = "one_extra"
    pace = Pace(to_address=timedelta(seconds=1), on_channel=timedelta(milliseconds=250))  # more than four are throttled

    def __init__(self, settings: ChannelSettings) -> None:
        settings.read_options(NoOptions)
        self._flows = dict[str, tuple[Service, str]]()
        for name, address in settings.read_secret(TeamsSecret).flows.items():
            require_encrypted(address, secret=settings.secret.name if settings.secret else "", key=f"flows.{name}")
            parts = urlsplit(address)
            service = settings.service(urlunsplit((*parts[:2], "", "", "")), secrets=(parts.query,))
            self._flows[name] = (service, urlunsplit(("", "", *parts[2:])))

    def send(self, outgoing: Outgoing) -> str | None:
        if outgoing.to not in self._flows:
            raise Rejected(f"the channel's secret has no flow {outgoing.to!r}")
        flow, path = self._flows[outgoing.to]
        answer = flow.call("POST", path, body=message(outgoing), expected=ORPHANED)
        if answer.status in ORPHANED:
            raise ChannelClosed(f"the flow {outgoing.to!r} is gone: somebody must create it anew ({answer.status})")
        return None

    def find(self, outgoing: Outgoing) -> str | None:  # noqa: ARG002
        return None

    def withdraw(self, outgoing: Outgoing, receipt: str) -> bool:  # noqa: ARG002
        return False

    def still_there(self, outgoing: Outgoing, receipt: str) -> bool | None:  # noqa: ARG002
        return None


def message(outgoing: Outgoing) -> dict[str, Any]:
    """Return the body of the request: a message with one card, which fits into what Teams takes.

    Where it does not fit, paragraphs are left out from the end, and then the last one is shortened.
    """
    for paragraphs in _shorter(outgoing.paragraphs):
        body = {
            "type": "message",
            "attachments": [{"contentType": CARD, "contentUrl": None, "content": card(outgoing, paragraphs)}],
        }
        if len(json.dumps(body).encode()) <= MAX_BYTES:
            break
    return body


def card(outgoing: Outgoing, paragraphs: tuple[str, ...]) -> dict[str, Any]:
    texts: list[dict[str, Any]] = [_text(outgoing.title[:500], weight="Bolder", size="Medium")]
    texts += [_text(text) for text in paragraphs if text.strip()]
    opens = {"type": "Action.OpenUrl", "title": _inert(link_label(outgoing))}
    return {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": VERSION,
        "fallbackText": _inert(outgoing.title[:500]),
        "body": texts,
        "actions": [{**opens, "url": outgoing.link}] if outgoing.link else [],
    }


def _shorter(paragraphs: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield paragraphs
    for kept in range(len(paragraphs) - 1, 0, -1):
        yield (*paragraphs[:kept], ELLIPSIS)
    first = paragraphs[0] if paragraphs else ""
    for most in (6_000, 1_500, 0):  # a character becomes up to twelve bytes
        yield (first[:most] + ELLIPSIS,)


def _text(text: str, **style: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": _inert(text) or ELLIPSIS, **style}]}


def _inert(text: str) -> str:
    """Return the text without a place where a card would put a date or a template's value."""
    return EXPRESSION.sub("\\1\u200b", text)
