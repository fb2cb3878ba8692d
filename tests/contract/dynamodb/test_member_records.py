"""What the audit says of a member can be read while they are there, by nobody afterwards, and verifies all the time."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from infra.cli.audit.members import SALTED, MemberWords, references
from infra.cli.ledger.members import MemberKey
from ladder.adapters.dynamodb.audit import DynamoAudit
from ladder.adapters.dynamodb.disputes import DynamoDisputes
from ladder.adapters.dynamodb.ledger import DynamoLedger
from ladder.adapters.dynamodb.personal_data import DynamoErasures
from ladder.adapters.dynamodb.staff import DynamoDecisions
from ladder.adapters.dynamodb.table import Table
from ladder.domain.activities.activity import Activity
from ladder.domain.audit.records import Record, StoredItem
from ladder.domain.audit.seal import make_seal
from ladder.domain.audit.verify import verify
from ladder.domain.message import verbatim
from ladder.domain.points.disputes import Dispute
from ladder.domain.reviews.audit_records import requested
from tests.builders.stores import Tables

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
JO, KIM = "5e" * 16, "6f" * 16
EVENT = "ticket-4711-Jo-Doe"
SENT = Activity(source="crm", id=EVENT, type="task.completed", occurred_at=NOW)
DISPUTE = Dispute(program="academy", member=JO, source="crm", id=EVENT, text="no", raised_at=NOW)
REVOKED = requested(
    "academy",
    "r1",
    what="audit.entry_revoked",
    by="anna",
    why=verbatim("Jo Doe never was there"),
    at=NOW,
    about={"member": JO, "source": "crm", "event": EVENT},
)


@dataclass
class MemberAudit:
    tables: Tables

    @property
    def audit_table(self) -> Table:
        return Table(self.tables.client, self.tables.audit, self.tables.usage)

    @property
    def decisions(self) -> DynamoDecisions:
        return DynamoDecisions(self.audit_table, self.tables.table())

    @property
    def audit(self) -> DynamoAudit:
        return DynamoAudit(self.audit_table)

    def write(self) -> list[StoredItem]:
        """A dispute, a decision of an admin with a reason, and a refused event, all of one event."""
        DynamoDisputes(self.tables.table(), audit=self.tables.audit).record(DISPUTE)
        self.decisions.record(REVOKED)
        DynamoLedger(self.tables.table(), audit=self.tables.audit, names=()).refuse("academy", JO, SENT, at=NOW)
        return list(self.audit.items("academy"))

    def erase(self) -> None:
        erasures = DynamoErasures(self.tables.table(), self.tables.table())
        erasures.close("academy", JO, at=NOW)
        erasures.forget("academy", JO, user=None)

    @property
    def stack(self) -> Any:
        return SimpleNamespace(members=SimpleNamespace(members=self.tables.table()))

    def words(self) -> MemberWords:
        return MemberWords.read(self.stack, MemberKey("academy", JO))


@pytest.fixture
def kept(tables: Tables) -> MemberAudit:
    return MemberAudit(tables)


def test_no_record_holds_an_id_or_a_reason_and_all_can_be_read_while_the_member_is_there(kept: MemberAudit) -> None:
    records = kept.write()
    assert len(records) == 3
    assert "Doe" not in str(records)
    assert {kept.words().about(record)["event"] for record in records} == {EVENT}
    assert {kept.words().reason(record) for record in records} == {None, "Jo Doe never was there"}


def test_after_an_erasure_nobody_can_read_them_and_the_chain_holds_as_before(kept: MemberAudit) -> None:
    records = kept.write()
    kept.audit.seal(make_seal("academy", records, after=None, now=NOW))
    stored = kept.audit.seals("academy"), kept.audit.items("academy")
    assert verify("academy", *stored, [], now=NOW + timedelta(minutes=5)).holds
    kept.erase()
    stored = kept.audit.seals("academy"), kept.audit.items("academy")
    assert verify("academy", *stored, [], now=NOW + timedelta(minutes=5)).holds
    assert all(SALTED in str(kept.words().about(record)["event"]) for record in records)
    assert {kept.words().reason(record) for record in records} == {None, f"a reason ({SALTED})"}
    assert "Doe" not in str(kept.tables.client.scan(TableName=kept.tables.programs)["Items"])


def test_a_decision_is_found_by_its_id_until_then(kept: MemberAudit) -> None:
    kept.write()
    (revoked,) = [record for record in kept.audit.items("academy") if record["what"] == "audit.entry_revoked"]
    (reference,) = references(kept.stack, "academy", "r1", [JO, KIM])
    assert revoked["about"]["request"] == reference
    kept.erase()
    assert references(kept.stack, "academy", "r1", [JO, KIM]) == frozenset()


def test_the_same_request_again_is_the_same_decision_and_another_one_under_its_id_is_told_apart(
    kept: MemberAudit,
) -> None:
    kept.write()
    again = kept.decisions.record(replace(REVOKED, at=NOW + timedelta(days=1), who="ben"))
    assert again == REVOKED
    other = kept.decisions.record(replace(REVOKED, about={**REVOKED.about, "event": "another"}))
    assert other.about != {**REVOKED.about, "event": "another"}
    assert len(list(kept.audit.items("academy"))) == 3


def test_an_erasure_that_is_asked_for_again_finds_its_own_record(kept: MemberAudit) -> None:
    erasure = Record(
        program="academy",
        key=f"ERASED#{JO}",
        what="audit.member_erased",
        who="anna",
        why=verbatim("Jo Doe asked for it"),
        at=NOW,
        about={"member": JO},
    )
    assert kept.decisions.record(erasure) == erasure
    kept.erase()
    again = kept.decisions.record(replace(erasure, at=NOW + timedelta(days=1), who="ben"))
    assert (again.who, again.at) == ("anna", NOW)
    assert len(list(kept.audit.items("academy"))) == 1
