"""Reads a judge's prompt back from a chat completion request, as a model would see it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.http_server import HttpError

_PROMPT = re.compile(r"^Prompt: (\S+)$", re.MULTILINE)
_CRITERIA = re.compile(r"^Its criteria, as everybody can read them:\n(.*?)\n\n", re.MULTILINE | re.DOTALL)
_FACTS = re.compile(r"\AWhat systems recorded:\n(.*?)\n\nWhat the person wrote:\n", re.DOTALL)
_TEXT = re.compile(r"^What the person wrote:\n<<(\S+)\n(.*)\n\1>>", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgePrompt:
    version: str  # "community-v1"
    badge: str  # the one that is offered
    criteria: str
    facts: tuple[str, ...]
    text: str
    retry: bool  # an earlier answer was unusable
    size: int  # characters

    @property
    def tokens(self) -> int:
        """About as many as a model would count."""
        return self.size // 4 + 1


def read_prompt(body: Mapping[str, Any]) -> JudgePrompt:
    """Raises HttpError (400) unless there are a system message, a user message and a tool."""
    try:
        messages = {message["role"]: str(message["content"]) for message in body["messages"]}
        badges = body["tools"][0]["function"]["parameters"]["properties"]["badge"]["enum"]
        system, user = messages["system"], messages["user"]
    except (KeyError, IndexError, TypeError) as error:
        raise HttpError(400, "bad.request", f"expected a system and a user message and one tool: {error}") from error
    return JudgePrompt(
        version=_first(_PROMPT, system),
        badge=str(badges[0]),
        criteria=_first(_CRITERIA, system),
        facts=tuple(_first(_FACTS, user).split("\n")),
        text=_first(_TEXT, user, 2),
        retry="\n\nYour last answer could not be taken." in user,
        size=len(system) + len(user),
    )


def _first(pattern: re.Pattern[str], text: str, group: int = 1) -> str:
    match = pattern.search(text)
    return match[group] if match else ""
