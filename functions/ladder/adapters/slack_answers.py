"""Slack's interactivity: what somebody pressed in a message of ours, as Slack signs it, and what they are told.

Secret of its own, so that whoever takes answers can write no message: {"signing_secret": "…"}. Slack signs
`v0:<time>:<body>` with HMAC-SHA256, within five minutes, and shows an error where it has no 200 after three seconds.
What a press came to is said at its `response_url`, which Slack makes for the press and which needs no token.
"""

from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import parse_qs

import msgspec

from ladder.adapters.http import Service
from ladder.adapters.secrets import Secret
from ladder.adapters.sources.webhook import (
    decode,
    require,
    require_hex_hmac,
    require_recent,
    required_header,
    unix_seconds,
)
from ladder.domain.activities.source import HookRequest, Keys
from ladder.domain.delivery.ports import Press
from ladder.domain.errors import Rejected

MAX_SECTION = 3_000  # characters
MOST_SECONDS = 1.0  # to say what a press came to: the press itself is answered within three


class AnswersSecret(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    signing_secret: str
    base_url: str = "https://hooks.slack.com"


class _User(msgspec.Struct):
    id: str


class _Action(msgspec.Struct):
    action_id: str = ""
    value: str = ""


class _Message(msgspec.Struct):
    blocks: list[dict[str, Any]] = []


class _Payload(msgspec.Struct):
    type: str
    user: _User
    actions: list[_Action] = []
    response_url: str = ""
    message: _Message = msgspec.field(default_factory=_Message)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackPress:
    """A press, where to say what came of it, and the message that it was in."""

    press: Press
    response_path: str
    blocks: list[dict[str, Any]] = field(repr=False)


def read_answers_secret(secret: Secret) -> AnswersSecret:
    """Raises Rejected naming the secret; never shows a value."""
    try:
        read = msgspec.json.decode(secret.text, type=AnswersSecret)
    except (msgspec.MsgspecError, RecursionError):
        raise Rejected(f'the secret {secret.name!r}: write {{"signing_secret": "…"}}') from None
    if not read.signing_secret:
        raise Rejected(f"the secret {secret.name!r} holds no signing_secret")
    return read


def verify(request: HookRequest, secret: AnswersSecret, *, now: datetime) -> None:
    """Raise InvalidSignature unless Slack signed the request, within five minutes of now."""
    sent = required_header(request, "x-slack-request-timestamp")
    require_recent(unix_seconds(sent), now)
    keys = Keys((secret.signing_secret,))
    require_hex_hmac(request, keys, "x-slack-signature", prefix="v0=", before=f"v0:{sent}:".encode())


def read_press(request: HookRequest, secret: AnswersSecret) -> SlackPress | None:
    """Return the press of a button; None for another interaction, such as a link that was opened.

    Raises Malformed for no payload of Slack's, InvalidSignature for an answer that would go to another service.
    """
    payload = parse_qs(request.body.decode("utf-8", "replace")).get("payload", [""])[0]
    read = decode(payload.encode(), _Payload)
    pressed = next((action for action in read.actions if action.value), None)
    if read.type != "block_actions" or pressed is None:
        return None
    base = f"{secret.base_url.rstrip('/')}/"
    require(read.response_url.startswith(base))
    return SlackPress(
        press=Press(read.user.id, pressed.action_id, pressed.value),
        response_path=read.response_url.removeprefix(base[:-1]),
        blocks=read.message.blocks,
    )


def say(secret: AnswersSecret, pressed: SlackPress, text: str, *, settled: bool) -> None:
    """Say what a press came to: in the message, in place of its buttons, or to whoever pressed alone."""
    section = {"type": "section", "text": {"type": "plain_text", "text": text[:MAX_SECTION], "emoji": False}}
    body: dict[str, Any] = {"response_type": "ephemeral", "replace_original": False, "text": escape(text, quote=False)}
    if settled:
        kept = [block for block in pressed.blocks if block.get("type") != "actions"]
        body = {"replace_original": True, "text": escape(text, quote=False), "blocks": [*kept, section]}
    service = Service(secret.base_url, secrets=(pressed.response_path,), read_seconds=MOST_SECONDS)
    service.call("POST", pressed.response_path, body=body)
