"""ICU message patterns, as much of them as the catalogues use.

`{name}`                                          a text, a number, a message or a list of messages
`{points, number}`                                a number: 1,200 in English, 1.200 in German
`{day, date, long}`                               an ISO date, in a form that the catalogue defines
`{points, plural, =0 {none} one {# point} other {# points}}`   by the language's plural rule; # is the number
`{every, select, day {daily} other {weekly}}`     by a word
`''` is an apostrophe, and `'{'` a brace.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

TOKEN = re.compile(r"''|'[{}#][^']*'|[{}#]|[^'{}#]+|'")
ARGUMENT = re.compile(r"\s*(\w+)\s*(?:,\s*(number|date|plural|select)\s*(?:,\s*)?)?")
OPTION = re.compile(r"(=?\w+)\s*")
SPACE = re.compile(r"\s*")

type Pattern = tuple[str | Argument | None, ...]  # None: the number of the plural around it


@dataclass(frozen=True, slots=True)
class Argument:
    """A place for a parameter. `kind`: "text", "number", "date", "plural" or "select"; `style`: the form of a date."""

    name: str
    kind: str = "text"
    style: str = ""
    options: Mapping[str, Pattern] = field(default_factory=dict)  # of a plural or select


def parse(text: str) -> Pattern:
    """Parse a pattern. Raises ValueError where it is not one."""
    pattern, end = _parse(text, 0, in_plural=False)
    if end != len(text):
        raise ValueError(f"unexpected }} at {end} in {text!r}")
    return pattern


def _parse(text: str, start: int, *, in_plural: bool) -> tuple[Pattern, int]:
    """Return the pattern from `start` to the brace that closes it, or to the end, and where that is."""
    parts: list[str | Argument | None] = []
    while start < len(text) and text[start] != "}":
        token = TOKEN.match(text, start)
        assert token is not None  # noqa: S101 - the last alternatives take any character
        start = token.end()
        match token[0]:
            case "{":
                argument, start = _parse_argument(text, start)
                parts.append(argument)
            case "#" if in_plural:
                parts.append(None)
            case "''":
                parts.append("'")
            case quoted if len(quoted) > 1 and quoted[0] == "'":
                parts.append(quoted[1:-1])
            case words:
                parts.append(words)
    return tuple(parts), start


def _parse_argument(text: str, start: int) -> tuple[Argument, int]:
    head = ARGUMENT.match(text, start)
    if head is None:
        raise ValueError(f"no name of a parameter at {start} in {text!r}")
    name, kind, start = head[1], head[2] or "text", head.end()
    style, options = "", dict[str, Pattern]()
    while start < len(text) and text[start] != "}":
        option = OPTION.match(text, start)
        if option is None or kind not in {"date", "plural", "select"}:
            raise ValueError(f"unexpected {text[start]!r} at {start} in {text!r}")
        start = option.end()
        if kind == "date":
            style = option[1]
        elif text[start : start + 1] == "{":
            options[option[1]], start = _parse(text, start + 1, in_plural=kind == "plural")
            start += 1
        else:
            raise ValueError(f"{option[1]} has no text at {start} in {text!r}")
        space = SPACE.match(text, start)
        start = space.end() if space else start
    if start >= len(text):
        raise ValueError(f"a brace is not closed in {text!r}")
    if kind in {"plural", "select"} and "other" not in options:
        raise ValueError(f"{name} has no form for other in {text!r}")
    return Argument(name, kind, style, options), start + 1
