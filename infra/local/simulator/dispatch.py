"""Where a call is answered: let in, perhaps struck by a fault, carried out, perhaps struck again on the way back."""

from collections import Counter
from dataclasses import dataclass, replace
from random import Random
from urllib.parse import unquote

from infra.local.simulator.access import Doorman
from infra.local.simulator.faults import Faults
from infra.local.simulator.refusal import Refusal
from infra.local.simulator.routes import ROUTES, Call, Route
from infra.local.simulator.state import State
from infra.local.simulator.wire import Arrival, Reply, refused, reply

TOKEN_PATH = "/oauth/token"  # noqa: S105
LISTS = frozenset({"challenges.list", "completions.list", "groups.members"})
THROTTLED = Refusal(429, "too.many.requests.retry.after", "rate limit exceeded, retry later")


@dataclass(slots=True)
class Desk:
    """`calls` counts what arrived by kind, refused and failed ones included."""

    state: State
    doorman: Doorman
    faults: Faults
    rng: Random
    calls: Counter[str]

    def answer(self, arrival: Arrival) -> Reply | None:
        """None: the caller never hears of it."""
        try:
            if arrival.path == TOKEN_PATH:
                self.calls["token"] += 1
                return reply(200, self.doorman.grant(arrival.authorization, arrival.form))
            return self._attend(*_matched(arrival), arrival)
        except Refusal as refusal:
            return refused(refusal)
        except (ValueError, TypeError, OverflowError) as error:
            return refused(Refusal(400, "bad.request", f"a value cannot be read: {error}"))

    def _attend(self, route: Route, parts: tuple[str, ...], arrival: Arrival) -> Reply | None:
        self.calls[route.kind] += 1
        self.doorman.admit(arrival.authorization, route.scope)
        turned_away = self._turned_away(route.kind)
        if turned_away:
            return turned_away
        query = arrival.query
        if route.kind in LISTS and self.faults.repeat_page.strikes(route.kind, self.rng):
            query["pageNumber"] = "1"
        call = Call(arrival.method, arrival.path, query, arrival.json, tuple(map(unquote, parts)))
        late = self.faults.stall_seconds if self.faults.stall.strikes(route.kind, self.rng) else 0.0
        done = reply(200, route.act(self.state, call))
        return self._on_the_way_back(route.kind, replace(done, late=late))

    def _turned_away(self, kind: str) -> Reply | None:
        limit = self.faults.requests_per_minute
        wait = self.doorman.seconds_until_free(limit) if limit else 0
        if wait:
            return refused(THROTTLED, headers={"Retry-After": str(wait)})
        if self.faults.throttle.strikes(kind, self.rng):
            return refused(THROTTLED, headers={"Retry-After": self.faults.retry_after})
        if self.faults.fail_before.strikes(kind, self.rng):
            return refused(Refusal(503, "service.unavailable", "the service is unavailable"))
        return None

    def _on_the_way_back(self, kind: str, done: Reply) -> Reply | None:
        if self.faults.fail_after.strikes(kind, self.rng):
            return refused(Refusal(502, "bad.gateway", "the answer was lost behind the gateway"))
        if self.faults.lose_answer.strikes(kind, self.rng):
            return None
        if self.faults.cut_short.strikes(kind, self.rng):
            return replace(done, cut=True)
        if self.faults.garble.strikes(kind, self.rng):
            return replace(done, body=b"<html>" + done.body[:20])
        return done


def _matched(arrival: Arrival) -> tuple[Route, tuple[str, ...]]:
    for route in ROUTES:
        parts = route.match(arrival.method, arrival.path)
        if parts is not None:
            return route, parts
    raise Refusal(404, "not.found", "no such path")
