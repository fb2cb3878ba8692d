"""Any service that speaks OpenAI's chat completions with tools: in the cloud, on premises, or a fake model.

Its secret is JSON: {"base_url": "https://…", "api_key": "…"}; the key may be left out on loopback.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic
from typing import Any

from urllib3 import BaseHTTPResponse, PoolManager, Timeout, exceptions

from ladder.adapters.addresses import require_encrypted
from ladder.adapters.secrets import Secret
from ladder.domain.errors import Rejected, Throttled, Unavailable
from ladder.domain.judging.evaluation import TOOL
from ladder.domain.judging.question import Question, Reply
from ladder.domain.points.judged_badge import JudgeModel

CONNECT_SECONDS = 3.0
MAX_ANSWER_BYTES = 262_144
BUSY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT})


@dataclass(frozen=True, slots=True)
class Endpoint:
    base_url: str
    api_key: str | None = field(default=None, repr=False)


class OpenAIJudge:
    """`secret`: returns the program's secret, read again for each question."""

    def __init__(self, model: JudgeModel, secret: Callable[[], Secret], *, pool: PoolManager | None = None) -> None:
        self._model = model
        self._secret = secret
        self._pool = pool or PoolManager(retries=False)

    def ask(self, question: Question) -> Reply:
        """Ask the model. Raises Throttled or Unavailable where it is late or down, Rejected where it refuses."""
        endpoint = read_endpoint(self._secret())
        status, body = self._post(endpoint, _request(self._model.model, question))
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise Throttled("the model's service asks for fewer questions at a time")
        if status in BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unavailable(f"the model's service answered {status}")
        if status != HTTPStatus.OK:
            raise Rejected(f"the model's service refused the question: {status}")
        completion = _object(body)  # {} for a body that is no completion: it has no answer
        usage = completion.get("usage")
        counts = usage if isinstance(usage, dict) else {}
        return Reply(
            answer=_tool_input(completion),
            input_tokens=_count(counts.get("prompt_tokens")),
            output_tokens=_count(counts.get("completion_tokens")),
            model=self._model.model,
        )

    def _post(self, endpoint: Endpoint, request: Mapping[str, Any]) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if endpoint.api_key:
            headers["Authorization"] = f"Bearer {endpoint.api_key}"
        seconds = float(self._model.timeout_seconds)
        until = monotonic() + seconds
        try:
            answer = self._pool.request(
                "POST",
                f"{endpoint.base_url}/v1/chat/completions",
                body=json.dumps(request).encode(),
                headers=headers,
                timeout=Timeout(connect=min(CONNECT_SECONDS, seconds), read=seconds),
                redirect=False,
                preload_content=False,
            )
            return answer.status, _body(answer, until)
        except exceptions.HTTPError as error:
            raise Unavailable(f"no answer from the model ({type(error).__name__})") from error


def _body(answer: BaseHTTPResponse, until: float) -> bytes:
    """Read the body until a deadline: a time-out covers one read only, and some services send empty lines meanwhile."""
    body = b""
    while len(body) < MAX_ANSWER_BYTES and (part := answer.read1(MAX_ANSWER_BYTES - len(body))):
        body += part
        if monotonic() > until:
            raise Unavailable("no answer from the model in time (it only trickles)")
    return body


def read_endpoint(secret: Secret) -> Endpoint:
    """Return the endpoint in a secret; people's texts are sent encrypted.

    Raises Rejected naming the key to correct, and never showing a value.
    """
    try:
        content = json.loads(secret.text)
    except ValueError:
        content = None
    base_url, api_key = (content.get("base_url"), content.get("api_key")) if isinstance(content, dict) else (None, None)
    if not isinstance(base_url, str) or not isinstance(api_key, str | None):
        raise Rejected(f"the secret {secret.name!r} must be a JSON object with base_url and api_key")
    address = require_encrypted(base_url, secret=secret.name, key="base_url")
    return Endpoint(address.rstrip("/").removesuffix("/v1"), api_key)


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


def _tool_input(completion: Mapping[str, Any]) -> Mapping[str, Any] | None:
    try:
        (call,) = completion["choices"][0]["message"]["tool_calls"]
        function = call["function"]
        return _object(function["arguments"]) or None if function["name"] == TOOL else None
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def _object(text: str | bytes) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
