"""Nights as their people read them."""

from dataclasses import replace

from ladder.domain.challenges.rotation import Launch, Rotation
from ladder.domain.message import Message
from supervision.show_nights import Night, show_nights
from tests.builders.supervised import CARE, PACE, PROGRAM, Supervised, days_before

RULES = {1: PROGRAM.challenges}


def planned(**changes: object) -> Rotation:
    return replace(Supervised().night(days_before(1), {PACE: [1], CARE: [1]}), **changes)  # type: ignore[arg-type]


def shown(rotation: Rotation) -> Night:
    [night] = show_nights([rotation], RULES)
    return night


def test_the_newest_night_comes_first() -> None:
    nights = show_nights([planned(), replace(planned(), claim=replace(planned().claim, revision=2))], RULES)
    assert [night.revision for night in nights] == [2, 1]


def test_a_night_has_its_categories_with_the_targets_in_their_unit() -> None:
    night = shown(planned())
    assert [category.category for category in night.categories] == [PACE, CARE]
    care = night.categories[1]
    assert (care.metric, care.unit, care.direction, care.targets) == ("quality", "%", "higher", (300.0, 200.0, 100.0))


def test_the_state_says_how_the_night_ended() -> None:
    assert shown(planned(step="collected")).state == "running"
    assert shown(planned(step="announced")).state == "live"
    assert shown(planned(step="planned", failed="no answer")).state == "failed"
    assert shown(planned(step="active", superseded=True)).state == "superseded"


def test_what_a_cap_lowered_or_dropped_and_every_warning_are_told() -> None:
    before, about = Message("rotation.assignment_expired", {"day": "2026-03-01"}), Message("web.unavailable")
    rotation = planned(warnings=(before,))
    plan = replace(rotation.planned, lowered_by_tier=(0, 2, 1), dropped_by_tier=(3, 0, 0), warnings=(about,))
    night = shown(replace(rotation, plan=plan))
    assert (night.lowered, night.dropped, night.warnings) == ((0, 2, 1), (3, 0, 0), (before, about))


def test_members_are_counted_and_never_named() -> None:
    why = Message("web.unavailable")
    night = shown(
        planned(
            left_out={"olga": (why,), "otto": (why,)},
            refused={"olga": "no such user"},
            group_mismatches={PACE: 3, CARE: 1},
            launches={
                "PACE#1": Launch(state="active", challenge="c1"),
                "PACE#2": Launch(state="intent"),
                "CARE": Launch(state="retired", challenge="c3"),
            },
        )
    )
    assert (night.members_left_out, night.members_refused, night.group_mismatches, night.launched) == (2, 1, 4, 2)
    assert "olga" not in repr(night)


def test_a_night_that_never_planned_has_no_categories() -> None:
    night = shown(planned(plan=None, step="collected"))
    assert (night.categories, night.resting, night.lowered) == ((), {}, (0, 0, 0))
