"""Members confirm what their colleagues did: never their own, so many a day, and no ring is paid unseen."""

from datetime import timedelta

import pytest

from ladder.domain.errors import Conflict, NotAuthorized, NotFound
from ladder.domain.points.task_confirmations import CONFIRMATIONS_A_DAY
from ladder.messages.render import render
from rewards.release import release
from tests.builders.academy_events import passed
from tests.builders.colleagues import NOON, PROGRAM, Colleagues
from tests.fakes import MemoryPrograms


@pytest.fixture
def team() -> Colleagues:
    made = Colleagues()
    made.does("jo", "a")
    return made


def test_a_colleague_confirms_a_task_and_it_is_paid(team: Colleagues) -> None:
    done = team.confirm("al", "jo", "a")
    assert (done.reviewed_first, done.again) == (False, False)
    assert team.earned("jo") == 0
    team.works()
    assert team.earned("jo") == 50
    (record,) = team.confirmations.audit
    assert (record.what, record.who, record.about["member"]) == ("audit.task_confirmed", "al", "jo")


def test_confirming_again_pays_once_and_audits_once_whoever_does(team: Colleagues) -> None:
    team.confirm("al", "jo", "a")
    assert team.confirm("al", "jo", "a").again
    assert team.confirm("ida", "jo", "a").again
    team.works()
    assert (team.earned("jo"), len(team.confirmations.audit)) == (50, 1)


def test_nobody_confirms_their_own_task(team: Colleagues) -> None:
    with pytest.raises(NotAuthorized, match=r"points\.confirm_own"):
        team.confirm("jo", "jo", "a")
    assert not team.queue.sent


@pytest.mark.parametrize("by", ["max", "eva", "gone", "nobody"])
def test_whoever_is_not_of_the_team_hears_of_no_task_and_confirms_none(team: Colleagues, by: str) -> None:
    with pytest.raises(NotFound, match=r"points\.no_task_waits"):
        team.confirm(by, "jo", "a")
    assert team.shown(by).tasks == ()


def test_who_is_in_no_team_has_those_for_colleagues_who_are_in_none(team: Colleagues) -> None:
    team.does("kim", "b")
    assert [task.member for task in team.shown("eva").tasks] == ["kim"]
    assert not team.confirm("eva", "kim", "b").reviewed_first


def test_what_waits_is_listed_with_names_and_reasons_and_without_points(team: Colleagues) -> None:
    (task,) = team.shown("al").tasks
    assert (task.name, task.id, [render(name) for name in task.what]) == (
        "Jo Example",
        passed("a").id,
        ["an assessment passed"],
    )
    assert "50" not in repr(task)
    assert team.shown("jo").tasks == ()
    team.confirm("al", "jo", "a")
    assert team.shown("ida").tasks == ()
    assert team.shown("al").left_today == CONFIRMATIONS_A_DAY - 1


def test_a_task_that_waits_for_nobody_is_not_confirmed(team: Colleagues) -> None:
    for event in ("never", "b"):
        with pytest.raises(NotFound, match=r"points\.no_task_waits"):
            team.confirm("al", "jo", event)
    team.confirm("al", "jo", "a")
    team.works()
    assert team.confirm("al", "jo", "a").again


def test_what_a_reviewer_denied_is_confirmed_by_nobody(team: Colleagues) -> None:
    team.rewards.ledger.waiting.clear()
    with pytest.raises(NotFound, match=r"points\.no_task_waits"):
        team.confirm("al", "jo", "a")
    assert (team.confirmations.audit, team.queue.sent) == ([], [])


def test_a_member_confirms_so_many_a_day_and_again_the_next_day() -> None:
    team = Colleagues()
    events = [f"e{number}" for number in range(CONFIRMATIONS_A_DAY + 1)]
    for number, event in enumerate(events):
        team.does(("jo", "ida")[number % 2], event)
    for number, event in enumerate(events[:-1]):
        team.confirm("al", ("jo", "ida")[number % 2], event)
    last = (("jo", "ida")[CONFIRMATIONS_A_DAY % 2], events[-1])
    with pytest.raises(Conflict, match=r"points\.confirmed_enough"):
        team.confirm("al", *last)
    assert not team.confirm("al", *last, days=1).again


def test_two_who_confirm_each_other_are_paid_a_few_and_then_only_after_a_review() -> None:
    team, flagged = Colleagues(), list[bool]()
    for number in range(5):
        team.does("jo", f"j{number}")
        team.does("al", f"a{number}")
        flagged += [
            team.confirm("al", "jo", f"j{number}").reviewed_first,
            team.confirm("jo", "al", f"a{number}").reviewed_first,
        ]
    assert flagged == [False] * 5 + [True] * 5
    team.works()
    assert (team.earned("jo"), team.earned("al")) == (150, 100)
    assert [record.what for record in team.confirmations.audit][-1] == "audit.ring_suspected"
    with pytest.raises(NotFound):
        team.confirm("ida", "jo", "never")
    assert team.confirm("ida", "jo", "j4").reviewed_first


def test_what_waits_for_a_colleague_is_never_paid_by_the_clock(team: Colleagues) -> None:
    programs = MemoryPrograms()
    programs.publish(PROGRAM)
    for days in (14, 90, 3650):
        now = NOON + timedelta(days=days)
        assert release(programs=programs, holds=team.rewards.ledger, queue=team.queue, now=now) == 0
    assert team.earned("jo") == 0
