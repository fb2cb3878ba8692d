"""The HTTP API of the simulated platform: the WEM dialect, and the faults that strike a call before or after it.

Tools in another process use its control API under /control/, without a token: it listens on loopback only.
"""

import math
import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import get_type_hints
from urllib.parse import parse_qsl, unquote

import msgspec

from infra.local.http_server import HttpError, Request, Response, json_response
from infra.local.simulator.faults import Faults
from infra.local.simulator.platform import IssuedToken, Platform

CLIENT_ID = "ladder-local"
CLIENT_SECRET = "of-no-use-elsewhere"  # noqa: S105 (loopback only)
TOKEN_PATH = "/oauth/token"  # noqa: S105
GAMIFICATION = "/api/v2/wem/gamification"
READ, WRITE = "wem:gamification:read", "wem:gamification:write"
MAX_REMOVED = 50
LISTS = frozenset({"challenges.list", "completions.list", "groups.members"})
THROTTLED = HttpError(429, "too.many.requests.retry.after", "rate limit exceeded, retry later")

type Handler = Callable[[Platform, Call], object]  # returns the payload of the response


@dataclass(frozen=True, slots=True)
class Call:
    """A request that matched a route; `id` is the part of the path that the route leaves open."""

    request: Request
    query: dict[str, str]
    id: str


@dataclass(frozen=True, slots=True)
class Route:
    kind: str
    method: str
    pattern: re.Pattern[str]
    scope: str | None
    handler: Handler


ROUTES: list[Route] = []


def route(kind: str, method: str, path: str, scope: str | None = None) -> Callable[[Handler], Handler]:
    """Register a handler; `{id}` in the path matches one segment."""

    def register(handler: Handler) -> Handler:
        ROUTES.append(Route(kind, method, re.compile(path.replace("{id}", "([^/]+)")), scope, handler))
        return handler

    return register


def respond(platform: Platform, request: Request) -> Response | None:
    """Return the response; None where the caller never receives one. Raises HttpError."""
    for route in ROUTES:
        match = route.pattern.fullmatch(request.path) if request.method == route.method else None
        if match:
            call = Call(request, request.query, unquote("".join(match.groups())))
            try:
                with platform.lock:
                    if route.kind != "control":
                        platform.calls[route.kind] += 1
                    if route.kind in {"control", "token"}:
                        return json_response(200, route.handler(platform, call))
                    return _execute(platform, route, call)
            except (ValueError, TypeError, OverflowError) as error:
                raise HttpError(400, "bad.request", f"a value cannot be read: {error}") from error
    raise HttpError(404, "not.found", "no such path")


