"""Rotations: they come back as recorded, go live once, and the pointer only moves on."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ladder.domain.challenges.rotation import Launch
from ladder.domain.errors import Superseded
from ladder.domain.message import Message
from tests.builders.full_program import DAY, NOW, PROGRAM, claim, full_rotation, night, rotation
from tests.builders.stores import Stores
from tests.contract.dynamodb.claims import FIRST, NEXT, TOMORROW, claimed, live


def test_a_rotation_comes_back_with_every_field_as_it_was_claimed(stores: Stores) -> None:
    stores.rotations.claim(full_rotation(FIRST), instead_of=None)
    assert stores.rotations.get(PROGRAM, FIRST.rotation) == full_rotation(FIRST)


def test_advance_records_how_far_it_has_come_and_leaves_claim_and_launches(stores: Stores) -> None:
    made = claimed(stores)
    launch = Launch(state="created", challenge="c-1")
    stores.rotations.record_launch(FIRST, "AHT_SPRINT#1", launch)
    made = replace(
        made,
        warnings=(Message("rotation.readings_refused", {"series": "AHT", "readings": 1}),),
        left_out={"u": (Message("rotation.reading_refused", {"reason": Message("rotation.impossible_value")}),)},
        unsettled_since=DAY - timedelta(days=8),
    )
    come = replace(
        made, step="planned", plan=night(), group_mismatches={"AHT_SPRINT": 2}, refused={"u": "no"}, failed="why"
    )
    stores.rotations.advance(replace(come, actor="somebody else", program_version=9))
    assert stores.rotations.hold(FIRST) == replace(come, launches={"AHT_SPRINT#1": launch})


def test_the_same_step_may_be_recorded_again(stores: Stores) -> None:
    made = claimed(stores)
    stores.rotations.advance(replace(made, step="assigned"))
    stores.rotations.advance(replace(made, step="assigned", group_mismatches={"AHT_SPRINT": 1}))
    assert stores.rotations.hold(FIRST).group_mismatches == {"AHT_SPRINT": 1}


def test_a_step_that_answers_late_takes_nothing_back(stores: Stores) -> None:
    made = claimed(stores)
    further = replace(made, step="retired", plan=night())
    stores.rotations.advance(further)
    stores.rotations.advance(replace(made, step="planned", failed="late"))
    assert stores.rotations.hold(FIRST) == further


def test_each_launch_is_recorded_alone(stores: Stores) -> None:
    claimed(stores)
    for state in ("intent", "created", "active"):
        stores.rotations.record_launch(FIRST, "AHT_SPRINT#2", Launch(state=state, challenge="c-2"))
    stores.rotations.record_launch(FIRST, "QA climb#1", Launch(state="intent"))
    assert stores.rotations.hold(FIRST).launches == {
        "AHT_SPRINT#2": Launch(state="active", challenge="c-2"),
        "QA climb#1": Launch(state="intent"),
    }


def test_activation_makes_it_live_current_and_audited(stores: Stores) -> None:
    claimed(stores)
    stores.rotations.activate(FIRST, at=NOW)
    assert stores.rotations.hold(FIRST).step == "active"
    assert stores.rotations.pointer(PROGRAM) == FIRST.rotation
    assert stores.audit_record(PROGRAM, FIRST.rotation) == {
        "what": "audit.rotation_activated",
        "who": "the schedule",
        "at": NOW.isoformat(),
        "about": {
            "rotation": FIRST.rotation,
            "program_version": 3,
            "execution": "berlin-voice--2026-03-29--r1--a1",
        },
    }


def test_a_second_activation_changes_nothing(stores: Stores) -> None:
    live(stores, FIRST)
    record = stores.audit_record(PROGRAM, FIRST.rotation)
    stores.rotations.activate(FIRST, at=NOW + timedelta(hours=1))
    assert stores.audit_record(PROGRAM, FIRST.rotation) == record


def test_a_second_activation_after_the_next_night_leaves_the_pointer_there(stores: Stores) -> None:
    live(stores, FIRST)
    live(stores, claim(day=TOMORROW))
    with pytest.raises(Superseded):
        stores.rotations.activate(FIRST, at=NOW)
    assert stores.rotations.pointer(PROGRAM) == claim(day=TOMORROW).rotation


def test_the_pointer_never_goes_back_and_the_late_night_does_not_become_live(stores: Stores) -> None:
    live(stores, claim(day=TOMORROW))
    claimed(stores)
    with pytest.raises(Superseded):
        stores.rotations.activate(FIRST, at=NOW)
    assert stores.rotations.pointer(PROGRAM) == claim(day=TOMORROW).rotation
    stored = stores.rotations.get(PROGRAM, FIRST.rotation)
    assert stored is not None
    assert stored.step == "claimed"
    assert stores.audit_record(PROGRAM, FIRST.rotation) is None


def test_the_pointer_moves_on_to_the_next_revision(stores: Stores) -> None:
    live(stores, FIRST)
    stores.rotations.claim(rotation(NEXT), instead_of=FIRST)
    assert stores.rotations.pointer(PROGRAM) == FIRST.rotation
    stores.rotations.activate(NEXT, at=NOW)
    assert stores.rotations.pointer(PROGRAM) == NEXT.rotation


def test_where_nothing_was_claimed_nothing_is_newest(stores: Stores) -> None:
    assert stores.rotations.newest(PROGRAM) is None


def test_the_latest_is_the_highest_revision_of_the_date(stores: Stores) -> None:
    assert stores.rotations.latest(PROGRAM, DAY) is None
    claimed(stores)
    claimed(stores, claim(day=TOMORROW))
    stores.rotations.claim(rotation(NEXT), instead_of=FIRST)
    assert stores.rotations.latest(PROGRAM, DAY) == rotation(NEXT)


def test_before_is_the_last_live_one_of_an_earlier_date_however_many_failed_since(stores: Stores) -> None:
    assert stores.rotations.before(PROGRAM, DAY) is None
    long_ago = date(2026, 2, 1)
    live(stores, claim(day=long_ago))
    stores.rotations.advance(rotation(claim(day=long_ago), step="announced"))
    for distance in range(1, 20):
        claimed(stores, claim(day=long_ago + timedelta(days=distance)))
    live(stores, FIRST)
    assert stores.rotations.before(PROGRAM, DAY) == rotation(claim(day=long_ago), step="announced")
    assert stores.rotations.before(PROGRAM, long_ago) is None


def test_before_is_the_live_revision_where_the_next_one_never_went_live(stores: Stores) -> None:
    live(stores, FIRST)
    stores.rotations.claim(rotation(NEXT), instead_of=FIRST)
    assert stores.rotations.before(PROGRAM, TOMORROW) == rotation(FIRST, step="active", superseded=True)
    stores.rotations.activate(NEXT, at=NOW)
    assert stores.rotations.before(PROGRAM, TOMORROW) == rotation(NEXT, step="active")


def test_between_has_every_revision_of_the_days_oldest_first(stores: Stores) -> None:
    for day in (TOMORROW, DAY, DAY - timedelta(days=1), DAY + timedelta(days=2)):
        claimed(stores, claim(day=day))
    stores.rotations.claim(rotation(NEXT), instead_of=FIRST)
    found = stores.rotations.between(PROGRAM, DAY, TOMORROW)
    assert [each.claim for each in found] == [FIRST, NEXT, claim(day=TOMORROW)]


def test_one_program_sees_nothing_of_another(stores: Stores) -> None:
    live(stores, FIRST)
    other = claim(program="berlin")
    assert stores.rotations.latest("berlin", DAY) is None
    assert stores.rotations.pointer("berlin") is None
    assert stores.rotations.claim(rotation(other), instead_of=None)
