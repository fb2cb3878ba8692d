"""Cornerstone: a badge is the completion of a marker training, by the Transcript API.

Secret: {"base_url": "https://acme.csod.com", "client_id": "…", "client_secret": "…"}. An address is a user's external
id. Documented: the token's request, `assign` with its fields, and `overview`; `complete` is in public use. Unconfirmed:
the verb and the fields of `complete`. The Transcript API removes nothing that was completed, so there is no withdrawal.
"""

from typing import Any

import msgspec

from ladder.adapters.channels.settings import ChannelSettings
from ladder.adapters.http import TokenResponse, parse

TRANSCRIPTS = "/services/api/v1/transcripts"
TOKEN = "/services/api/oauth2/token"  # noqa: S105 (a path)
SCOPE = "transcript:read transcript:assign transcript:complete"


class CornerstoneSecret(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    base_url: str
    client_id: str
    client_secret: str


class Training(msgspec.Struct):
    learningObjectId: str  # noqa: N815


class Overview(msgspec.Struct):
    data: list[Training] = []


class Cornerstone:
    def __init__(self, settings: ChannelSettings) -> None:
        secret = settings.read_secret(CornerstoneSecret)
        secrets = (secret.client_secret,)
        issuer = settings.service(secret.base_url, secrets=secrets)
        body = {
            "clientId": secret.client_id,
            "clientSecret": secret.client_secret,
            "grantType": "client_credentials",
            "scope": SCOPE,
        }
        token = settings.bearer(lambda: parse(TokenResponse, issuer.call("POST", TOKEN, body=body)))
        self._cornerstone = settings.service(secret.base_url, token, secrets=secrets)

    def mark(self, user: str, marker: str) -> None:
        whose = {"externalId": user, "learningObjectId": marker}
        self._cornerstone.call(
            "POST", f"{TRANSCRIPTS}/assign", body={**whose, "assignment": "registered"}, expected=(409,)
        )
        self._cornerstone.call("PATCH", f"{TRANSCRIPTS}/complete", body=whose)

    def unmark(self, user: str, marker: str) -> bool:  # noqa: ARG002
        return False

    def is_marked(self, user: str, marker: str) -> bool:
        query: dict[str, Any] = {"externalId": user, "statusGroups": "Completed"}
        overview = parse(Overview, self._cornerstone.call("GET", f"{TRANSCRIPTS}/overview", query=query))
        return any(training.learningObjectId == marker for training in overview.data)
