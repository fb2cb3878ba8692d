"""Messages as text in a reader's language."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from ladder.domain.message import Message
from ladder.messages.catalogue import Catalogue

FOLDER = Path(__file__).parent
MESSAGE_FIELDS = {attribute.name for attribute in fields(Message)}
DEFAULT = "en"  # the language that lacks nothing
PREFERENCE = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")


@cache
def languages(folder: Path = FOLDER) -> Mapping[str, Path]:
    """Return the languages there are, in lower case, with their files: each JSON file of the folder is one."""
    return {file.stem.lower(): file for file in sorted(folder.glob("*.json"))}


@cache
def catalogue(language: str, folder: Path = FOLDER) -> Catalogue:
    """Read a language's catalogue, once. Raises KeyError for a language that there is not."""
    default = None if language == DEFAULT else catalogue(DEFAULT, folder)
    return Catalogue.read(languages(folder)[language], default=default)


def render(message: Message, language: str = DEFAULT, *, folder: Path = FOLDER) -> str:
    """Return the text of a message. Raises KeyError for an unknown language or code, or a missing parameter."""
    return catalogue(language, folder).render(message)


def paragraph(messages: Iterable[Message], language: str = DEFAULT, *, folder: Path = FOLDER) -> str:
    """Return the texts of several messages, one after the other."""
    return " ".join(render(message, language, folder=folder) for message in messages)


def choose_language(accepted: str | None, *, folder: Path = FOLDER) -> str:
    """Return the best language there is for an Accept-Language header, "de-CH, en;q=0.8"; English where none fits.

    Whoever prefers "de-CH" gets German. What cannot be read is passed over.
    """
    preferences = [PREFERENCE.fullmatch(part) for part in (accepted or "").split(",")]
    weighed = [(float(match[2] or 1), match[1].lower()) for match in preferences if match]
    for weight, tag in sorted(weighed, key=lambda preference: -preference[0]):
        subtags = [DEFAULT] if tag == "*" else tag.split("-")
        for length in range(len(subtags), 0, -1):
            language = "-".join(subtags[:length])
            if weight > 0 and language in languages(folder):
                return language
    return DEFAULT


def error_text(error: BaseException, language: str = DEFAULT, *, folder: Path = FOLDER) -> str:
    """Return what an error says, whether it was raised with a message or with a text."""
    said = error.args[0] if error.args else ""
    return render(said, language, folder=folder) if isinstance(said, Message) else str(error)


def with_text(body: Any, language: str, *, folder: Path = FOLDER) -> Any:
    """Return the body of an answer with the `text` of every message in it. `body`: as JSON holds it."""
    if isinstance(body, list):
        return [with_text(item, language, folder=folder) for item in body]
    if not isinstance(body, dict):
        return body
    answer = {name: with_text(value, language, folder=folder) for name, value in body.items()}
    if answer.keys() == MESSAGE_FIELDS:
        answer["text"] = render(Message.from_dict(body), language, folder=folder)
    return answer
