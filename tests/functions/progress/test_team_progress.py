"""What members read of their team: its total, their own share, and no number from which another's follows."""

from dataclasses import asdict
from datetime import date, timedelta

import pytest

from ladder.domain.points.rulebook import Rulebook
from ladder.domain.points.teams import Contribution, period_of
from ladder.web.me import Me
from tests.builders.academy import TEAM
from tests.builders.academy_events import MONDAY, TUESDAY, at
from tests.fakes.members import MemoryTeams
from tests.functions.progress.member_services import MEMBER, MemberServices


def teamed(*brought: int, team: str = "blue", day: date = MONDAY) -> MemberServices:
    """Zoe, who brought the first, and a colleague for each of the others."""
    members = (MEMBER, *(f"{2 + place:032x}" for place in range(len(brought) - 1)))
    services = MemberServices(teams=MemoryTeams({("academy", team): members}))
    for member, points in zip(members, brought, strict=True):
        share = Contribution(
            program="academy",
            team=team,
            achievement=TEAM.key,
            period=period_of(TEAM, day.toordinal(), Rulebook()),
            member=member,
            points=points,
            version=1,
        )
        services.teams.contribute(share)
    return services


def test_a_team_of_three_reads_what_it_has_together_and_whether_enough_have_their_share() -> None:
    (goal,) = teamed(120, 300, 200).shown(at(TUESDAY, 12)).team
    assert (goal.name, goal.since, goal.target, goal.floor) == (TEAM.name, MONDAY, TEAM.target, TEAM.floor)
    assert (goal.total, goal.mine, goal.enough_have_floor) == (520, 120, True)
    (goal,) = teamed(99, 300, 200).shown().team
    assert (goal.total, goal.enough_have_floor) == (499, False)


@pytest.mark.parametrize("brought", [(120,), (120, 300), (0, 300), (120, 300, 0), (120, 300, 0, 0)])
def test_no_number_is_told_from_which_a_single_colleagues_follows(brought: tuple[int, ...]) -> None:
    """Neither in a team of one or two, nor where all but one of the others brought nothing."""
    (goal,) = teamed(*brought).shown().team
    assert (goal.total, goal.enough_have_floor, goal.mine) == (None, None, brought[0])
    assert not {300, 420} & set(asdict(goal).values())


@pytest.mark.parametrize(("mine", "award"), [(0, 1), (120, 50), (121, 99)])
def test_an_award_of_a_colleague_cannot_be_read_off_two_looks(mine: int, award: int) -> None:
    (before,), (after,) = teamed(mine, 300, 200).shown().team, teamed(mine, 300, 200 + award).shown().team
    assert before == after


def test_what_the_others_brought_is_told_in_tenths_of_the_target_which_ones_own_points_do_not_move() -> None:
    told = [
        teamed(mine, 300, 200 + others).shown().team[0].total for mine in (0, 7, 99) for others in range(0, 300, 25)
    ]
    assert {(total or 0) % 200 for total in told} == {0, 7, 99}


@pytest.mark.parametrize(("brought", "total"), [((1, 999, 999), 1801), ((2, 999, 999), 2000), ((900, 600, 599), 2000)])
def test_a_goal_that_is_reached_reads_so_whatever_the_steps(brought: tuple[int, ...], total: int) -> None:
    (goal,) = teamed(*brought).shown().team
    assert goal.total == total


def test_no_colleague_is_named_and_no_share_but_ones_own() -> None:
    (goal,) = teamed(120, 301, 202).shown().team
    assert not {301, 202, 503} & set(asdict(goal).values())
    assert f"{2:032x}" not in str(goal)


def test_points_of_the_week_before_count_in_that_week() -> None:
    (goal,) = teamed(120, 300, 200).shown(at(MONDAY + timedelta(weeks=1), 12)).team
    assert (goal.total, goal.mine, goal.since) == (None, 0, MONDAY + timedelta(weeks=1))


def test_somebody_in_no_team_reads_of_none() -> None:
    services = teamed(120, 300, 200)
    services.me = Me("academy", "f" * 32)
    assert services.shown().team == MemberServices().shown().team == ()
