"""TalentLMS: a badge is the membership in a marker group, whose course or automation awards it.

Secret: {"base_url": "https://acme.talentlms.com", "api_key": "…"}. An address is a user's number. Seen in public
clients of API v2: `POST group-memberships` and `GET groups/{id}/users`. Unconfirmed: the deletion of a membership.
"""

import msgspec

from ladder.adapters.channels.marker import number
from ladder.adapters.channels.settings import ChannelSettings
from ladder.adapters.http import parse

API_VERSION = "2025-01-01"
PAGE_SIZE = 100
MEMBERSHIPS = "/api/v2/group-memberships"


class TalentlmsSecret(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    base_url: str
    api_key: str


class User(msgspec.Struct):
    id: str | int


class Talentlms:
    def __init__(self, settings: ChannelSettings) -> None:
        secret = settings.read_secret(TalentlmsSecret)
        headers = {"X-API-Key": secret.api_key, "X-API-Version": API_VERSION}
        self._talentlms = settings.keyed_service(secret.base_url, headers)

    def mark(self, user: str, marker: str) -> None:
        body = {"user_id": number(user), "group_id": number(marker), "enroll_to_courses": True}
        self._talentlms.call("POST", MEMBERSHIPS, body=body, expected=(409,))  # they may be in it already

    def unmark(self, user: str, marker: str) -> bool:
        query = {"user_id": user, "group_id": marker}
        self._talentlms.call("DELETE", MEMBERSHIPS, query=query, expected=(404,))
        return True

    def is_marked(self, user: str, marker: str) -> bool:
        wanted, page, full = str(number(user)), 0, True
        while full:
            page += 1
            query = {"page": str(page), "page_size": str(PAGE_SIZE)}
            users = parse(
                list[User], self._talentlms.call("GET", f"/api/v2/groups/{number(marker)}/users", query=query)
            )
            if any(str(member.id) == wanted for member in users):
                return True
            full = len(users) == PAGE_SIZE
        return False
