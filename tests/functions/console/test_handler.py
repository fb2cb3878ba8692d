"""The console's function answers with built files and one page, and with headers that let a page do nothing else."""

import base64
import gzip
import html
import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from console.settings import Settings
from ladder.settings import to_env

SETTINGS = Settings(
    members_login_url="https://members.example.com",
    members_client="m-client",
    staff_login_url="https://staff.example.com",
    staff_client="s-client",
)
PAGE = "<html><!-- configuration --><script src='/console/files/main-A1.js'></script></html>"


@pytest.fixture
def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The handler, read anew, with a built folder beside it."""
    files = tmp_path / "files"
    files.mkdir()
    (tmp_path / "index.html").write_text(PAGE)
    for suffix, text in (("", "plain"), (".br", "brotli"), (".gz", "gzip")):
        (files / f"main-A1.js{suffix}").write_text(text)
    for name, value in to_env(SETTINGS).items():
        monkeypatch.setenv(name, value)
    sys.modules.pop("console.handler", None)
    module = importlib.import_module("console.handler")
    monkeypatch.setattr(module, "HERE", tmp_path)
    yield module
    sys.modules.pop("console.handler", None)


def get(console: ModuleType, path: str, **headers: str) -> dict[str, Any]:
    event = {"rawPath": path, "headers": {name.replace("_", "-"): value for name, value in headers.items()}}
    answer: dict[str, Any] = console.handler(event, None)
    return answer


def body(answer: dict[str, Any]) -> bytes:
    return base64.b64decode(answer["body"]) if answer.get("isBase64Encoded") else answer["body"].encode()


@pytest.mark.parametrize("path", ["/console", "/console/points", "/console/signed-in", "/console/desk/a.b"])
def test_every_address_of_the_console_is_the_one_page(console: ModuleType, path: str) -> None:
    answer = get(console, path)
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"] == "text/html; charset=utf-8"
    assert answer["headers"]["cache-control"] == "no-cache"
    assert b"main-A1.js" in body(answer)


def test_the_bare_address_leads_to_the_console(console: ModuleType) -> None:
    answer = get(console, "/")
    assert (answer["statusCode"], answer["headers"]["location"]) == (302, "/console")


def test_the_page_knows_both_logins_and_holds_nothing_else(console: ModuleType) -> None:
    [content] = re.findall(r'<meta name="ladder" content="([^"]*)">', body(get(console, "/console")).decode())
    assert json.loads(html.unescape(content)) == {
        "members": {"loginUrl": "https://members.example.com", "clientId": "m-client"},
        "staff": {"loginUrl": "https://staff.example.com", "clientId": "s-client"},
    }


def test_a_page_that_the_browser_has_is_not_sent_again(console: ModuleType) -> None:
    etag = get(console, "/console")["headers"]["etag"]
    again = get(console, "/console/points", If_None_Match=etag)
    assert (again["statusCode"], again["body"]) == (304, "")
    assert get(console, "/console", If_None_Match='"older"')["statusCode"] == 200


def test_the_page_is_compressed_for_who_can_read_it(console: ModuleType) -> None:
    answer = get(console, "/console", Accept_Encoding="gzip")
    assert gzip.decompress(body(answer)) == body(get(console, "/console"))


@pytest.mark.parametrize(
    ("accepted", "sent"), [("gzip, deflate, br", b"brotli"), ("gzip", b"gzip"), ("", b"plain"), ("identity", b"plain")]
)
def test_a_file_is_sent_in_the_smallest_encoding_that_is_accepted_and_kept_for_good(
    console: ModuleType, accepted: str, sent: bytes
) -> None:
    answer = get(console, "/console/files/main-A1.js", Accept_Encoding=accepted)
    assert body(answer) == sent
    assert answer["headers"].get("content-encoding", "plain") == {b"brotli": "br"}.get(sent, sent.decode())
    assert answer["headers"]["cache-control"] == "public, max-age=31536000, immutable"
    assert answer["headers"]["vary"] == "accept-encoding"


@pytest.mark.parametrize(
    "name", ["other.js", "main-A1.js.br", "../index.html", "..%2Findex.html", "", "a/b.js", "../handler.py"]
)
def test_no_other_file_is_there(console: ModuleType, name: str) -> None:
    answer = get(console, f"/console/files/{name}")
    assert (answer["statusCode"], answer["headers"]["cache-control"]) == (404, "no-store")


@pytest.mark.parametrize("path", ["/", "/console", "/console/files/main-A1.js", "/console/files/none.js"])
def test_every_answer_forbids_what_no_page_of_ours_does(console: ModuleType, path: str) -> None:
    headers = get(console, path)["headers"]
    policy = dict(rule.partition(" ")[::2] for rule in headers["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self' https://members.example.com https://staff.example.com",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_a_login_on_the_same_origin_needs_no_permission_of_its_own(console: ModuleType) -> None:
    assert "connect-src 'self';" in console.policy("/", "/")