def _execute(platform: Platform, route: Route, call: Call) -> Response | None:
    kind, faults, rng = route.kind, platform.faults, platform.rng
    token, now = platform.tokens.get(call.request.authorization.removeprefix("Bearer ")), platform.clock()
    if token is None or now >= token.expires_at:
        raise HttpError(401, "bad.credentials", "the token is missing, invalid or expired")
    if route.scope is not None and route.scope not in token.scopes:
        raise HttpError(403, "missing.scope", f"the token lacks {route.scope}")
    minute, limit = int(now // 60), faults.requests_per_minute
    platform.calls_in_minute[minute] += 1
    if limit is not None and platform.calls_in_minute[minute] > limit:
        raise replace(THROTTLED, headers={"Retry-After": str(max(1, 60 - int(now % 60)))})
    if faults.throttle.fires(kind, rng):
        its_now = format_datetime(datetime.fromtimestamp(now + faults.clock_ahead, UTC), usegmt=True)
        raise replace(THROTTLED, headers={"Retry-After": faults.retry_after, "Date": its_now})
    if faults.fail_before.fires(kind, rng):
        raise HttpError(503, "service.unavailable", "the service is unavailable")
    if kind in LISTS and faults.repeat_page.fires(kind, rng):
        call.query["pageNumber"] = "1"
    delay = faults.stall_seconds if faults.stall.fires(kind, rng) else 0.0
    response = replace(json_response(200, route.handler(platform, call)), delay=delay)
    if faults.fail_after.fires(kind, rng):
        raise HttpError(502, "bad.gateway", "the response was lost behind the gateway")
    if faults.lose_answer.fires(kind, rng):
        return None
    if faults.cut_short.fires(kind, rng):
        return replace(response, cut=True)
    if faults.garble.fires(kind, rng):
        return replace(response, body=b"<html>" + response.body[:20])
    return response


@route("token", "POST", TOKEN_PATH)
def issue_token(platform: Platform, call: Call) -> object:
    """OAuth client credentials: every requested scope is given, unless `only_scopes` says otherwise."""
    form = dict(parse_qsl(call.request.body.decode(errors="replace")))
    if call.request.authorization != "Basic " + b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode():
        raise HttpError(401, "invalid_client", "the client is not known")
    if form.get("grant_type") != "client_credentials":
        raise HttpError(400, "unsupported_grant_type", "only client credentials")
    token = f"{platform.rng.getrandbits(128):032x}"
    scopes = form.get("scope", "") if platform.only_scopes is None else platform.only_scopes
    platform.tokens[token] = IssuedToken(frozenset(scopes.split()), platform.clock() + platform.token_seconds)
    return {"access_token": token, "token_type": "bearer", "expires_in": platform.token_seconds}


@route("challenges.list", "GET", f"{GAMIFICATION}/challenges", READ)
def list_challenges(platform: Platform, call: Call) -> object:
    status = call.query.get("status")
    return page([item for item in platform.challenges.values() if status in {None, item.status}], call)


@route("challenges.create", "POST", f"{GAMIFICATION}/challenges", WRITE)
def create_challenge(platform: Platform, call: Call) -> object:
    return platform.create(call.request.json)


@route("challenges.change", "PATCH", f"{GAMIFICATION}/challenges/{{id}}", WRITE)
def change_challenge(platform: Platform, call: Call) -> object:
    if call.request.json != {"status": "INACTIVE"}:
        raise HttpError(400, "bad.request", "a challenge can only be set INACTIVE")
    return platform.retire(call.id)


@route("completions.list", "GET", f"{GAMIFICATION}/completions", READ)
def list_completions(platform: Platform, call: Call) -> object:
    return page(platform.completions(date.fromisoformat(call.query.get("date", ""))), call)


@route("metrics.read", "GET", "/api/v2/wem/metrics/users/{id}", "wem:metrics:read")
def read_metric(platform: Platform, call: Call) -> object:
    end = date.fromisoformat(call.query["endDate"]) if "endDate" in call.query else None
    metric = call.query.get("metric", "")
    days = platform.values(metric, call.id, end=end, days=int(call.query.get("duration", "30")))
    values = [
        {"date": day, "value": None if math.isnan(value) else value, "count": count} for day, (value, count) in days
    ]
    return {"userId": call.id, "metric": metric, "values": values}


@route("groups.join", "POST", "/api/v2/users/{id}/groups")
def join_group(platform: Platform, call: Call) -> object:
    group = str(call.request.json.get("id", ""))
    platform.join(call.id, group)
    return {"id": group}


@route("groups.leave", "DELETE", "/api/v2/groups/{id}/members")
def leave_group(platform: Platform, call: Call) -> object:
    """Remove users and name those who stay, with the reason; an unknown user fails the whole call."""
    users = [user for user in call.query.get("ids", "").split(",") if user]
    if len(users) > MAX_REMOVED:
        raise HttpError(400, "bad.request", f"at most {MAX_REMOVED} ids")
    for user in users:
        platform.check(call.id, user=user)
    failed = {user: why for user in users if (why := platform.faults.membership_error(user, platform.rng))}
    leaving = [user for user in users if user not in failed]
    platform.memberships.change(call.id, leaving, joins=False, delay=platform.faults.membership_delay)
    return {"errors": [{"id": user, "message": why} for user, why in failed.items()]}


@route("groups.members", "GET", "/api/v2/groups/{id}/members", "wem:users:read")
def list_members(platform: Platform, call: Call) -> object:
    return page([{"id": user} for user in platform.members(call.id)], call)


def page(entities: Sequence[object], call: Call) -> object:
    number = max(1, int(call.query.get("pageNumber", "1")))
    size = min(100, max(1, int(call.query.get("pageSize", "25"))))
    return {
        "entities": entities[(number - 1) * size : number * size],
        "pageNumber": number,
        "pageSize": size,
        "pageCount": max(1, -(-len(entities) // size)),
        "total": len(entities),
    }


@route("control", "GET", "/control/calls")
def read_calls(platform: Platform, _: Call) -> object:
    return platform.calls


@route("control", "GET", "/control/snapshot")
def read_snapshot(platform: Platform, _: Call) -> object:
    return {
        "users": sorted(platform.users),
        "groups": platform.memberships.all(),
        "challenges": [*platform.challenges.values()],
        "completions": platform.completions(),
        "calls": platform.calls,
    }


@route("control", "POST", "/control/close_day")
def close_day(platform: Platform, call: Call) -> object:
    return platform.close_day(date.fromisoformat(str(call.request.json.get("date"))))


@route("control", "POST", "/control/foreign")
def post_foreign(platform: Platform, call: Call) -> object:
    return {"id": platform.post(call.request.json).id}


@route("control", "POST", "/control/faults")
def configure_faults(platform: Platform, call: Call) -> object:
    kinds, settings = get_type_hints(Faults), call.request.json
    if unknown := settings.keys() - kinds.keys():
        raise HttpError(400, "bad.request", f"no such fault setting: {', '.join(sorted(unknown))}")
    for name, value in settings.items():
        setattr(platform.faults, name, msgspec.convert(value, kinds[name]))
    return {"configured": sorted(settings)}


@route("control", "POST", "/control/revoke_tokens")
def revoke_tokens(platform: Platform, _: Call) -> object:
    platform.issue_tokens_for()
    return {}
