"""The people of a demonstration: the same at every run, each in a team, and a supervisor of two of them."""

from datetime import UTC, datetime

from infra.cli.demo.console import looked_after
from infra.local.people import NAMES, TEAMS, named_rows
from ladder.domain.members.roster import enrolled

USERS = [f"A{number:02d}" for number in range(1, 30)]
ROSTER = enrolled(
    (), named_rows(USERS), new_id=iter(f"{n:032x}" for n in range(99)).__next__, at=datetime.now(UTC)
).roster


def test_everybody_has_a_name_of_their_own_and_the_user_id_that_they_had() -> None:
    assert [member.user for member in ROSTER] == USERS
    assert len({member.display_name for member in ROSTER}) == len(USERS) == len(NAMES)
    assert named_rows(USERS) == named_rows(USERS)


def test_more_users_than_names_are_all_enrolled() -> None:
    assert len({row.user for row in named_rows([str(number) for number in range(400)])}) == 400


def test_the_supervisor_looks_after_the_members_team_and_another_but_not_after_all() -> None:
    for agent in ROSTER:
        teams = looked_after(ROSTER, agent).split(";")
        assert agent.team == teams[0]
        assert len(set(teams)) == 2 < len(TEAMS)
        assert set(teams) < set(TEAMS)
