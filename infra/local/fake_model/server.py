"""The fake model's server: one route, and faults on demand."""

import json
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self

from infra.local.fake_model.prompt import JudgePrompt, read_prompt
from infra.local.fake_model.rules import NONE, Opinion, judge, obey
from infra.local.simulator.http_server import HttpError, Request, Response, Server, error_response, json_response

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

    def __init__(
        self, *, obedient: bool = False, faults: Iterable[str] = (), always: str | None = None, port: int = 0
    ) -> None:
        self.obedient = obedient
        self.faults = deque(faults)
        self.always = always
        self.late_seconds = 1.5
        self.asked: list[JudgePrompt] = []
        self._server = Server(self._respond, port)

    @property
    def url(self) -> str:
        return self._server.url

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    def _respond(self, request: Request) -> Response:
        if (request.method, request.path) != ("POST", PATH):
            return error_response(HttpError(404, "not.found", f"there is only POST {PATH}"))
        try:
            prompt = read_prompt(request.json)
        except HttpError as error:
            return error_response(error)
        self.asked.append(prompt)
        opinion = obey(prompt) if self.obedient else judge(prompt)
        fault = self.faults.popleft() if self.faults else self.always
        return self._faulty(fault, prompt, opinion) if fault else completion(prompt, opinion.as_dict)

    def _faulty(self, fault: str, prompt: JudgePrompt, opinion: Opinion) -> Response:
        honest = opinion.as_dict
        quote = [prompt.text or prompt.facts[0]]
        match fault:
            case "time_out":
                return replace(completion(prompt, honest), delay=self.late_seconds)
            case "throttle":
                payload = {"error": {"message": "too many requests", "type": "rate_limit"}}
                return json_response(429, payload, headers={"Retry-After": "1"})
            case "down":
                return json_response(503, {"error": {"message": "the service is down"}})
            case "garbage":
                return Response(200, b"<html>a response that is not JSON</html>")
            case "cut":
                return replace(completion(prompt, honest), cut=True)
        text = json.dumps(honest)
        opposite = (
            {"badge": NONE, "evidence": []} if opinion.badge != NONE else {"badge": prompt.badge, "evidence": quote}
        )
        arguments: dict[str, Mapping[str, object] | str | None] = {
            "broken_json": text[: len(text) // 2],
            "no_tool": None,
            "unknown_badge": {**honest, "badge": "EMPLOYEE_OF_THE_CENTURY", "evidence": [*opinion.evidence] or quote},
            "invented": {**honest, "badge": prompt.badge, "confidence": 1.0, "evidence": [INVENTED]},
            "oversure": {**honest, "confidence": 7},
            "other": {**honest, **opposite},
        }
        return completion(prompt, arguments[fault])


def completion(prompt: JudgePrompt, arguments: Mapping[str, object] | str | None) -> Response:
    """Return a chat completion that calls the tool with `arguments`; a text is sent as it is, None calls no tool."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    call = {"id": "call_1", "type": "function", "function": {"name": TOOL, "arguments": text}}
    message: dict[str, object] = {"role": "assistant", "content": None, "tool_calls": [call]}
    if arguments is None:
        message = {"role": "assistant", "content": "I would rather talk about this."}
    tokens = len(text) // 4 + 1
    return json_response(
        200,
        {
            "id": "chatcmpl-fake",
            "object": "chat.completion",
            "model": MODEL,
            "choices": [
                {"index": 0, "message": message, "finish_reason": "stop" if arguments is None else "tool_calls"}
            ],
            "usage": {
                "prompt_tokens": prompt.tokens,
                "completion_tokens": tokens,
                "total_tokens": prompt.tokens + tokens,
            },
        },
    )
