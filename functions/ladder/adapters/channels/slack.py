"""Slack: chat.postMessage, read back by the message's metadata, taken back by chat.delete.

Secret: {"token": "xoxb-…"}. Scopes of the app: chat:write, and to look after a lost answer channels:history,
groups:history, im:history and im:write. An address is a channel's id (C…), a user's (U…), or the mail address that a
user has in Slack (scope users:read.email).
Slack knows no idempotency key: the key travels as metadata, which only apps see. Texts stand in blocks of plain text,
which Slack searches for no markup; the fallback is escaped.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec

from ladder.adapters.channels.settings import ChannelSettings
from ladder.adapters.channels.texts import ELLIPSIS, link_label, within
from ladder.adapters.http import parse, parse_done
from ladder.domain.delivery.ports import Guarantee, Outgoing, Pace
from ladder.domain.errors import AnswerLost, ChannelClosed, Rejected, Throttled, Unavailable

EVENT_TYPE = "ladder_notification"
MAX_HEADER, MAX_SECTION, MAX_BUTTON, MAX_URL, MAX_FALLBACK = 150, 3_000, 75, 3_000, 4_000
MAX_VALUE = 2_000  # characters of what a button says when it is pressed
MAX_SECTIONS = 40  # of 50 blocks in a message
LOOK_BACK = timedelta(hours=1)
A_PAGE = "100"

BUSY = frozenset({"ratelimited", "rate_limited"})
DOWN = frozenset({"service_unavailable", "team_added_to_org"})
UNCERTAIN = frozenset({"internal_error", "fatal_error", "request_timeout"})  # part of it may have been done
CLOSED = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "missing_scope",
        "no_permission",
    }
)
GONE = frozenset({"message_not_found", "channel_not_found"})


class SlackSecret(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    token: str
    base_url: str = "https://slack.com"


class SlackOptions(msgspec.Struct, forbid_unknown_fields=True):
    """`answers`: the app's interactivity leads to Ladder, so a button acts by itself."""

    answers: bool = False


class Answer(msgspec.Struct):
    ok: bool
    error: str = ""
    ts: str = ""
    channel: str | dict[str, Any] = ""
    user: dict[str, Any] = {}
    messages: list[dict[str, Any]] = []
    response_metadata: dict[str, Any] = {}


class SlackChannel:
    guarantee: Guarantee = "findable"
    pace = Pace(to_address=timedelta(seconds=1))

    def __init__(self, settings: ChannelSettings) -> None:
        self._answers = settings.read_options(SlackOptions).answers
        secret = settings.read_secret(SlackSecret)
        self._slack = settings.keyed_service(secret.base_url, {"Authorization": f"Bearer {secret.token}"})
        self._users: dict[str, str] = {}  # ids by mail address

    def send(self, outgoing: Outgoing) -> str | None:
        answer = self._call(
            "chat.postMessage",
            {
                **message(outgoing, answers=self._answers),
                "channel": self._address(outgoing),
            },
        )
        return f"{answer.channel}/{answer.ts}"

    def find(self, outgoing: Outgoing) -> str | None:
        channel = self._address(outgoing)
        if channel.startswith(("U", "W")):  # a message to a user stands in their conversation with the app
            opened = self._call("conversations.open", {"users": channel}).channel
            channel = opened["id"] if isinstance(opened, dict) else opened
        oldest = f"{(outgoing.sent_at - LOOK_BACK).timestamp():.6f}"
        for sent in self._history(channel, oldest=oldest):
            if _key(sent) == outgoing.key:
                return f"{channel}/{sent['ts']}"
        return None

    def withdraw(self, outgoing: Outgoing, receipt: str) -> bool:  # noqa: ARG002
        channel, _, ts = receipt.partition("/")
        self._call("chat.delete", {"channel": channel, "ts": ts}, allowed=GONE)
        return True

    def still_there(self, outgoing: Outgoing, receipt: str) -> bool | None:
        channel, _, ts = receipt.partition("/")
        return any(
            sent["ts"] == ts and _key(sent) == outgoing.key
            for sent in self._history(channel, oldest=ts, latest=ts, inclusive="true")
        )

    def _address(self, outgoing: Outgoing) -> str:
        if "@" not in outgoing.to:
            return outgoing.to
        if outgoing.to not in self._users:
            found = self._call("users.lookupByEmail", query={"email": outgoing.to})
            self._users[outgoing.to] = str(found.user["id"])
        return self._users[outgoing.to]

    def _history(self, channel: str, **bounds: str) -> Iterator[dict[str, Any]]:
        query = {"channel": channel, "include_all_metadata": "true", "limit": A_PAGE, **bounds}
        while True:
            answer = self._call("conversations.history", query=query, allowed=frozenset({"channel_not_found"}))
            yield from answer.messages
            cursor = answer.response_metadata.get("next_cursor")
            if not cursor:
                return
            query["cursor"] = cursor

    def _call(
        self,
        method: str,
        body: object = None,
        *,
        query: dict[str, str] | None = None,
        allowed: frozenset[str] = frozenset(),
    ) -> Answer:
        """Call a method of the Web API, which says by `error` in a body of 200 what went wrong."""
        if query is None:
            answer = parse_done(Answer, self._slack.call("POST", f"/api/{method}", body=body))
        else:
            answer = parse(Answer, self._slack.call("GET", f"/api/{method}", query=query))
        if answer.ok or answer.error in allowed:
            return answer
        said = f"{method}: {answer.error}"
        if answer.error in BUSY:
            raise Throttled(said)
        if answer.error in DOWN:
            raise Unavailable(said)
        if answer.error in UNCERTAIN:
            raise AnswerLost(said)
        raise (ChannelClosed if answer.error in CLOSED else Rejected)(said)


def message(outgoing: Outgoing, *, answers: bool = False) -> dict[str, Any]:
    """Return the arguments of chat.postMessage but for the channel. `answers`: its buttons act by themselves.

    No text in it is markup, mentions anybody or is unfolded.
    """
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(outgoing.title, MAX_HEADER)}]
    shown, rest = outgoing.paragraphs[: MAX_SECTIONS - 1], outgoing.paragraphs[MAX_SECTIONS - 1 :]
    for text in filter(str.strip, (*shown, "\n".join(rest))):
        blocks.append({"type": "section", "text": _plain(text, MAX_SECTION)})
    buttons: list[dict[str, Any]] = [
        {"type": "button", "text": _plain(action.label, MAX_BUTTON), "action_id": action.key, "value": action.value}
        for action in outgoing.actions
        if answers and len(action.value) <= MAX_VALUE
    ]
    if not buttons and outgoing.link and len(outgoing.link) <= MAX_URL:
        buttons.append({"type": "button", "text": _plain(link_label(outgoing), MAX_BUTTON), "url": outgoing.link})
    if buttons:
        blocks.append({"type": "actions", "elements": buttons})
    return {
        "text": escape("\n".join((outgoing.title, *outgoing.paragraphs)))[:MAX_FALLBACK],
        "mrkdwn": False,
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": outgoing.key}},
    }


def escape(text: str) -> str:
    """Return the text with Slack's three control characters escaped: nothing in it is a link, mention or command."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str, most: int) -> dict[str, Any]:
    """Return a text object of plain text; Slack refuses an empty one."""
    return {"type": "plain_text", "text": within(text.strip() or ELLIPSIS, most), "emoji": False}


def _key(sent: dict[str, Any]) -> object:
    return sent.get("metadata", {}).get("event_payload", {}).get("key")
