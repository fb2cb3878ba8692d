"""Events, one a line of a file: what their source makes of every line, or what to change in the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from ladder.adapters.sources import SOURCES
from ladder.domain.activities.activity import Activity, activity_of, normalized
from ladder.domain.activities.source import MOST_BYTES, HookRequest, Source, SourceKind
from ladder.domain.errors import IngestError, Malformed

LONGEST_LINE = MOST_BYTES // 4
SHAPES: Mapping[SourceKind, str] = {
    "standard": '{"id": "…", "type": "…", "occurred_at": "2026-03-29T01:30:00Z", "member": "…", "attributes": {…}}',
    "xapi": '{"id": "…", "actor": {…}, "verb": {"id": "…"}, "object": {…}, "timestamp": "2026-03-29T01:30:00Z"}',
}
ENVELOPES = frozenset({"events", "data"})  # the hook reads them too, but they cannot be put together with others


@dataclass(frozen=True, slots=True)
class Line:
    """A line that the source ignores, unless it is an EventLine."""

    number: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class EventLine(Line):
    """A line with something that somebody did."""

    member: str  # the source's own id
    activity: Activity


def read_line(number: int, raw: bytes, *, source: Source, now: datetime) -> Line:
    """Read one event as the source reads it. Raises IngestError."""
    shape = SHAPES[source.kind]
    if len(raw) > LONGEST_LINE:
        raise IngestError(f"{len(raw)} bytes: write at most {LONGEST_LINE} in a line")
    if raw[:1] != b"{":
        raise IngestError(f"not a JSON object: write {shape}")
    contents = SOURCES[source.kind].read(HookRequest(method="POST", url="", headers={}, body=raw), source)
    if contents.unread:
        raise Malformed.whole([event.why for event in contents.unread])
    names = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    if len(contents.events) + contents.ignored != 1 or (source.kind == "standard" and not ENVELOPES.isdisjoint(names)):
        raise IngestError(f"not one event: write each in a line of its own, {shape}")
    for event in map(normalized, contents.events):
        return EventLine(number, raw, event.member, activity_of(event, source=source.key, received_at=now))
    return Line(number, raw)
