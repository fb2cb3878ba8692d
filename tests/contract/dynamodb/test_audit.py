"""The audit, in memory and in DynamoDB: records, seals, and what no sealer may do."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from threading import Barrier
from typing import Any, Protocol

import pytest

from ladder.adapters.aws import backoff
from ladder.adapters.dynamodb.audit import DynamoAudit, audited, exchange_keys
from ladder.adapters.dynamodb.table import ConditionFailed, Put, Table, decode, encode
from ladder.domain.audit.records import Record, StoredItem
from ladder.domain.audit.seal import MAX_RECORDS, Link, Seal, make_seal, proves
from ladder.usage import Usage
from sealing.seal import Sealed, seal
from tests.builders.audit_chain import NOW, PROGRAM, record, verified
from tests.builders.planning import program
from tests.builders.stores import EMULATED, audit_table
from tests.fakes import MemoryPrograms
from tests.fakes.audit import MemoryAnchors, MemoryAudit
from tests.fakes.faulty_client import Faulty, answer_lost, sent_twice

NUMBERS = count()


class Sealable(Protocol):
    def newest(self, program: str) -> Link | None: ...
    def unsealed(self, program: str, *, since: datetime | None) -> Sequence[StoredItem]: ...
    def seal(self, seal: Seal) -> bool: ...
    def items(self, program: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class AuditStores:
    audit: Sealable
    record: Callable[[Record], None]
    put: Callable[[StoredItem], None]  # as somebody does who is no sealer


@pytest.fixture
def table(dynamodb: Any) -> Table:
    return Table(dynamodb, audit_table(dynamodb, f"sealed-{next(NUMBERS)}"), Usage())


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> AuditStores:
    if request.param == "memory":
        memory = MemoryAudit()
        return AuditStores(
            memory, memory.record, lambda item: memory.stored.update({(item["program"], item["key"]): dict(item)})
        )
    table: Table = request.getfixturevalue("table")
    return AuditStores(
        DynamoAudit(table),
        lambda record: table.write(audited(record, table.name)),
        lambda item: table.write(Put(item=exchange_keys(item), only_if=None)),
    )


def test_records_wait_oldest_first_until_they_are_sealed(kept: AuditStores) -> None:
    later, sooner = record(1), record(2, at=NOW - timedelta(minutes=5))
    for each in (later, sooner, record(3, program="school")):
        kept.record(each)
    assert kept.audit.unsealed(PROGRAM, since=None) == [sooner.item, later.item]
    assert kept.audit.newest(PROGRAM) is None

    made = make_seal(PROGRAM, [sooner.item], after=None, now=NOW)
    assert kept.audit.seal(made)
    assert kept.audit.unsealed(PROGRAM, since=None) == [later.item]
    assert kept.audit.newest(PROGRAM) == made.link
    assert (kept.audit.newest("school"), len(kept.audit.unsealed("school", since=None))) == (None, 1)


def test_since_a_moment_means_that_moment_too(kept: AuditStores) -> None:
    for number, minutes in enumerate((61, 60, 0)):
        kept.record(record(number, at=NOW - timedelta(minutes=minutes)))
    found = kept.audit.unsealed(PROGRAM, since=NOW - timedelta(hours=1))
    assert [item["key"] for item in found] == ["VERDICT#000001", "VERDICT#000002"]


def test_what_only_looks_like_a_seal_is_not_gone_on_from(kept: AuditStores) -> None:
    kept.put({"program": PROGRAM, "key": "SEAL#of approval"})
    assert kept.audit.newest(PROGRAM) is None
    kept.record(record(1))
    made = make_seal(PROGRAM, [record(1).item], after=None, now=NOW)
    assert kept.audit.seal(made)
    assert kept.audit.newest(PROGRAM) == made.link


def test_a_seal_of_a_number_that_is_taken_or_of_a_record_that_has_one_is_refused_as_a_whole(kept: AuditStores) -> None:
    items = [record(number).item for number in range(3)]
    for number in range(3):
        kept.record(record(number))
    first = make_seal(PROGRAM, items[:1], after=None, now=NOW)
    assert kept.audit.seal(first)
    assert not kept.audit.seal(make_seal(PROGRAM, items[1:2], after=None, now=NOW))
    assert not kept.audit.seal(make_seal(PROGRAM, items, after=first.link, now=NOW))
    assert kept.audit.newest(PROGRAM) == first.link
    assert len(kept.audit.unsealed(PROGRAM, since=None)) == 2


def test_the_largest_seal_goes_into_one_transaction_and_its_chain_verifies_as_it_is_read_back(
    kept: AuditStores,
) -> None:
    for number in range(MAX_RECORDS + 1):
        kept.record(record(number))
    link = None
    for batch in (range(MAX_RECORDS), range(MAX_RECORDS, MAX_RECORDS + 1)):
        made = make_seal(PROGRAM, [record(number).item for number in batch], after=link, now=NOW)
        assert kept.audit.seal(made)
        link = made.link
    found = verified(kept.audit.items(PROGRAM), [])
    assert (found.holds, found.records, found.seals, found.unsealed) == (True, MAX_RECORDS + 1, 2, 0)


def test_the_same_decision_twice_is_one_record(kept: AuditStores) -> None:
    kept.record(record(1))
    if isinstance(kept.audit, MemoryAudit):
        kept.record(record(1, member="somebody else"))
    else:
        with pytest.raises(ConditionFailed):
            kept.record(record(1, member="somebody else"))
    assert list(kept.audit.items(PROGRAM)) == [record(1).item]


@pytest.mark.parametrize("fault", [answer_lost, sent_twice], ids=["answer lost", "sent twice"])
def test_a_seal_that_was_written_although_nobody_heard_of_it_is_written_once(table: Table, fault: Any) -> None:
    for number in range(3):
        table.write(audited(record(number), table.name))

    class Once(Faulty):
        def __getattr__(self, operation: str) -> Any:
            return (
                super().__getattr__(operation) if operation.startswith("transact") else getattr(self.client, operation)
            )

    faulty = DynamoAudit(Table(Once(table._client, fault), table.name, Usage(), pause=lambda tries: None))
    sealed = run(faulty)
    run(DynamoAudit(table))
    found = verified(DynamoAudit(table).items(PROGRAM), [])
    assert (found.holds, found.seals, found.unsealed) == (True, 1, 0)
    assert set(sealed.failed) <= {PROGRAM}


@EMULATED
def test_sealers_that_race_put_each_record_into_exactly_one_seal(table: Table) -> None:
    records, sealers = 4 * MAX_RECORDS + 7, 3
    for number in range(records):
        table.write(audited(record(number), table.name))
    barrier = Barrier(sealers)

    def race(_: int) -> Sealed:
        barrier.wait()
        return run(DynamoAudit(table))

    with ThreadPoolExecutor(sealers) as threads:
        done = list(threads.map(race, range(sealers)))
    items = list(DynamoAudit(table).items(PROGRAM))
    listed = Counter(key for item in items if item["key"].startswith("SEAL#") for key in item["records"])
    found = verified(items, [])
    assert (found.holds, found.unsealed, len(listed), set(listed.values())) == (True, 0, records, {1})
    assert (sum(each.records for each in done), [dict(each.failed) for each in done]) == (records, [{}] * sealers)


def test_a_number_that_is_no_whole_one_is_told_as_a_broken_link_and_not_as_a_crash(table: Table) -> None:
    table.write(audited(record(1), table.name))
    run(DynamoAudit(table))
    [mark] = [item for item in DynamoAudit(table).items(PROGRAM) if item["key"].startswith("SEALED#")]
    table._client.put_item(
        TableName=table.name, Item={**encode(exchange_keys(mark)), "seal": {"N": "1.5"}, "tags": {"SS": ["x"]}}
    )
    broken = verified(DynamoAudit(table).items(PROGRAM), []).broken
    assert broken is not None
    assert broken.where == mark["key"]


@pytest.mark.parametrize("name", ["program", "key"])
def test_an_attribute_that_has_the_name_of_a_key_is_found(table: Table, name: str) -> None:
    table.write(audited(record(1), table.name))
    run(DynamoAudit(table))
    item = {**exchange_keys(record(1).item), name: record(1).item[name]}
    table.write(Put(item=item, only_if=None))
    broken = verified(DynamoAudit(table).items(PROGRAM), []).broken
    assert str(broken) == "VERDICT#000001 was changed after it was sealed in seal 1"


def test_what_is_stored_is_what_was_sealed_to_the_byte(table: Table) -> None:
    table.write(audited(record(1), table.name))
    [stored] = table._client.query(
        TableName=table.name, KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": {"S": PROGRAM}}
    )["Items"]
    assert exchange_keys(decode(stored)) == record(1).item


def run(audit: DynamoAudit) -> Sealed:
    programs = MemoryPrograms()
    programs.publish(program(key=PROGRAM))
    return seal(programs=programs, audit=audit, anchors=MemoryAnchors(), now=NOW, pause=backoff)


def test_records_come_newest_first_a_part_at_a_time_and_those_of_one_moment_together(table: Table) -> None:
    audit, memory = DynamoAudit(table), MemoryAudit()
    for number in range(12):
        at = NOW - timedelta(minutes=number // 3)  # three of each moment
        each = replace(record(number), at=at)
        table.write(audited(each, table.name))
        memory.record(each)
    for stored in (audit, memory):
        first = [str(item["at"]) for item in stored.latest(PROGRAM, before=None, count=4)]
        assert first == sorted(first, reverse=True)
        assert len(first) == 6
        rest = stored.latest(PROGRAM, before=first[-1], count=100)
        assert {str(item["at"]) for item in rest}.isdisjoint(first)
        assert len(rest) == 6


def test_a_seal_is_found_by_its_records_and_none_for_what_waits(table: Table) -> None:
    audit = DynamoAudit(table)
    table.write(audited(record(1), table.name))
    run(audit)
    table.write(audited(record(2), table.name))
    keys = [record(1).key, record(2).key]
    seals = audit.seals_of(PROGRAM, keys)
    assert list(seals) == keys[:1]
    assert proves(seals[keys[0]], record(1).item)
    assert not proves(seals[keys[0]], {**record(1).item, "who": "somebody else"})
