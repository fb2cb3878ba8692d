"""Fake learning systems where a marker stands for a badge: Docebo, Absorb, Cornerstone, TalentLMS, Moodle and LTI.

`marked` is what each knows: pairs of a user and a course, group, cohort or line item.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import Any

from infra.local.channels.service import CLIENT_ID, CLIENT_SECRET, FakeOAuthService, FakeService, form, require, route
from infra.local.http_server import HttpError, Request, Response, json_response

KEY = "of-no-use-elsewhere"
TRANSCRIPTS = "/services/api/v1/transcripts"
ENROLMENTS = "/learn/v1/enrollments"
MEMBERSHIPS = "/api/v2/group-memberships"
LEARNER, COMPLETE = 3, 3
SCORE = "application/vnd.ims.lis.v1.score+json"


class FakeDocebo(FakeOAuthService):
    def __init__(self, *, clock: Callable[[], float]) -> None:
        super().__init__(clock=clock)
        self.marked: set[tuple[str, str]] = set()

    def visible(self, to: str) -> int:
        return sum(user == to for user, _ in self.marked)

    @route("POST", ENROLMENTS)
    def enrol(self, request: Request) -> object:
        asked = request.json
        require(asked["level"] == LEARNER and asked["status"] == "completed", "a learner's completion")
        self.marked |= _pairs(asked)
        return {
            "data": {"enrolled": [{"id_user": int(user), "id_course": int(course)} for user, course in _pairs(asked)]}
        }

    @route("DELETE", ENROLMENTS)
    def unenrol(self, request: Request) -> object:
        self.marked -= _pairs(request.json)
        return {"data": {}}

    @route("GET", ENROLMENTS + "/users/{}")
    def of_user(self, request: Request, user: str) -> object:
        courses = sorted(course for marked, course in self.marked if marked == user)
        number = int(request.query["page"])
        items = [{"course_id": course, "status": "completed"} for course in courses[number - 1 : number]]
        return {"data": {"items": items, "has_more_data": number < len(courses)}}


def _pairs(asked: dict[str, Any]) -> set[tuple[str, str]]:
    return {(str(user), str(course)) for user in asked["user_ids"] for course in asked["course_ids"]}


class FakeAbsorb(FakeOAuthService):
    """A user's next login ends the token before it."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        super().__init__(clock=clock)
        self.status: dict[tuple[str, str], int] = {}

    def secret(self) -> dict[str, Any]:
        return {"base_url": self.url, "username": CLIENT_ID, "password": CLIENT_SECRET, "private_key": KEY}

    def visible(self, to: str) -> int:
        return sum(user == to and status == COMPLETE for (user, _), status in self.status.items())

    def authorize(self, request: Request) -> None:
        require(request.headers.get("x-api-key") == KEY, "the key is missing", status=401)
        super().authorize(request)

    @route("POST", "/authenticate")
    def issue_token(self, request: Request) -> object:
        asked = request.json
        if (asked["username"], asked["password"], asked["privateKey"]) != (CLIENT_ID, CLIENT_SECRET, KEY):
            raise HttpError(401, "unauthorized", "unknown user")
        self.revoke_tokens()
        return self.new_token()

    @route("POST", "/users/{}/enrollments/{}")
    def enrol(self, _: Request, user: str, course: str) -> object:
        require((user, course) not in self.status, "enrolled already", status=409)
        self.status[user, course] = 0
        return {"status": 0}

    @route("PUT", "/users/{}/enrollments/{}")
    def update(self, request: Request, user: str, course: str) -> object:
        require((user, course) in self.status, "not enrolled", status=404)
        self.status[user, course] = request.json["status"]
        return {"status": self.status[user, course]}

    @route("GET", "/users/{}/enrollments/{}")
    def read(self, _: Request, user: str, course: str) -> object:
        require((user, course) in self.status, "not enrolled", status=404)
        return {"status": self.status[user, course]}

    @route("DELETE", "/users/{}/enrollments/{}")
    def remove(self, _: Request, user: str, course: str) -> object:
        require((user, course) in self.status, "not enrolled", status=404)
        return self.status.pop((user, course))


class FakeCornerstone(FakeOAuthService):
    def __init__(self, *, clock: Callable[[], float]) -> None:
        super().__init__(clock=clock)
        self.status: dict[tuple[str, str], str] = {}

    def secret(self) -> dict[str, Any]:
        return {"base_url": self.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}

    def visible(self, to: str) -> int:
        return sum(user == to and status == "Completed" for (user, _), status in self.status.items())

    @route("POST", "/services/api/oauth2/token")
    def issue_token(self, request: Request) -> object:
        asked = request.json
        if (asked["clientId"], asked["clientSecret"]) != (CLIENT_ID, CLIENT_SECRET):
            raise HttpError(401, "unauthorized", "unknown client")
        require("transcript:complete" in asked["scope"], "the scope lacks what is needed")
        return {"access_token": self.new_token(), "expires_in": 600, "token_type": "Bearer"}

    @route("POST", f"{TRANSCRIPTS}/assign")
    def assign(self, request: Request) -> object:
        key = _training(request)
        require(key not in self.status, "assigned already", status=409)
        self.status[key] = "Registered"
        return {"data": []}

    @route("PATCH", f"{TRANSCRIPTS}/complete")
    def complete(self, request: Request) -> object:
        key = _training(request)
        require(key in self.status, "not assigned", status=404)
        self.status[key] = "Completed"
        return {"data": []}

    @route("GET", f"{TRANSCRIPTS}/overview")
    def overview(self, request: Request) -> object:
        user, group = request.query["externalId"], request.query["statusGroups"]
        trainings = [
            {"learningObjectId": training} for (of, training), at in self.status.items() if (of, at) == (user, group)
        ]
        return {"data": trainings}


