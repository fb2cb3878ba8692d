"""What a chat completion asks, read back from its messages as a model would see them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.simulator.refusal import Refusal

_PROMPT = re.compile(r"^Prompt: (\S+)$", re.MULTILINE)
_CRITERIA = re.compile(r"^Its criteria, as everybody can read them:\n(.*?)\n\n", re.MULTILINE | re.DOTALL)
_FACTS = re.compile(r"\AWhat systems recorded:\n(.*?)\n\nWhat the person wrote:\n", re.DOTALL)
_TEXT = re.compile(r"^What the person wrote:\n<<(\S+)\n(.*)\n\1>>", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    prompt: str  # "community-v1"
    badge: str  # the one that is offered
    criteria: str
    facts: tuple[str, ...]
    text: str
    again: bool  # an earlier answer could not be taken
    size: int  # characters

    @property
    def tokens(self) -> int:
        """About what a model would count."""
        return self.size // 4 + 1


def read(body: Mapping[str, Any]) -> Put:
    try:
        said = {each["role"]: str(each["content"]) for each in body["messages"]}
        offered = body["tools"][0]["function"]["parameters"]["properties"]["badge"]["enum"]
        system, user = said["system"], said["user"]
    except (KeyError, IndexError, TypeError) as error:
        raise Refusal(400, "bad.request", f"a system and a user message and one tool are expected: {error}") from error
    return Put(
        prompt=_found(_PROMPT, system),
        badge=str(offered[0]),
        criteria=_found(_CRITERIA, system),
        facts=tuple(_found(_FACTS, user).split("\n")),
        text=_found(_TEXT, user, 2),
        again="\n\nYour last answer could not be taken." in user,
        size=len(system) + len(user),
    )


def _found(pattern: re.Pattern[str], text: str, group: int = 1) -> str:
    match = pattern.search(text)
    return match[group] if match else ""
