"""Bedrock: one question through Converse, answered by calling the one tool it offers."""

from collections.abc import Mapping
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

from ladder.adapters.aws import busy_is_unavailable, error_code
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.judging.evaluation import TOOL
from ladder.domain.judging.question import Question, Reply
from ladder.domain.points.judged_badge import JudgeModel

CONNECT_SECONDS = 3
BUSY = frozenset(
    {"ModelTimeoutException", "ModelNotReadyException", "ModelErrorException", "ServiceQuotaExceededException"}
)


class BedrockJudge:
    """Never retries by itself: the claim and the budget of a case decide whether it is asked again."""

    def __init__(self, session: Any, model: JudgeModel, *, client: Any = None) -> None:
        self._model = model
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=model.timeout_seconds,
            retries={"mode": "standard", "total_max_attempts": 1},
        )
        self._client = client or session.create_client("bedrock-runtime", config=config)

    def ask(self, question: Question) -> Reply:
        """Ask the model. Raises Unavailable where it is throttled, late or down, Rejected where it refuses for good."""
        try:
            with busy_is_unavailable():
                answer = self._client.converse(**_request(self._model.model, question))
        except ClientError as error:
            if error_code(error) in BUSY:
                raise Unavailable(str(error)) from error
            raise Rejected(f"model {self._model.model!r}: {error}") from error
        usage = answer.get("usage", {})
        return Reply(
            answer=_tool_input(answer),
            input_tokens=int(usage.get("inputTokens", 0)),
            output_tokens=int(usage.get("outputTokens", 0)),
            model=self._model.model,
        )


def _request(model: str, question: Question) -> dict[str, Any]:
    tool = {"name": TOOL, "description": "Your verdict.", "inputSchema": {"json": dict(question.schema)}}
    return {
        "modelId": model,
        "system": [{"text": question.system}],
        "messages": [{"role": "user", "content": [{"text": question.user}]}],
        "toolConfig": {"tools": [{"toolSpec": tool}], "toolChoice": {"tool": {"name": TOOL}}},
        "inferenceConfig": {"temperature": 0, "maxTokens": question.max_answer_tokens},
    }


def _tool_input(answer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the arguments of the tool call; None where there is none, more than one, or one of another tool."""
    blocks = answer.get("output", {}).get("message", {}).get("content", [])
    calls = [block["toolUse"] for block in blocks if "toolUse" in block]
    if len(calls) != 1 or calls[0].get("name") != TOOL:
        return None
    arguments = calls[0].get("input")
    return arguments if isinstance(arguments, Mapping) else None
