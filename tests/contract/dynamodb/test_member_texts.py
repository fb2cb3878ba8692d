"""What members wrote is kept until its moment, once, and not of somebody who was erased: in memory and in DynamoDB."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from ladder.adapters.dynamodb.personal_data import DynamoErasures
from ladder.adapters.dynamodb.table import decode
from ladder.adapters.dynamodb.verdicts import DynamoMemberTexts
from ladder.domain.errors import MemberErased
from ladder.domain.judging.ports import MemberTexts
from tests.builders.stores import Tables
from tests.fakes.faulty_client import Faulty
from tests.fakes.member_texts import MemoryMemberTexts

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
UNTIL = NOW + timedelta(days=60)
FIRST, SECOND, HASHED = ("academy", "post-1"), ("academy", "post-2"), ("wiki", "a#b#1")


@dataclass(frozen=True, slots=True)
class MemberTextStores:
    member_texts: MemberTexts
    erase: Callable[[str, str], object]

    def keep(self, event: tuple[str, str] = FIRST, text: str = "first words", *, member: str = "m") -> None:
        self.member_texts.save("academy", member, event, text, until=UNTIL)

    def texts(self, *events: tuple[str, str], member: str = "m", now: datetime = NOW) -> dict[tuple[str, str], str]:
        return dict(self.member_texts.texts("academy", member, events, now=now))


@pytest.fixture(params=["memory", "dynamodb"])
def setup(request: pytest.FixtureRequest) -> MemberTextStores:
    if request.param == "memory":
        memory = MemoryMemberTexts()
        return MemberTextStores(memory, lambda program, member: memory.erased.add((program, member)))
    table = request.getfixturevalue("tables").table()
    erasures = DynamoErasures(table, table)
    return MemberTextStores(DynamoMemberTexts(table), lambda program, member: erasures.close(program, member, at=NOW))


def test_texts_are_found_under_their_events_and_nobody_else_s_are(setup: MemberTextStores) -> None:
    setup.keep()
    setup.keep(SECOND, "second words \u05e9\u05dc\u05d5\u05dd")
    setup.keep(HASHED, "third words")
    setup.keep(FIRST, "of another", member="n")
    assert setup.texts(SECOND, FIRST) == {FIRST: "first words", SECOND: "second words \u05e9\u05dc\u05d5\u05dd"}
    assert setup.texts(HASHED, ("academy", "post-9")) == {HASHED: "third words"}
    assert setup.texts(FIRST, SECOND, member="n") == {FIRST: "of another"}
    assert setup.texts() == {}


def test_the_first_text_of_an_event_stands(setup: MemberTextStores) -> None:
    for text in ("first words", "first words", "others under the same id"):
        setup.keep(text=text)
    assert setup.texts(FIRST) == {FIRST: "first words"}


def test_what_is_past_its_moment_is_gone_however_late_it_is_deleted(setup: MemberTextStores) -> None:
    setup.keep()
    found = [setup.texts(FIRST, now=UNTIL + timedelta(seconds=seconds)) for seconds in (-1, 0, 3 * 86_400)]
    assert found == [{FIRST: "first words"}, {}, {}]


def test_nothing_is_kept_of_somebody_who_was_erased(setup: MemberTextStores) -> None:
    setup.erase("academy", "m")
    with pytest.raises(MemberErased):
        setup.keep()
    assert setup.texts(FIRST) == {}
    setup.keep(member="n")
    assert setup.texts(FIRST, member="n")


def test_the_table_deletes_a_text_after_its_moment(tables: Tables) -> None:
    DynamoMemberTexts(tables.table()).save("academy", "m", FIRST, "first words", until=UNTIL)
    (item,) = [decode(each) for each in tables.client.scan(TableName=tables.programs)["Items"]]
    assert (item["pk"], item["sk"]) == ("academy#m", "WRITING#academy#post-1")
    assert item["expires_at"] == UNTIL.timestamp()


def test_nothing_is_read_where_nothing_is_asked_and_all_of_it_in_one_call(tables: Tables) -> None:
    faulty = Faulty(tables.client)
    member_texts = DynamoMemberTexts(tables.table(faulty))
    member_texts.texts("academy", "m", [], now=NOW)
    assert not sum(faulty.calls.values())
    member_texts.texts("academy", "m", [("academy", f"post-{number}") for number in range(16)], now=NOW)
    assert sum(faulty.calls.values()) == 1
