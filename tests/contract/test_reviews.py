"""Reviews twice over: opened once, decided once, and delivered at least once, whoever is at them at the same time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from infra.local.emulator import Emulator
from ladder.adapters.cognito import CognitoReviewers
from ladder.adapters.dynamodb.disputes import DynamoDisputes
from ladder.adapters.dynamodb.items import encode
from ladder.adapters.dynamodb.reviews import DynamoReviewQueue
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.memory.reviews import MemoryReviewQueue
from ladder.domain.disputes import Dispute
from ladder.domain.errors import Gone
from ladder.domain.reviews.opening import of_dispute, of_person
from ladder.domain.reviews.review import Decided, Review, Terms
from ladder.domain.rewards.change import Change
from ladder.domain.rewards.entry import Line
from ladder.domain.rewards.state import State
from ladder.ports.reviews import ReviewQueue
from tests.contract.conftest import EMULATED, Tables
from tests.contract.ledgers import Stage, stage
from tests.contract.test_disputes import RAISED
from tests.contract.test_dynamodb_races import at_once
from tests.domain.sample_rulebook import academy, book
from tests.domain.test_reviews import APPROVE, ENTRY, HOLD, MEMBER, NOW, REJECT, VERDICT

LATER = NOW + timedelta(hours=1)
HERE = (MEMBER, HOLD.id)


@dataclass(frozen=True, slots=True)
class Kept:
    queue: ReviewQueue
    audited: Callable[[], int]


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=EMULATED)])
def kept(request: pytest.FixtureRequest) -> Kept:
    if request.param == "memory":
        memory = MemoryReviewQueue()
        return Kept(memory, lambda: len(memory.audit))
    tables: Tables = request.getfixturevalue("tables")
    return Kept(queue_of(stage(tables)), lambda: tables.client.scan(TableName=tables.audit)["Count"])


def queue_of(live: Stage, client: Any = None) -> DynamoReviewQueue:
    return DynamoReviewQueue(members_of(live, client), audit=live.tables.audit)


def members_of(live: Stage, client: Any = None) -> Table:
    return live.stores(client).members


def decided(terms: Terms = APPROVE, by: str = "anna") -> Decided:
    return Decided(terms=terms, reason="I have looked at it", by=by, at=LATER)


def found(queue: ReviewQueue, review: Review) -> Review:
    (one,) = queue.find(review.program, [(review.member, review.id)])
    return one


def test_it_is_opened_once_whatever_has_become_of_it(kept: Kept) -> None:
    assert [kept.queue.open(HOLD), kept.queue.open(replace(HOLD, created_at=LATER))] == [True, False]
    kept.queue.decide(HOLD, decided())
    assert kept.queue.open(HOLD) is False
    assert found(kept.queue, HOLD) == replace(HOLD, decided=decided())


def test_what_waits_is_listed_oldest_first_by_program(kept: Kept) -> None:
    others = [replace(VERDICT, created_at=LATER), replace(HOLD, member="0" * 32), replace(HOLD, program="bank")]
    for each in (*others, HOLD):
        kept.queue.open(each)
    told = [(each.kind, each.member) for each in kept.queue.waiting("academy")]
    assert told == [("hold", "0" * 32), ("hold", MEMBER), ("verdict", MEMBER)]
    assert len(kept.queue.waiting("bank")) == 1
    kept.queue.decide(HOLD, decided())
    assert [each.member for each in kept.queue.waiting("academy")] == ["0" * 32, MEMBER]


def test_it_is_found_in_its_own_program_alone(kept: Kept) -> None:
    kept.queue.open(HOLD)
    assert kept.queue.find("academy", [HERE, ("0" * 32, HOLD.id), (MEMBER, "0" * 32)]) == [HOLD]
    assert kept.queue.find("bank", [HERE]) == []
    assert kept.queue.find("academy", []) == []


def test_it_is_assigned_by_whoever_saw_it_as_it_is(kept: Kept) -> None:
    kept.queue.open(HOLD)
    given = partial(kept.queue.assign, by="ida")
    assert given(HOLD, "anna", at=LATER)
    assert not given(HOLD, "ole", at=LATER)
    assert given(replace(HOLD, assigned_to="anna"), None, at=LATER + timedelta(hours=1))
    assert given(HOLD, "ole", at=LATER + timedelta(hours=2))
    assert [each.assigned_to for each in kept.queue.waiting("academy")] == ["ole"]
    assert kept.audited() == 3
    kept.queue.decide(HOLD, decided())
    assert not given(replace(HOLD, assigned_to="ole"), "anna", at=LATER + timedelta(hours=3))
    assert kept.audited() == 4


def test_what_a_person_opens_is_audited_once(kept: Kept) -> None:
    wanted = of_person("peer", "academy", MEMBER, ("academy", "e"), by="anna", reason="he says so", now=NOW)
    assert [kept.queue.open(each) for each in (wanted, replace(wanted, created_at=LATER))] == [True, False]
    kept.queue.open(HOLD)
    assert found(kept.queue, wanted) == wanted
    assert kept.audited() == 1


@pytest.mark.parametrize("second", [decided(), decided(REJECT), decided(by="ole")])
def test_the_first_decision_stands_and_is_audited_once(kept: Kept, second: Decided) -> None:
    kept.queue.open(VERDICT)
    assert [kept.queue.decide(VERDICT, decided()), kept.queue.decide(VERDICT, second)] == [True, False]
    assert found(kept.queue, VERDICT).decided == decided()
    assert kept.audited() == 1


def test_what_was_never_opened_is_not_decided(kept: Kept) -> None:
    assert not kept.queue.decide(HOLD, decided())
    assert not kept.queue.assign(HOLD, "anna", by="ida", at=LATER)
    assert (kept.audited(), kept.queue.find("academy", [HERE])) == (0, [])


def test_an_effect_is_due_until_it_is_delivered(kept: Kept) -> None:
    for each in (HOLD, VERDICT):
        kept.queue.open(each)
    kept.queue.decide(HOLD, decided())
    kept.queue.decide(VERDICT, decided(REJECT))
    assert [each.id for each in kept.queue.undelivered("academy")] == [HOLD.id]
    assert kept.queue.undelivered("bank") == []
    kept.queue.delivered(HOLD)
    kept.queue.delivered(HOLD)
    assert kept.queue.undelivered("academy") == []


def test_every_part_of_a_decision_is_kept(kept: Kept) -> None:
    kept.queue.open(VERDICT)
    terms = Terms(action="change", badge="WRITER", attributes={"score": 9.5, "passed": True, "note": "näh", "x": None})
    kept.queue.decide(VERDICT, decided(terms))
    assert found(kept.queue, VERDICT).decided == decided(terms)


@EMULATED
def test_of_eight_that_decide_at_once_exactly_one_wins(tables: Tables) -> None:
    live = stage(tables)
    queue_of(live).open(HOLD)
    terms = [APPROVE, REJECT] * 4
    won = at_once(lambda number: queue_of(live).decide(HOLD, decided(terms[number], by=f"{number}")))
    assert sum(won) == 1
    winner = found(queue_of(live), HOLD).decided
    assert winner is not None
    assert (winner.by, winner.terms) == (f"{won.index(True)}", terms[won.index(True)])
    assert tables.client.scan(TableName=tables.audit)["Count"] == 1


@EMULATED
def test_of_eight_that_take_it_at_once_exactly_one_has_it(tables: Tables) -> None:
    live = stage(tables)
    queue_of(live).open(HOLD)
    won = at_once(lambda number: queue_of(live).assign(HOLD, f"{number}", by="ida", at=LATER))
    assert sum(won) == 1
    assert found(queue_of(live), HOLD).assigned_to == f"{won.index(True)}"
    assert tables.client.scan(TableName=tables.audit)["Count"] == 1


@EMULATED
def test_the_audit_has_neither_the_reason_nor_what_would_let_it_be_guessed(tables: Tables) -> None:
    live = stage(tables)
    queue_of(live).open(HOLD)
    queue_of(live).decide(HOLD, decided())
    (record,) = tables.client.scan(TableName=tables.audit)["Items"]
    assert decided().reason not in str(record)
    assert len(record["digest"]["B"]) == 32
    assert (record["who"], record["about"]["M"]["decision"]) == ({"S": "anna"}, {"S": HOLD.id})


# where they come from


def _held(live: Stage) -> None:
    change = Change(program="academy", member=MEMBER, before=State(), after=State(), entries=[ENTRY], due_at=LATER)
    live.stores().ledger(academy()).commit(change)


@EMULATED
def test_what_is_held_opens_a_review_with_it(tables: Tables) -> None:
    live = stage(tables)
    _held(live)
    assert found(queue_of(live), HOLD) == HOLD


@EMULATED
@pytest.mark.parametrize(("share", "drawn"), [(1000, True), (0, False)])
def test_chance_draws_what_paid_at_once_and_not_what_waits(tables: Tables, *, share: int, drawn: bool) -> None:
    live = stage(tables)
    paid = replace(
        ENTRY, activity=replace(ENTRY.activity, id="b"), lines=(Line("PASSED", base=50, paid=50),), points=50
    )
    change = Change(
        program="academy", member=MEMBER, before=State(), after=State(), entries=[ENTRY, paid], due_at=LATER
    )
    live.stores().ledger(book(audited_per_thousand=share)).commit(change)
    told = sorted((each.kind, each.summary["event"]) for each in _all(queue_of(live)))
    assert told == ([("audit", "b")] if drawn else []) + [("hold", ENTRY.key[1])]


def _all(queue: DynamoReviewQueue) -> list[Review]:
    return queue.find("academy", [(each.member, each.id) for each in queue.waiting("academy")])


@EMULATED
@pytest.mark.parametrize("first", [True, False])
def test_what_is_decided_by_time_or_another_event_waits_for_nobody(tables: Tables, *, first: bool) -> None:
    """A decision that came before it stands, and its effect is delivered all the same."""
    live = stage(tables)
    _held(live)
    if first:
        queue_of(live).decide(HOLD, decided(REJECT))
    state = State(version=1)
    release = replace(ENTRY.activity, source="ladder", id="release")
    entry = replace(ENTRY, activity=release, lines=(), held=-50, sequence=2)
    live.stores().ledger(academy()).commit(
        Change(
            program="academy",
            member=MEMBER,
            before=state,
            after=State(version=1),
            entries=[entry],
            due_at=LATER,
            decided=[ENTRY.key],
        )
    )
    queue = queue_of(live)
    assert queue.waiting("academy") == []
    assert found(queue, HOLD).status == ("decided" if first else "lapsed")
    assert [each.id for each in queue.undelivered("academy")] == ([HOLD.id] if first else [])
    assert queue.decide(HOLD, decided()) is False


@EMULATED
def test_a_hold_from_before_there_were_reviews_can_be_decided_and_is_no_review(tables: Tables) -> None:
    live = stage(tables)
    _held(live)
    partition = {"pk": f"academy#{MEMBER}", "sk": f"REVIEW#{HOLD.id}"}
    tables.client.delete_item(TableName=live.members, Key=encode(partition))
    change = Change(
        program="academy",
        member=MEMBER,
        before=State(version=1),
        after=State(version=1),
        entries=[],
        due_at=LATER,
        decided=[ENTRY.key],
    )
    live.stores().ledger(academy()).commit(change)
    assert queue_of(live).find("academy", [HERE]) == []
    assert not queue_of(live).decide(HOLD, decided())


def _dispute(live: Stage, raised: Dispute = RAISED) -> Review:
    DynamoDisputes(members_of(live), audit=live.tables.audit).record(raised)
    return of_dispute(raised)


@EMULATED
def test_a_dispute_opens_a_review_once(tables: Tables) -> None:
    live = stage(tables)
    review = _dispute(live)
    _dispute(live, replace(RAISED, text="in other words"))
    assert found(queue_of(live), review) == review
    assert len(queue_of(live).waiting("academy")) == 1


@EMULATED
@pytest.mark.parametrize(
    ("terms", "state"), [(Terms(action="approve", remedy="reverse"), "upheld"), (REJECT, "declined")]
)
def test_whoever_disputed_something_reads_what_became_of_it(tables: Tables, terms: Terms, state: str) -> None:
    live = stage(tables)
    review = _dispute(live)
    assert queue_of(live).decide(review, decided(terms))
    (told,) = DynamoDisputes(members_of(live), audit=tables.audit).of("academy", RAISED.member)
    assert (told.state, told.answer, told.text) == (state, decided().reason, RAISED.text)


@EMULATED
def test_nothing_is_opened_or_decided_of_somebody_who_was_erased(tables: Tables) -> None:
    live = stage(tables)
    queue_of(live).open(HOLD)
    erased = {"pk": f"academy#{MEMBER}", "sk": "STATE", "erased_at": datetime.now(UTC).isoformat()}
    tables.client.put_item(TableName=live.members, Item=encode(erased))
    with pytest.raises(Gone):
        queue_of(live).decide(HOLD, decided())
    assert not queue_of(live).open(VERDICT)
    by_hand = of_person("peer", "academy", MEMBER, ("academy", "e"), by="anna", reason="he says so", now=NOW)
    assert not queue_of(live).open(by_hand)
    assert tables.client.scan(TableName=tables.audit)["Count"] == 0


# who may decide them


def _user(cognito: Any, pool: str, name: str, program: str, groups: Sequence[str]) -> str:
    told = cognito.admin_create_user(
        UserPoolId=pool, Username=name, UserAttributes=[{"Name": "custom:program", "Value": program}]
    )
    for group in groups:
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=group)
    return next(str(each["Value"]) for each in told["User"]["Attributes"] if each["Name"] == "sub")


@EMULATED
def test_reviewers_are_those_of_the_program_who_have_a_role_that_decides(aws: Emulator) -> None:
    cognito = aws.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
    for group in ("viewer", "reviewer", "admin"):
        cognito.create_group(UserPoolId=pool, GroupName=group)
    both = _user(cognito, pool, "anna", "academy", ["reviewer", "admin"])
    admin = _user(cognito, pool, "ole", "academy", ["admin"])
    _user(cognito, pool, "ida", "academy", ["viewer"])
    _user(cognito, pool, "eve", "bank", ["reviewer"])
    gone = _user(cognito, pool, "max", "academy", ["reviewer"])
    cognito.admin_disable_user(UserPoolId=pool, Username="max")
    reviewers = CognitoReviewers(cognito, pool)
    assert reviewers.of("academy") == sorted([both, admin])
    assert gone not in reviewers.of("academy")
    assert reviewers.of("nowhere") == []
