"""What staff said of themselves and what they gave, twice over: in memory and in DynamoDB."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from ladder.adapters.dynamodb.staff import DynamoDecisions, DynamoDeclarations
from ladder.adapters.dynamodb.table import Table
from ladder.domain.audit.records import Record
from ladder.domain.errors import Conflict
from ladder.domain.message import verbatim
from ladder.domain.reviews.audit_records import requested
from ladder.domain.reviews.opening import entry_review
from ladder.domain.reviews.permissions import DailyGrant, Declaration, DeclarationChanged
from ladder.domain.reviews.ports import Decisions, Declarations
from tests.builders.ledger_stores import StackTables, stack_tables
from tests.builders.review_queues import decided, found, members_of, queue_of
from tests.builders.reviews import MEMBER
from tests.builders.stores import EMULATED, Tables
from tests.builders.threads import at_once
from tests.fakes import MemoryDeclarations
from tests.fakes.administration import MemoryDecisions
from tests.fakes.fault_injection import Fate, Interposed, Killed, When

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
GRANT = DailyGrant.of("academy", most_granted=100, by="anna", points=400, at=NOW)


def given(request: str, why: str = "a lost event") -> Record:
    return requested(
        "academy", request, what="audit.points_granted", by="anna", why=verbatim(why), at=NOW, about={"points": 400}
    )


def decisions_of(live: StackTables) -> DynamoDecisions:
    return DynamoDecisions(Table(live.tables.client, live.tables.audit, live.tables.usage), members_of(live))


@dataclass(frozen=True, slots=True)
class StaffStores:
    declarations: Declarations
    decisions: Decisions
    audited: Callable[[], int]


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> StaffStores:
    if request.param == "memory":
        declarations, decisions = MemoryDeclarations(), MemoryDecisions()
        return StaffStores(declarations, decisions, lambda: len(declarations.audit) + len(decisions.records))
    tables: Tables = request.getfixturevalue("tables")
    live = stack_tables(tables)
    return StaffStores(
        DynamoDeclarations(members_of(live), audit=tables.audit),
        decisions_of(live),
        lambda: int(tables.client.scan(TableName=tables.audit)["Count"]),
    )


def test_what_was_declared_is_added_to_and_never_taken_back(kept: StaffStores) -> None:
    standing = kept.declarations.of("academy", "anna")
    assert (standing, standing.made) == (Declaration(), False)
    for member in ("a" * 32, "b" * 32, None):
        kept.declarations.declare("academy", "anna", member, role="reviewer", after=standing, at=NOW)
        standing = kept.declarations.of("academy", "anna")
        assert standing.says(member)
    assert standing == Declaration(None, frozenset({"a" * 32, "b" * 32}), 3)
    assert kept.audited() == 3


def test_a_person_is_known_by_program_and_subject_however_that_is_typed(kept: StaffStores) -> None:
    kept.declarations.declare("academy", "zoe\u0308", "a" * 32, role="reviewer", after=Declaration(), at=NOW)
    assert kept.declarations.of("academy", "zoë").made
    for program, subject in (("bank", "zoë"), ("academy", "zo"), ("academy", "zoë#")):
        assert not kept.declarations.of(program, subject).made


def test_whoever_declares_upon_what_does_not_stand_any_more_changes_nothing(kept: StaffStores) -> None:
    kept.declarations.declare("academy", "anna", "a" * 32, role="reviewer", after=Declaration(), at=NOW)
    with pytest.raises(DeclarationChanged):
        kept.declarations.declare("academy", "anna", "b" * 32, role="reviewer", after=Declaration(), at=NOW)
    assert kept.declarations.of("academy", "anna") == Declaration("a" * 32, frozenset({"a" * 32}), 1)
    assert kept.audited() == 1


def test_what_a_person_gives_in_a_day_is_counted_with_its_record_and_once(kept: StaffStores) -> None:
    for request in ("r1", "r2", "r2"):
        kept.decisions.record(given(request), GRANT)
    with pytest.raises(Conflict, match=r"admin\.daily_grants_used given=800 limit=1000"):
        kept.decisions.record(given("r3"), GRANT)
    assert kept.decisions.record(given("r1", "another"), GRANT) == given("r1")
    kept.decisions.record(given("r3"), replace(GRANT, points=200))
    kept.decisions.record(given("r4"), replace(GRANT, by="ben"))
    kept.decisions.record(given("r5"), replace(GRANT, minute=GRANT.minute + 24 * 60))
    kept.decisions.record(replace(given("r6"), program="bank"), replace(GRANT, program="bank"))
    assert kept.audited() == 6


@EMULATED
def test_of_eight_grants_at_once_no_more_is_given_than_a_day_allows(tables: Tables) -> None:
    live = stack_tables(tables)

    def one(number: int) -> bool:
        try:
            decisions_of(live).record(given(f"r{number}"), replace(GRANT, points=300))
        except Conflict:
            return False
        return True

    assert sum(at_once(one)) == 3
    assert tables.client.scan(TableName=tables.audit)["Count"] == 3


@EMULATED
def test_of_eight_changes_and_grants_at_once_no_more_is_given_than_a_day_allows(tables: Tables) -> None:
    live = stack_tables(tables)
    reviews = [entry_review("audit", "academy", MEMBER, ("lms", f"{n}"), now=NOW) for n in range(8)]
    for review in reviews:
        queue_of(live).open(review)

    def one(number: int) -> bool:
        try:
            if number % 2:
                decisions_of(live).record(given(f"r{number}"), replace(GRANT, points=300))
                return True
            return queue_of(live).decide(reviews[number], decided(), replace(GRANT, points=300))
        except Conflict:
            return False

    won = at_once(one)
    assert sum(won) == 3
    open_ones = [found(queue_of(live), each).status for each in reviews]
    assert open_ones.count("decided") == sum(won[::2])
    assert tables.client.scan(TableName=tables.audit)["Count"] == 3


@EMULATED
def test_of_eight_declarations_at_once_each_that_stands_is_audited(tables: Tables) -> None:
    live = stack_tables(tables)
    store = DynamoDeclarations(members_of(live), audit=tables.audit)

    def one(number: int) -> bool:
        try:
            store.declare("academy", "anna", f"{number:032x}", role="reviewer", after=Declaration(), at=NOW)
        except DeclarationChanged:
            return False
        return True

    won = at_once(one)
    assert sum(won) == 1
    winner = f"{won.index(True):032x}"
    assert store.of("academy", "anna") == Declaration(winner, frozenset({winner}), 1)
    assert tables.client.scan(TableName=tables.audit)["Count"] == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_while_a_change_is_decided_it_is_decided_and_counted_once(when: When, tables: Tables) -> None:
    live = stack_tables(tables)
    review = entry_review("audit", "academy", MEMBER, ("lms", "e"), now=NOW)
    queue = queue_of(live)
    queue.open(review)
    mortal = Interposed(queue, Fate(at=0, when=when))
    with pytest.raises(Killed):
        mortal.decide(review, decided(), GRANT)
    assert queue.decide(review, decided(), GRANT) is (when == "before")
    counted = members_of(live).get("academy#staff:anna", "GIVEN")
    assert counted is not None
    assert json.loads(counted["minutes"]) == {str(GRANT.minute): 400}


def test_what_a_person_gives_begins_anew_at_no_midnight_but_a_day_after_each(kept: StaffStores) -> None:
    evening = NOW.replace(hour=23, minute=59)

    def give(request: str, points: int, after: timedelta) -> None:
        grant = DailyGrant.of("academy", most_granted=100, by="anna", points=points, at=evening + after)
        kept.decisions.record(given(request), grant)

    give("r1", 600, timedelta())
    give("r2", 300, timedelta(minutes=2))
    with pytest.raises(Conflict, match=r"admin\.daily_grants_used given=900 limit=1000"):
        give("r3", 101, timedelta(hours=23, minutes=59))
    give("r3", 700, timedelta(hours=24))
    with pytest.raises(Conflict, match=r"admin\.daily_grants_used given=1000 limit=1000"):
        give("r4", 1, timedelta(hours=24, minutes=1))
    give("r4", 300, timedelta(hours=24, minutes=2))
