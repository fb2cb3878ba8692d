"""Publishing by people: the next version, the word that it is current, and the audit record, all three or none."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.audit import audited
from ladder.adapters.dynamodb.items import Item
from ladder.adapters.dynamodb.packing import from_json, to_json
from ladder.adapters.dynamodb.programs import publication
from ladder.adapters.dynamodb.table import Refused, Table
from ladder.domain.audit.records import Record
from ladder.domain.errors import ProgramRefused
from ladder.domain.program import Program
from ladder.domain.publishing import Publication


class DynamoPublications:
    """`audit`: the name of the audit table."""

    def __init__(self, table: Table, *, audit: str) -> None:
        self._table = table
        self._audit = audit

    def publish(self, program: Program, record: Record) -> Publication | None:
        if program.key.startswith("#"):
            raise ProgramRefused(f"a program's key never begins with '#': {program.key!r}")
        told = {"by": record.who, "at": record.at.astimezone(UTC).isoformat()}
        try:
            self._table.write(*publication(program, **told), audited(_with_digest(record, program), self._audit))
        except Refused as refused:
            standing = refused.stored[0] or self._table.get(program.key, keys.config(program.version))
            return _from_item(standing) if standing else None
        return Publication(program, record.who, record.at)


def _with_digest(record: Record, program: Program) -> Record:
    """Of the version as it is stored: what people decided on cannot be exchanged under their names."""
    return replace(record, digest=hashlib.sha256(to_json(program)).digest())


def _from_item(item: Item) -> Publication:
    program: Program = from_json(Program, item["program"])
    at = item.get("at")
    return Publication(program, item.get("by"), datetime.fromisoformat(at) if at else None)
