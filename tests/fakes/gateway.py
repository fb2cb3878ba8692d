"""API Gateway's part of a call, in process: a request becomes an event, a token the claims that it verified.

Tokens here are JSON of their claims: what a signature proves is the gateway's business, and tested at the emulator's.
"""

import base64
import gzip
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, unquote

PUBLISHING = re.compile(r"/admin/programs/[^/]+/(checks|drafts|versions|pauses|reviews/[^/]+/decision)")

type Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

CONTEXT = SimpleNamespace(
    function_name="f", memory_limit_in_mb=512, invoked_function_arn="arn:aws:lambda", aws_request_id="r-1"
)
UNAUTHORIZED = {
    "statusCode": 401,
    "headers": {"content-type": "application/json"},
    "body": '{"message":"Unauthorized"}',
}
NOT_FOUND = {"statusCode": 404, "headers": {"content-type": "application/json"}, "body": '{"message":"Not Found"}'}


def token(**claims: Any) -> str:
    return json.dumps(claims)


def bearing(claims: Mapping[str, Any]) -> dict[str, str]:
    return {"authorization": f"Bearer {token(**claims)}"}


@dataclass(frozen=True, slots=True)
class Gateway:
    members: Handler
    hooks: Handler | None = None
    admin: Handler | None = None
    supervision: Handler | None = None
    publishing: Handler | None = None
    credentials: Handler | None = None
    feeds: Handler | None = None

    def call(
        self, method: str, path: str, *, query: str = "", headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> dict[str, Any]:
        named = {name.lower(): value for name, value in (headers or {}).items()}
        event = _event(method, path, query, named, body)
        if path.startswith("/hooks/") and self.hooks:
            _, _, program, source = map(unquote, path.split("/", 3))
            return self.hooks(event | {"pathParameters": {"program": program, "source": source}}, CONTEXT)
        if path.startswith("/issuers/") and self.credentials:  # open to everybody
            return self.credentials(event, CONTEXT)
        if path.startswith("/calendar/") and self.feeds:
            return self.feeds(event | {"pathParameters": {"file": unquote(path.split("/", 2)[2])}}, CONTEXT)
        if path.startswith("/api/v1/users/") and self.hooks:
            user = unquote(path.split("/")[4])
            return self.hooks(event | {"pathParameters": {"userId": user}}, CONTEXT)
        if path.startswith("/channels/"):  # a chat's service signs what was pressed
            _, _, program, channel, _ = map(unquote, path.split("/", 4))
            return self.members(event | {"pathParameters": {"program": program, "channel": channel}}, CONTEXT)
        people = self._people(path)
        if people is None:
            return NOT_FOUND
        claims = _claims(named.get("authorization", ""))
        if claims is None:
            return UNAUTHORIZED
        event["requestContext"]["authorizer"] = {"jwt": {"claims": claims, "scopes": None}}
        return people(event, CONTEXT)

    def _people(self, path: str) -> Handler | None:
        if path.startswith("/members/me/badges/"):
            return self.credentials
        if path == "/members/me" or path.startswith("/members/me/"):
            return self.members
        if path == "/me" or path.startswith("/programs/"):
            return self.supervision
        if path == "/api/gamification/rules":
            return self.publishing
        if path.startswith("/admin/"):
            return self.publishing if PUBLISHING.fullmatch(path) else self.admin
        return None

    def wsgi(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_") or (name in {"CONTENT_TYPE"} and value)
        }
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        answer = self.call(environ["REQUEST_METHOD"], path, query=environ["QUERY_STRING"], headers=headers, body=body)
        text: str = answer["body"]
        raw, told = base64.b64decode(text) if answer.get("isBase64Encoded") else text.encode(), dict(answer["headers"])
        if told.get("content-encoding") == "gzip":  # a client undoes it; the one of Werkzeug asks for it and does not
            raw, told = gzip.decompress(raw), {name: told[name] for name in told if name != "content-encoding"}
        start_response(f"{answer['statusCode']} .", list(told.items()))
        return [raw]


def _event(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """A body that is no text is sent as base64."""
    kind = headers.get("content-type", "")
    as_text = kind.startswith(("application/json", "text/"))
    parameters: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": query,
        "headers": dict(headers),
        **({"queryStringParameters": parameters} if parameters else {}),
        "requestContext": {
            "domainName": "api.example.com",
            "stage": "$default",
            "http": {"method": method, "path": path, "sourceIp": "192.0.2.1"},
        },
        **({"body": body.decode("utf-8", "replace") if as_text else base64.b64encode(body).decode()} if body else {}),
        "isBase64Encoded": bool(body) and not as_text,
    }


def _claims(authorization: str) -> dict[str, str] | None:
    """As the gateway passes them on: texts, and lists as "[a b]"."""
    kind, _, told = authorization.partition(" ")
    try:
        claims = json.loads(told)
    except ValueError:
        return None
    if kind != "Bearer" or not isinstance(claims, dict):
        return None
    return {name: f"[{' '.join(value)}]" if isinstance(value, list) else str(value) for name, value in claims.items()}
