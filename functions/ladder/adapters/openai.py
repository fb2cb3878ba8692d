"""Any service that speaks OpenAI's chat completions with tools: in the cloud, in the house, or the stand-in.

Its secret is JSON: {"base_url": "https://…", "api_key": "…"}; the key may be left out on loopback.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_address
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from urllib3 import BaseHTTPResponse, PoolManager, Timeout, exceptions

from ladder.adapters.secrets import Secret
from ladder.domain.errors import Rejected, Throttled, Unavailable
from ladder.domain.judging.question import Question, Reply
from ladder.domain.judging.verdict import TOOL
from ladder.domain.programs.judged_badge import JudgeModel

CONNECT_SECONDS = 3.0
LARGEST_ANSWER = 262_144  # bytes
BUSY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT})


@dataclass(frozen=True, slots=True)
class Endpoint:
    base_url: str
    api_key: str | None = field(default=None, repr=False)


class OpenAIJudge:
    """`secret`: gives the program's secret, read anew for each question."""

    def __init__(self, model: JudgeModel, secret: Callable[[], Secret], *, pool: PoolManager | None = None) -> None:
        self._model = model
        self._secret = secret
        self._pool = pool or PoolManager(retries=False)

    def ask(self, question: Question) -> Reply:
        """Raises Unavailable where it is throttled, late or down, Rejected where it refuses the question for good."""
        endpoint = read_endpoint(self._secret())
        status, body = self._post(endpoint, _request(self._model.model, question))
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise Throttled("the model's service asks for fewer questions at a time")
        if status in BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unavailable(f"the model's service answered {status}")
        if status != HTTPStatus.OK:
            raise Rejected(f"the model's service refused the question: {status}")
        return _reply(body, self._model.model)

    def _post(self, endpoint: Endpoint, told: Mapping[str, Any]) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if endpoint.api_key:
            headers["Authorization"] = f"Bearer {endpoint.api_key}"
        seconds = float(self._model.timeout_seconds)
        until = monotonic() + seconds
        try:
            answer = self._pool.request(
                "POST",
                f"{endpoint.base_url}/v1/chat/completions",
                body=json.dumps(told).encode(),
                headers=headers,
                timeout=Timeout(connect=min(CONNECT_SECONDS, seconds), read=seconds),
                redirect=False,
                preload_content=False,
            )
            return answer.status, _body(answer, until)
        except exceptions.HTTPError as error:
            raise Unavailable(f"no answer from the model ({type(error).__name__})") from error


def _body(answer: BaseHTTPResponse, until: float) -> bytes:
    """A time-out is of one read only, and some services send empty lines for as long as they think."""
    found = b""
    while len(found) < LARGEST_ANSWER and (part := answer.read1(LARGEST_ANSWER - len(found))):
        found += part
        if monotonic() > until:
            raise Unavailable("no answer from the model (it only trickles)")
    return found


def read_endpoint(secret: Secret) -> Endpoint:
    """Raises Rejected naming the key to mend; never shows a value. Texts of people travel encrypted."""
    try:
        found = json.loads(secret.text)
    except ValueError:
        found = None
    base_url, api_key = (found.get("base_url"), found.get("api_key")) if isinstance(found, dict) else (None, None)
    if not isinstance(base_url, str) or not isinstance(api_key, str | None):
        raise Rejected(f"the secret {secret.name!r} must be a JSON object with base_url and api_key")
    parts = urlsplit(base_url)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))):
        return Endpoint(base_url.rstrip("/").removesuffix("/v1"), api_key)
    raise Rejected(f"the secret {secret.name!r} must hold an https address under 'base_url' (http on loopback only)")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _request(model: str, question: Question) -> dict[str, Any]:
    function = {"name": TOOL, "description": "Your verdict.", "parameters": dict(question.schema)}
    return {
        "model": model,
        "messages": [
            {"role": "system", "content": question.system},
            {"role": "user", "content": question.user},
        ],
        "tools": [{"type": "function", "function": function}],
        "tool_choice": {"type": "function", "function": {"name": TOOL}},
        "temperature": 0,
        "max_tokens": question.max_answer_tokens,
        "stream": False,
    }


def _reply(body: bytes, model: str) -> Reply:
    """A body that is no completion is a failed call, like one that says something instead of calling the tool."""
    told = _object(body)
    usage = told.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    return Reply(
        answer=_tool_input(told),
        input_tokens=_count(counts.get("prompt_tokens")),
        output_tokens=_count(counts.get("completion_tokens")),
        model=model,
    )


def _tool_input(told: Mapping[str, Any]) -> Mapping[str, Any] | None:
    try:
        (call,) = told["choices"][0]["message"]["tool_calls"]
        function = call["function"]
        return _object(function["arguments"]) or None if function["name"] == TOOL else None
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def _object(text: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
