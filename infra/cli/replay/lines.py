"""A file of events, a line each: what its source would make of every line, or what has to be mended first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Literal

import msgspec

from infra.cli.input_files import InputFileError, raw_lines
from ladder.adapters.sources import SOURCES
from ladder.domain.activities.activity import Activity
from ladder.domain.activities.inbound import MOST_BYTES, HookRequest, IngestError, Malformed
from ladder.domain.activities.validation import activity_of, normalized
from ladder.domain.programs.source import Source

type Kind = Literal["standard", "xapi"]

LONGEST_LINE = MOST_BYTES // 4
MOST_TOLD = 20  # mistakes
SHAPES: Mapping[Kind, str] = {
    "standard": '{"id": "…", "type": "…", "occurred_at": "2026-03-29T01:30:00Z", "member": "…", "attributes": {…}}',
    "xapi": '{"id": "…", "actor": {…}, "verb": {"id": "…"}, "object": {…}, "timestamp": "2026-03-29T01:30:00Z"}',
}
ENVELOPES = frozenset({"events", "data"})  # other forms that the hook reads: they could not be packed with others


@dataclass(frozen=True, slots=True)
class Line:
    """`member` and `activity` are None where the source passes over what the line says."""

    number: int
    raw: bytes
    member: str | None = None  # the source's own id
    activity: Activity | None = None


@dataclass(frozen=True, slots=True)
class EventLine:
    """A line that tells of something that somebody did."""

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
    """All of them, or the first `limit`. Raises FileRefused with every mistake, up to twenty."""
    found, mistakes = list[Line](), list[str]()
    for number, raw in islice(raw_lines(file), limit):
        try:
            found.append(_read(number, raw, kind, source, now))
        except IngestError as mistake:
            mistakes.append(f"{file}, line {number}: {_in_a_line(str(mistake))}")
    if not found and not mistakes:
        mistakes.append(f"{file}: it holds no events; write one to a line: {SHAPES[kind]}")
    if mistakes:
        raise InputFileError("\n".join([*mistakes[:MOST_TOLD], *_more(mistakes), f"Nothing was sent. {_mend(kind)}"]))
    return found


def _read(number: int, raw: bytes, kind: Kind, source: Source, now: datetime) -> Line:
    if len(raw) > LONGEST_LINE:
        raise Malformed("body", f"{len(raw)} bytes: write at most {LONGEST_LINE} in a line")
    if raw[:1] != b"{":
        raise Malformed("body", f"not a JSON object: write {SHAPES[kind]}")
    contents = SOURCES[kind].read(HookRequest(method="POST", url="", headers={}, body=raw), source)
    if contents.unread:
        raise Malformed.whole([each.why for each in contents.unread])
    if len(contents.events) + contents.ignored != 1 or (kind == "standard" and _is_envelope(raw)):
        raise Malformed("body", f"not one event: write each in a line of its own, {SHAPES[kind]}")
    for event in map(normalized, contents.events):
        return Line(number, raw, event.member, activity_of(event, source=source.key, received_at=now))
    return Line(number, raw)


def _is_envelope(raw: bytes) -> bool:
    return not ENVELOPES.isdisjoint(msgspec.json.decode(raw, type=dict[str, msgspec.Raw]))


def _in_a_line(words: str) -> str:
    """The body of a call is the line."""
    return words.removeprefix("body.").removeprefix("body: ")


def _more(mistakes: list[str]) -> list[str]:
    return [f"… and {len(mistakes) - MOST_TOLD} more lines"] if len(mistakes) > MOST_TOLD else []


def _mend(kind: Kind) -> str:
    return f"A line reads {SHAPES[kind]}"
