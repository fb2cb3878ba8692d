"""Parse events by configuration: dotted paths locate each field in a vendor's JSON; "" is the value itself.

The source's options of these names hold the paths: `events` (the list; a single object counts as one), `id`, `type`,
`user`, `time`, `course`, `module` and `score`. An event without an id is identified by a digest of its content, which
is the same each time it is sent.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import msgspec

from ladder.adapters.sources.webhook import (
    BODY,
    decode,
    is_array,
    is_object,
    parse_each,
    parse_time,
    require_distinct_keys,
    without_empty,
)
from ladder.domain.activities.activity import Event
from ladder.domain.activities.source import Contents, Source
from ladder.domain.errors import Malformed
from ladder.domain.validation.constraints import Plain

NO_ATTRIBUTES: Mapping[str, Mapping[str, Plain]] = {}
OPTIONAL = ("course", "module", "score")


def parse_by_paths(
    raw: bytes,
    source: Source,
    *,
    default_paths: Mapping[str, str],
    types: Mapping[str, str],
    implied: Mapping[str, Mapping[str, Plain]] = NO_ATTRIBUTES,
) -> Contents:
    """Parse a body. `default_paths`: where the source has no option of that name. `types`: added to the source's own.

    `implied`: the attributes that follow from an event's name.
    """
    paths = {**default_paths, **{name: path for name, path in source.options.items() if name in default_paths}}
    decode(raw, object)  # the whole of it is JSON, whatever part is looked at
    require_distinct_keys(raw, BODY, outermost=True)
    entries = msgspec.Raw(raw)
    for name in filter(None, paths["events"].split(".")):
        held = decode(bytes(entries), dict[str, msgspec.Raw]) if is_object(bytes(entries)) else {}
        entries = held.get(name, msgspec.Raw(b"null"))
    if is_array(bytes(entries)):
        listed = decode(bytes(entries), list[msgspec.Raw], path=paths["events"])
    elif is_object(bytes(entries)):
        listed = [entries]
    else:
        raise Malformed(paths["events"] or BODY, "neither a list nor an object: send one, or correct `events`")
    types = {**types, **source.events}
    records = [(f"{paths['events']}[{n}]", bytes(entry)) for n, entry in enumerate(listed)]
    return parse_each(records, lambda path, entry: _event(decode(entry, object), path, paths, types, implied))


def _event(
    entry: Any,
    path: str,
    paths: Mapping[str, str],
    types: Mapping[str, str],
    implied: Mapping[str, Mapping[str, Plain]],
) -> Event | None:
    name = _text(entry, paths["type"], path)
    if name not in types:
        return None
    if _at(entry, paths["id"]) is not None:
        event_id = _text(entry, paths["id"], path)
    else:
        event_id = hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()[:32]
    optional = {option: _at(entry, paths[option]) for option in OPTIONAL}
    plain = {option: value for option, value in optional.items() if isinstance(value, str | int | float | bool)}
    return Event(
        place=path,
        id=event_id,
        type=types[name],
        occurred_at=parse_time(_text(entry, paths["time"], path), f"{path}.{paths['time']}"),
        member=_text(entry, paths["user"], path),
        attributes={**without_empty(**plain), **implied.get(name, {})},
    )


def _at(value: Any, path: str) -> Any:
    for name in filter(None, path.split(".")):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(entry: Any, path: str, entry_path: str) -> str:
    """Return a text, or a number as text. Raises Malformed for anything else."""
    value = _at(entry, path)
    if isinstance(value, bool) or not isinstance(value, str | int):
        problem = "neither text nor a whole number: send one, or correct the source's options"
        raise Malformed(f"{entry_path}.{path}", problem)
    return str(value)
