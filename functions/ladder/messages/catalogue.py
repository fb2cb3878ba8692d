"""A language's catalogue: its messages by code, and how it writes plurals, numbers, dates and lists."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Self

from ladder.domain.message import Message, Parameter
from ladder.messages.pattern import Argument, Pattern, parse

DATE_FIELD = re.compile(r"EEEE|MMMM|MM|dd|y|M|d")
RELATION = re.compile(r"([nivf])(?: % (\d+))? (!?=) ([\d.,]+)")
DIGITS = 6  # of a fraction at most; numbers from a measurement have no more that says something

type PluralRule = Callable[[str], bool]  # by the digits of a number that is not negative, "4.35"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`default`: the catalogue that has what this one lacks; None for the one that lacks nothing."""

    language: str
    patterns: Mapping[str, str]
    plurals: Mapping[str, PluralRule]
    decimal: str
    group: str
    dates: Mapping[str, str]
    weekdays: Sequence[str]
    months: Sequence[str]
    separators: tuple[str, str]  # of a list, and before its last item
    default: Self | None = None
    _parsed: dict[str, Pattern] = field(default_factory=dict, init=False, compare=False)

    @classmethod
    def read(cls, file: Path, *, default: Self | None = None) -> Self:
        read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return cls(
            language=file.stem,
            patterns={
                f"{subject}.{name}": text for subject, texts in read["messages"].items() for name, text in texts.items()
            },
            plurals={category: plural_rule(rule) for category, rule in read["plurals"].items()},
            decimal=read["numbers"]["decimal"],
            group=read["numbers"]["group"],
            dates=read["dates"],
            weekdays=read["weekdays"],
            months=read["months"],
            separators=(read["lists"]["between"], read["lists"]["last"]),
            default=default,
        )

    def render(self, message: Message) -> str:
        """Return the text of a message. Raises KeyError for a code that no catalogue has, or a missing parameter."""
        if message.code not in self.patterns and self.default:
            return self.default.render(message)
        if message.code not in self._parsed:
            self._parsed[message.code] = parse(self.patterns[message.code])
        return self._fill(self._parsed[message.code], message.parameters, "")

    def number(self, value: float) -> str:
        """Return a number in the language's digits, without trailing zeros: 1,200 or 4,35."""
        whole, _, fraction = _digits(value).partition(".")
        grouped = f"{int(whole):,}".replace(",", self.group)
        sign = "-" if value < 0 and (int(whole) or fraction) else ""
        return f"{sign}{grouped}{self.decimal}{fraction}" if fraction else f"{sign}{grouped}"

    def date(self, day: date, style: str) -> str:
        fields = {
            "EEEE": self.weekdays[day.weekday()],
            "MMMM": self.months[day.month - 1],
            "MM": f"{day.month:02d}",
            "dd": f"{day.day:02d}",
            "y": f"{day.year}",
            "M": f"{day.month}",
            "d": f"{day.day}",
        }
        return DATE_FIELD.sub(lambda match: fields[match[0]], self.dates[style])

    def plural(self, value: float) -> str:
        """Return the plural category of a number: "one", "few", … or "other"."""
        digits = _digits(value)
        return next((category for category, applies in self.plurals.items() if applies(digits)), "other")

    def _fill(self, pattern: Pattern, parameters: Mapping[str, Parameter], number: str) -> str:
        """Return the text of a pattern. `number`: that of the plural around it."""
        return "".join(
            part if isinstance(part, str) else number if part is None else self._argument(part, parameters, number)
            for part in pattern
        )

    def _argument(self, argument: Argument, parameters: Mapping[str, Parameter], number: str) -> str:
        value = parameters[argument.name]
        if isinstance(value, tuple):
            *most, last = map(self.render, value)
            between, before_last = self.separators
            return f"{between.join(most)}{before_last}{last}" if most else last
        if isinstance(value, Message):
            return self.render(value)
        match argument.kind:
            case "date":
                return self.date(date.fromisoformat(str(value)), argument.style)
            case "select":
                option = argument.options.get(str(value), argument.options["other"])
                return self._fill(option, parameters, number)
            case "plural":
                count = float(value)
                choices = (f"={_digits(count)}", self.plural(count), "other")
                option = next(argument.options[choice] for choice in choices if choice in argument.options)
                return self._fill(option, parameters, self.number(count))
        return value if isinstance(value, str) else self.number(value)


def plural_rule(rule: str) -> PluralRule:
    """Compile a plural rule of Unicode's CLDR, such as "n % 10 = 2..4 and n % 100 != 12..14"."""
    alternatives = [[_relation(relation) for relation in option.split(" and ")] for option in rule.split(" or ")]
    return lambda digits: any(all(holds(digits) for holds in relations) for relations in alternatives)


def _relation(text: str) -> PluralRule:
    relation = RELATION.fullmatch(text.strip())
    if relation is None:
        raise ValueError(f"{text!r} is no relation of a plural rule")
    operand, modulus, sign, ranges = relation.groups()
    bounds = [(float(first), float(last or first)) for first, _, last in (r.partition("..") for r in ranges.split(","))]

    def holds(digits: str) -> bool:
        whole, _, fraction = digits.partition(".")
        value = {"n": float(digits), "i": float(whole), "v": float(len(fraction)), "f": float(fraction or 0)}[operand]
        value = value % int(modulus) if modulus else value
        inside = any(first <= value <= last and (first == last or value.is_integer()) for first, last in bounds)
        return inside == (sign == "=")

    return holds


def _digits(value: float) -> str:
    """Return the digits of a number without its sign, without trailing zeros and without an exponent."""
    text = f"{abs(value):.{DIGITS}f}"
    return text.rstrip("0").rstrip(".")
