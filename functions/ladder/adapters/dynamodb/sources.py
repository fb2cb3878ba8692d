"""Read the sources of the current programs: the part of a program that a webhook needs, cached for a minute."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.table import Table
from ladder.domain.activities.source import MARKER, Source, SourceKind

MAX_CACHED = 1_000  # programs, including keys that do not exist
LONGEST_KEY = 128


@dataclass(frozen=True, slots=True)
class _ProgramSources:
    sources: tuple[Source, ...] = ()
    judged: frozenset[str] = frozenset()  # the types whose texts are judged
    markers: frozenset[str] = frozenset()


class DynamoSources:
    """A published change is seen after `cache_seconds` at the latest.

    A program that does not exist costs the same two reads as one that does, and is cached as long: the response time
    does not reveal which programs exist.
    """

    def __init__(self, table: Table, *, clock: Callable[[], float] = time.time, cache_seconds: float = 60.0) -> None:
        self._table = table
        self._clock = clock
        self._cache_seconds = cache_seconds
        self._cache: dict[str, tuple[float, _ProgramSources]] = {}

    def find(self, program: str, key: str) -> Source | None:
        if not 0 < len(program) <= LONGEST_KEY:  # DynamoDB refuses to read such a key
            return None
        return next((source for source in self._sources(program).sources if source.key == key), None)

    def of_kind(self, kind: SourceKind) -> list[tuple[str, Source]]:
        programs = [item["sk"] for item in self._table.query(keys.REGISTRY)]
        return [(program, s) for program in programs for s in self._sources(program).sources if s.kind == kind]

    def judged_types(self, program: str) -> frozenset[str]:
        return self._sources(program).judged

    def markers(self, program: str) -> frozenset[str]:
        return self._sources(program).markers

    def _sources(self, program: str) -> _ProgramSources:
        expiry, cached = self._cache.get(program, (0.0, _ProgramSources()))
        if self._clock() < expiry:
            return cached
        if len(self._cache) >= MAX_CACHED:
            self._cache.clear()
        current = self._table.get(program, keys.CONFIG)
        item = self._table.get(program, keys.config(int(current["version"]) if current else 0))
        sources = _ProgramSources()
        if item:
            published = json.loads(item["program"])
            judged = published.get("rulebook", {}).get("judged", ())
            sources = _ProgramSources(
                msgspec.convert(published.get("sources", ()), tuple[Source, ...]),
                # Perseverance is judged by what systems recorded, without texts.
                frozenset(
                    kind for badge in judged if not badge.get("perseverance") for kind in badge["match"]["types"]
                ),
                frozenset(
                    marker
                    for channel in published.get("delivery", {}).get("channels", ())
                    for option, marker in channel.get("options", {}).items()
                    if option.startswith(MARKER)
                ),
            )
        self._cache[program] = (self._clock() + self._cache_seconds, sources)
        return sources
