"""Links that a person makes: the id and its audit record together, or neither."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.links import DynamoLinks
from ladder.adapters.memory import MemoryIdentities, MemoryLinks
from ladder.domain.audit.decisions import id_linked
from ladder.domain.audit.records import Record
from ladder.domain.errors import Rejected
from ladder.ports.inbound import Logins
from ladder.ports.records import Links
from tests.contract.conftest import EMULATED, Tables

JO, AL = "a" * 32, "b" * 32
NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Linking:
    links: Links
    logins: Logins
    audited: Callable[[], int]

    def link(self, raw: str, member: str, *, number: int = 0) -> None:
        self.links.link("academy", "lms", raw, member, record(member, number))


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=EMULATED)])
def linking(request: pytest.FixtureRequest) -> Linking:
    if request.param == "memory":
        identities = MemoryIdentities()
        memory = MemoryLinks(identities)
        return Linking(memory, identities, lambda: len(memory.audit))
    tables: Tables = request.getfixturevalue("tables")
    stored = DynamoIdentities(tables.table(), lambda: "the key")
    return Linking(DynamoLinks(stored, audit=tables.audit), stored, lambda: len(_audit(tables)))


def record(member: str, number: int = 0) -> Record:
    return id_linked("academy", member, "lms", number=number, by="anna", at=NOW)


def _audit(tables: Tables) -> list[Any]:
    items: list[Any] = tables.client.scan(TableName=tables.audit)["Items"]
    return items


def test_a_link_is_audited_once_however_often_it_is_made(linking: Linking) -> None:
    for number in range(2):
        linking.link("17", JO, number=number)
    assert linking.logins.find("academy", "lms", "17") == JO
    assert linking.audited() == 1


def test_one_that_is_refused_leaves_no_record(linking: Linking) -> None:
    linking.link("17", JO)
    with pytest.raises(Rejected):
        linking.link("17", AL)
    assert linking.logins.find("academy", "lms", "17") == JO
    assert linking.audited() == 1


def test_two_ids_of_one_list_are_two_records(linking: Linking) -> None:
    for number, raw in enumerate(("17", "18")):
        linking.link(raw, JO, number=number)
    assert linking.audited() == 2


@EMULATED
def test_the_record_has_neither_the_id_nor_what_it_is_found_by(tables: Tables) -> None:
    identities = DynamoIdentities(tables.table(), lambda: "the key")
    DynamoLinks(identities, audit=tables.audit).link("academy", "lms", "jo.raw", JO, record(JO))
    (kept,) = _audit(tables)
    stored = tables.client.scan(TableName=tables.programs)["Items"]
    hashed = {each["pk"]["S"].removeprefix("academy#") for each in stored if each["sk"]["S"] == "IDENTITY"}
    assert len(hashed) == 1
    assert not any(each in str(kept) for each in (*hashed, "jo.raw", identities.mark("lms", "jo.raw")))
