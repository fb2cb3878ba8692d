"""How the stand-in goes wrong when it is told to: each fault makes one call's reply out of the honest one."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from infra.local.fake_model.completion import completion
from infra.local.fake_model.question import Put
from infra.local.fake_model.rules import NONE, Opinion
from infra.local.simulator.wire import Reply, reply

type Fault = Callable[[Put, Opinion, float], Reply]


def _time_out(put: Put, opinion: Opinion, late: float) -> Reply:
    return replace(completion(put, opinion.as_dict), late=late)


def _throttle(_put: Put, _opinion: Opinion, _late: float) -> Reply:
    return reply(429, {"error": {"message": "too many requests", "type": "rate_limit"}}, headers={"Retry-After": "1"})


def _down(_put: Put, _opinion: Opinion, _late: float) -> Reply:
    return reply(503, {"error": {"message": "told to"}})


def _broken_json(put: Put, opinion: Opinion, _late: float) -> Reply:
    """The tool is called, and its arguments break off."""
    told = json.dumps(opinion.as_dict)
    return completion(put, told[: len(told) // 2])


def _garbage(_put: Put, _opinion: Opinion, _late: float) -> Reply:
    return Reply(200, b"<html>an answer that is not JSON</html>")


def _cut(put: Put, opinion: Opinion, _late: float) -> Reply:
    return replace(completion(put, opinion.as_dict), cut=True)


def _no_tool(put: Put, _opinion: Opinion, _late: float) -> Reply:
    return completion(put, None)


def _unknown_badge(put: Put, opinion: Opinion, _late: float) -> Reply:
    evidence = list(opinion.evidence) or [put.text or put.facts[0]]
    return completion(put, {**opinion.as_dict, "badge": "EMPLOYEE_OF_THE_CENTURY", "evidence": evidence})


def _invented(put: Put, opinion: Opinion, _late: float) -> Reply:
    evidence = ["Nobody ever wrote this sentence anywhere."]
    return completion(put, {**opinion.as_dict, "badge": put.badge, "confidence": 1.0, "evidence": evidence})


def _oversure(put: Put, opinion: Opinion, _late: float) -> Reply:
    return completion(put, {**opinion.as_dict, "confidence": 7})


def _other(put: Put, opinion: Opinion, _late: float) -> Reply:
    """The opposite of what it would have said."""
    if opinion.badge == NONE:
        return completion(put, {**opinion.as_dict, "badge": put.badge, "evidence": [put.text or put.facts[0]]})
    return completion(put, {**opinion.as_dict, "badge": NONE, "evidence": []})


FAULTS: Mapping[str, Fault] = {
    "time_out": _time_out,
    "throttle": _throttle,
    "down": _down,
    "broken_json": _broken_json,
    "garbage": _garbage,
    "cut": _cut,
    "no_tool": _no_tool,
    "unknown_badge": _unknown_badge,
    "invented": _invented,
    "oversure": _oversure,
    "other": _other,
}
