"""A member chooses whether they take part in an opt-in category, and sees what they chose."""

from datetime import timedelta

import pytest

from ladder.domain.challenges.rules import Platform
from ladder.domain.errors import Conflict, NotFound
from ladder.messages.render import render
from progress.take_part import take_part
from tests.builders.academy import academy
from tests.builders.planning import category, metric
from tests.builders.programs import with_values
from tests.functions.progress.member_services import NOW, MemberServices

PROGRAM = with_values(
    academy(),
    platform=Platform(kind="wem"),
    metrics=(metric(), metric("QA")),
    categories=(category("SPRINT"), category("CARE", "QA", participation="opt_in")),
)


@pytest.fixture
def services() -> MemberServices:
    return MemberServices(program=PROGRAM)


def chosen(services: MemberServices, *, takes_part: bool, category: str = "CARE", days: int = 0) -> bool:
    shown = take_part(
        services.me,
        category=category,
        takes_part=takes_part,
        now=NOW + timedelta(days=days),
        compiled=services.book,
        participation=services.participation,
    )
    return shown.takes_part


def test_nobody_takes_part_before_they_choose_to(services: MemberServices) -> None:
    (care,) = services.shown().participation

    assert (care.category, care.metric, care.takes_part) == ("CARE", "average handle time", False)


def test_a_choice_is_shown_with_the_day_from_which_it_holds(services: MemberServices) -> None:
    assert chosen(services, takes_part=True)

    (care,) = services.shown().participation
    (later,) = services.shown(NOW + timedelta(days=1)).participation
    assert care.takes_part
    assert render(care.explanation) == "From Tuesday 10 March on you take part in “CARE”."
    assert render(later.explanation) == "You take part in “CARE”."


def test_a_choice_changes_both_ways_as_often_as_they_like(services: MemberServices) -> None:
    choices = [chosen(services, takes_part=bool(day % 2), days=day) for day in range(6)]

    assert choices == [False, True] * 3


def test_the_same_choice_again_moves_nothing(services: MemberServices) -> None:
    chosen(services, takes_part=True)
    first = services.shown().participation
    chosen(services, takes_part=True, days=3)

    assert services.shown().participation == first


def test_a_category_for_everyone_leaves_no_choice(services: MemberServices) -> None:
    with pytest.raises(Conflict, match="everybody_takes_part"):
        chosen(services, takes_part=False, category="SPRINT")


def test_an_unknown_category_is_not_found(services: MemberServices) -> None:
    with pytest.raises(NotFound, match="no_such_category"):
        chosen(services, takes_part=True, category="CAER")


def test_a_program_without_opt_in_categories_shows_none_and_reads_nothing() -> None:
    services = MemberServices()
    services.participation = None  # type: ignore[assignment]

    assert services.shown().participation == ()
