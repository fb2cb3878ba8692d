"""A member is erased while an award of theirs is under way: it is a fact or was dropped, and all adds up."""

import pytest

from infra.local.emulator import Emulator
from tests.builders.erasure_meanwhile import AWARD, erasure_meanwhile
from tests.builders.stores import EMULATED
from tests.fakes.fault_injection import Fate, Killed, Meanwhile, When

pytestmark = EMULATED

BEFORE = 4  # entries of the member
NEW = 3  # that the award brings: two of its own, and what the team is granted


@pytest.fixture(scope="module")
def award(aws: Emulator) -> list[str]:
    """The calls that it makes where nobody disturbs it."""
    here, fate = erasure_meanwhile(aws, "award"), Fate()
    assert (here.bring(fate), here.entries()) == ([], BEFORE + NEW)
    return fate.calls


@pytest.fixture(scope="module")
def erasure(aws: Emulator) -> list[str]:
    here, fate = erasure_meanwhile(aws, "erasure"), Fate()
    here.setup.erase(fate)
    return fate.calls


def test_the_award_makes_every_kind_of_call(award: list[str]) -> None:
    assert len(AWARD) == NEW
    assert {name.partition(".")[2] for name in award} == {
        *(
            "load",
            "refuse",
            "entries",
            "allotment",
            "reserve_taken",
            "commit",
            "member",
            "teammates",
            "contribute",
            "granted",
            "send",
        )
    }


@pytest.mark.parametrize("when", ["before", "after"])
def test_whoever_is_erased_at_any_call_of_their_award_has_it_among_their_facts_or_not_at_all(
    aws: Emulator, award: list[str], when: When
) -> None:
    committed = award.index("DynamoLedger.commit")
    for at in range(len(award)):
        here = erasure_meanwhile(aws, f"award-{when}-{at}")
        assert here.bring(Meanwhile(at=at, when=when, act=here.setup.erase)) == []
        paid = at > committed or (at == committed and when == "after")
        assert (here.entries(), here.wrong()) == (BEFORE + 2 * paid, []), award[at]
        assert here.bring() == []
        assert (here.entries(), here.wrong(), here.setup.erase().again) == (BEFORE + 2 * paid, [], True), award[at]


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_award_at_any_call_of_their_erasure_is_among_their_facts_or_was_dropped(
    aws: Emulator, erasure: list[str], when: When
) -> None:
    closed = erasure.index("DynamoErasures.close")
    for at in range(len(erasure)):
        here = erasure_meanwhile(aws, f"erasure-{when}-{at}")
        here.setup.erase(Meanwhile(at=at, when=when, act=here.bring))
        in_time = at < closed or (at == closed and when == "before")
        assert (here.entries(), here.wrong()) == (BEFORE + NEW * in_time, []), erasure[at]
        assert sum(here.dropped) == (not in_time), erasure[at]


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_erasure_that_is_killed_at_any_call_and_goes_on_after_an_award_ends_the_same(
    aws: Emulator, erasure: list[str], when: When
) -> None:
    closed = erasure.index("DynamoErasures.close")
    for at in range(len(erasure)):
        here = erasure_meanwhile(aws, f"dead-erasure-{when}-{at}")
        with pytest.raises(Killed):
            here.setup.erase(Fate(at=at, when=when))
        assert here.bring() == []
        here.setup.erase()
        in_time = at < closed or (at == closed and when == "before")
        assert (here.entries(), here.wrong()) == (BEFORE + NEW * in_time, []), erasure[at]


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_award_that_is_killed_at_any_call_and_comes_again_after_the_erasure_is_dropped(
    aws: Emulator, award: list[str], when: When
) -> None:
    committed = award.index("DynamoLedger.commit")
    for at in range(len(award)):
        here = erasure_meanwhile(aws, f"dead-award-{when}-{at}")
        with pytest.raises(Killed):
            here.bring(Fate(at=at, when=when))
        here.setup.erase()
        assert here.bring() == []
        paid = at > committed or (at == committed and when == "after")
        assert (here.entries(), here.wrong()) == (BEFORE + 2 * paid, []), award[at]
