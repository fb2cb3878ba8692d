"""The tools' own texts in the reader's language, from `messages/` beside this file, with the product's messages."""

import json
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from ladder.domain.message import Message, Parameter
from ladder.messages.catalogue import Catalogue
from ladder.messages.render import DEFAULT, catalogue

FOLDER = Path(__file__).parent / "messages"  # a file a language: texts by subject and name


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language, by code; parameters fill them."""

    catalogue: Catalogue

    def __call__(self, code: str, **parameters: Parameter) -> str:
        return self.catalogue.render(Message(code, parameters))

    def number(self, value: float) -> str:
        return self.catalogue.number(value)

    def money(self, amount: float) -> str:
        """Return an amount with two digits: 1,234.50 or 1.234,50."""
        separators = {ord(","): self.catalogue.group, ord("."): self.catalogue.decimal}
        return f"{amount:,.2f}".translate(separators)

    def day(self, day: date) -> str:
        return self.catalogue.date(day, "short")

    def of(self, reason: Message | str | None) -> str:
        """Return the text of a reason; empty without one."""
        return self.catalogue.render(reason) if isinstance(reason, Message) else reason or ""


@cache
def texts(language: str = DEFAULT) -> Texts:
    """Return the texts of a language; what it lacks is in English."""
    product, file = catalogue(language), FOLDER / f"{language}.json"
    own = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    patterns = {f"{subject}.{name}": text for subject, named in own.items() for name, text in named.items()}
    default = None if language == DEFAULT else texts().catalogue
    return Texts(replace(product, patterns={**product.patterns, **patterns}, default=default))


def quantity(number: int, noun: str) -> str:
    """Return a number with its noun, which takes an s: 1 point, 1,200 points."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
