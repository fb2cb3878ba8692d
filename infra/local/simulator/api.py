"""The WEM dialect over HTTP: its routes, and the faults that strike a call before or after it is executed."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from urllib.parse import parse_qsl, unquote

from infra.local.simulator.access import AccessControl
from infra.local.simulator.faults import Faults
from infra.local.simulator.http_server import HttpError, Request, Response, error_response, json_response
from infra.local.simulator.state import State

TOKEN_PATH = "/oauth/token"  # noqa: S105
GAMIFICATION = "/api/v2/wem/gamification"
READ, WRITE = "wem:gamification:read", "wem:gamification:write"
LISTS = frozenset({"challenges.list", "completions.list", "groups.members"})
THROTTLED = HttpError(429, "too.many.requests.retry.after", "rate limit exceeded, retry later")

type Body = dict[str, object]


@dataclass(frozen=True, slots=True)
class Call:
    """A request that matched a route; `id` is the part of the path that the route leaves open."""

    query: dict[str, str]
    body: dict[str, object]
    id: str


@dataclass(frozen=True, slots=True)
class Route:
    kind: str
    method: str
    pattern: re.Pattern[str]
    scope: str | None
    handler: Callable[[State, Call], Body]


ROUTES: list[Route] = []


class PlatformApi:
    """`calls` counts requests by kind, including refused and failed ones."""

    def __init__(self, state: State, access: AccessControl, faults: Faults, rng: Random) -> None:
        self.calls: Counter[str] = Counter()
        self._state = state
        self._access = access
        self._faults = faults
        self._rng = rng

    def respond(self, request: Request) -> Response | None:
        """Return the response; None where the caller never receives one."""
        try:
            if request.path == TOKEN_PATH:
                self.calls["token"] += 1
                form = dict(parse_qsl(request.body.decode(errors="replace")))
                return json_response(200, self._access.issue_token(request.authorization, form))
            for route in ROUTES:
                match = route.pattern.fullmatch(request.path) if request.method == route.method else None
                if match:
                    return self._execute(route, request, unquote("".join(match.groups())))
        except HttpError as error:
            return error_response(error)
        except (ValueError, TypeError, OverflowError) as error:
            return error_response(HttpError(400, "bad.request", f"a value cannot be read: {error}"))
        return error_response(HttpError(404, "not.found", "no such path"))

    def _execute(self, route: Route, request: Request, path_id: str) -> Response | None:
        kind, faults = route.kind, self._faults
        self.calls[kind] += 1
        self._access.authorize(request.authorization, route.scope)
        refused = self._refused_before(kind)
        if refused:
            return refused
        query = request.query
        if kind in LISTS and faults.repeat_page.fires(kind, self._rng):
            query["pageNumber"] = "1"
        call = Call(query, request.json, path_id)
        delay = faults.stall_seconds if faults.stall.fires(kind, self._rng) else 0.0
        response = replace(json_response(200, route.handler(self._state, call)), delay=delay)
        if faults.fail_after.fires(kind, self._rng):
            return error_response(HttpError(502, "bad.gateway", "the response was lost behind the gateway"))
        if faults.lose_answer.fires(kind, self._rng):
            return None
        if faults.cut_short.fires(kind, self._rng):
            return replace(response, cut=True)
        if faults.garble.fires(kind, self._rng):
            return replace(response, body=b"<html>" + response.body[:20])
        return response

    def _refused_before(self, kind: str) -> Response | None:
        """Return the error of a fault that strikes before the call is executed, if any."""
        limit = self._faults.requests_per_minute
        wait = self._access.seconds_until_allowed(limit) if limit else 0
        if wait:
            return error_response(THROTTLED, headers={"Retry-After": str(wait)})
        if self._faults.throttle.fires(kind, self._rng):
            return error_response(THROTTLED, headers={"Retry-After": self._faults.retry_after})
        if self._faults.fail_before.fires(kind, self._rng):
            return error_response(HttpError(503, "service.unavailable", "the service is unavailable"))
        return None


def route(
    kind: str, method: str, path: str, scope: str | None = None
) -> Callable[[Callable[[State, Call], Body]], Callable[[State, Call], Body]]:
    """Register a handler; `{id}` in the path matches one segment."""

    def register(handler: Callable[[State, Call], Body]) -> Callable[[State, Call], Body]:
        ROUTES.append(Route(kind, method, re.compile(path.replace("{id}", "([^/]+)")), scope, handler))
        return handler

    return register


@route("challenges.list", "GET", f"{GAMIFICATION}/challenges", READ)
def list_challenges(state: State, call: Call) -> Body:
    status = call.query.get("status")
    return page([item.as_dict() for item in state.challenges if status in (None, item.status)], call)


@route("challenges.create", "POST", f"{GAMIFICATION}/challenges", WRITE)
def create_challenge(state: State, call: Call) -> Body:
    return state.create(call.body).as_dict()


@route("challenges.change", "PATCH", f"{GAMIFICATION}/challenges/{{id}}", WRITE)
def change_challenge(state: State, call: Call) -> Body:
    if call.body != {"status": "INACTIVE"}:
        raise HttpError(400, "bad.request", "a challenge can only be set INACTIVE")
    return state.challenges.retire(call.id).as_dict()


@route("completions.list", "GET", f"{GAMIFICATION}/completions", READ)
def list_completions(state: State, call: Call) -> Body:
    day = date.fromisoformat(call.query.get("date", ""))
    return page([completion.as_dict() for completion in state.completions(day)], call)


@route("metrics.read", "GET", "/api/v2/wem/metrics/users/{id}", "wem:metrics:read")
def read_metric(state: State, call: Call) -> Body:
    end = date.fromisoformat(call.query["endDate"]) if "endDate" in call.query else state.latest_day()
    metric = call.query.get("metric", "")
    days = state.values(metric, call.id, end=end, days=int(call.query.get("duration", "30")))
    values = [
        {"date": day.isoformat(), "value": None if value != value else value, "count": count}  # noqa: PLR0124 (NaN)
        for day, (value, count) in days
    ]
    return {"userId": call.id, "metric": metric, "values": values}


@route("groups.join", "POST", "/api/v2/users/{id}/groups")
def join_group(state: State, call: Call) -> Body:
    group = str(call.body.get("id", ""))
    state.join(call.id, group)
    return {"id": group}


@route("groups.leave", "DELETE", "/api/v2/groups/{id}/members")
def leave_group(state: State, call: Call) -> Body:
    failed = state.leave(call.id, [user for user in call.query.get("ids", "").split(",") if user])
    return {"errors": [{"id": user, "message": why} for user, why in failed.items()]}


@route("groups.members", "GET", "/api/v2/groups/{id}/members", "wem:users:read")
def list_members(state: State, call: Call) -> Body:
    return page([{"id": user} for user in state.members(call.id)], call)


def page(entities: Sequence[Body], call: Call) -> Body:
    number = max(1, int(call.query.get("pageNumber", "1")))
    size = min(100, max(1, int(call.query.get("pageSize", "25"))))
    return {
        "entities": entities[(number - 1) * size : number * size],
        "pageNumber": number,
        "pageSize": size,
        "pageCount": max(1, -(-len(entities) // size)),
        "total": len(entities),
    }
