"""The sources of the current programs: the little of a program that a hook needs, kept for a minute."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.table import Table
from ladder.domain.programs.source import Source, SourceKind

MOST_KEPT = 1_000  # programs, among them such as somebody made up
LONGEST_KEY = 128


@dataclass(frozen=True, slots=True)
class _Known:
    sources: tuple[Source, ...] = ()
    judged: frozenset[str] = frozenset()


class DynamoSources:
    """A published change is seen after `keep_seconds` at the latest.

    A program that does not exist costs the same two reads as one that does, and is remembered as long: how long an
    answer takes tells nobody which programs there are.
    """

    def __init__(self, table: Table, *, clock: Callable[[], float] = time.time, keep_seconds: float = 60.0) -> None:
        self._table = table
        self._clock = clock
        self._keep_seconds = keep_seconds
        self._kept: dict[str, tuple[float, _Known]] = {}

    def find(self, program: str, key: str) -> Source | None:
        if not 0 < len(program) <= LONGEST_KEY:  # DynamoDB refuses to look for such a key
            return None
        return next((source for source in self._known(program).sources if source.key == key), None)

    def of_kind(self, kind: SourceKind) -> list[tuple[str, Source]]:
        programs = [item["sk"] for item in self._table.query(keys.REGISTRY)]
        all_ = ((program, source) for program in programs for source in self._known(program).sources)
        return [(program, source) for program, source in all_ if source.kind == kind]

    def judged_types(self, program: str) -> frozenset[str]:
        return self._known(program).judged

    def _known(self, program: str) -> _Known:
        until, known = self._kept.get(program, (0.0, _Known()))
        if self._clock() < until:
            return known
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        known = self._read(program)
        self._kept[program] = (self._clock() + self._keep_seconds, known)
        return known

    def _read(self, program: str) -> _Known:
        current = self._table.get(program, keys.CONFIG)
        item = self._table.get(program, keys.config(int(current["version"]) if current else 0))
        return _known_of(item["program"]) if item else _Known()


def _known_of(program: str) -> _Known:
    told = json.loads(program)
    sources = msgspec.convert(told.get("sources", ()), tuple[Source, ...])
    return _Known(sources, frozenset(_judged_types(told.get("rulebook", {}))))


def _judged_types(rulebook: Mapping[str, Any]) -> Iterator[str]:
    """Tries are judged by what systems recorded, so nothing that was written is asked for with them."""
    for badge in rulebook.get("judged", ()):
        if not badge.get("perseverance"):
            yield from badge["match"]["types"]
