"""Nights as their people read them."""

from dataclasses import replace

import pytest

from ladder.domain.challenges.rotation import Launch, Rotation
from ladder.domain.message import Message
from ladder.domain.reviews.staff_names import StaffNames
from ladder.usage import Usage
from supervision.show_nights import Night, NightContext, NightUsage, show_nights
from tests.builders.supervised import CARE, PACE, PROGRAM, Supervised, days_before

ANNA = "0b9d3c1e-7a52-4f0e-9d8a-3c2b1a0f9e8d"
CONTEXT = NightContext(
    rules={1: PROGRAM.challenges}, names=StaffNames(lambda: {ANNA: "Anna"}, {}), usage={}, model_tokens={}
)


def planned(**changes: object) -> Rotation:
    return replace(Supervised().night(days_before(1), {PACE: [1], CARE: [1]}), **changes)  # type: ignore[arg-type]


def shown(rotation: Rotation, context: NightContext = CONTEXT) -> Night:
    [night] = show_nights([rotation], context)
    return night


def test_the_newest_night_comes_first() -> None:
    nights = show_nights([planned(), replace(planned(), claim=replace(planned().claim, revision=2))], CONTEXT)
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


def test_a_night_says_what_it_used_and_how_many_tokens_its_day_took() -> None:
    rotation = planned()
    used = Usage(write_units=12.5, read_units=3.0, platform_calls=4, metric_calls=2)
    context = replace(
        CONTEXT, usage={rotation.claim.rotation: used}, model_tokens={rotation.claim.date: 700, days_before(2): 1}
    )
    night = shown(rotation, context)
    assert night.used == NightUsage(write_units=12.5, read_units=3.0, platform_calls=4, metric_calls=2)
    assert night.model_tokens == 700
    assert (shown(rotation).used, shown(rotation).model_tokens) == (None, 0)


@pytest.mark.parametrize(("actor", "name"), [("schedule", "schedule"), (ANNA, "Anna"), (ANNA.replace("0", "1"), None)])
def test_whoever_started_a_night_is_named_and_nobody_who_left(actor: str, name: str | None) -> None:
    assert shown(planned(actor=actor)).by_name == name
