"""Show versions of a program: who published which when, as it was written, and what it changed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff
from typing import Any, Literal

import msgspec

from ladder.domain.errors import NotFound
from ladder.domain.message import Message
from ladder.domain.programs.files import ProgramFiles, WrittenPrograms, as_written
from ladder.domain.programs.pausing import Pausable, pauses
from ladder.domain.programs.ports import Publication, PublishedVersions
from ladder.domain.programs.program import Program
from ladder.domain.reviews.staff_names import StaffNames

CONTEXT_LINES = 3
STORED = "program.json"  # the name under which a version is shown whose files nobody sent
type Sign = Literal["+", "-", " ", "@"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    what: Pausable
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedVersion:
    """`by` and `at`: None for one that the deployment published itself. `by_name`: None also for somebody who left."""

    version: int
    by: str | None
    by_name: str | None
    at: datetime | None
    pauses: tuple[Pause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPage:
    """`versions`: newest first; `before`: the parameter of the next page, None on the last one."""

    versions: tuple[ListedVersion, ...]
    before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownVersion:
    """`files`: as people wrote it, with its comments; None where it was published without them.

    `program`: as it is stored, every value written out.
    """

    listed: ListedVersion
    files: ProgramFiles | None
    program: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedLine:
    """`sign`: "+" added, "-" removed, " " as before, "@" lines are left out here."""

    file: str
    sign: Sign
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Line by line, from version `since` to `version`; without any, they are the same."""

    since: int
    version: int
    lines: tuple[ChangedLine, ...]


def show_versions(
    program: str, *, before: int, limit: int, published: PublishedVersions, names: StaffNames
) -> VersionPage:
    found = published.newest(program, before=before, limit=limit + 1)
    page = found[:limit]
    return VersionPage(
        versions=tuple(_listed(version, names) for version in page),
        before=page[-1].program.version if len(found) > limit else None,
    )


def show_version(
    program: str, version: int, published: PublishedVersions, written: WrittenPrograms, *, names: StaffNames
) -> ShownVersion:
    found = _find(program, version, published)
    return ShownVersion(listed=_listed(found, names), files=written.of(found.program), program=_stored(found.program))


def show_changes(
    program: str, version: int, since: int, published: PublishedVersions, written: WrittenPrograms
) -> Changes:
    """Compare two versions as they were written; as they are stored where one was published without its files."""
    old, new = (_find(program, number, published).program for number in (since, version))
    texts = [_texts(each, written) for each in (old, new)]
    if len({STORED in each for each in texts}) > 1:
        texts = [{STORED: _stored_text(each)} for each in (old, new)]
    before, after = texts
    names = [*dict.fromkeys((*after, *before))]
    lines = [line for name in names for line in _changed(name, before.get(name, ""), after.get(name, ""))]
    return Changes(since=since, version=version, lines=tuple(lines))


def _find(program: str, version: int, published: PublishedVersions) -> Publication:
    found: Sequence[Publication] = published.newest(program, before=version + 1, limit=1)
    if not found or found[0].program.version != version:
        raise NotFound(Message("supervision.no_such_version", {"version": version}))
    return found[0]


def _listed(published: Publication, names: StaffNames) -> ListedVersion:
    program = published.program
    paused = tuple(Pause(what=what, key=key) for what, key in pauses(program))
    return ListedVersion(
        version=program.version,
        by=published.by,
        by_name=names.of(published.by) if published.by else None,
        at=published.at,
        pauses=paused,
    )


def _texts(program: Program, written: WrittenPrograms) -> Mapping[str, str]:
    files = written.of(program)
    return files.texts if files else {STORED: _stored_text(program)}


def _stored(program: Program) -> dict[str, Any]:
    stored: dict[str, Any] = msgspec.to_builtins(program)
    return stored


def _stored_text(program: Program) -> str:
    return json.dumps(_stored(as_written(program)), ensure_ascii=False, indent=2)


def _changed(name: str, before: str, after: str) -> Iterator[ChangedLine]:
    for line in list(unified_diff(before.splitlines(), after.splitlines(), n=CONTEXT_LINES, lineterm=""))[2:]:
        if line.startswith("@@"):
            yield ChangedLine(file=name, sign="@", text="")
        else:
            sign: Sign = "+" if line[0] == "+" else "-" if line[0] == "-" else " "
            yield ChangedLine(file=name, sign=sign, text=line[1:])
