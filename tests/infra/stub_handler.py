"""A function that does what its program's name asks for, and nothing else.

`large` makes the looping steps take three rounds; `<error>-at-<step>` makes a step raise that error, and
`ConnectionError` is weather: it passes after the first try. `centre` has no outside platform.
"""

import importlib.util
from typing import Any

ROUNDS = {"collect": 3, "assign": 3, "verify": 3}
tried: set[str] = set()


class Superseded(Exception):
    pass


class ProgramRefused(Exception):
    pass


ERRORS = {each.__name__: each for each in (Superseded, ProgramRefused, ConnectionError, ValueError)}


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    if event["step"] == "look around":
        return {name: _origin(name) for name in event["modules"]}
    _fail_where_asked(event)
    turn = (event["cursor"] or 0) + 1
    done = event["program"] != "large" or turn >= ROUNDS.get(event["step"], 1)
    platform = event["program"] != "centre"
    return {"done": done, "cursor": None if done else turn, "usage": {"event": event}, "platform": platform}


def _origin(module: str) -> str | None:
    found = importlib.util.find_spec(module)
    return found.origin if found else None


def _fail_where_asked(event: dict[str, Any]) -> None:
    error, _, step = event["program"].partition("-at-")
    if step != event["step"]:
        return
    passed = error == "ConnectionError" and event["program"] in tried
    tried.add(event["program"])
    if not passed:
        raise ERRORS[error](f"as asked at {step}")
