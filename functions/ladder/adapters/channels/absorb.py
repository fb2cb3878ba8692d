"""Absorb: a badge is the completion of a marker course.

Secret: {"base_url": "https://rest.myabsorb.eu", "username": "…", "password": "…", "private_key": "…"}. An address is a
user's id. Confirmed: the gateway, `x-api-key`, `x-api-version: 2`, a token of four hours that the user's next login
ends, so the user of this channel must be its own. Unconfirmed: the paths and fields of enrolments.
"""

from urllib.parse import quote

import msgspec

from ladder.adapters.channels.settings import ChannelSettings
from ladder.adapters.http import TokenResponse, parse

TOKEN_SECONDS = 4 * 3_600.0
COMPLETE = 3  # the status of an enrolment, unconfirmed


class AbsorbSecret(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    base_url: str
    username: str
    password: str
    private_key: str


class Enrolment(msgspec.Struct):
    status: int


class Absorb:
    def __init__(self, settings: ChannelSettings) -> None:
        secret = settings.read_secret(AbsorbSecret)
        key = {"x-api-key": secret.private_key, "x-api-version": "2"}
        secrets = (secret.password, secret.private_key)
        issuer = settings.keyed_service(secret.base_url, key)
        login = {"username": secret.username, "password": secret.password, "privateKey": secret.private_key}

        def fetch() -> TokenResponse:
            token = parse(str, issuer.call("POST", "/authenticate", body=login))
            return TokenResponse(token, TOKEN_SECONDS)

        self._absorb = settings.service(secret.base_url, settings.bearer(fetch, key), secrets=secrets)

    def mark(self, user: str, marker: str) -> None:
        path = _path(user, marker)
        self._absorb.call("POST", path, body={}, expected=(409,))  # they may be enrolled already
        self._absorb.call("PUT", path, body={"status": COMPLETE})

    def unmark(self, user: str, marker: str) -> bool:
        self._absorb.call("DELETE", _path(user, marker), expected=(404,))
        return True

    def is_marked(self, user: str, marker: str) -> bool:
        answer = self._absorb.call("GET", _path(user, marker), expected=(404,))
        return not answer.refused and parse(Enrolment, answer).status == COMPLETE


def _path(user: str, course: str) -> str:
    return f"/users/{quote(user, safe='')}/enrollments/{quote(course, safe='')}"
