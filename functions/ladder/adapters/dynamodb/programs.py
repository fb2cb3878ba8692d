"""Store programs: each published version as JSON, the number of the current one, and the roster in blocks."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import chain, islice
from typing import Any

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.audit import audited
from ladder.adapters.dynamodb.packing import from_json, pack, to_json, unpack
from ladder.adapters.dynamodb.table import (
    ABSENT,
    ConditionFailed,
    Item,
    Put,
    Table,
    Update,
    iso,
    unchanged_since,
)
from ladder.domain.audit.records import Record
from ladder.domain.errors import InvalidRequest, ProgramRefused, Rejected, Unavailable
from ladder.domain.members.roster import Member, Roster, blocks
from ladder.domain.message import Message
from ladder.domain.programs.files import ProgramFiles, as_written
from ladder.domain.programs.ports import Publication
from ladder.domain.programs.program import Program

MOST_BYTES = 390_000  # of a block of the roster: an item of DynamoDB has 400 kB


class DynamoPrograms:
    def __init__(self, table: Table) -> None:
        self._table = table

    def keys(self) -> list[str]:
        return [item["sk"] for item in self._table.query(keys.REGISTRY)]

    def current(self, program: str) -> Program:
        """Return the current version. Raises Rejected where the program was never published."""
        return self.version(program, self.current_version(program))

    def current_version(self, program: str) -> int:
        """Return the current version's number; 0 where none was ever published."""
        item = self._table.get(program, keys.CONFIG)
        return int(item["version"]) if item else 0

    def version(self, program: str, version: int) -> Program:
        """Return a version. Raises Rejected where it was never published, ProgramRefused where it cannot be read."""
        item = self._table.get(program, keys.config(version))
        if item is None:
            raise Rejected(f"program {program!r} has no version {version}")
        try:
            published: Program = from_json(Program, item["program"])
        except ValueError as error:
            raise ProgramRefused(
                f"version {version} of {program!r} cannot be read ({error}): publish the program again"
            ) from error
        return published

    def publish(self, program: Program) -> Program:
        """Store the program permanently as the next version, which becomes current; earlier versions never change."""
        if program.key.startswith("#"):
            raise ProgramRefused(f"a program's key never begins with '#': {program.key!r}")
        for _ in range(ATTEMPTS):
            published = replace(program, version=self.current_version(program.key) + 1)
            try:
                self._table.write(*publication(published))
            except ConditionFailed:
                continue
            return published
        raise Unavailable(f"program {program.key!r} is being published by somebody else")

    def roster(self, program: str) -> Roster:
        return tuple(chain.from_iterable(map(_members, self._roster(program))))

    def enrol(self, program: str, roster: Roster) -> None:
        """Write the blocks that changed.

        Raises Rejected where a slot would pass to another member: every column of a program relies on its slots;
        InvalidRequest where members have more addresses than an item can hold.
        """
        stored = self._roster(program)
        known = tuple(chain.from_iterable(map(_members, stored)))
        if [member.id for member in roster[: len(known)]] != [member.id for member in known]:
            raise Rejected("a slot is never reused: the roster must begin with the members it has, in their order")
        if any(was.erased and was != now for was, now in zip(known, roster, strict=False)):
            raise Rejected("a member was erased in the meantime: read the roster again")
        changed = {
            block: pack(to_json(roster[slots]))
            for block, slots in enumerate(blocks(len(roster)))
            if block >= len(stored) or _members(stored[block]) != roster[slots]
        }
        if any(len(packed) > MOST_BYTES for packed in changed.values()):
            raise InvalidRequest(Message("members.roster_too_large"))
        for block, packed in changed.items():
            version = stored[block]["version"] if block < len(stored) else 0
            item = {"pk": program, "sk": keys.roster(block), "version": version + 1, "members": packed}
            try:
                self._table.write(Put(item=item, only_if=unchanged_since(version)))
            except ConditionFailed as refused:
                raise Unavailable(f"somebody else enrolled members of {program!r}") from refused

    def _roster(self, program: str) -> list[Item]:
        return list(self._table.query(program, keys.within(keys.ROSTER)))


