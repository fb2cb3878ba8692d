"""A chat completion, as services write it."""

import json
from collections.abc import Mapping

from infra.local.fake_model.question import Put
from infra.local.simulator.wire import Reply, reply

MODEL = "ladder-stand-in"
TOOL = "verdict"


def completion(put: Put, arguments: Mapping[str, object] | str | None) -> Reply:
    """`arguments` of the tool's call; a text goes out as it is, None: it talks instead of calling."""
    told = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    call = {"id": "call_1", "type": "function", "function": {"name": TOOL, "arguments": told}}
    talk = {"role": "assistant", "content": "I would rather talk about this."}
    message = talk if arguments is None else {"role": "assistant", "content": None, "tool_calls": [call]}
    answered = len(told) // 4 + 1
    return reply(
        200,
        {
            "id": "chatcmpl-stand-in",
            "object": "chat.completion",
            "model": MODEL,
            "choices": [
                {"index": 0, "message": message, "finish_reason": "stop" if arguments is None else "tool_calls"}
            ],
            "usage": {
                "prompt_tokens": put.tokens,
                "completion_tokens": answered,
                "total_tokens": put.tokens + answered,
            },
        },
    )
