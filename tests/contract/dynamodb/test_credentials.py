"""Badges that are taken along, on DynamoDB: issued once, revoked once, and forgotten with the member."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from typing import get_args

import pytest

from credentials.take_along import Chance
from infra.local.emulator import Emulator
from ladder.adapters.aws import backoff
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.credentials import PROBES, DynamoCredentials
from ladder.adapters.dynamodb.ledger import to_item
from ladder.adapters.dynamodb.personal_data import DynamoErasures, DynamoPersonalData
from ladder.adapters.dynamodb.table import Table
from ladder.domain.credentials.issuer import Issuer
from ladder.domain.credentials.status_list import LENGTH, StatusPlace
from ladder.domain.errors import MemberErased, NotFound, Superseded
from ladder.domain.points.replay import rebuild
from ladder.usage import Usage
from tests.builders.ledger_stores import StackTables, stack_tables
from tests.builders.reviews import MEMBER
from tests.builders.stores import EMULATED, Tables
from tests.builders.taken_along import NOW, RULES, BadgeTaker, issuing, payload
from tests.fakes.fault_injection import Fate, Interposed, Killed, When

OTHER = "0" * 31 + "1"


@pytest.fixture
def taker(tables: Tables) -> BadgeTaker:
    stack = stack_tables(tables)
    stack.publish(issuing())
    return BadgeTaker(stack)


def chance(*indexes: int) -> Chance:
    """Return places one after the other, and random ids."""
    places = iter(indexes)
    return Chance(secrets.token_bytes, lambda below: next(places))


def revoked(taker: BadgeTaker, number: int = 1) -> set[int]:
    listed = taker.credentials.status_list("academy", number)
    assert listed is not None
    return {index for index in range(LENGTH) if listed.is_revoked(index)}


def test_asking_twice_gives_the_same_credential_to_the_letter(taker: BadgeTaker) -> None:
    taker.passed(3)
    first = taker.takes().issued
    assert taker.takes().issued == first
    assert len(taker.credentials.of("academy", MEMBER)) == 1


def test_a_badge_that_was_not_earned_cannot_be_taken_along(taker: BadgeTaker) -> None:
    taker.passed(2)
    with pytest.raises(NotFound):
        taker.takes()
    with pytest.raises(NotFound):
        taker.takes("NOBODY")


def test_a_higher_tier_is_a_credential_of_its_own_and_the_lower_one_stays_valid(taker: BadgeTaker) -> None:
    taker.passed(3)
    bronze = taker.takes().issued
    taker.passed(5)
    silver = taker.takes().issued
    assert payload(silver.token)["name"] == "sharer: silver"
    assert {issued.id for issued in taker.credentials.of("academy", MEMBER)} == {bronze.id, silver.id}
    assert taker.loses() == 0


def test_a_reversal_revokes_once_and_a_badge_that_comes_back_is_a_new_credential(taker: BadgeTaker) -> None:
    taker.passed(3)
    first = taker.takes(chance=chance(5, 6, 7)).issued
    taker.reversed(1)
    assert (taker.loses(), taker.loses()) == (1, 0)
    assert revoked(taker) == {5}

    taker.passed(4)  # the fourth makes three again
    second = taker.takes(chance=chance(5, 8, 9)).issued
    assert (second.id != first.id, second.place) == (True, StatusPlace(1, 8))
    assert revoked(taker) == {5}  # for good


def test_only_the_tier_that_was_lost_is_revoked(taker: BadgeTaker) -> None:
    taker.passed(3)
    taker.takes(chance=chance(1, 2, 3))
    taker.passed(5)
    taker.takes(chance=chance(4, 2, 3))
    taker.reversed(4)  # 300 points are left, which is bronze
    assert taker.loses() == 1
    assert revoked(taker) == {4}


def test_an_entry_that_takes_a_badge_back_says_so_for_the_stream_and_no_other_does(taker: BadgeTaker) -> None:
    taker.passed(3)
    taker.reversed(1)
    items = taker.stack.stores().members.query(keys.member("academy", MEMBER), keys.within(keys.ENTRY))
    assert {item["sk"]: item.get("lost") for item in items if "lost" in item} == {"ENTRY#ladder#undo-1": "badge"}


def test_a_correction_of_a_state_is_a_reason_to_look_and_the_state_decides(taker: BadgeTaker) -> None:
    taker.passed(3)
    taker.takes()
    stores = taker.stack.stores()
    ledger = stores.ledger(stores.compiled("academy"))
    state, _ = ledger.load("academy", MEMBER, [])
    entries = ledger.entries("academy", MEMBER)
    _, corrected = rebuild(state, state, entries, program_version=1, at=NOW)
    assert to_item("academy#m", corrected)["lost"] == "badge"
    assert taker.loses() == 0  # the member still has it


def test_a_badge_that_is_lost_while_its_credential_is_signed_is_not_issued(taker: BadgeTaker) -> None:
    """The state is checked in the transaction that saves the credential."""
    taker.passed(3)

    class ReversedMeanwhile:
        def keys(self) -> object:
            return taker.signer.keys()

        def sign(self, message: bytes) -> bytes:
            taker.reversed(1)
            return taker.signer.sign(message)

    with pytest.raises(NotFound):
        replace(taker, signer=ReversedMeanwhile()).takes()  # type: ignore[arg-type]
    assert taker.credentials.of("academy", MEMBER) == []


def killed_anywhere(taker: BadgeTaker, act: Callable[[BadgeTaker], object]) -> int:
    """Kill an act before and after each of its calls, and do it again; return how often it was killed."""
    killed = 0
    for at in count():
        for when in get_args(When.__value__):
            client = Interposed(taker.stack.tables.client, Fate(at=at, when=when))
            stack = StackTables(replace(taker.stack.tables, client=client), taker.stack.members)
            try:
                act(replace(taker, stack=stack))
            except Killed:
                killed += 1
            else:
                return killed
    raise AssertionError("it never ends")


def test_killed_anywhere_a_member_has_one_credential_and_it_is_the_one_that_they_were_given(
    taker: BadgeTaker,
) -> None:
    taker.passed(3)
    assert killed_anywhere(taker, BadgeTaker.takes) > 10
    [issued] = taker.credentials.of("academy", MEMBER)
    assert taker.takes().issued == issued


def test_killed_anywhere_a_lost_badge_is_revoked_and_nothing_else(taker: BadgeTaker) -> None:
    taker.passed(3)
    place = taker.takes().issued.place
    taker.reversed(1)
    assert killed_anywhere(taker, BadgeTaker.loses) > 10
    assert revoked(taker) == {place.index}
    assert taker.loses() == 0


def test_when_the_issuer_has_moved_the_old_credential_is_revoked_and_a_new_one_issued(taker: BadgeTaker) -> None:
    taker.passed(3)
    old = taker.takes().issued
    moved = replace(taker, issuer=Issuer("academy", replace(RULES, address="https://badges.example.org")))
    new = moved.takes().issued
    assert new.id != old.id
    assert revoked(taker) == {old.place.index}
    assert moved.takes().issued == new


def test_a_full_list_is_followed_by_another_one(taker: BadgeTaker) -> None:
    taker.passed(3)
    taker.takes(chance=chance(1, 2, 3))
    other = replace(taker, member=OTHER)
    other.passed(3)
    assert other.takes(chance=chance(*[1] * PROBES, 1, 2, 3)).issued.place == StatusPlace(2, 1)
    assert taker.credentials.status_list("academy", 2) is not None
    assert taker.credentials.status_list("academy", 3) is None


def test_neither_a_list_nor_a_place_says_whose_it_is(taker: BadgeTaker) -> None:
    taker.passed(3)
    issued = taker.takes().issued
    items = list(taker.stack.stores().members.query(keys.status_lists("academy")))
    assert [set(item) for item in items] == [{"pk", "sk", "version", "bits"}, {"pk", "sk"}]
    assert MEMBER not in str(items)
    assert issued.id not in str(items)


def test_an_erasure_revokes_and_leaves_a_credential_that_says_nothing_about_the_person(taker: BadgeTaker) -> None:
    taker.passed(3)
    issued = taker.takes().issued
    stores = taker.stack.stores()
    exported = DynamoPersonalData(
        stores.members, Table(taker.stack.tables.client, taker.stack.tables.audit, Usage()), stores.ledger(issuing())
    ).of("academy", MEMBER)
    assert [item["token"] for item in exported["credential"]] == [issued.token]

    erasures = DynamoErasures(stores.members, stores.programs)
    erasures.close("academy", MEMBER, at=NOW)
    with pytest.raises(MemberErased):
        taker.takes()
    erasures.forget("academy", MEMBER, user=None)

    assert taker.credentials.of("academy", MEMBER) == []
    assert revoked(taker) == {issued.place.index}
    said = str(payload(issued.token))
    assert MEMBER not in said
    assert taker.loses() == 0


def test_a_place_that_somebody_took_in_between_is_not_given_twice(taker: BadgeTaker) -> None:
    taker.passed(3)
    issued = taker.takes(chance=chance(1, 2, 3)).issued
    other = replace(taker, member=OTHER)
    other.passed(3)
    state, _ = other.stack.stores().ledger(issuing()).load("academy", OTHER, [])
    with pytest.raises(Superseded):
        taker.credentials.save("academy", OTHER, replace(issued, id="urn:uuid:0"), state_version=state.version)


@EMULATED
def test_of_six_who_ask_at_once_for_one_member_all_get_the_same(aws: Emulator, tables: Tables) -> None:
    stack = stack_tables(replace(tables, client=aws.client("dynamodb")))
    stack.publish(issuing())
    taker = BadgeTaker(stack)
    taker.passed(3)
    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(lambda _: taker.takes().issued.id, range(6)))
    assert len(set(taken)) == 1


@EMULATED
def test_members_who_lose_badges_at_once_are_all_in_the_list(aws: Emulator, tables: Tables) -> None:
    stack = stack_tables(replace(tables, client=aws.client("dynamodb")))
    stack.publish(issuing())
    takers = [BadgeTaker(stack, member=f"{number:032x}") for number in range(4)]
    places = set()
    for taker in takers:
        taker.passed(3)
        places.add(taker.takes().issued.place.index)
        taker.reversed(1)
    store = DynamoCredentials(Table(aws.client("dynamodb"), stack.members, Usage(), pause=backoff))
    with ThreadPoolExecutor(4) as pool:
        for taker in takers:
            [issued] = store.of("academy", taker.member)
            pool.submit(store.revoke, "academy", taker.member, issued, at=NOW)
    assert revoked(takers[0]) == places
