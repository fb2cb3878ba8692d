"""Objections are stored and audited together, hold at once, and can be withdrawn."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from ladder.adapters.dynamodb.objections import DynamoObjections
from ladder.adapters.dynamodb.personal_data import DynamoErasures
from ladder.adapters.dynamodb.table import decode
from ladder.adapters.dynamodb.verdicts import DynamoMemberTexts
from ladder.domain.errors import MemberErased
from ladder.domain.members.objections import Objections
from tests.builders.stores import Tables
from tests.fakes.objections import MemoryObjections

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
JO, KIM = "5e" * 16, "6f" * 16


@dataclass
class ObjectionStores:
    objections: Objections
    recorded: Callable[[], list[str]]
    erase: Callable[[], object]


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> ObjectionStores:
    if request.param == "memory":
        memory = MemoryObjections()
        return ObjectionStores(
            memory, lambda: [record.what for record in memory.records], lambda: memory.erased.add(JO)
        )
    tables: Tables = request.getfixturevalue("tables")

    def recorded() -> list[str]:
        items = map(decode, tables.client.scan(TableName=tables.audit)["Items"])
        return [item["what"] for item in sorted(items, key=lambda item: str(item["at"]))]

    erasures = DynamoErasures(tables.table(), tables.table())
    objections = DynamoObjections(tables.table(), audit=tables.audit)
    return ObjectionStores(objections, recorded, lambda: erasures.close("academy", JO, at=NOW))


def test_an_objection_holds_at_once_for_its_purpose_and_its_member_alone(kept: ObjectionStores) -> None:
    kept.objections.change("academy", JO, "judging", objects=True, now=NOW)
    assert kept.objections.objects("academy", JO, "judging")
    assert not kept.objections.objects("academy", JO, "adaptive_difficulty")
    assert not kept.objections.objects("academy", KIM, "judging")
    assert not kept.objections.objects("bank", JO, "judging")
    assert list(kept.objections.everybody("academy", "judging")) == [JO]
    assert list(kept.objections.everybody("academy", "adaptive_difficulty")) == []


def test_each_change_is_audited_once_and_the_same_word_again_changes_nothing(kept: ObjectionStores) -> None:
    for objects, at in ((False, NOW), (True, NOW), (True, LATER), (False, LATER), (False, LATER)):
        kept.objections.change("academy", JO, "judging", objects=objects, now=at)
    assert kept.recorded() == ["audit.objection_raised", "audit.objection_withdrawn"]
    assert kept.objections.of("academy", JO) == {"judging": (False, LATER)}
    assert list(kept.objections.everybody("academy", "judging")) == []


def test_nothing_more_is_noted_of_whoever_was_erased(kept: ObjectionStores) -> None:
    kept.erase()
    with pytest.raises(MemberErased):
        kept.objections.change("academy", JO, "judging", objects=True, now=NOW)
    assert kept.recorded() == []


def test_an_erasure_takes_objections_with_it(tables: Tables) -> None:
    objections = DynamoObjections(tables.table(), audit=tables.audit)
    objections.change("academy", JO, "judging", objects=True, now=NOW)
    objections.change("academy", KIM, "judging", objects=True, now=NOW)
    DynamoErasures(tables.table(), tables.table()).forget("academy", JO, user=None)
    assert list(objections.everybody("academy", "judging")) == [KIM]


def test_an_objection_to_being_judged_deletes_the_texts_that_were_stored_for_it_and_no_others(tables: Tables) -> None:
    table = tables.table()
    texts, objections = DynamoMemberTexts(table), DynamoObjections(table, audit=tables.audit)
    post = ("forum", "post")
    for program, member in (("academy", JO), ("academy", KIM), ("bank", JO)):
        texts.save(program, member, post, "what I learned", until=LATER)

    def stored() -> list[bool]:
        whose = (("academy", JO), ("academy", KIM), ("bank", JO))
        return [bool(texts.texts(program, member, [post], now=NOW)) for program, member in whose]

    objections.change("academy", JO, "adaptive_difficulty", objects=True, now=NOW)
    objections.change("academy", JO, "judging", objects=False, now=NOW)
    assert stored() == [True, True, True]
    objections.change("academy", JO, "judging", objects=True, now=NOW)
    assert stored() == [False, True, True]
    texts.save("academy", JO, post, "on its way when the member objected", until=LATER)
    objections.change("academy", JO, "judging", objects=True, now=LATER)
    assert stored() == [False, True, True]
