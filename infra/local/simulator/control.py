"""The simulator's own API for tools, under /control/ and without a token: it listens on loopback only."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from infra.local.simulator.refusal import Refusal

if TYPE_CHECKING:
    from infra.local.simulator.simulator import Simulator

PREFIX = "/control/"
type Told = Mapping[str, object]


def close_day(simulator: "Simulator", told: Told) -> object:
    return [done.as_dict() for done in simulator.close_day(date.fromisoformat(str(told.get("date"))))]


def calls(simulator: "Simulator", _told: Told) -> object:
    return simulator.calls


def foreign(simulator: "Simulator", told: Told) -> object:
    return {"id": simulator.post_foreign(told)}


def faults(simulator: "Simulator", told: Told) -> object:
    try:
        simulator.faults.turn(told)
    except KeyError as error:
        raise Refusal(400, "bad.request", f"no such knob: {error.args[0]}") from error
    return {"turned": sorted(told)}


def snapshot(simulator: "Simulator", _told: Told) -> object:
    return simulator.snapshot()


def revoke_tokens(simulator: "Simulator", _told: Told) -> object:
    simulator.revoke_tokens()
    return {}


COMMANDS: dict[tuple[str, str], Callable[["Simulator", Told], object]] = {
    ("GET", "calls"): calls,
    ("GET", "snapshot"): snapshot,
    ("POST", "close_day"): close_day,
    ("POST", "foreign"): foreign,
    ("POST", "faults"): faults,
    ("POST", "revoke_tokens"): revoke_tokens,
}


def command(method: str, path: str) -> Callable[["Simulator", Told], object]:
    found = COMMANDS.get((method, path.removeprefix(PREFIX)))
    if found is None:
        raise Refusal(404, "not.found", "no such command")
    return found
