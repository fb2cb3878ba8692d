"""The fake model's server: one route, and faults on demand."""

import json
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Self

from infra.local.fake_model.prompt import JudgePrompt, read_prompt
from infra.local.fake_model.rules import NONE, judge, obey
from infra.local.http_server import HttpError, Request, Response, Server, json_response

PATH = "/v1/chat/completions"
MODEL = "ladder-fake-llm"
TOOL = "verdict"
INVENTED = "Nobody ever wrote this sentence anywhere."
FAULTS = (
    "time_out",
    "throttle",
    "down",
    "broken_json",  # the tool's arguments break off
    "garbage",
    "cut",
    "no_tool",
    "unknown_badge",
    "invented",  # evidence that nobody wrote
    "oversure",  # a confidence of 7
    "other",  # the opposite of the honest opinion
)


class FakeLLM:
    """`faults`: of the next calls, in order; `always`: of every other call; `late_seconds`: the delay of a time-out."""

    def __init__(self, *, obedient: bool = False, faults: Iterable[str] = (), always: str | None = None) -> None:
        self.obedient = obedient
        self.faults = deque(faults)
        self.always = always
        self.late_seconds = 1.5
        self.asked: list[JudgePrompt] = []
        self._server = Server(self._respond)

    @property
    def url(self) -> str:
        return self._server.url

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.stop()

    def _respond(self, request: Request) -> Response:
        if (request.method, request.path) != ("POST", PATH):
            raise HttpError(404, "not.found", f"there is only POST {PATH}")
        prompt = read_prompt(request.json)
        self.asked.append(prompt)
        fault = self.faults.popleft() if self.faults else self.always
        opinion = asdict(obey(prompt) if self.obedient else judge(prompt))
        text = json.dumps(opinion, ensure_ascii=False)
        quote = opinion["evidence"] or [prompt.text or prompt.facts[0]]
        match fault:
            case "throttle":
                return json_response(429, {"error": {"message": "too many requests"}}, {"Retry-After": "1"})
            case "down":
                return json_response(503, {"error": {"message": "the service is down"}})
            case "garbage":
                return Response(200, b"<html>a response that is not JSON</html>")
            case "no_tool":
                return completion(prompt, None)
            case "broken_json":
                text = text[: len(text) // 2]
            case "unknown_badge":
                text = json.dumps({**opinion, "badge": "EMPLOYEE_OF_THE_CENTURY", "evidence": quote})
            case "invented":
                text = json.dumps({**opinion, "badge": prompt.badge, "confidence": 1.0, "evidence": [INVENTED]})
            case "oversure":
                text = json.dumps({**opinion, "confidence": 7})
            case "other" if opinion["badge"] == NONE:
                text = json.dumps({**opinion, "badge": prompt.badge, "evidence": quote})
            case "other":
                text = json.dumps({**opinion, "badge": NONE, "evidence": []})
        delay = self.late_seconds if fault == "time_out" else 0.0
        return replace(completion(prompt, text), delay=delay, cut=fault == "cut")


def completion(prompt: JudgePrompt, arguments: str | None) -> Response:
    """Return a chat completion that calls the tool with these arguments; None calls no tool."""
    call = {"id": "call_1", "type": "function", "function": {"name": TOOL, "arguments": arguments}}
    message: dict[str, object] = {"role": "assistant", "content": None, "tool_calls": [call]}
    if arguments is None:
        message = {"role": "assistant", "content": "I would rather talk about this."}
    tokens = len(arguments or "") // 4 + 1
    reason = "stop" if arguments is None else "tool_calls"
    payload = {
        "id": "chatcmpl-fake",
        "object": "chat.completion",
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": reason}],
        "usage": {
            "prompt_tokens": prompt.tokens,
            "completion_tokens": tokens,
            "total_tokens": prompt.tokens + tokens,
        },
    }
    return json_response(200, payload)
