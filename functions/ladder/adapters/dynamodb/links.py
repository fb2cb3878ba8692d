"""Ids that a person links to a member: each in one transaction with its audit record."""

from ladder.adapters.dynamodb.audit import audited
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.domain.audit.records import Record


class DynamoLinks:
    """`audit`: the name of the audit table."""

    def __init__(self, identities: DynamoIdentities, *, audit: str) -> None:
        self._identities = identities
        self._audit = audit

    def link(self, program: str, source: str, raw: str, member: str, record: Record) -> None:
        self._identities.link(program, source, raw, member, audited(record, self._audit))
