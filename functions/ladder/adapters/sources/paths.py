"""Events by configuration: where in a vendor's JSON each thing stands, as dotted paths; "" is the thing itself.

The options of these names say so: `events` (the list; a single object counts as one), `id`, `type`, `user`, `time`,
`course`, `module` and `score`. Where `id` is not found, the event is known by a digest of everything it says, which is
the same each time it is told.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from ladder.adapters.sources.reading import decoded_any, each_for_itself, moment, present, refuse_many
from ladder.domain.activities.inbound import Contents, Event, Malformed
from ladder.domain.programs.rules import Plain
from ladder.domain.programs.source import Source

NOTHING: Mapping[str, Mapping[str, Plain]] = {}
OPTIONAL = ("course", "module", "score")


def read_by_paths(
    raw: bytes,
    source: Source,
    *,
    usual: Mapping[str, str],
    types: Mapping[str, str],
    said: Mapping[str, Mapping[str, Plain]] = NOTHING,
) -> Contents:
    """`usual`: the paths where the source has no option of that name. `types`: beside the source's own.

    `said`: what an event's name says already, as attributes.
    """
    paths = {**usual, **{name: path for name, path in source.options.items() if name in usual}}
    found = _at(decoded_any(raw), paths["events"])
    if not isinstance(found, list | dict):
        raise Malformed(paths["events"] or "body", "neither a list nor an object: send one, or mend `events`")
    entries = found if isinstance(found, list) else [found]
    refuse_many(len(entries))
    wanted = {**types, **source.events}
    placed = [(f"{paths['events']}[{n}]", json.dumps(entry).encode()) for n, entry in enumerate(entries)]
    return each_for_itself(placed, lambda place, entry: _event(decoded_any(entry), place, paths, wanted, said))


def _event(
    entry: Any,
    place: str,
    paths: Mapping[str, str],
    types: Mapping[str, str],
    said: Mapping[str, Mapping[str, Plain]],
) -> Event | None:
    name = _text(entry, paths["type"], place)
    if name not in types:
        return None
    return Event(
        place=place,
        id=_id(entry, paths["id"], place),
        type=types[name],
        occurred_at=moment(_text(entry, paths["time"], place), f"{place}.{paths['time']}"),
        member=_text(entry, paths["user"], place),
        attributes={**present(**{each: _plain(_at(entry, paths[each])) for each in OPTIONAL}), **said.get(name, {})},
    )


def _at(found: Any, path: str) -> Any:
    for name in filter(None, path.split(".")):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _text(entry: Any, path: str, place: str) -> str:
    """A text, or a number as one. Raises Malformed for anything else."""
    found = _at(entry, path)
    if isinstance(found, bool) or not isinstance(found, str | int):
        raise Malformed(f"{place}.{path}", "neither text nor a whole number: send one, or mend the source's options")
    return str(found)


def _id(entry: Any, path: str, place: str) -> str:
    if _at(entry, path) is not None:
        return _text(entry, path, place)
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()[:32]


def _plain(found: Any) -> Plain:
    return found if isinstance(found, str | int | float | bool) else None
