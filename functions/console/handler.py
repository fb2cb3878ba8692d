"""Serves the console's files. No page holds data: the browser reads it from the API, with the reader's token.

A file's name holds its digest, so a browser keeps it for good; the page itself is asked for every time, and answered
with 304 while nothing has changed.
"""

import base64
import gzip
import hashlib
import html
import json
import os
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from console.settings import Settings
from ladder.settings import from_env

type Response = dict[str, Any]

HERE = Path(__file__).parent
PREFIX = "/console/files/"
CONFIGURATION = "<!-- configuration -->"
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))  # the better one first
FOREVER, ASKED = "public, max-age=31536000, immutable", "no-cache"
LONGEST = "max-age=31536000; includeSubDomains"

settings = from_env(Settings, os.environ)


def policy(*login_urls: str) -> str:
    """Return the content security policy: own scripts and styles alone, no inline ones, and no HTML out of a string."""
    logins = map(urlsplit, login_urls)
    origins = "".join(f" {login.scheme}://{login.netloc}" for login in logins if login.netloc)
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            f"connect-src 'self'{origins}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


SECURITY = {
    "content-security-policy": policy(settings.members_login_url, settings.staff_login_url),
    "strict-transport-security": LONGEST,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def handler(event: dict[str, Any], _: object) -> Response:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    path, accepted = event["rawPath"], headers.get("accept-encoding", "")
    if path == "/":
        return {"statusCode": 302, "headers": {"location": "/console", **SECURITY}, "body": ""}
    if path.startswith(PREFIX):
        return file(path.removeprefix(PREFIX), accepted)
    return page(accepted, known=headers.get("if-none-match"))


def file(name: str, accepted: str) -> Response:
    """Return a built file, or 404."""
    if name not in files():
        text = {"content-type": "text/plain; charset=utf-8", "cache-control": "no-store", **SECURITY}
        return {"statusCode": 404, "headers": text, "body": "There is no such file."}
    headers = {"content-type": TYPES[files()[name].suffix], "cache-control": FOREVER, "vary": "accept-encoding"}
    for encoding, suffix in ENCODINGS:
        if encoding in accepted:
            body = files()[name].with_name(name + suffix).read_bytes()
            return _binary(body, {**headers, "content-encoding": encoding})
    return _binary(files()[name].read_bytes(), headers)


def page(accepted: str, *, known: str | None) -> Response:
    """Return the one page, which every address of the console is; 304 where the browser has it."""
    body, etag = built_page()
    headers = {"cache-control": ASKED, "etag": etag, "vary": "accept-encoding"}
    if known == etag:
        return {"statusCode": 304, "headers": {**headers, **SECURITY}, "body": ""}
    headers["content-type"] = "text/html; charset=utf-8"
    if "gzip" in accepted:
        return _binary(gzip.compress(body, mtime=0), {**headers, "content-encoding": "gzip"})
    return _binary(body, headers)


@cache
def files() -> dict[str, Path]:
    return {path.name: path for path in HERE.joinpath("files").iterdir() if path.suffix in TYPES}


@cache
def built_page() -> tuple[bytes, str]:
    """Return the page with its configuration, and its entity tag."""
    logins = {
        "members": (settings.members_login_url, settings.members_client),
        "staff": (settings.staff_login_url, settings.staff_client),
    }
    configuration = json.dumps(
        {name: {"loginUrl": url.rstrip("/"), "clientId": client} for name, (url, client) in logins.items()}
    )
    meta = f'<meta name="ladder" content="{html.escape(configuration)}">'
    body = HERE.joinpath("index.html").read_text(encoding="utf-8").replace(CONFIGURATION, meta).encode()
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _binary(body: bytes, headers: dict[str, str]) -> Response:
    encoded = base64.b64encode(body).decode()
    return {"statusCode": 200, "headers": {**headers, **SECURITY}, "body": encoded, "isBase64Encoded": True}