def _members(item: Item) -> tuple[Member, ...]:
    members: Roster = from_json(Roster, unpack(item["members"]))
    return members


def publication(program: Program, **extra: str) -> list[Put | Update]:
    """Return the writes of a version and of the current number, and at the first version of the registry's item.

    `extra`: further attributes of the version, such as who published it.
    """
    text = to_json(program).decode()
    item = {"pk": program.key, "sk": keys.config(program.version), "program": text, **extra}
    version = Put(item=item, only_if=ABSENT)
    current = Update(
        pk=program.key,
        sk=keys.CONFIG,
        changes={"version": program.version},
        only_if=unchanged_since(program.version - 1),
    )
    registered = Put(item={"pk": keys.REGISTRY, "sk": program.key}, only_if=ABSENT)
    return [version, current, registered] if program.version == 1 else [version, current]


def published_by(program: Program, record: Record) -> list[Put | Update]:
    """Return the writes of a version that a person publishes, all but the record itself."""
    return publication(program, by=record.who, at=iso(record.at))


class DynamoWrittenPrograms:
    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(self, program: Program, files: ProgramFiles) -> None:
        key, packed = keys.written(_written_digest(program)), pack(to_json(files))
        self._table.write(Put(item={"pk": program.key, "sk": key, "files": packed}, only_if=None))

    def of(self, program: Program) -> ProgramFiles | None:
        item = self._table.get(program.key, keys.written(_written_digest(program)))
        files: ProgramFiles | None = from_json(ProgramFiles, unpack(item["files"])) if item else None
        return files


def _written_digest(program: Program) -> str:
    return hashlib.sha256(to_json(as_written(program))).hexdigest()


class DynamoPublications:
    """`audit`: the name of the audit table."""

    def __init__(self, table: Table, *, audit: str) -> None:
        self._table = table
        self._audit = audit

    def publish(self, program: Program, record: Record) -> Publication | None:
        if program.key.startswith("#"):
            raise ProgramRefused(f"a program's key never begins with '#': {program.key!r}")
        try:
            self._table.write(*published_by(program, record), audited(with_digest(record, program), self._audit))
        except ConditionFailed as refused:
            existing = refused.stored[0] or self._table.get(program.key, keys.config(program.version))
            return _from_item(existing) if existing else None
        return Publication(program, record.who, record.at)

    def find(self, published: Program) -> Publication:
        item = self._table.get(published.key, keys.config(published.version))
        return _from_item(item) if item else Publication(published, None, None)

    def newest(self, program: str, *, before: int, limit: int) -> list[Publication]:
        """Return versions below `before`, the newest first."""
        span = keys.config(0), keys.config(before - 1)
        items = self._table.query(program, span, newest_first=True, page=limit)
        return list(map(_from_item, islice(items, limit)))

    def keep_draft(self, program: Program) -> str:
        text = to_json(program)
        digest = hashlib.sha256(text).hexdigest()
        self._table.write(Put(item={"pk": program.key, "sk": keys.draft(digest), "program": text}, only_if=None))
        return digest

    def draft(self, program: str, digest: str) -> Mapping[str, Any] | None:
        item = self._table.get(program, keys.draft(digest))
        if item is None or hashlib.sha256(item["program"]).hexdigest() != digest:
            return None
        kept: dict[str, Any] = json.loads(item["program"])
        return kept


def with_digest(record: Record, program: Program) -> Record:
    """Add the digest of the stored version: what people decided on cannot be replaced under their names."""
    return replace(record, digest=hashlib.sha256(to_json(program)).digest())


def _from_item(item: Item) -> Publication:
    program: Program = from_json(Program, item["program"])
    at = item.get("at")
    return Publication(program, item.get("by"), datetime.fromisoformat(at) if at else None)
