"""Absorb LMS's webhooks. The vendor has confirmed nothing, so everything is configurable; the defaults are guesses.

Secret: `{"secrets": [text, …]}`. Options: `signature_header` (`x-absorb-signature`) with the body's HMAC-SHA256 in
hexadecimal, after `signature_prefix`; `timestamp_header` for a header with the seconds since 1970, which are then
signed as `{seconds}.{body}` and must be fresh. Without it, only the event's id stops a replay. The paths of `paths.py`
locate the fields. Event names come from the source's `events`, in addition to those below.
"""

from collections.abc import Mapping
from datetime import datetime

from ladder.adapters.sources.paths import parse_by_paths
from ladder.adapters.sources.webhook import accepted, require_hex_hmac, require_recent, required_header, unix_seconds
from ladder.domain.activities.source import Contents, HookRequest, Keys, Source

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


def verify(request: HookRequest, source: Source, keys: Keys, *, now: datetime) -> None:
    name = source.options.get("signature_header", "x-absorb-signature")
    prefix = source.options.get("signature_prefix", "")
    if timestamp_header := source.options.get("timestamp_header"):
        sent = required_header(request, timestamp_header)
        require_hex_hmac(request, keys, name, prefix=prefix, before=f"{sent}.".encode("utf-8", "replace"))
        require_recent(unix_seconds(sent), now)
    else:
        require_hex_hmac(request, keys, name, prefix=prefix)


def read(request: HookRequest, source: Source) -> Contents:
    return parse_by_paths(request.body, source, default_paths=PATHS, types=TYPES)
