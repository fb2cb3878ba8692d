"""The sources of the current programs: the little of a program that a hook needs, kept for a minute."""

import json
import time
from collections.abc import Callable

import msgspec

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.table import Table
from ladder.domain.source import Source, SourceKind

MOST_KEPT = 1_000  # programs, among them such as somebody made up
LONGEST_KEY = 128


class DynamoSources:
    """A published change is seen after `keep_seconds` at the latest.

    A program that does not exist costs the same two reads as one that does, and is remembered as long: how long an
    answer takes tells nobody which programs there are.
    """

    def __init__(self, table: Table, *, clock: Callable[[], float] = time.time, keep_seconds: float = 60.0) -> None:
        self._table = table
        self._clock = clock
        self._keep_seconds = keep_seconds
        self._kept: dict[str, tuple[float, tuple[Source, ...]]] = {}

    def find(self, program: str, key: str) -> Source | None:
        if not 0 < len(program) <= LONGEST_KEY:  # DynamoDB refuses to look for such a key
            return None
        return next((source for source in self._sources(program) if source.key == key), None)

    def of_kind(self, kind: SourceKind) -> list[tuple[str, Source]]:
        programs = [item["sk"] for item in self._table.query(keys.REGISTRY)]
        return [(program, source) for program in programs for source in self._sources(program) if source.kind == kind]

    def _sources(self, program: str) -> tuple[Source, ...]:
        until, sources = self._kept.get(program, (0.0, ()))
        if self._clock() < until:
            return sources
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        sources = self._read(program)
        self._kept[program] = (self._clock() + self._keep_seconds, sources)
        return sources

    def _read(self, program: str) -> tuple[Source, ...]:
        current = self._table.get(program, keys.CONFIG)
        item = self._table.get(program, keys.config(int(current["version"]) if current else 0))
        return _sources_of(item["program"]) if item else ()


def _sources_of(program: str) -> tuple[Source, ...]:
    """Without pydantic, which takes 0.1 s to load. Not msgspec's own reader: a program's numbers may be infinite."""
    return msgspec.convert(json.loads(program).get("sources", ()), tuple[Source, ...])
