"""LTI Advantage: a badge is a full score of a line item, by the Assignment and Grade Services 2.0.

One standard for Canvas, Moodle, Brightspace, Blackboard and others. Secret: {"token_url": "…", "client_id": "…",
"key_id": "…"}: the platform's token service, and the KMS key (RSA) that signs for us and whose public half the platform
has. Options: `marker.<badge>`: the line item's address. An address is the user's id at the platform.
Unconfirmed: that every platform takes a score of 0 as the end of a full one; read back by the results of a line item.
"""

import json
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec
from botocore.exceptions import ClientError

from ladder.adapters.addresses import require_encrypted
from ladder.adapters.aws import busy_is_unavailable, error_code
from ladder.adapters.channels.settings import ChannelSettings
from ladder.adapters.http import Service, TokenResponse, parse
from ladder.domain.activities.source import MARKER
from ladder.domain.errors import ChannelClosed, Rejected

SCORE = "application/vnd.ims.lis.v1.score+json"
RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
SCOPES = (
    "https://purl.imsglobal.org/spec/lti-ags/scope/score https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
)
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 300
FULL = 1


class LtiSecret(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    token_url: str
    client_id: str
    key_id: str
    audience: str = ""  # of the assertion, where it is not the token service's address


class Result(msgspec.Struct):
    resultScore: float | None = None  # noqa: N815
    resultMaximum: float = FULL  # noqa: N815


class Lti:
    def __init__(self, settings: ChannelSettings) -> None:
        self._secret = settings.read_secret(LtiSecret)
        self._settings = settings
        self._kms = settings.client("kms")
        self._token = settings.bearer(self._fetch)
        self._services: dict[str, Service] = {}
        for badge, address in settings.markers().items():
            try:
                require_encrypted(address, secret="", key="")
            except Rejected:
                raise Rejected(f"the option {MARKER}{badge} must be a line item's https address") from None

    def mark(self, user: str, marker: str) -> None:
        self._score(user, marker, FULL, activity="Completed", grading="FullyGraded")

    def unmark(self, user: str, marker: str) -> bool:
        self._score(user, marker, 0, activity="Initialized", grading="FullyGraded")
        return True

    def is_marked(self, user: str, marker: str) -> bool:
        service, path = self._line_item(marker)
        answer = service.call("GET", f"{path}/results", query={"user_id": user}, headers={"Accept": RESULTS})
        return any((found.resultScore or 0) >= found.resultMaximum for found in parse(list[Result], answer))

    def _score(self, user: str, marker: str, score: int, *, activity: str, grading: str) -> None:
        service, path = self._line_item(marker)
        at = self._settings.now().isoformat(timespec="milliseconds")  # platforms ignore what is older than they have
        body = {
            "userId": user,
            "scoreGiven": score,
            "scoreMaximum": FULL,
            "activityProgress": activity,
            "gradingProgress": grading,
            "timestamp": at,
        }
        service.call("POST", f"{path}/scores", body=body, headers={"Content-Type": SCORE})

    def _line_item(self, marker: str) -> tuple[Service, str]:
        parts = urlsplit(marker)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._services:
            self._services[origin] = self._settings.service(origin, self._token, secrets=())
        return self._services[origin], parts.path.rstrip("/")

    def _fetch(self) -> TokenResponse:
        """Ask for a token with an assertion that KMS signs (RFC 7523)."""
        secret, now = self._secret, int(self._settings.clock())
        claims = {
            "iss": secret.client_id,
            "sub": secret.client_id,
            "aud": secret.audience or secret.token_url,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
            "jti": uuid4().hex,
        }
        signed = f"{_part({'alg': 'RS256', 'typ': 'JWT', 'kid': secret.key_id})}.{_part(claims)}"
        try:
            with busy_is_unavailable():
                signature: bytes = self._kms.sign(
                    KeyId=secret.key_id,
                    Message=signed.encode(),
                    MessageType="RAW",
                    SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256",
                )["Signature"]
        except ClientError as error:
            raise ChannelClosed(f"KMS does not sign: {error_code(error)}") from error
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": f"{signed}.{_base64(signature)}",
            "scope": SCOPES,
        }
        issuer = self._settings.service(secret.token_url, secrets=(form["client_assertion"],))
        return parse(TokenResponse, issuer.call("POST", "", form=form))


def _part(content: dict[str, Any]) -> str:
    return _base64(json.dumps(content, separators=(",", ":")).encode())


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
