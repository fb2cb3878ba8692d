"""Links that a person makes, confirms or ends: the id and its audit record together, or neither."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.links import DynamoLinks
from ladder.adapters.dynamodb.reviews import DynamoReviewQueue
from ladder.adapters.dynamodb.staff import DynamoDeclarations
from ladder.domain.activities.activity import LOGIN
from ladder.domain.activities.ports import Identities, Logins
from ladder.domain.audit.records import Record, salted_digest
from ladder.domain.errors import Conflict, Rejected
from ladder.domain.message import verbatim
from ladder.domain.reviews.audit_records import id_linked, id_unlinked
from ladder.domain.reviews.opening import link_review
from ladder.domain.reviews.ports import ConfirmationRequired, Declarations, Links, ReviewQueue
from ladder.domain.reviews.review import Review, ReviewDecision, Terms
from tests.builders.ledger_stores import StackTables, stack_tables
from tests.builders.stores import EMULATED, Tables
from tests.builders.threads import at_once
from tests.fakes import MemoryDeclarations, MemoryIdentities, MemoryLinks
from tests.fakes.fault_injection import Fate, Interposed, Killed, When
from tests.fakes.reviews import MemoryReviewQueue

JO, AL = "a" * 32, "b" * 32
NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Linking:
    links: Links
    logins: Logins
    identities: Identities
    reviews: ReviewQueue
    declarations: Declarations
    audited: Callable[[], int]

    def link(self, raw: str, member: str, *, number: int = 0, source: str = "lms") -> None:
        self.links.link("academy", source, raw, member, record(member, number, source))

    def unlink(self, raw: str, member: str, *, at: datetime = NOW, source: str = "lms") -> bool:
        gone = id_unlinked("academy", member, source, by="anna", why=verbatim("not theirs"), at=at)
        return self.links.unlink("academy", source, raw, member, gone)

    def asked(self, raw: str, member: str, *, source: str = "lms") -> Review:
        with pytest.raises(ConfirmationRequired) as second:
            self.link(raw, member, source=source)
        mark, was = self.links.fingerprint(source, raw), second.value.was
        review = link_review(
            "academy", member, source, raw, mark=mark, was=was, by="anna", reason="moved house", now=NOW
        )
        self.reviews.open(review)
        return self.kept(review)

    def kept(self, review: Review) -> Review:
        (found,) = self.reviews.find("academy", [(review.member, review.id)])
        return found

    def find(self, raw: str, source: str = "lms") -> str | None:
        return self.logins.find("academy", source, raw)


def linking_on(live: StackTables) -> Linking:
    table, tables = live.stores().members, live.tables
    stored = DynamoIdentities(table, lambda: "the key")
    links = DynamoLinks(table, stored, audit=tables.audit)
    queue = DynamoReviewQueue(table, audit=tables.audit, links=links)
    declarations = DynamoDeclarations(table, audit=tables.audit)
    return Linking(links, stored, stored, queue, declarations, lambda: len(_audit(tables)))


@pytest.fixture(params=["memory", "dynamodb"])
def linking(request: pytest.FixtureRequest) -> Linking:
    if request.param == "memory":
        identities, declarations = MemoryIdentities(), MemoryDeclarations()
        memory = MemoryLinks(identities, declarations)
        queue = MemoryReviewQueue(links=memory)
        return Linking(
            memory, identities, identities, queue, declarations, lambda: len(memory.audit) + len(queue.audit)
        )
    return linking_on(stack_tables(request.getfixturevalue("tables")))


def record(member: str, number: int = 0, source: str = "lms") -> Record:
    return id_linked("academy", member, source, number=number, by="anna", at=NOW)


def decided(action: Any = "approve", at: datetime = LATER) -> ReviewDecision:
    return ReviewDecision(terms=Terms(action=action), reason="I asked them", by="ben", at=at)


def _audit(tables: Tables) -> list[Any]:
    items: list[Any] = tables.client.scan(TableName=tables.audit)["Items"]
    return items


def test_a_link_is_audited_once_however_often_it_is_made(linking: Linking) -> None:
    for number in range(2):
        linking.link("17", JO, number=number)
    assert linking.find("17") == JO
    assert linking.audited() == 1


@pytest.mark.parametrize("source", ["lms", LOGIN])
def test_one_person_makes_a_members_first_link_and_no_other(linking: Linking, source: str) -> None:
    linking.link("17", JO, source=source)
    linking.link("17", JO, source="crm")
    for raw, member, was in (("17", AL, JO), ("18", JO, None)):
        with pytest.raises(ConfirmationRequired) as second:
            linking.link(raw, member, source=source)
        assert second.value.was == was
    assert (linking.find("17", source), linking.find("18", source)) == (JO, None)
    assert linking.audited() == 2


def test_an_id_that_was_known_before_any_person_linked_it_is_nobodys_first_link(linking: Linking) -> None:
    (introduced,) = linking.identities.resolve("academy", "lms", ["17"]).values()
    linking.identities.link("academy", LOGIN, "jo@example.org", JO)
    for raw, member, source in (("17", JO, "lms"), ("jo@home", JO, LOGIN)):
        with pytest.raises(ConfirmationRequired):
            linking.link(raw, member, source=source)
    assert linking.find("17") == introduced


@pytest.mark.parametrize(("raw", "member"), [("18", JO), ("17", AL)], ids=["a further one", "one that moves"])
def test_a_second_person_confirms_a_link_and_the_id_goes_from_the_review(
    linking: Linking, raw: str, member: str
) -> None:
    linking.link("17", JO)
    review = linking.asked(raw, member)
    assert (review.summary["user"], linking.find(raw)) == (raw, JO if raw == "17" else None)
    assert linking.reviews.decide(review, decided())
    assert linking.find(raw) == member
    assert "user" not in linking.kept(review).summary
    assert not linking.reviews.decide(review, decided("reject"))
    # linked, asked for, decided and linked again; of one that moved, also whom it left
    assert linking.audited() == (5 if raw == "17" else 4)


def test_what_is_rejected_stays_as_it_was(linking: Linking) -> None:
    linking.link("17", JO)
    review = linking.asked("17", AL)
    assert linking.reviews.decide(review, decided("reject"))
    assert linking.find("17") == JO
    assert "user" not in linking.kept(review).summary


def test_an_id_that_was_unlinked_leads_to_nobody_until_its_member_has_it_again(linking: Linking) -> None:
    linking.link("17", JO)
    assert [linking.unlink("17", JO), linking.unlink("17", JO, at=LATER)] == [True, False]
    assert (linking.find("17"), linking.identities.resolve("academy", "lms", ["17"])) == (None, {"17": None})
    with pytest.raises(ConfirmationRequired):
        linking.link("17", AL)
    with pytest.raises(ConfirmationRequired):  # else whoever unlinks one makes room for another
        linking.link("18", JO)
    linking.link("17", JO, number=1)
    assert linking.find("17") == JO
    assert linking.audited() == 3


def test_nobody_unlinks_what_is_another_members_or_nobodys(linking: Linking) -> None:
    linking.link("17", JO)
    for raw, member in (("17", AL), ("18", JO)):
        with pytest.raises(Rejected):
            linking.unlink(raw, member)
    assert (linking.find("17"), linking.audited()) == (JO, 1)


def test_a_member_stays_the_own_case_of_a_login_that_was_unlinked_or_moved(linking: Linking) -> None:
    """Else a colleague unlinks it, and its owner decides their own case."""
    linking.link("zoe", JO, source=LOGIN)
    linking.unlink("zoe", JO, source=LOGIN)
    assert linking.declarations.of("academy", "zoe").own == {JO}
    linking.reviews.decide(linking.asked("zoe", AL, source=LOGIN), decided())
    assert linking.find("zoe", LOGIN) == AL
    linking.link("max", "c" * 32, source=LOGIN)
    linking.reviews.decide(linking.asked("max", JO, source=LOGIN), decided())
    assert linking.declarations.of("academy", "max").own == {"c" * 32}


def test_what_was_linked_otherwise_since_it_was_asked_for_is_not_confirmed(linking: Linking) -> None:
    linking.link("17", JO)
    review = linking.asked("17", AL)
    linking.reviews.decide(linking.asked("17", "c" * 32), decided())
    with pytest.raises(Conflict, match=r"reviews\.id_moved_meanwhile"):
        linking.reviews.decide(review, decided(at=LATER + timedelta(hours=1)))
    assert (linking.find("17"), linking.kept(review).status) == ("c" * 32, "open")


def test_an_erased_id_is_confirmed_for_nobody_and_an_erasure_spares_what_had_moved(linking: Linking) -> None:
    linking.link("17", JO)
    linking.link("27", "c" * 32)
    moving, erased = linking.asked("17", AL), linking.asked("27", AL)
    linking.reviews.decide(moving, decided())
    for member in (JO, "c" * 32):
        linking.identities.erase("academy", member)
    assert linking.find("17") == AL
    with pytest.raises(Conflict, match=r"reviews\.id_moved_meanwhile"):
        linking.reviews.decide(erased, decided())
    linking.unlink("17", AL)
    linking.identities.erase("academy", AL)
    with pytest.raises(Rejected):
        linking.link("17", AL)


def test_a_member_sees_by_how_many_ids_they_are_known_and_since_when(linking: Linking) -> None:
    linking.identities.link("academy", "crm", "x", JO)
    linking.link("jo@example.org", JO, source=LOGIN)
    linking.unlink("jo@example.org", JO, source=LOGIN, at=LATER)
    known = {each.source: each for each in linking.links.of("academy", JO)}
    assert (known["crm"].by_hand, known["crm"].since) == (False, None)
    assert (known[LOGIN].by_hand, known[LOGIN].since, known[LOGIN].until) == (True, NOW, LATER)
    assert linking.links.of("academy", AL) == []


def test_the_records_have_neither_the_id_nor_what_it_is_found_by_and_can_say_which_it_was(tables: Tables) -> None:
    live = stack_tables(tables)
    on = linking_on(live)
    on.link("jo.raw", JO)
    on.reviews.decide(on.asked("jo.raw", AL), decided())
    records = [each for each in _audit(tables) if "linked" in each["what"]["S"] or "opened" in each["what"]["S"]]
    stored = tables.client.scan(TableName=live.members)["Items"]
    (hashed,) = {each["pk"]["S"].removeprefix("academy#") for each in stored if each["sk"]["S"] == "IDENTITY"}
    back, ended = sorted(
        (each for each in stored if each["sk"]["S"] == f"IDENTITY#{hashed}"), key=lambda each: "unlinked_at" in each
    )
    assert (back["pk"]["S"], ended["pk"]["S"]) == (f"academy#{AL}", f"academy#{JO}")
    assert len(records) == 4
    for kept in records:
        assert not any(each in str(kept) for each in (hashed, "jo.raw", on.links.fingerprint("lms", "jo.raw")))
    linked = [each["digest"]["B"] for each in records if "linked" in each["what"]["S"]]
    assert linked == [salted_digest("jo.raw", back["salt"]["B"])] * 3
    assert "jo.raw" not in str([each for each in stored if "user" not in str(each)])


@EMULATED
def test_of_eight_links_to_one_member_at_once_one_is_made(tables: Tables) -> None:
    live = stack_tables(tables)

    def one(number: int) -> bool:
        try:
            linking_on(live).link(f"raw-{number}", JO, number=number, source=LOGIN)
        except ConfirmationRequired:
            return False
        return True

    won = at_once(one)
    assert (sum(won), len(_audit(tables))) == (1, 1)
    assert [linking_on(live).find(f"raw-{number}", LOGIN) for number in range(8)].count(JO) == 1


@EMULATED
def test_of_a_move_and_an_unlinking_at_once_each_that_is_done_is_audited(tables: Tables) -> None:
    live = stack_tables(tables)
    on = linking_on(live)
    on.link("17", JO)
    review = on.asked("17", AL)

    def one(number: int) -> bool:
        mine = linking_on(live)
        try:
            return mine.unlink("17", JO, at=LATER) if number % 2 else mine.reviews.decide(review, decided())
        except Exception:  # noqa: BLE001 - whoever was slower hears of it in one way or another
            return False

    won = at_once(one)
    assert sum(won[::2]) <= 1
    said = [each["what"]["S"] for each in _audit(tables)]
    assert said.count("audit.id_linked") == 1 + sum(won[::2])
    assert said.count("audit.review_approved") == sum(won[::2])
    moved = on.find("17") == AL
    assert moved is bool(sum(won[::2]))


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_while_it_is_confirmed_it_is_linked_and_decided_or_neither(tables: Tables, when: When) -> None:
    live = stack_tables(tables)
    on = linking_on(live)
    on.link("17", JO)
    review = on.asked("17", AL)
    for at in range(20):
        fate = Fate(at=at, when=when)
        client: Any = Interposed(tables.client, fate)
        table = live.stores(client).members
        links = DynamoLinks(table, DynamoIdentities(table, lambda: "the key"), audit=tables.audit)
        queue = DynamoReviewQueue(table, audit=tables.audit, links=links)
        try:
            queue.decide(review, decided())
        except Killed:
            assert (on.find("17") == AL) is (on.kept(review).status == "decided")
            continue
        break
    assert (on.find("17"), on.kept(review).status) == (AL, "decided")
    said = [each["what"]["S"] for each in _audit(tables)]
    assert (said.count("audit.id_linked"), said.count("audit.id_unlinked"), said.count("audit.review_approved")) == (
        2,
        1,
        1,
    )


def test_an_id_is_the_same_one_however_it_is_typed(linking: Linking) -> None:
    linking.link(" zoe\u0308 ", JO)
    linking.link("zoë", JO, number=1)
    assert linking.audited() == 1
    assert replace(linking.asked("zoë", AL)).summary["was"] == JO
    assert linking.unlink("zoe\u0308", JO)
