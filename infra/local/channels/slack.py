"""A fake Slack: posting, deleting and reading messages by the Web API, one message a second and channel.

What somebody presses it signs, and takes what is said at the address that it made for the press.
"""

import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from infra.local.channels.service import FakeService, route
from infra.local.http_server import Request, Response, json_response

TOKEN = "xoxb-local"  # noqa: S105 (loopback only)
SIGNING_SECRET = "signs-on-loopback"  # noqa: S105
MAX_BLOCKS = 50
MAX_PAGE = 999


class FakeSlack(FakeService):
    """`messages`: what people see now, by channel. A user's conversation with the app is D and their id's rest."""

    def __init__(self, *, clock: Callable[[], float], channels: tuple[str, ...] = ("C0TEAM", "U0MEMBER")) -> None:
        super().__init__(clock=clock)
        self.messages: dict[str, list[dict[str, Any]]] = {_conversation(channel): [] for channel in channels}
        self.scopes = {"chat:write", "channels:history", "im:write", "users:read.email"}
        self.users = {"agent@example.org": "U0MEMBER"}
        self.page_size = MAX_PAGE  # an app outside the Marketplace gets 15
        self.told: list[str] = []  # to whoever pressed, and to nobody else
        self._pressed: dict[str, dict[str, Any]] = {}  # messages by the path to say what came of a press
        self._last: dict[str, float] = {}
        self._posted = 0

    def secret(self) -> dict[str, Any]:
        return {"token": TOKEN, "base_url": self.url}

    def answers_secret(self) -> dict[str, Any]:
        return {"signing_secret": SIGNING_SECRET, "base_url": self.url}

    def press(self, channel: str, *, user: str, secret: str = SIGNING_SECRET) -> tuple[dict[str, str], bytes]:
        """Return headers and body of the request by which Slack says that a user pressed a message's last button."""
        message = self.messages[_conversation(channel)][-1]
        button = next(block for block in message["blocks"] if block["type"] == "actions")["elements"][-1]
        path = f"/actions/T0/{len(self._pressed)}"
        self._pressed[path] = message
        payload = {
            "type": "block_actions",
            "user": {"id": user, "team_id": "T0"},
            "actions": [{"type": "button", "block_id": "b", "action_ts": "1", **button}],
            "response_url": f"{self.url}{path}",
            "message": {"ts": message["ts"], "blocks": message["blocks"]},
        }
        body = urlencode({"payload": json.dumps(payload)}).encode()
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return kind | sign_slack(body, self.clock(), secret=secret), body

    @route("POST", "/actions/T0/{}")
    def respond(self, request: Request, _: str) -> object:
        """Take what is said of a press: in place of the message, or to whoever pressed alone."""
        said = request.json
        if said.get("replace_original"):
            self._pressed[request.path].update(blocks=said["blocks"], text=said["text"])
        else:
            self.told.append(said["text"])
        return {"ok": True}

    def visible(self, to: str) -> int:
        return len(self.messages[_conversation(self.users.get(to, to))])

    @route("POST", "/api/chat.postMessage")
    def post_message(self, request: Request) -> object:
        if problem := self._problem(request, "chat:write"):
            return problem
        message = request.json
        channel = _conversation(message.get("channel", ""))
        if channel not in self.messages:
            return _error("channel_not_found")
        if not message.get("text") and not message.get("blocks"):
            return _error("no_text")
        if _invalid(message.get("blocks", [])):
            return _error("invalid_blocks")
        now = self.clock()
        if now - self._last.get(channel, now - 1) < 1:
            return json_response(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"})
        self._last[channel] = now
        self._posted += 1
        ts = f"{int(now)}.{self._posted:06d}"
        self.messages[channel].append({**message, "ts": ts, "channel": channel})
        return {"ok": True, "channel": channel, "ts": ts}

    @route("POST", "/api/chat.delete")
    def delete(self, request: Request) -> object:
        if problem := self._problem(request, "chat:write"):
            return problem
        asked = request.json
        kept = [sent for sent in self.messages.get(asked["channel"], []) if sent["ts"] != asked["ts"]]
        if len(kept) == len(self.messages.get(asked["channel"], [])):
            return _error("message_not_found")
        self.messages[asked["channel"]] = kept
        return {"ok": True, **asked}

    @route("POST", "/api/conversations.open")
    def open_conversation(self, request: Request) -> object:
        if problem := self._problem(request, "im:write"):
            return problem
        return {"ok": True, "channel": {"id": _conversation(request.json["users"])}}

    @route("GET", "/api/users.lookupByEmail")
    def look_up(self, request: Request) -> object:
        if problem := self._problem(request, "users:read.email"):
            return problem
        user = self.users.get(request.query["email"])
        return {"ok": True, "user": {"id": user}} if user else _error("users_not_found")

    @route("GET", "/api/conversations.history")
    def history(self, request: Request) -> object:
        """Newest first, a page at a time; metadata only where it is asked for."""
        if problem := self._problem(request, "channels:history"):
            return problem
        query = request.query
        oldest, latest = float(query.get("oldest", 0)), float(query.get("latest", "inf"))
        inclusive = query.get("inclusive") == "true"
        found = [
            {key: value for key, value in sent.items() if key != "metadata" or "include_all_metadata" in query}
            for sent in reversed(self.messages.get(query["channel"], []))
            if oldest < float(sent["ts"]) < latest or (inclusive and float(sent["ts"]) in {oldest, latest})
        ]
        start, size = int(query.get("cursor", 0)), min(self.page_size, int(query.get("limit", 100)))
        rest = str(start + size) if start + size < len(found) else ""
        page = found[start : start + size]
        return {"ok": True, "messages": page, "response_metadata": {"next_cursor": rest}}

    def _problem(self, request: Request, scope: str) -> Response | None:
        if request.authorization != f"Bearer {TOKEN}":
            return _error("invalid_auth")
        return None if scope in self.scopes else _error("missing_scope")


def sign_slack(body: bytes, now: float, *, secret: str = SIGNING_SECRET) -> dict[str, str]:
    """Return the headers by which Slack proves that it sent a body."""
    sent = str(int(now))
    digest = hmac.digest(secret.encode(), f"v0:{sent}:".encode() + body, "sha256").hex()
    return {"x-slack-request-timestamp": sent, "x-slack-signature": f"v0={digest}"}


def _conversation(channel: str) -> str:
    return f"D{channel[1:]}" if channel.startswith("U") else channel


def _error(code: str) -> Response:
    return json_response(200, {"ok": False, "error": code})


def _invalid(blocks: list[dict[str, Any]]) -> bool:
    """Return whether Slack refuses the blocks: too many, or a text that is empty or too long for its place."""
    limits = {"header": 150, "section": 3_000}
    texts = [(block["text"], limits[block["type"]]) for block in blocks if block["type"] in limits]
    texts += [(element["text"], 75) for block in blocks for element in block.get("elements", ())]
    return len(blocks) > MAX_BLOCKS or any(not 0 < len(text["text"]) <= most for text, most in texts)
