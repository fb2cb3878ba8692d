"""What pydantic found, said to a person: no message of its own is passed on."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ladder.adapters.program_file.sections.kinds import keys_of
from ladder.adapters.program_file.walk import keys_along, shape_at
from ladder.domain.program_check import Path, Problem, error, nearest
from ladder.domain.secret_names import ANY_ENVIRONMENT, JUDGE, PLATFORM, ROOT, SOURCES

_LONGEST_SHOWN = 40
_COMPOUNDING = ("multipl", "factor")


def explain(fault: ValidationError, tree: Mapping[str, object]) -> list[Problem]:
    """`tree`: what the file holds."""
    return [_problem(details, str(tree.get("program"))) for details in fault.errors(include_url=False)]


def shown(value: object) -> str:
    """A value as a sentence can hold it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        short = value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "…"
        return f'"{short}"'
    if isinstance(value, int | float):
        return f"{value:.12g}"
    return "a set of keys" if isinstance(value, Mapping) else "a list"


def _problem(details: ErrorDetails, program: str) -> Problem:
    path: Path = details["loc"]
    if details["type"] == "extra_forbidden":
        return _named_secret(path, program) or _unknown_key(path)
    if details["input"] is None:
        return error(path, "is empty", _mend(path))
    say = _SENTENCES.get(details["type"], _does_not_fit)
    quotes = "Put it in quotes. " if details["type"] == "string_type" and _is_plain(details["input"]) else ""
    return error(path, say(details["input"], details.get("ctx", {})), quotes + _mend(path))


def _named_secret(path: Path, program: str) -> Problem | None:
    """A program file that was written when it still named its secrets."""
    place = "/".join(map(str, path[:-1]))
    section = place.partition("/")[0]
    if path[-1] != "secret" or len(path) != _SECRETS.get(section):
        return None
    reads = f"{ROOT}/{ANY_ENVIRONMENT}/{program}/{place}"
    return error(path, "a program file names no secret", f"Remove this line; Ladder reads {reads}.")


def _unknown_key(path: Path) -> Problem:
    key = str(path[-1])
    if any(word in key.casefold() for word in _COMPOUNDING):
        mend = "Bonuses add up and never multiply: write bonus_percentage: 50 for half as much again."
        return error(path, "is a multiplier, which would compound", mend)
    shape = shape_at(path[:-1])
    return error(path, "is not a key that is known here", nearest(key, keys_of(shape) if shape else ()))


def _mend(path: Path) -> str:
    """The sentence of the nearest key of the schema; every known key has one."""
    mends = [field.description for _, field in keys_along(path) if field.description]
    return mends[-1] if mends else "Write key: value, one to a line."


def _is_plain(value: object) -> bool:
    return isinstance(value, bool | int | float)


def _does_not_fit(value: object, _: Mapping[str, Any]) -> str:
    return f"{shown(value)} does not fit here"


def _is_not(kind: str) -> Callable[[object, Mapping[str, Any]], str]:
    return lambda value, _: f"{shown(value)} is not {kind}"


def _is_no_option(value: object, context: Mapping[str, Any]) -> str:
    options = [option.strip("'") for option in str(context["expected"]).replace(" or ", ", ").split(", ")]
    if len(options) == 1:
        return f"{shown(value)} is not {options[0]}"
    *first, last = options
    return f"{shown(value)} is neither {', '.join(first)} nor {last}"


def _own_words(value: object, context: Mapping[str, Any]) -> str:
    words = str(context["error"])
    return words if isinstance(value, Mapping) else f"{shown(value)} {words}"


def _holds(value: object, _: Mapping[str, Any]) -> str:
    count = len(value) if isinstance(value, Sequence) else 0
    return f"holds {count} value{'s' * (count != 1)}"


_SECRETS: Mapping[str, int] = {PLATFORM: 2, JUDGE: 2, SOURCES: 3}  # sections, and how deep they once named one

_SENTENCES: Mapping[str, Callable[[object, Mapping[str, Any]], str]] = {
    "missing": lambda *_: "is missing",
    "literal_error": _is_no_option,
    "value_error": _own_words,
    "string_type": _is_not("text"),
    "string_too_short": lambda *_: "is empty",
    "string_too_long": lambda _, context: f"is longer than {context['max_length']} characters",
    "int_type": _is_not("a whole number"),
    "float_type": _is_not("a number"),
    "finite_number": _is_not("a number that ends"),
    "less_than_equal": lambda value, _: f"{shown(value)} is too large",
    "greater_than_equal": lambda value, _: f"{shown(value)} is too small",
    "bool_type": _is_not("true or false"),
    "list_type": _is_not("a list"),
    "dict_type": _is_not("a set of keys with values"),
    "model_type": _is_not("a set of keys with values"),
    "too_short": _holds,
    "too_long": _holds,
}
