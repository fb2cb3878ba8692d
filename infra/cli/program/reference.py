"""What a program file may hold, for editors and for people: a JSON Schema and a reference page, made of the model."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, is_dataclass
from datetime import date, time
from inspect import getdoc
from typing import Any, Literal, TypeAliasType, get_args, get_origin

from ladder.domain.programs.constraints import LARGEST, Holds, Length, Within
from ladder.domain.programs.program import Program
from ladder.program_model import NO_HINT, Key, Kind, keys_of, kind_of, kinds_in

type Schema = dict[str, Any]
IN_FILES = ("challenge_library", "reward_rules")  # may name a file beside the program file
_FILE: Schema = {
    "type": "object",
    "properties": {"file": {"type": "string", "description": "Write the name of a file beside this one."}},
    "required": ["file"],
    "additionalProperties": False,
}
_TYPES: Mapping[object, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    time: {"type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$"},
}


def schema() -> Schema:
    """The JSON Schema (2020-12) of the form that people write."""
    parts: dict[str, Schema] = {}
    whole = _whole(Program, parts)
    library, rules = (whole["properties"][name] for name in IN_FILES)
    rules["items"] = {"anyOf": [_FILE, rules["items"]]}
    for name, inline in zip(IN_FILES, (library, rules), strict=True):
        whole["properties"][name] = {"description": inline.pop("description"), "anyOf": [_FILE, inline]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A program of Ladder",
        **whole,
        "$defs": dict(sorted(parts.items())),
    }


def _whole(whole: type, parts: dict[str, Schema]) -> Schema:
    keys = keys_of(whole)
    return {
        "type": "object",
        "properties": {key.name: _described(key, parts) for key in keys},
        "required": [key.name for key in keys if key.default is MISSING],
        "additionalProperties": False,
    }


def _described(key: Key, parts: dict[str, Schema]) -> Schema:
    default = {"default": key.default} if isinstance(key.default, str | int | float) else {}
    return {"description": key.says.hint, **_value(key.kind, parts), **default}


def _value(kind: Kind, parts: dict[str, Schema]) -> Schema:
    says, origin = kind.says or NO_HINT, get_origin(kind.type)
    if kind.is_whole:
        reference = _reference(kind.type, parts)
        return {"anyOf": [_short(kind, parts), reference]} if says.short else reference
    if says.by:
        entries = {"type": "object", "additionalProperties": _item(kind, parts), **_length(kind, "Properties")}
        entries["propertyNames"] = _bounds(kind.key) if kind.key.type is str else {"pattern": "^[0-9]+$"}
        names: Schema = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
        return {"anyOf": [names, entries]} if says.keys_alone else entries
    if origin is tuple:
        listed = {"type": "array", **_items(kind, parts), **_length(kind, "Items")}
        return {"anyOf": [_value(kind.item(), parts), listed]} if says.one else listed
    if origin is Literal:
        return {"enum": list(get_args(kind.type))}
    if origin is not None:
        item = {"type": ["string", "number"]} if says.as_text else _value(kind.item(), parts)
        return {"type": "object", "additionalProperties": item}
    if says.words:
        return {"anyOf": [{"enum": list(says.words)}, {**_TYPES[kind.type], **_bounds(kind)}]}
    if says.as_text:
        return {"type": ["string", "number"]}
    if isinstance(kind.type, TypeAliasType):
        return {"type": ["string", "number", "boolean"]}
    return {**_TYPES[kind.type], **_bounds(kind)}


def _reference(whole: type, parts: dict[str, Schema]) -> Schema:
    if whole.__name__ not in parts:
        parts[whole.__name__] = {}  # it may hold itself
        parts[whole.__name__] = _whole(whole, parts)
    return {"$ref": f"#/$defs/{whole.__name__}"}


def _item(kind: Kind, parts: dict[str, Schema]) -> Schema:
    """What stands behind a key of a map."""
    reference = _reference(kind.item().type, parts)
    return {"anyOf": [_short(kind, parts), reference]} if kind.says and kind.says.short else reference


def _short(kind: Kind, parts: dict[str, Schema]) -> Schema:
    whole = kind.type if kind.is_whole else kind.item().type
    return _value(kinds_in(whole)[kind.says.short if kind.says and kind.says.short else ""], parts)


def _items(kind: Kind, parts: dict[str, Schema]) -> Schema:
    held = get_args(kind.type)
    if Ellipsis in held:
        return {"items": _value(kind.item(), parts)}
    return {
        "prefixItems": [_value(kind.item(n), parts) for n in range(len(held))],
        "minItems": len(held),
        "items": False,
    }


def _length(kind: Kind, of: str) -> Schema:
    found: Schema = {}
    for bound in kind.bounds:
        if isinstance(bound, Length):
            found |= {f"min{of}": bound.least} if bound.least else {}
            found |= {f"max{of}": bound.most} if bound.most else {}
    return found


def _bounds(kind: Kind) -> Schema:
    found = _length(kind, "Length")
    for bound in kind.bounds:
        if isinstance(bound, Within):
            limits = {"minimum": bound.least, "maximum": bound.most, "exclusiveMinimum": bound.above}
            found |= {name: limit for name, limit in limits.items() if limit is not None and abs(limit) < LARGEST}
        if isinstance(bound, Holds) and bound.pattern:
            found["pattern"] = f"^({bound.pattern})$"
    return found


def page() -> str:
    """The reference page, in Markdown."""
    lines = [
        "# Program reference",
        "",
        "Every key of a program file: what to write, what is allowed, and what holds where it is left out. This page",
        "is printed by `ladder program reference` from the model that checks a file. Do not edit it by hand.",
        "",
        "An editor completes and checks what you write where the file begins with the line",
        "`# yaml-language-server: $schema=program.schema.json`, once `ladder program schema > program.schema.json` has",
        "written that file beside it.",
        "",
        "A *map* has keys of your own choice, each with the keys of the section `<key>` below. `challenge_library` and",
        "each of `reward_rules` may stand in a file beside this one: `{file: library.json}`, in the platform's own",
        "JSON if you have it.",
    ]
    told: set[type] = set()
    for path, whole in _wholes("", Program):
        if whole not in told:
            told.add(whole)
            lines += ["", f"## `{path}`" if path else "## The file", "", *_about(whole), *_table(whole)]
    return "\n".join(lines) + "\n"


def _wholes(path: str, whole: type) -> Iterator[tuple[str, type]]:
    """Each part with the path of its first place, in the order of the file."""
    yield path, whole
    for key in keys_of(whole):
        below = f"{path}.{key.name}".removeprefix(".")
        kind = key.kind
        if get_origin(kind.type) not in {None, Literal}:
            below += ".<key>" if (kind.says and kind.says.by) or get_origin(kind.type) is dict else "[]"
            kind = kind.item()
        if kind.is_whole:
            yield from _wholes(below, kind.type)


def _about(whole: type) -> list[str]:
    """The first paragraph of what the class says of itself; without a word of its own, a dataclass lists its fields."""
    text = getdoc(whole) or ""
    return [] if text.startswith(f"{whole.__name__}(") else [text.split("\n\n")[0].replace("\n", " "), ""]


def _table(whole: type) -> Iterator[str]:
    yield "| Key | What to write | Allowed | Left out |"
    yield "|---|---|---|---|"
    for key in keys_of(whole):
        cells = (f"`{key.name}`", key.says.hint, allowed(key.kind), _left_out(key))
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def allowed(kind: Kind) -> str:
    """The kind of value, and its bounds, in words."""
    lengths = [bound.allowed for bound in kind.bounds if isinstance(bound, Length)]
    within = [bound.allowed for bound in kind.bounds if isinstance(bound, Within) and bound.allowed]
    bounds = (*kind.bounds, *(kind.key.bounds if kind.says and kind.says.by else ()))
    held = [bound.allowed or bound.what for bound in bounds if isinstance(bound, Holds)]
    named = _named(kind, lengths)
    return ", ".join([named, *within[-1:], *(each for each in held if each not in named)])


def _named(kind: Kind, lengths: list[str]) -> str:
    says, origin = kind.says or NO_HINT, get_origin(kind.type)
    if kind.is_whole:
        return "keys, or one value" if says.short else "keys"
    if origin is Literal:
        return " or ".join(f"`{option}`" for option in get_args(kind.type))
    if says.by or (origin is not None and origin is not tuple):
        return f"a map{f' of {lengths[0]}' if lengths else ''}"
    if origin is tuple:
        count = lengths[0] if lengths else "" if Ellipsis in get_args(kind.type) else str(len(get_args(kind.type)))
        item = kind_of(get_args(kind.type)[0])
        return f"a list{f' of {count}' if count else ''}" + ("" if item.is_whole else f": {allowed(item)}")
    if isinstance(kind.type, TypeAliasType):
        return "text, a number, `true` or `false`"
    names = {str: "text", int: "a whole number", float: "a number", bool: "`true` or `false`", date: "a date"}
    return names.get(kind.type, "a time of day")


def _left_out(key: Key) -> str:
    if key.default is MISSING:
        return "required"
    if key.says.nights == "needed":
        return "needed for nightly challenges"
    if key.default is None or key.default in ((), {}, "") or is_dataclass(key.default):
        return ""
    if isinstance(key.default, bool):
        return f"`{str(key.default).lower()}`"
    if isinstance(key.default, time):
        return f"`{key.default:%H:%M}`"
    return f"`[{', '.join(f'{each:g}' for each in key.default)}]`" if isinstance(key.default, tuple) else _plain(key)


def _plain(key: Key) -> str:
    return f"`{key.default:g}`" if isinstance(key.default, float) else f"`{key.default}`"
