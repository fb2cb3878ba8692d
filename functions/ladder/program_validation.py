"""The model of a program, read off the annotations of its dataclasses, and the check of plain values by it.

The model says what keys there are, what kinds of values they take, their bounds and hints. `checked` is the one check
of program files, and of drafts that are sent to the API. It takes the stored form (what `Program` looks like as JSON),
and says what is wrong, where, and what to write instead: in the words of the program file, wherever it was found.
What shows only across fields and sections is checked by `programs.check`.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeAliasType, Union, get_args, get_origin, get_type_hints

import msgspec

from ladder.domain.programs.program import Program
from ladder.domain.validation.constraints import SMALLEST, Holds, Length, Says, Within, is_tiny
from ladder.domain.validation.problem import Path, Problem, error, nearest, similar

if TYPE_CHECKING:
    from pydantic import TypeAdapter
    from pydantic_core import ErrorDetails

NO_HINT = Says("Write key: value, one to a line.")
_LONGEST_SHOWN = 40
_SECRETS: Mapping[str, int] = {
    "platform": 2,
    "judge": 2,
    "sources": 3,
}  # how deep these sections once named one
_COMPOUNDING = ("multipl", "factor")


@dataclass(frozen=True, slots=True)
class Kind:
    """An annotation taken apart: `type` is without None and what is said beside it; `bounds` from the outside in."""

    type: Any
    says: Says | None
    bounds: tuple[Within | Length | Holds, ...]

    @property
    def is_whole(self) -> bool:
        """Return whether it holds keys with values of its own."""
        return is_dataclass(self.type)

    @property
    def key(self) -> "Kind":
        """Return the kind of the keys of a map, which are an attribute of its items."""
        return kinds_in(self.item().type)[self.says.by if self.says and self.says.by else ""]

    def item(self, place: int = 0) -> "Kind":
        """Return the kind of what a tuple or a mapping holds."""
        parts = get_args(self.type)
        if get_origin(self.type) is tuple:
            return kind_of(parts[0] if Ellipsis in parts else parts[place])
        return kind_of(parts[1])


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the program file."""

    name: str
    attribute: str
    kind: Kind
    says: Says
    default: object  # MISSING where it is required


@cache
def kind_of(annotation: Any) -> Kind:
    says: Says | None = None
    bounds: list[Within | Length | Holds] = []
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *beside = get_args(annotation)
            for extra in reversed(beside):
                says = says or (extra if isinstance(extra, Says) else None)
            bounds += [extra for extra in beside if isinstance(extra, Within | Length | Holds)]
        elif get_origin(annotation) in {Union, UnionType} and NoneType in get_args(annotation):
            (annotation,) = (part for part in get_args(annotation) if part is not NoneType)
        else:
            return Kind(annotation, says, tuple(bounds))


@cache
def kinds_in(whole: type) -> Mapping[str, Kind]:
    """Return the kind of every attribute, whether a file can say it or not."""
    return {name: kind_of(hint) for name, hint in get_type_hints(whole, include_extras=True).items()}


@cache
def keys_of(whole: type) -> tuple[Key, ...]:
    """Return the keys as the file writes them: those of inlined parts stand among the others."""
    return tuple(_keys(whole))


def _keys(whole: type) -> Iterator[Key]:
    for attribute in fields(whole):
        kind = kinds_in(whole)[attribute.name]
        if kind.says is None:
            continue
        if kind.says.inline:
            yield from keys_of(kind.type)
        elif kind.says.spread:
            for place, name in enumerate(kind.says.spread):
                yield Key(name, attribute.name, kind.item(place), kind.says, MISSING)
        else:
            default = attribute.default if attribute.default_factory is MISSING else attribute.default_factory()
            yield Key(kind.says.name or attribute.name, attribute.name, kind, kind.says, default)


def checked(stored: object, written: object = None) -> tuple[Program | None, list[Problem]]:
    """Return the program, or every problem by value that keeps it from being one.

    `stored`: its plain values in the stored form. `written`: the tree that a person wrote, if it was in the form of
    the file, from which keys and wrong values are quoted.
    """
    from pydantic import ValidationError  # noqa: PLC0415  # 0.1 s that nobody pays who only reads a program

    try:
        (program,) = _adapter().validate_json(json.dumps([stored]))
    except ValidationError as invalid:
        found = [_problem(details, stored, written) for details in invalid.errors(include_url=False)]
        return None, list({problem.path: problem for problem in reversed(found) if problem}.values())[::-1]
    twice = list(_keys_given_twice(program, ()))
    return (None if twice else program), twice


def stored_form(program: Program) -> dict[str, Any]:
    """Return the plain values of a program, as it is stored: `checked` reads them again."""
    values: dict[str, Any] = json.loads(json.dumps(msgspec.to_builtins(program)))
    return values


