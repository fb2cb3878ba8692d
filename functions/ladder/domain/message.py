"""Messages to people, kept as a reason code with parameters: they become text where somebody reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

type Parameter = str | int | float | Message | tuple[Message, ...]  # a date is its ISO text, "2026-11-27"


@dataclass(frozen=True, slots=True)
class Message:
    """A code of the catalogues in `ladder/messages`, and the values that its sentence holds.

    Parameters are numbers, dates, other messages, and words that somebody else wrote: the program's names, a person's
    reason. `text` is the sentence in a reader's language. It is set for an answer only, is no part of what the message
    says, and is never stored.
    """

    code: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    text: str = field(default="", compare=False)

    def __hash__(self) -> int:
        return hash(self.code)

    def __str__(self) -> str:
        """Return code and parameters, as logs hold them."""
        return " ".join([self.code, *(f"{name}={value}" for name, value in self.parameters.items())])

    def to_dict(self) -> dict[str, Any]:
        """Return the message as JSON may hold it, without its text."""
        if not self.parameters:
            return {"code": self.code}
        return {"code": self.code, "parameters": {name: _plain(value) for name, value in self.parameters.items()}}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        parameters = stored.get("parameters", {})
        return cls(stored["code"], {name: _parameter(value) for name, value in parameters.items()})


VERBATIM = "text.verbatim"


def verbatim(text: str) -> Message:
    """Return a message that is what somebody wrote, in the language they wrote it in."""
    return Message("text.verbatim", {"text": text})


def _plain(value: Parameter) -> object:
    if isinstance(value, Message):
        return value.to_dict()
    return [message.to_dict() for message in value] if isinstance(value, tuple) else value


def _parameter(value: Any) -> Parameter:
    if isinstance(value, dict):
        return Message.from_dict(value)
    return tuple(Message.from_dict(message) for message in value) if isinstance(value, list) else value
