"""Identities: a raw id leads to one random member for good, in its own program, and after an erasure to nobody."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.table import ABSENT, READ_BATCH, Put, decode
from ladder.domain.activities.ports import Identities
from ladder.domain.errors import Rejected, Unavailable
from tests.builders.stores import EMULATED, Tables
from tests.fakes import MemoryIdentities
from tests.fakes.faulty_client import Faulty, answer_lost, answered, passed_on, refused

MEMBER = "0" * 31 + "a"
KEY = "the key of the bundle"


def identities_of(tables: Tables, client: Any = None, **changes: Any) -> DynamoIdentities:
    return DynamoIdentities(tables.table(client), lambda: KEY, **changes)


@pytest.fixture(params=["memory", "dynamodb"])
def identities(request: pytest.FixtureRequest) -> Identities:
    return MemoryIdentities() if request.param == "memory" else identities_of(request.getfixturevalue("tables"))


def resolved(identities: Identities, raw: str = "jo", *, program: str = "bank", source: str = "lms") -> str | None:
    return identities.resolve(program, source, [raw])[raw]


def test_a_raw_id_leads_to_the_same_member_each_time(identities: Identities) -> None:
    first = resolved(identities)
    assert first
    assert len(bytes.fromhex(first)) == 16
    assert resolved(identities) == first


def test_programs_sources_and_raw_ids_each_have_members_of_their_own(identities: Identities) -> None:
    members = {
        resolved(identities),
        resolved(identities, "al"),
        resolved(identities, source="crm"),
        resolved(identities, program="shop"),
    }
    assert len(members) == 4


def test_many_are_resolved_at_once_known_and_new(identities: Identities) -> None:
    known = resolved(identities, "u7")
    raw = [f"u{n}" for n in range(150)]
    found = identities.resolve("bank", "lms", raw)
    assert set(found) == set(raw)
    assert found["u7"] == known
    assert len(set(found.values())) == 150
    assert identities.resolve("bank", "lms", []) == {}


def test_a_link_leads_to_the_member_it_names_and_may_be_made_again(identities: Identities) -> None:
    for _ in range(2):
        identities.link("bank", "lms", "jo", MEMBER)
    identities.link("bank", "crm", "17", MEMBER)
    assert resolved(identities) == resolved(identities, "17", source="crm") == MEMBER


def test_a_raw_id_of_another_member_is_not_linked(identities: Identities) -> None:
    first = resolved(identities)
    with pytest.raises(Rejected):
        identities.link("bank", "lms", "jo", MEMBER)
    assert resolved(identities) == first


def test_an_id_is_the_same_one_however_it_is_typed(identities: Identities) -> None:
    identities.link("bank", "lms", " zoe\u0308 ", MEMBER)
    assert identities.resolve("bank", "lms", ["zoë", "zoe\u0308"]) == {"zoë": MEMBER, "zoe\u0308": MEMBER}
    assert resolved(identities, "zoe") != MEMBER


def test_an_erased_member_is_nobody_under_any_of_their_ids_and_stays_so(identities: Identities) -> None:
    identities.link("bank", "lms", "jo", MEMBER)
    identities.link("bank", "crm", "17", MEMBER)
    other = resolved(identities, "al")
    for _ in range(2):
        identities.erase("bank", MEMBER)
    assert identities.resolve("bank", "lms", ["jo", "al"]) == {"jo": None, "al": other}
    assert resolved(identities, "17", source="crm") is None
    with pytest.raises(Rejected):
        identities.link("bank", "lms", "jo", MEMBER)


def test_an_erasure_in_one_program_leaves_the_other_alone(identities: Identities) -> None:
    for program in ("bank", "shop"):
        identities.link(program, "lms", "jo", MEMBER)
    identities.erase("bank", MEMBER)
    assert resolved(identities, program="shop") == MEMBER


def test_no_raw_id_is_stored_and_another_key_finds_nobody(tables: Tables) -> None:
    first = resolved(identities_of(tables), "jo@example.com")
    assert "jo@example.com" not in str(tables.client.scan(TableName=tables.programs)["Items"])
    assert resolved(DynamoIdentities(tables.table(), lambda: "another"), "jo@example.com") != first


def test_both_ways_are_written_so_that_an_erasure_finds_them(tables: Tables) -> None:
    member = resolved(identities_of(tables))
    items = [decode(item) for item in tables.client.scan(TableName=tables.programs)["Items"]]
    there = next(item for item in items if item["sk"] == "IDENTITY")
    back = next(item for item in items if item["sk"] != "IDENTITY")
    hashed = there["pk"].removeprefix("bank#")
    assert there["leads_to"] == member
    assert back == {"pk": f"bank#{member}", "sk": f"IDENTITY#{hashed}", "source": "lms"}


@EMULATED
def test_a_race_of_first_sights_gives_one_member(tables: Tables) -> None:
    found: list[str | None] = []

    def look() -> None:
        found.append(resolved(identities_of(tables)))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_whoever_was_faster_between_the_look_and_the_write_has_named_the_member(tables: Tables) -> None:
    def raced(meant: Callable[[], Any], operation: str) -> Any:
        identities_of(tables, new_id=lambda: MEMBER).resolve("bank", "lms", ["jo"])
        return meant()

    slow = identities_of(tables, Faulty(tables.client, passed_on, raced))
    assert resolved(slow) == MEMBER


def test_a_first_sight_whose_answer_was_lost_is_the_same_member_at_the_next_try(tables: Tables) -> None:
    with pytest.raises(Unavailable):
        resolved(identities_of(tables, Faulty(tables.client, passed_on, answer_lost)))
    first = resolved(identities_of(tables))
    assert first == resolved(identities_of(tables))
    assert len(tables.client.scan(TableName=tables.programs)["Items"]) == 2


def test_what_was_resolved_is_kept_for_minutes_and_not_longer(tables: Tables) -> None:
    faulty, now = Faulty(tables.client), [0.0]
    identities = identities_of(tables, faulty, clock=lambda: now[0])
    resolved(identities)
    identities_of(tables).erase("bank", resolved(identities) or "")
    now[0] = 299.0
    assert resolved(identities)
    assert faulty.calls["batch_get_item"] == 1
    now[0] = 301.0
    assert resolved(identities) is None


def test_many_items_are_read_in_hundreds_and_only_those_that_exist(tables: Tables) -> None:
    table = tables.table()
    for number in range(3):
        table.write(Put(item={"pk": "p", "sk": str(number), "n": number}, only_if=ABSENT))

    def costly(meant: Callable[[], Any], operation: str) -> Any:
        return {**meant(), "ConsumedCapacity": [{"TableName": tables.programs, "CapacityUnits": 50.0}]}

    before, faulty = tables.usage.read_units, Faulty(tables.client, costly, costly, costly)
    wanted = [("p", str(number % 250)) for number in range(300)]
    found = tables.table(faulty).get_many(wanted)
    assert {key: item["n"] for key, item in found.items()} == {("p", "0"): 0, ("p", "1"): 1, ("p", "2"): 2}
    assert faulty.calls["batch_get_item"] == -(-250 // READ_BATCH)
    assert tables.table(faulty).get_many([]) == {}
    assert tables.usage.read_units == before + 150.0


def test_what_comes_back_unprocessed_is_read_again_alone(tables: Tables) -> None:
    table = tables.table()
    for number in range(3):
        table.write(Put(item={"pk": "p", "sk": str(number)}, only_if=ABSENT))
    asked = Counter[str]()

    def partly(meant: Callable[[], Any], operation: str) -> Any:
        answer = meant()
        first, *rest = answer["Responses"][tables.programs]
        asked["left"] = len(rest)
        keys = [{name: item[name] for name in ("pk", "sk")} for item in rest]
        return {**answer, "Responses": {tables.programs: [first]}, "UnprocessedKeys": {tables.programs: {"Keys": keys}}}

    found = tables.table(Faulty(tables.client, partly)).get_many([("p", str(number)) for number in range(3)])
    assert asked["left"] == 2
    assert set(found) == {("p", "0"), ("p", "1"), ("p", "2")}


def test_what_stays_unprocessed_or_is_throttled_is_unavailable_after_a_bounded_number_of_calls(tables: Tables) -> None:
    nothing = {
        "Responses": {},
        "UnprocessedKeys": {tables.programs: {"Keys": [{"pk": {"S": "p"}, "sk": {"S": "0"}}]}},
        "ConsumedCapacity": [],
    }
    faulty = Faulty(tables.client, *[answered(nothing)] * (ATTEMPTS + 1))
    with pytest.raises(Unavailable):
        tables.table(faulty).get_many([("p", "0")])
    assert faulty.calls.total() == ATTEMPTS
    with pytest.raises(Unavailable):
        tables.table(Faulty(tables.client, refused("ThrottlingException"))).get_many([("p", "0")])