@cache
def _adapter() -> "TypeAdapter[tuple[Program]]":
    """Return one for a tuple, as pydantic takes no rules beside a dataclass; they hold for every dataclass inside."""
    from pydantic import ConfigDict, TypeAdapter  # noqa: PLC0415

    return TypeAdapter(tuple[Program], config=ConfigDict(strict=True, extra="forbid", allow_inf_nan=False))


def _keys_given_twice(whole: Any, path: Path) -> Iterator[Problem]:
    """Yield keys that stand twice: a map of the file is stored as a list, which could hold two of one key."""
    for name, kind in kinds_in(whole.__class__).items():
        says, value = kind.says or NO_HINT, getattr(whole, name)
        here = path if says.inline or says.spread else (*path, says.name or name)
        if is_dataclass(value):
            yield from _keys_given_twice(value, here)
        known: set[object] = set()
        for place, item in enumerate(value if isinstance(value, tuple) else ()):
            key = getattr(item, says.by) if says.by else says.spread[place] if says.spread else place
            if says.by and key in known:
                yield error((*here, str(key)), "is given twice", "Give each a key of its own.")
            known.add(key)
            if is_dataclass(item):
                yield from _keys_given_twice(item, (*here, key if isinstance(key, int) and not says.by else str(key)))


@dataclass(slots=True)
class _Cursor:
    """Follows pydantic's way into the stored values, and tells it in the words of the file."""

    stored: Any
    written: object
    path: list[str | int] = field(default_factory=list)
    kind: Kind = field(default_factory=lambda: kind_of(Program))
    says: Says = NO_HINT  # of the nearest key
    around: Says = NO_HINT  # of the map or the list, where this is an item of one
    is_key: bool = False  # this is the key of an item

    def follow(self, step: str | int) -> bool:
        """Go one step on; return whether there is such a part."""
        kind = self.kind
        if kind.is_whole and step in kinds_in(kind.type):
            around, self.kind, self.around = self.around, kinds_in(kind.type)[str(step)], NO_HINT
            says = self.kind.says or NO_HINT
            self.is_key, is_short = step == around.by, bool(around.by) and step == around.short
            if not (self.is_key or is_short or says.inline or says.spread):
                self.path.append(says.name or step)
            if self.kind.says and not is_short:
                self.says = says
        elif get_origin(kind.type) is tuple and isinstance(step, int) and step < len(self.stored):
            self._to_item(step, kind.says or NO_HINT)
        elif isinstance(self.stored, dict) and not kind.is_whole and step in self.stored:
            self.path.append(step)
            self.kind = kind.item()
        else:
            return False
        self.stored = _part(self.stored, step)
        return True

    def _to_item(self, place: int, says: Says) -> None:
        key: str | int = says.spread[place] if says.spread else place
        if says.by:
            around = _at(self.written, self.path)
            own = _part(self.stored[place], says.by)
            key = list(around)[place] if isinstance(around, Mapping) else place if own is None else str(own)
        self.path.append(key)
        self.kind, self.around, self.is_key = self.kind.item(place), says, False

    @property
    def value(self) -> Any:
        """As a person wrote it, where they did."""
        found = None if self.is_key else _at(self.written, self.path)
        return self.stored if found is None else found


def _at(tree: object, path: Sequence[str | int]) -> Any:
    for step in path:
        tree = _part(tree, step)
    return tree


def _part(value: Any, step: str | int) -> Any:
    try:
        return value[step]
    except (KeyError, IndexError, TypeError):
        return None


def _problem(details: "ErrorDetails", stored: object, written: object) -> Problem | None:
    cursor = _Cursor(stored, written)
    steps = details["loc"][1:]
    known = next((depth for depth, step in enumerate(steps) if not cursor.follow(step)), len(steps))
    fault, kind, rest, path = details["type"], cursor.kind, steps[known:], tuple(cursor.path)
    value = cursor.value
    if fault == "json_invalid":
        return error(("program",), "cannot be read", "Write plain JSON in UTF-8, with numbers that end.")
    if fault == "unexpected_keyword_argument":
        return unknown_key((*path, *rest), list(kinds_in(kind.type)), program=_part(stored, "key"))
    if fault == "missing" and not rest:
        inner = (
            next((key for key in keys_of(kind.type) if key.default is MISSING), None) if cursor.says.inline else None
        )
        path, hint = ((*path, inner.name), inner.says.hint) if inner else (path, cursor.says.hint)
        return error(path, "is missing", hint)
    if value is None or (isinstance(value, str) and not value.strip() and fault != "literal_error"):
        return error(path, "is empty", cursor.says.hint)
    if fault == "too_short" and len(value) >= details["ctx"]["min_length"]:
        return None  # pydantic counts the sound items only
    return error(path, _told(fault, details.get("ctx", {}), cursor, rest), _hint(fault, cursor))


