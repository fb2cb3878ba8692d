"""Claims of a night: one wins, and who lost it or was superseded changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from ladder.domain.challenges.ports import Rotations
from ladder.domain.challenges.rotation import Claim, Launch
from ladder.domain.errors import Superseded
from tests.builders.full_program import DAY, NOW, PROGRAM, claim, full_rotation, night, rotation
from tests.builders.stores import Stores
from tests.contract.dynamodb.claims import AGAIN, FIRST, NEXT, TOMORROW, claimed, live


def test_of_two_first_claims_one_wins(stores: Stores) -> None:
    claimed(stores)
    assert not stores.rotations.claim(rotation(FIRST, actor="somebody else"), instead_of=None)
    assert stores.rotations.hold(FIRST).actor == "the schedule"


def test_a_new_attempt_goes_on_from_what_was_recorded(stores: Stores) -> None:
    failed = replace(full_rotation(FIRST), superseded=False)
    stores.rotations.claim(failed, instead_of=None)
    again = rotation(AGAIN, actor="mia", reason="it failed", program_version=9)
    assert stores.rotations.claim(again, instead_of=FIRST)
    assert stores.rotations.hold(AGAIN) == replace(
        failed, claim=AGAIN, actor="mia", reason="it failed", replaces=None, failed=None
    )


def test_of_two_new_attempts_one_wins(stores: Stores) -> None:
    claimed(stores)
    assert stores.rotations.claim(rotation(AGAIN), instead_of=FIRST)
    assert not stores.rotations.claim(rotation(AGAIN), instead_of=FIRST)


def test_what_is_live_but_not_announced_can_be_finished_by_a_new_attempt(stores: Stores) -> None:
    live(stores, FIRST)
    record = stores.audit_record(PROGRAM, FIRST.rotation)
    assert stores.rotations.claim(rotation(AGAIN), instead_of=FIRST)
    stores.rotations.activate(AGAIN, at=NOW + timedelta(hours=1))
    assert stores.rotations.hold(AGAIN).step == "active"
    assert stores.audit_record(PROGRAM, FIRST.rotation) == record


def test_what_is_announced_or_superseded_gets_no_new_attempt(stores: Stores) -> None:
    live(stores, FIRST)
    stores.rotations.advance(rotation(FIRST, step="announced"))
    assert not stores.rotations.claim(rotation(AGAIN), instead_of=FIRST)
    assert stores.rotations.claim(rotation(NEXT), instead_of=FIRST)
    assert not stores.rotations.claim(rotation(AGAIN), instead_of=FIRST)


def test_a_new_revision_supersedes_the_one_before_even_where_that_is_live(stores: Stores) -> None:
    live(stores, FIRST)
    assert stores.rotations.claim(rotation(NEXT, actor="mia", plan=night()), instead_of=FIRST)
    assert stores.rotations.hold(NEXT) == rotation(NEXT, actor="mia", plan=night())
    before = stores.rotations.get(PROGRAM, FIRST.rotation)
    assert before == rotation(FIRST, step="active", superseded=True)


def test_a_new_revision_over_an_attempt_that_has_changed_hands_is_refused_whole(stores: Stores) -> None:
    claimed(stores)
    stores.rotations.claim(rotation(AGAIN), instead_of=FIRST)
    assert not stores.rotations.claim(rotation(NEXT), instead_of=FIRST)
    assert stores.rotations.get(PROGRAM, NEXT.rotation) is None
    assert not stores.rotations.hold(AGAIN).superseded


def test_of_two_new_revisions_one_wins(stores: Stores) -> None:
    claimed(stores)
    assert stores.rotations.claim(rotation(NEXT), instead_of=FIRST)
    assert not stores.rotations.claim(rotation(NEXT, actor="mia"), instead_of=FIRST)
    assert stores.rotations.hold(NEXT).actor == "the schedule"


ACTS: dict[str, Callable[[Rotations], object]] = {
    "hold": lambda rotations: rotations.hold(FIRST),
    "advance": lambda rotations: rotations.advance(rotation(FIRST, step="verified")),
    "record_launch": lambda rotations: rotations.record_launch(FIRST, "AHT_SPRINT#1", Launch(state="intent")),
    "activate": lambda rotations: rotations.activate(FIRST, at=NOW),
}


@pytest.mark.parametrize("successor", [AGAIN, NEXT], ids=["attempt", "revision"])
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_who_was_superseded_changes_nothing(
    stores: Stores, act: Callable[[Rotations], object], successor: Claim
) -> None:
    claimed(stores)
    stores.rotations.claim(rotation(successor), instead_of=FIRST)
    before = stores.rotations.between(PROGRAM, DAY, DAY)
    with pytest.raises(Superseded):
        act(stores.rotations)
    assert stores.rotations.between(PROGRAM, DAY, DAY) == before
    assert stores.rotations.pointer(PROGRAM) is None


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_was_never_claimed_is_not_held(stores: Stores, act: Callable[[Rotations], object]) -> None:
    with pytest.raises(Superseded):
        act(stores.rotations)
    assert stores.rotations.get(PROGRAM, FIRST.rotation) is None


def test_a_later_date_takes_the_hold_from_an_earlier_one(stores: Stores) -> None:
    claimed(stores)
    claimed(stores, claim(day=TOMORROW))
    with pytest.raises(Superseded):
        stores.rotations.hold(FIRST)
    assert stores.rotations.newest(PROGRAM) == rotation(claim(day=TOMORROW))


def test_a_later_date_can_supersede_an_unfinished_one_in_one_step(stores: Stores) -> None:
    claimed(stores)
    tomorrow = claim(day=TOMORROW)
    assert stores.rotations.claim(rotation(tomorrow, replaces=FIRST.execution), instead_of=FIRST)
    stored = stores.rotations.get(PROGRAM, FIRST.rotation)
    assert stored is not None
    assert stored.superseded
    assert stores.rotations.hold(tomorrow).replaces == FIRST.execution
