"""The dialect: which call does what. Every route is a plain function of the state and the call."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from infra.local.simulator.refusal import Refusal
from infra.local.simulator.state import State

type Body = dict[str, object]


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] = field(default_factory=dict)
    parts: tuple[str, ...] = ()  # what the path's pattern captured


@dataclass(frozen=True, slots=True)
class Route:
    kind: str
    method: str
    pattern: re.Pattern[str]
    scope: str | None
    act: Callable[[State, Call], Body]

    def match(self, method: str, path: str) -> tuple[str, ...] | None:
        found = self.pattern.fullmatch(path) if method == self.method else None
        return found.groups() if found else None


def list_challenges(state: State, call: Call) -> Body:
    wanted = call.query.get("status")
    found = [each.as_dict() for each in state.challenges if wanted in (None, each.status)]
    return paged(found, call)


def create_challenge(state: State, call: Call) -> Body:
    return state.create(call.body).as_dict()


def change_challenge(state: State, call: Call) -> Body:
    if call.body != {"status": "INACTIVE"}:
        raise Refusal(400, "bad.request", "a challenge can only be set INACTIVE")
    return state.challenges.retire(call.parts[0]).as_dict()


def list_completions(state: State, call: Call) -> Body:
    return paged([done.as_dict() for done in state.completions(_day(call, "date"))], call)


def read_metric(state: State, call: Call) -> Body:
    end = _day(call, "endDate") if "endDate" in call.query else state.latest_day()
    metric = call.query.get("metric", "")
    found = state.values(metric, call.parts[0], end=end, days=int(call.query.get("duration", "30")))
    values = [
        {"date": day.isoformat(), "value": None if value != value else value, "count": count}  # noqa: PLR0124 (NaN)
        for day, (value, count) in found
    ]
    return {"userId": call.parts[0], "metric": metric, "values": values}


def join_group(state: State, call: Call) -> Body:
    group = str(call.body.get("id", ""))
    state.join(call.parts[0], group)
    return {"id": group}


def leave_group(state: State, call: Call) -> Body:
    failed = state.leave(call.parts[0], [user for user in call.query.get("ids", "").split(",") if user])
    return {"errors": [{"id": user, "message": why} for user, why in failed.items()]}


def list_members(state: State, call: Call) -> Body:
    return paged([{"id": user} for user in state.members(call.parts[0])], call)


def paged(entities: Sequence[Body], call: Call) -> Body:
    number = max(1, int(call.query.get("pageNumber", "1")))
    size = min(100, max(1, int(call.query.get("pageSize", "25"))))
    return {
        "entities": entities[(number - 1) * size : number * size],
        "pageNumber": number,
        "pageSize": size,
        "pageCount": max(1, -(-len(entities) // size)),
        "total": len(entities),
    }


def _day(call: Call, name: str) -> date:
    return date.fromisoformat(call.query.get(name, ""))


GAMIFICATION = "/api/v2/wem/gamification"
READ, WRITE = "wem:gamification:read", "wem:gamification:write"


def _route(kind: str, method: str, pattern: str, scope: str | None, act: Callable[[State, Call], Body]) -> Route:
    return Route(kind, method, re.compile(pattern), scope, act)


ROUTES = (
    _route("challenges.list", "GET", f"{GAMIFICATION}/challenges", READ, list_challenges),
    _route("challenges.create", "POST", f"{GAMIFICATION}/challenges", WRITE, create_challenge),
    _route("challenges.change", "PATCH", f"{GAMIFICATION}/challenges/([^/]+)", WRITE, change_challenge),
    _route("completions.list", "GET", f"{GAMIFICATION}/completions", READ, list_completions),
    _route("metrics.read", "GET", "/api/v2/wem/metrics/users/([^/]+)", "wem:metrics:read", read_metric),
    _route("groups.join", "POST", "/api/v2/users/([^/]+)/groups", None, join_group),
    _route("groups.leave", "DELETE", "/api/v2/groups/([^/]+)/members", None, leave_group),
    _route("groups.members", "GET", "/api/v2/groups/([^/]+)/members", "wem:users:read", list_members),
)
