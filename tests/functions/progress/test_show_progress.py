"""What a member reads of their progress: points, today, and the challenges of the tier they play."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ladder.domain.calendar.schedule import night_falls_at
from ladder.domain.challenges.assignment import PROGRAM_CAP
from ladder.domain.challenges.completion import TooFewContacts
from ladder.domain.challenges.rotation import Claim
from ladder.domain.message import Message, Parameter
from ladder.domain.reviews.opening import miss_streak_review
from ladder.domain.reviews.review import ReviewDecision, Terms
from ladder.messages.render import render
from tests.builders import planning
from tests.builders.academy import academy, capped, item
from tests.builders.academy_events import MONDAY, TUESDAY, at, passed
from tests.builders.programs import with_values
from tests.fakes.members import MemoryTeams
from tests.functions.progress.member_services import MEMBER, NOW, MemberServices, play


def test_nobody_has_begun_and_everything_is_ahead() -> None:
    told = MemberServices().shown()
    assert (told.points.earned, told.points.spendable, told.points.pending) == (0, 0, 0)
    assert told.challenges.state == "none"
    assert told.today.date == MONDAY


def test_earned_spendable_and_waiting_are_columns_of_their_own() -> None:
    services = MemberServices(program=item(price=60))
    services.did(passed("a"), passed("b", minute=1))
    services.ordered()
    points = services.shown().points
    assert (points.earned, points.spent, points.spendable) == (points.spendable + 60, 60, services.state().spendable)


def test_today_is_the_local_day_of_the_program() -> None:
    assert MemberServices().shown(datetime(2026, 3, 9, 23, 30, tzinfo=UTC)).today.date == TUESDAY  # in Paris


@pytest.mark.parametrize(("budget", "left"), [(70, 100), (None, 6_000), (0, 30)])
def test_where_the_program_has_a_cap_the_budget_and_what_is_left_of_the_reserve_bound_the_day(
    budget: int | None, left: int
) -> None:
    services = MemberServices(program=capped(academy(), program_daily_points=6_000))
    if budget is not None:
        services.ledger.allowances.budgets["academy", MEMBER, MONDAY] = budget
        services.ledger.allowances.budgets["academy", "everybody else", MONDAY] = 5_970 - budget
    assert services.shown().today.left == left


def bank() -> MemberServices:
    category = replace(planning.category(), key="AHT_SPRINT")
    program = with_values(academy(), categories=(category,), metrics=(planning.metric(),))
    return MemberServices(program=program)


def test_the_challenges_are_those_of_the_tier_they_play() -> None:
    services = bank()
    play(services)
    told = services.shown()
    assert told.challenges.state == "ready"
    assert [(each.tier, each.target, each.points) for each in told.challenges.challenges] == [(2, 200.0, 100)]


EASED = Message("challenges.eased_until", {"day": "2026-03-13"})


@pytest.mark.parametrize(("hours", "tier", "told"), [(-121, 3, False), (-2, 3, True), (-2, 2, False), (3, 3, False)])
def test_who_has_relief_today_reads_until_when(*, hours: int, tier: int, told: bool) -> None:
    services = bank()
    play(services, tier=tier)
    review = miss_streak_review("academy", MEMBER, "AHT_SPRINT", MONDAY - timedelta(days=1), now=NOW)
    at = night_falls_at(services.program.schedule, MONDAY) + timedelta(hours=hours)
    services.reviews.open(review)
    services.reviews.decide(review, ReviewDecision(terms=Terms(action="approve"), reason="…", by="anna", at=at))
    (today,) = services.shown().challenges.challenges
    assert (EASED in today.explanation) == told


@pytest.mark.parametrize("slot", [1, 2, None])
def test_who_plays_nothing_joined_since_or_is_not_in_the_roster_has_no_challenge(slot: int | None) -> None:
    services = bank()
    play(services)
    told = services.shown(slot=slot).challenges
    assert (told.state, told.challenges) == ("ready", ())


def test_there_is_none_yet_before_the_first_night_and_after_the_day_of_the_last() -> None:
    services = bank()
    assert services.shown().challenges.state == "not_ready"
    play(services)
    assert services.shown(at(TUESDAY, 12)).challenges.state == "not_ready"


def test_who_handled_too_few_contacts_yesterday_reads_how_many_a_completion_would_have_needed() -> None:
    services = bank()
    play(services)
    yesterday = MONDAY - timedelta(days=1)
    services.assignments.save_outcomes(
        "academy", yesterday, {"AHT_SPRINT": b"\x08"}, {"AHT_SPRINT": {0: TooFewContacts(1, 9)}}
    )
    services.assignments.save_outcomes("academy", MONDAY - timedelta(days=2), {"AHT_SPRINT": b"\x08"})
    (told,) = services.shown().challenges.not_counted
    few: dict[str, Parameter] = {"challenge": "AHT_SPRINT", "day": "2026-03-08", "contacts": 1, "needs": 9}
    assert told == Message("challenges.too_few_contacts", few)
    assert render(told) == (
        "AHT_SPRINT, Sunday 8 March: you handled 1 contact. A completion needs at least 9 that day, so it counts as "
        "neither met nor missed."
    )
    assert services.shown(slot=1).challenges.not_counted == ()


def test_who_lost_a_challenge_to_the_programs_cap_reads_why() -> None:
    services = bank()
    play(services)
    claim = Claim(program="academy", date=MONDAY, revision=1, attempt=1)
    dropped = planning.standing(2, played=b"\x00\x00", tier=b"\x01\x01", capped_by=bytes([PROGRAM_CAP, 0]))
    services.assignments.save(claim, {"AHT_SPRINT": dropped})
    (told,) = services.shown().challenges.dropped
    assert (told.code, told.parameters["challenge"]) == ("challenges.left_out", "AHT_SPRINT")
    assert render(told).startswith("AHT_SPRINT is left out today. The program's ")
    assert services.shown(slot=1).challenges.dropped == ()


def test_somebody_who_left_reads_on_which_day_they_are_erased_and_nobody_else_does() -> None:
    services = MemberServices(teams=MemoryTeams({("academy", "blue"): (MEMBER,)}))
    assert services.shown().notice is None
    member = services.teams.roster["academy", MEMBER]
    services.teams.roster["academy", MEMBER] = replace(member, active=False, left_on=MONDAY)
    notice = services.shown().notice
    assert notice is not None
    assert notice == Message("members.erased_on", {"day": (MONDAY + timedelta(days=400)).isoformat()})
    assert "unless you return before" in render(notice)
