"""`ladder program schema | reference`: what a program file may hold, for editors and for people, made of the model."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, is_dataclass
from datetime import date, time
from inspect import getdoc
from pathlib import Path
from typing import Any, Literal, TypeAliasType, get_args, get_origin

import click
from jinja2 import Template

from ladder.domain.programs.program import Program
from ladder.domain.validation.constraints import LARGEST, Holds, Length, Within
from ladder.program_validation import NO_HINT, Key, Kind, keys_of, kind_of, kinds_in

type Schema = dict[str, Any]

DONE = 0
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
_WORDS: Mapping[object, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "`true` or `false`",
    date: "a date",
    time: "a time of day",
}


@click.command()
def schema() -> int:
    """Print the JSON Schema (2020-12) of a program file, for editors."""
    parts: dict[str, Schema] = {}
    program = _part_schema(Program, parts)
    library, rules = (program["properties"][name] for name in IN_FILES)
    rules["items"] = {"anyOf": [_FILE, rules["items"]]}
    for name, inline in zip(IN_FILES, (library, rules), strict=True):
        program["properties"][name] = {"description": inline.pop("description"), "anyOf": [_FILE, inline]}
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A program of Ladder",
        **program,
        "$defs": dict(sorted(parts.items())),
    }
    print(json.dumps(document, indent=2, ensure_ascii=False))
    return DONE


def _part_schema(part: type, parts: dict[str, Schema]) -> Schema:
    properties, keys = dict[str, Schema](), keys_of(part)
    for key in keys:
        default = {"default": key.default} if isinstance(key.default, str | int | float) else {}
        properties[key.name] = {"description": key.says.hint, **_value(key.kind, parts), **default}
    return {
        "type": "object",
        "properties": properties,
        "required": [key.name for key in keys if key.default is MISSING],
        "additionalProperties": False,
    }


def _value(kind: Kind, parts: dict[str, Schema]) -> Schema:
    says, origin = kind.says or NO_HINT, get_origin(kind.type)
    if kind.is_whole:
        return _reference(kind, kind.type, parts)
    if says.by:
        item = _reference(kind, kind.item().type, parts)
        entries = {"type": "object", "additionalProperties": item, **_length(kind, "Properties")}
        entries["propertyNames"] = _bounds(kind.key) if kind.key.type is str else {"pattern": "^[0-9]+$"}
        names: Schema = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
        return {"anyOf": [names, entries]} if says.keys_alone else entries
    if origin is tuple:
        held = get_args(kind.type)
        items: Schema = {"items": _value(kind.item(), parts)}
        if Ellipsis not in held:
            prefix = [_value(kind.item(index), parts) for index in range(len(held))]
            items = {"prefixItems": prefix, "minItems": len(held), "items": False}
        listed = {"type": "array", **items, **_length(kind, "Items")}
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


def _reference(kind: Kind, part: type, parts: dict[str, Schema]) -> Schema:
    """Refer to a part, which is described once; its short form may stand for it."""
    if part.__name__ not in parts:
        parts[part.__name__] = {}  # it may hold itself
        parts[part.__name__] = _part_schema(part, parts)
    reference = {"$ref": f"#/$defs/{part.__name__}"}
    if kind.says and kind.says.short:
        return {"anyOf": [_value(kinds_in(part)[kind.says.short], parts), reference]}
    return reference


def _length(kind: Kind, noun: str) -> Schema:
    limits: Schema = {}
    for bound in kind.bounds:
        if isinstance(bound, Length):
            limits |= {f"min{noun}": bound.least} if bound.least else {}
            limits |= {f"max{noun}": bound.most} if bound.most else {}
    return limits


def _bounds(kind: Kind) -> Schema:
    limits = _length(kind, "Length")
    for bound in kind.bounds:
        if isinstance(bound, Within):
            numbers = {"minimum": bound.least, "maximum": bound.most, "exclusiveMinimum": bound.above}
            limits |= {name: limit for name, limit in numbers.items() if limit is not None and abs(limit) < LARGEST}
        if isinstance(bound, Holds) and bound.pattern:
            limits["pattern"] = f"^({bound.pattern})$"
    return limits


@click.command()
def reference() -> int:
    """Print every key of a program file, as a page in Markdown."""
    sections: dict[str, type] = {}  # a section for each part, under the path of its first place
    for path, part in _parts("", Program):
        if part not in sections.values():
            sections[f"`{path}`" if path else "The file"] = part
    text = Path(__file__).with_name("reference.md.jinja").read_text(encoding="utf-8")
    page = Template(text, trim_blocks=True, lstrip_blocks=True)
    print(page.render(sections=sections, about=_about, keys_of=keys_of, allowed=allowed, left_out=_left_out).rstrip())
    return DONE


def _parts(path: str, part: type) -> Iterator[tuple[str, type]]:
    """Yield each part with its path, in the order of the file."""
    yield path, part
    for key in keys_of(part):
        below = f"{path}.{key.name}".removeprefix(".")
        kind = key.kind
        if get_origin(kind.type) not in {None, Literal}:
            below += ".<key>" if (kind.says and kind.says.by) or get_origin(kind.type) is dict else "[]"
            kind = kind.item()
        if kind.is_whole:
            yield from _parts(below, kind.type)


def _about(part: type) -> str:
    """Return the first paragraph of a class's docstring; a dataclass without one lists its fields there."""
    text = getdoc(part) or ""
    return "" if text.startswith(f"{part.__name__}(") else text.split("\n\n")[0].replace("\n", " ")


def allowed(kind: Kind) -> str:
    """Return the kind of value, and its bounds, in words."""
    says, origin, held = kind.says or NO_HINT, get_origin(kind.type), get_args(kind.type)
    lengths = [bound.allowed for bound in kind.bounds if isinstance(bound, Length)]
    if kind.is_whole:
        noun = "keys, or one value" if says.short else "keys"
    elif origin is Literal:
        noun = " or ".join(f"`{option}`" for option in held)
    elif says.by or (origin is not None and origin is not tuple):
        noun = f"a map of {lengths[0]}" if lengths else "a map"
    elif origin is tuple:
        count, item = lengths[0] if lengths else "" if Ellipsis in held else str(len(held)), kind_of(held[0])
        noun = f"a list{f' of {count}' if count else ''}" + ("" if item.is_whole else f": {allowed(item)}")
    else:
        noun = "text, a number, `true` or `false`" if isinstance(kind.type, TypeAliasType) else _WORDS[kind.type]
    within = [bound.allowed for bound in kind.bounds if isinstance(bound, Within) and bound.allowed]
    bounds = (*kind.bounds, *(kind.key.bounds if says.by else ()))
    tests = [bound.allowed or bound.what for bound in bounds if isinstance(bound, Holds)]
    return ", ".join([noun, *within[-1:], *(words for words in tests if words not in noun)])


def _left_out(key: Key) -> str:
    """Return what holds where a key is left out."""
    default = key.default
    if default is MISSING:
        return "required"
    if key.says.nights == "needed":
        return "needed for nightly challenges"
    if default is None or default in ((), {}, "") or is_dataclass(default):
        return ""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, time):
        return f"`{default:%H:%M}`"
    if isinstance(default, tuple):
        return f"`[{', '.join(f'{number:g}' for number in default)}]`"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"