def _hint(fault: str, cursor: _Cursor) -> str:
    kind, value = cursor.kind, cursor.value
    quotes = (
        "Put it in quotes. " if fault == "string_type" and kind.type is str and isinstance(value, int | float) else ""
    )
    known = next((bound.known for bound in kind.bounds if isinstance(bound, Holds) and bound.known), None)
    meant = similar(str(value), known()) if known else ""
    wanted = Length if fault in {"too_short", "too_long"} else Within if fault in _BEYOND else ()
    bounds: list[Within | Length | Holds] = [bound for bound in kind.bounds if isinstance(bound, wanted)]
    bounds += [bound for bound in [_not_held(kind, value)] if bound and fault == "predicate_failed"]
    allowed = f" Allowed: {bounds[-1].allowed}." if bounds and bounds[-1].allowed else ""
    return f"{quotes}{meant}{cursor.says.hint}{allowed}"


def shown(value: object) -> str:
    """A value as a sentence can hold it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        short = value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "…"
        return f'"{short}"'
    if isinstance(value, int | float):
        fits = isinstance(value, float) or abs(value) <= sys.float_info.max
        return f"{value:.12g}" if fits else f"a number of {len(str(abs(value)))} digits"
    return "a set of keys" if isinstance(value, Mapping) else "a list"


def _told(fault: str, context: Mapping[str, Any], cursor: _Cursor, rest: Sequence[str | int]) -> str:
    kind, value = cursor.kind, cursor.value
    if fault == "predicate_failed" and isinstance(value, int | float) and is_tiny(value):
        return f"{shown(value)} is closer to 0 than {SMALLEST:f}"
    if isinstance(kind.type, TypeAliasType) and fault != "predicate_failed":  # Plain: none of its types takes it
        return f"{shown(value)} is neither text, a number, true nor false"
    if kind.says and kind.says.words:
        return f"{shown(value)} is not one of {', '.join(kind.says.words)}"
    if fault in {"too_short", "too_long"} or (fault == "missing" and rest):
        count = len(value) if isinstance(value, list | dict) else 0
        return f"holds {count} value{'s' * (count != 1)}"
    if fault == "literal_error":
        *others, last = map(str, get_args(kind.type))
        return f"{shown(value)} is " + (f"neither {', '.join(others)} nor {last}" if others else f"not {last}")
    if fault == "predicate_failed":
        wrong = _not_held(kind, value)
        what = wrong.what if wrong else "fitting"
        if isinstance(value, list):
            return f"{', '.join(map(shown, value))} are not {what}"
        return f"{shown(value)} is not {what}"
    if fault == "string_type" and cursor.says.as_text:
        return f"{shown(value)} is neither text nor a number"
    if fault == "tuple_type" and kind.says and kind.says.by:
        fault = "dict_type"
    say = _SENTENCES.get(fault) or next((say for start, say in _FAMILIES.items() if fault.startswith(start)), None)
    return say(value, context) if say else f"{shown(value)} does not fit here"


def _not_held(kind: Kind, value: object) -> Holds | None:
    tests = [bound for bound in kind.bounds if isinstance(bound, Holds)]
    try:
        return next((bound for bound in tests if not bound.test(value)), tests[0] if tests else None)
    except (TypeError, AttributeError):  # of another kind
        return tests[0] if tests else None


def _is_not(what: str) -> Callable[[object, Mapping[str, Any]], str]:
    return lambda value, _: f"{shown(value)} is not {what}"


_SENTENCES: Mapping[str, Callable[[object, Mapping[str, Any]], str]] = {
    "string_type": _is_not("text"),
    "string_too_long": lambda _, context: f"is longer than {context['max_length']} characters",
    "finite_number": _is_not("a number that ends"),
    "less_than_equal": lambda value, _: f"{shown(value)} is too large",
    "greater_than_equal": lambda value, _: f"{shown(value)} is too small",
    "greater_than": lambda value, _: f"{shown(value)} is too small",
    "tuple_type": _is_not("a list"),
    "dict_type": _is_not("a set of keys with values"),
    "mapping_type": _is_not("a set of keys with values"),
    "dataclass_type": _is_not("a set of keys with values"),
}
_BEYOND = {"less_than_equal", "greater_than_equal", "greater_than"}
_FAMILIES = {
    "int_": _is_not("a whole number"),
    "float_": _is_not("a number"),
    "bool_": _is_not("true or false"),
    "date_": _is_not("a date"),
    "time_": _is_not("a time of day"),
}


def unknown_key(path: Path, known: Sequence[str], *, program: object = None) -> Problem:
    """`program`: the key of the program, where it has one."""
    key = str(path[-1])
    if key == "secret" and len(path) == _SECRETS.get(str(path[0])):
        reads = "/".join(["ladder", "<environment>", str(program or "<program>"), *map(str, path[:-1])])
        unless = ", and none where its kind is ladder" if path[0] == "platform" else ""
        return error(path, "a program names no secret", f"Remove this line; Ladder reads {reads}{unless}.")
    if any(word in key.casefold() for word in _COMPOUNDING):
        hint = "Bonuses add up and never multiply: write bonus_percentage: 50 for half as much again."
        return error(path, "is a multiplier, which would compound", hint)
    return error(path, "is not a key that is known here", nearest(key, known))
