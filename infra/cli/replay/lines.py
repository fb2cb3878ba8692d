"""A file of events, one a line: what its source makes of every line, or what to change in the file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Literal

import msgspec

from infra.cli.input_files import mistakes_error, raw_lines
from ladder.adapters.sources import SOURCES
from ladder.domain.activities.activity import Activity
from ladder.domain.activities.inbound import MOST_BYTES, HookRequest, IngestError, Malformed
from ladder.domain.activities.source import Source
from ladder.domain.activities.validation import activity_of, normalized

type Kind = Literal["standard", "xapi"]

LONGEST_LINE = MOST_BYTES // 4
SHAPES: Mapping[Kind, str] = {
    "standard": '{"id": "…", "type": "…", "occurred_at": "2026-03-29T01:30:00Z", "member": "…", "attributes": {…}}',
    "xapi": '{"id": "…", "actor": {…}, "verb": {"id": "…"}, "object": {…}, "timestamp": "2026-03-29T01:30:00Z"}',
}
ENVELOPES = frozenset({"events", "data"})  # the hook reads them too, but they cannot be put together with others


@dataclass(frozen=True, slots=True)
class Line:
    """`member` and `activity` are None if the source ignores the line."""

    number: int
    raw: bytes
    member: str | None = None  # the source's own id
    activity: Activity | None = None


@dataclass(frozen=True, slots=True)
class EventLine:
    """A line with something that somebody did."""

    number: int
    raw: bytes
    member: str
    activity: Activity


def event_lines(lines: Iterable[Line]) -> list[EventLine]:
    return [
        EventLine(line.number, line.raw, line.member, line.activity)
        for line in lines
        if line.member is not None and line.activity is not None
    ]


def read_lines(file: Path, kind: Kind, source: Source, *, now: datetime, limit: int | None = None) -> list[Line]:
    """Read all lines, or the first `limit`. Raises InputFileError with every mistake, up to twenty."""
    found, mistakes = list[Line](), list[str]()
    for number, raw in islice(raw_lines(file), limit):
        try:
            found.append(_read(number, raw, kind, source, now))
        except IngestError as mistake:
            message = str(mistake).removeprefix("body.").removeprefix("body: ")  # the body of a call is the line
            mistakes.append(f"{file}, line {number}: {message}")
    if not found and not mistakes:
        mistakes.append(f"{file}: it holds no events; write one to a line: {SHAPES[kind]}")
    if mistakes:
        raise mistakes_error(mistakes, f"Nothing was sent. A line reads {SHAPES[kind]}")
    return found


def _read(number: int, raw: bytes, kind: Kind, source: Source, now: datetime) -> Line:
    if len(raw) > LONGEST_LINE:
        raise Malformed("body", f"{len(raw)} bytes: write at most {LONGEST_LINE} in a line")
    if raw[:1] != b"{":
        raise Malformed("body", f"not a JSON object: write {SHAPES[kind]}")
    contents = SOURCES[kind].read(HookRequest(method="POST", url="", headers={}, body=raw), source)
    if contents.unread:
        raise Malformed.whole([each.why for each in contents.unread])
    envelope = kind == "standard" and not ENVELOPES.isdisjoint(msgspec.json.decode(raw, type=dict[str, msgspec.Raw]))
    if len(contents.events) + contents.ignored != 1 or envelope:
        raise Malformed("body", f"not one event: write each in a line of its own, {SHAPES[kind]}")
    for event in map(normalized, contents.events):
        return Line(number, raw, event.member, activity_of(event, source=source.key, received_at=now))
    return Line(number, raw)
