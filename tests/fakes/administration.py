"""What people do over a program, in memory: publications, decisions, and the erasure of a member."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from typing import Any

from ladder.adapters.dynamodb.packing import to_json
from ladder.domain.activities.activity import Key
from ladder.domain.audit.records import Record
from ladder.domain.points.ledger import Entry, State
from ladder.domain.programs.files import ProgramFiles, as_written
from ladder.domain.programs.ports import Publication
from ladder.domain.programs.program import Program
from ladder.domain.reviews.permissions import DailyGrant
from tests.fakes.members import MemoryLedger
from tests.fakes.programs import MemoryPrograms
from tests.fakes.staff import MemoryGiven


class MemoryWrittenPrograms:
    def __init__(self) -> None:
        self._files: list[tuple[Program, ProgramFiles]] = []

    def keep(self, program: Program, files: ProgramFiles) -> None:
        self._files.append((as_written(program), files))

    def of(self, program: Program) -> ProgramFiles | None:
        return next((files for known, files in reversed(self._files) if known == as_written(program)), None)


class MemoryPublications:
    """`audit`: the records, by program and key."""

    def __init__(self, programs: MemoryPrograms) -> None:
        self.audit: dict[tuple[str, str], Record] = {}
        self._programs = programs
        self._published: dict[tuple[str, int], Publication] = {}
        self.drafts: dict[tuple[str, str], bytes] = {}

    def publish(self, program: Program, record: Record) -> Publication | None:
        current = self._current(program.key)
        if current >= program.version:
            known = Publication(self._programs.version(program.key, program.version), None, None)
            return self._published.get((program.key, program.version), known)
        if current != program.version - 1:
            return None
        published = Publication(self._programs.publish(program), record.who, record.at)
        self._published[program.key, program.version] = published
        self.audit[record.program, record.key] = record
        return published

    def find(self, published: Program) -> Publication:
        return self._published.get((published.key, published.version), Publication(published, None, None))

    def newest(self, program: str, *, before: int, limit: int) -> list[Publication]:
        versions = range(min(before - 1, self._current(program)), 0, -1)[:limit]
        known = (self._published.get((program, number)) for number in versions)
        return [
            found or Publication(self._programs.version(program, number), None, None)
            for number, found in zip(versions, known, strict=True)
        ]

    def keep_draft(self, program: Program) -> str:
        text = to_json(program)
        digest = hashlib.sha256(text).hexdigest()
        self.drafts[program.key, digest] = text
        return digest

    def draft(self, program: str, digest: str) -> Mapping[str, Any] | None:
        text = self.drafts.get((program, digest))
        return None if text is None else dict(json.loads(text))

    def _current(self, program: str) -> int:
        return self._programs.current(program).version if program in self._programs.keys() else 0  # noqa: SIM118


class MemoryDecisions:
    def __init__(self, given: MemoryGiven | None = None) -> None:
        self.records: dict[tuple[str, str], Record] = {}
        self.given = given or MemoryGiven()

    def find(self, program: str, key: str) -> Record | None:
        return self.records.get((program, key))

    def record(self, record: Record, grant: DailyGrant | None = None) -> Record:
        if grant and (record.program, record.key) not in self.records:
            self.given.count(grant)
        return self.records.setdefault((record.program, record.key), record)


class MemoryPeople:
    def __init__(self, ledger: MemoryLedger, programs: MemoryPrograms) -> None:
        self._ledger = ledger
        self._programs = programs

    def known(self, program: str, member: str) -> bool:
        on_roster = any(each.id == member and not each.erased for each in self._programs.roster(program))
        return (program, member) not in self._ledger.erased and (on_roster or (program, member) in self._ledger.states)

    def pages(self, program: str) -> Iterable[list[str]]:
        """Of one each, as where a program is a small part of the table."""
        for of, member in list(self._ledger.states):
            yield [member] if of == program and self.known(program, member) else []


class MemoryErasures:
    """`texts`: by member, whatever else is stored of them."""

    def __init__(self, ledger: MemoryLedger) -> None:
        self.texts: dict[tuple[str, str], list[str]] = {}
        self._ledger = ledger
        self._salts: dict[tuple[str, str], bytes] = {}

    def close(self, program: str, member: str, *, at: datetime) -> bytes | None:
        person = (program, member)
        if person not in self._ledger.erased:
            self._ledger.erased.add(person)
            self._ledger.states.setdefault(person, State()).version += 1
            self._salts[person] = secrets.token_bytes(16)
        return self._salts.get(person)

    def forget(self, program: str, member: str, *, user: str | None) -> None:
        self.texts.pop((program, member), None)
        self._ledger.quarantined.pop((program, member), None)
        for key in [each for each in self._ledger.waiting if each[:2] == (program, member)]:
            del self._ledger.waiting[key]

    def replace(self, program: str, member: str, entries: Sequence[tuple[Key, Entry]]) -> None:
        """One after the other, so that a run may be cut off in between."""
        for key, entry in entries:
            recorded = self._ledger.recorded[program, member]
            self._ledger.recorded[program, member] = [entry if each.key == key else each for each in recorded]

    def finish(self, program: str, member: str, state: State) -> None:
        if self._salts.pop((program, member), None):
            version = self._ledger.states[program, member].version + 1
            self._ledger.states[program, member] = replace(deepcopy(state), version=version)


class MemoryPersonalData:
    def __init__(self, kept: Mapping[tuple[str, str], Mapping[str, Sequence[Mapping[str, object]]]]) -> None:
        self._kept = kept

    def of(self, program: str, member: str) -> Mapping[str, Sequence[Mapping[str, object]]]:
        return self._kept.get((program, member), {})

    def audited(self, program: str, member: str) -> Sequence[Mapping[str, object]]:
        return []
