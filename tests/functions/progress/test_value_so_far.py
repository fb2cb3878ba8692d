"""What a member reads of their own value of today, beside the target: as it stands, or why there is none."""

from dataclasses import replace
from datetime import datetime, timedelta
from math import nan
from typing import Any

import pytest

from ladder.domain.challenges.daily_challenges import QualityToday, ValueSoFar
from ladder.domain.challenges.rules import ContactType, Metric, QualityGate
from ladder.domain.challenges.so_far import FiguresSoFar
from ladder.domain.message import Message
from ladder.messages.render import render
from tests.builders import planning
from tests.builders.academy import academy
from tests.builders.academy_events import MONDAY, at
from tests.builders.programs import with_values
from tests.functions.progress.member_services import MemberServices, play

ELEVEN = at(MONDAY, 11)
QUALITY = Metric(key="QA", name="quality", unit="%", direction="higher")


def services(*, every: int | None = 2, metric: Metric | None = None, **rules: Any) -> MemberServices:
    category = replace(planning.category(), key="AHT_SPRINT")
    metrics = (metric or replace(planning.metric(), normalise_by=None, quality_gate=None), QUALITY)
    program = with_values(academy(), categories=(category,), metrics=metrics, today_every_hours=every, **rules)
    found = MemberServices(program=program)
    play(found)
    return found


def read(found: MemberServices, metric: str, *values: float, day: Any = MONDAY, given: bool = True) -> None:
    figures = FiguresSoFar(day=day, measured_at=ELEVEN, given=given, values=values, contacts=[12.0] * len(values))
    found.figures.save("academy", metric, figures)


def shown(found: MemberServices) -> ValueSoFar:
    (challenge,) = found.shown().challenges.challenges
    assert challenge.so_far is not None
    return challenge.so_far


def note(found: MemberServices) -> tuple[float | None, datetime | None, str]:
    value = shown(found)
    return value.value, value.measured_at, value.note.code


def test_a_value_stands_beside_the_target_with_its_contacts_and_when_it_was_read() -> None:
    found = services()
    read(found, "AHT", 187.3, 240.0)
    assert shown(found) == ValueSoFar(
        value=187.3, contacts=12.0, measured_at=ELEVEN, note=Message("challenges.so_far_open")
    )


def test_where_the_program_reads_none_during_the_day_it_says_so() -> None:
    found = services(every=None)
    read(found, "AHT", 187.3)
    assert note(found) == (None, None, "challenges.so_far_not_read")


def test_before_the_first_reading_of_the_day_it_says_so() -> None:
    found = services()
    assert note(found) == (None, None, "challenges.so_far_not_measured")
    read(found, "AHT", 187.3, day=MONDAY - timedelta(days=1))
    assert note(found) == (None, None, "challenges.so_far_not_measured")


def test_where_the_source_has_nothing_of_today_it_says_so() -> None:
    found = services()
    read(found, "AHT", nan, nan, given=False)
    assert note(found) == (None, ELEVEN, "challenges.so_far_not_given")


def test_who_has_handled_nothing_yet_reads_that_not_a_zero() -> None:
    found = services()
    read(found, "AHT", nan, 240.0)
    assert note(found) == (None, ELEVEN, "challenges.so_far_nothing_handled")


def test_where_values_are_known_days_later_it_says_when() -> None:
    late = replace(planning.metric(), normalise_by=None, quality_gate=None, final_after_days=3)
    found = services(metric=late)
    read(found, "AHT", 187.3)
    assert shown(found) == ValueSoFar(note=Message("challenges.so_far_known_later", {"days": 3}))


def test_beside_speed_stands_the_quality_that_it_pays_with() -> None:
    gated = replace(
        planning.metric(), normalise_by="contact_type", quality_gate=QualityGate(metric="QA", at_least=80, over_days=10)
    )
    kinds = tuple(ContactType(key=key, contacts=f"CALLS {key}") for key in ("LONG", "SHORT"))
    found = services(metric=gated, contact_types=kinds)
    read(found, "AHT", 187.3)
    read(found, "QA", 91.0)
    (challenge,) = found.shown().challenges.challenges
    assert shown(found).note == Message("challenges.so_far_before_the_usual_mix")
    quality = challenge.quality
    assert isinstance(quality, QualityToday)
    assert (quality.metric, quality.unit, quality.so_far.value) == ("quality", "%", 91.0)
    assert render(quality.needed) == ("It pays only with quality: quality of at least 80 % over 10 worked days.")


@pytest.mark.parametrize("slot", [1, None])
def test_who_has_no_challenge_today_is_told_no_value(slot: int | None) -> None:
    found = services()
    read(found, "AHT", 187.3, 240.0)
    assert found.shown(slot=slot).challenges.challenges == ()