def _training(request: Request) -> tuple[str, str]:
    return request.json["externalId"], request.json["learningObjectId"]


class FakeTalentlms(FakeService):
    def __init__(self, *, clock: Callable[[], float]) -> None:
        super().__init__(clock=clock)
        self.marked: list[tuple[str, str]] = []

    def secret(self) -> dict[str, Any]:
        return {"base_url": self.url, "api_key": KEY}

    def visible(self, to: str) -> int:
        return sum(user == to for user, _ in self.marked)

    def authorize(self, request: Request) -> None:
        require(request.headers.get("x-api-key") == KEY, "the key is missing", status=401)
        require(request.headers.get("x-api-version"), "the version is missing")

    @route("POST", MEMBERSHIPS)
    def join(self, request: Request) -> object:
        pair = str(request.json["user_id"]), str(request.json["group_id"])
        require(pair not in self.marked, "a member already", status=409)
        self.marked.append(pair)
        return {"user_id": pair[0], "group_id": pair[1]}

    @route("DELETE", MEMBERSHIPS)
    def leave(self, request: Request) -> object:
        pair = request.query["user_id"], request.query["group_id"]
        require(pair in self.marked, "no member", status=404)
        self.marked.remove(pair)
        return {}

    @route("GET", "/api/v2/groups/{}/users")
    def users(self, request: Request, group: str) -> object:
        members = [{"id": user} for user, of in self.marked if of == group]
        number, size = int(request.query["page"]), int(request.query["page_size"])
        return members[(number - 1) * size : number * size]


class FakeMoodle(FakeService):
    """Moodle's web services, which answer 200 whatever happens."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        super().__init__(clock=clock)
        self.marked: set[tuple[str, str]] = set()
        self.error = ""  # the code of what every call is answered with

    def secret(self) -> dict[str, Any]:
        return {"base_url": self.url, "token": KEY}

    def visible(self, to: str) -> int:
        return sum(user == to for user, _ in self.marked)

    @route("POST", "/webservice/rest/server.php")
    def call(self, request: Request) -> object:
        asked = form(request)
        if self.error or asked["wstoken"] != KEY:
            return {"exception": "moodle_exception", "errorcode": self.error or "invalidtoken", "message": "no"}
        match asked["wsfunction"]:
            case "core_cohort_add_cohort_members":
                self.marked.add((asked["members[0][usertype][value]"], asked["members[0][cohorttype][value]"]))
                return {"warnings": []}
            case "core_cohort_delete_cohort_members":
                self.marked.discard((asked["members[0][userid]"], asked["members[0][cohortid]"]))
                return None
            case "core_cohort_get_cohort_members":
                cohort = asked["cohortids[0]"]
                return [{"cohortid": int(cohort), "userids": [int(user) for user, of in self.marked if of == cohort]}]
        return {"exception": "moodle_exception", "errorcode": "accessexception", "message": "no"}


class FakeLtiPlatform(FakeOAuthService):
    """A platform with line items. `verify` raises HttpError unless the assertion is signed by the tool."""

    def __init__(self, *, clock: Callable[[], float], verify: Callable[[str], None]) -> None:
        super().__init__(clock=clock)
        self.scores: dict[tuple[str, str], dict[str, Any]] = {}
        self._verify = verify

    def secret(self) -> dict[str, Any]:
        return {"token_url": f"{self.url}/oauth/token", "client_id": CLIENT_ID}

    def visible(self, to: str) -> int:
        return sum(
            user == to and score["scoreGiven"] == score["scoreMaximum"] for (user, _), score in self.scores.items()
        )

    @route("POST", "/oauth/token")
    def issue_token(self, request: Request) -> object:
        asked = form(request)
        require(asked["client_assertion_type"].endswith("jwt-bearer"), "no assertion", status=401)
        self._verify(asked["client_assertion"])
        claims = json.loads(urlsafe_b64decode(asked["client_assertion"].split(".")[1] + "=="))
        require(
            claims["iss"] == claims["sub"] == CLIENT_ID and claims["aud"].startswith(self.url), "claims", status=401
        )
        return {"access_token": self.new_token(), "token_type": "bearer", "expires_in": 600, "scope": asked["scope"]}

    @route("POST", "/items/{}/scores")
    def post_score(self, request: Request, item: str) -> Response:
        require(request.headers["content-type"] == SCORE, "no score", status=415)
        score = request.json
        before = self.scores.get((score["userId"], item))
        require(before is None or before["timestamp"] <= score["timestamp"], "older than what is there", status=409)
        self.scores[score["userId"], item] = score
        return Response(204, b"")

    @route("GET", "/items/{}/results")
    def results(self, request: Request, item: str) -> Response:
        score = self.scores.get((request.query["user_id"], item))
        found = [{"userId": score["userId"], "resultScore": score["scoreGiven"], "resultMaximum": 1}] if score else []
        return json_response(200, found)
