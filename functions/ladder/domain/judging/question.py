"""What a model is asked, and what it answers with; free of any service."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

MOST_ANSWERED = 700  # tokens of an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`schema`: of the input of the one tool that must be called; `version`: of the prompt, such as community-v1."""

    version: str
    system: str
    user: str
    schema: Mapping[str, Any]
    most_answered: int = MOST_ANSWERED

    def once_more(self, mend: str) -> "Question":
        """Asked again after an answer that could not be taken; nothing of that answer is in it."""
        return replace(self, user=f"{self.user}\n\nYour last answer could not be taken. {mend}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`answer`: what the tool was called with; None where it was not called, or with what is no JSON object."""

    answer: Mapping[str, Any] | None
    input_tokens: int
    output_tokens: int
    model: str

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens
