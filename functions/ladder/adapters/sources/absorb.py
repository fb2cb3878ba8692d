"""Absorb LMS's webhooks. All of it is unconfirmed, and therefore configurable; these are guesses to begin with.

Secret: `{"secrets": [text, …]}`. Options: `signature_header` (`x-absorb-signature`) with the body's HMAC-SHA256 in
hex, behind `signature_prefix`; `timestamp_header` where one carries the seconds since 1970, which are then signed as
`{seconds}.{body}` and must be fresh. Without it, a replay is only stopped by the event's id. The paths of `paths.py`
say where things stand. Names of events come from the source's `events`, beside the ones below.
"""

from collections.abc import Mapping
from datetime import datetime

from ladder.adapters.sources.answers import accepted
from ladder.adapters.sources.paths import read_by_paths
from ladder.adapters.sources.signatures import header, require_fresh, require_hex, seconds
from ladder.domain.activities.inbound import Contents, HookRequest, Keys
from ladder.domain.programs.source import Source

answer = accepted
PATHS: Mapping[str, str] = {
    "events": "",
    "id": "id",
    "type": "eventType",
    "user": "userId",
    "time": "timestamp",
    "course": "courseId",
    "module": "chapterId",
    "score": "score",
}
TYPES: Mapping[str, str] = {"CourseCompleted": "user.completed", "course.completed": "user.completed"}


def verify(call: HookRequest, source: Source, keys: Keys, *, now: datetime) -> None:
    name = source.options.get("signature_header", "x-absorb-signature")
    timed = source.options.get("timestamp_header")
    sent = header(call, timed) if timed else ""
    before = f"{sent}.".encode("utf-8", "replace") if timed else b""
    require_hex(call, keys, name, prefix=source.options.get("signature_prefix", ""), before=before)
    if timed:
        require_fresh(seconds(sent), now)


def read(call: HookRequest, source: Source) -> Contents:
    return read_by_paths(call.body, source, usual=PATHS, types=TYPES)
