"""Docebo: a badge is the completion of a marker course, for which Docebo awards its own badge.

Secret: base_url ("https://acme.docebosaas.com"), token_url (".../oauth2/token"), client_id, client_secret. An address
is a user's number. Seen in public clients: the path, `user_ids`, `course_ids` and `level`. Unconfirmed: that an
enrolment takes `status`, which of two names a list gives a course, and the deletion.
"""

from typing import Any

import msgspec

from ladder.adapters.channels.marker import number
from ladder.adapters.channels.settings import ChannelSettings
from ladder.adapters.http import Service, parse

ENROLMENTS = "/learn/v1/enrollments"
LEARNER = 3
COMPLETED = frozenset({"completed", "2"})
PAGE_SIZE = "200"


class Enrolment(msgspec.Struct):
    course_id: str | int = ""
    id_course: str | int = ""
    status: str | int = ""


class Items(msgspec.Struct):
    items: list[Enrolment] = []
    has_more_data: bool = False


class Enrolments(msgspec.Struct):
    data: Items


class Docebo:
    def __init__(self, settings: ChannelSettings) -> None:
        self._docebo: Service = settings.oauth_service()

    def mark(self, user: str, marker: str) -> None:
        body = _enrolment(user, marker) | {"level": LEARNER, "status": "completed"}
        self._docebo.call("POST", ENROLMENTS, body=body)

    def unmark(self, user: str, marker: str) -> bool:
        self._docebo.call("DELETE", ENROLMENTS, body=_enrolment(user, marker), expected=(404,))
        return True

    def is_marked(self, user: str, marker: str) -> bool:
        page, more = 0, True
        while more:
            page += 1
            query = {"page": str(page), "page_size": PAGE_SIZE}
            answer = self._docebo.call("GET", f"{ENROLMENTS}/users/{number(user)}", query=query, expected=(404,))
            if answer.refused:
                return False
            read = parse(Enrolments, answer).data
            for enrolment in read.items:
                if str(enrolment.course_id or enrolment.id_course) == marker:
                    return str(enrolment.status) in COMPLETED
            more = read.has_more_data
        return False


def _enrolment(user: str, course: str) -> dict[str, Any]:
    return {"user_ids": [number(user)], "course_ids": [number(course)]}
