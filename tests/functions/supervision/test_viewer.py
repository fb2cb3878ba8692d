"""Who asks, and whom they may see: an admin everybody, a supervisor their teams, anybody else nobody."""

from dataclasses import replace
from typing import Any

import pytest

from ladder.domain.errors import NotAuthenticated, NotAuthorized, NotFound, Rejected
from ladder.domain.points.compiled import CompiledProgram
from supervision.viewer import Viewer, viewer
from tests.builders.supervised import NOW, PROGRAM, ROSTER, Supervised

EXPIRES = NOW.timestamp() + 60


def claims(**changes: Any) -> dict[str, Any]:
    return {
        "sub": "sam",
        "token_use": "id",
        "exp": EXPIRES,
        "custom:program": PROGRAM.key,
        "cognito:groups": "[admin]",
        **changes,
    }


def seen(*roles: str, teams: str = "") -> list[str]:
    groups = f"[{' '.join(roles)}]"
    asking = viewer(claims(**{"cognito:groups": groups, "custom:teams": teams}), now=NOW)
    return [member.user for _, member in asking.visible(ROSTER)]


def test_an_admin_sees_everybody_but_the_erased() -> None:
    assert seen("admin") == ["u1", "u2", "u3", "u4"]


def test_a_supervisor_sees_the_members_of_their_teams() -> None:
    assert seen("supervisor", teams="early") == ["u1", "u2", "u4"]
    assert seen("supervisor", teams=" early ; late;") == ["u1", "u2", "u3", "u4"]


def test_a_supervisor_of_no_team_sees_nobody() -> None:
    assert seen("supervisor") == seen("supervisor", teams="; ;") == []


@pytest.mark.parametrize("roles", [("viewer",), ("reviewer",), ("viewer", "reviewer")])
def test_no_other_role_sees_a_single_member_whatever_teams_its_login_has(roles: tuple[str, ...]) -> None:
    assert seen(*roles, teams="early") == []


def test_staff_have_a_program_a_role_and_a_valid_id_token() -> None:
    for changes in ({"custom:program": None}, {"cognito:groups": "[supervisors ADMIN]"}, {"cognito:groups": ""}):
        with pytest.raises(NotAuthorized):
            viewer(claims(**changes), now=NOW)
    for invalid in ({"exp": EXPIRES - 61}, {"token_use": "access"}, {"sub": ""}):
        with pytest.raises(NotAuthenticated):
            viewer(claims(**invalid), now=NOW)


def asking(*roles: str, teams: tuple[str, ...] = ()) -> Viewer:
    return Viewer(subject="sam", program=PROGRAM.key, roles=frozenset(roles), teams=teams)


def test_a_program_is_shown_to_its_own_staff() -> None:
    for role in ("viewer", "reviewer", "supervisor", "admin"):
        asking(role).require_program(PROGRAM.key)
        with pytest.raises(NotFound):
            asking(role).require_program("another")


def test_somebody_who_may_not_be_seen_is_not_found_just_as_nobody_is() -> None:
    supervisor, late = asking("supervisor", teams=("early",)), ROSTER[2]
    messages = set[str]()
    for member in (late.id, ROSTER[4].id, f"{77:032x}"):
        with pytest.raises(NotFound) as refused:
            supervisor.find(ROSTER, member)
        messages.add(str(refused.value))
    assert len(messages) == 1
    assert supervisor.find(ROSTER, ROSTER[1].id) == (1, ROSTER[1])


def test_a_team_is_shown_to_its_supervisor_and_to_admins() -> None:
    known = {"early", "late"}
    asking("admin").require_team("late", known)
    asking("supervisor", teams=("late",)).require_team("late", known)
    for other in (asking("supervisor", teams=("early",)), asking("viewer", teams=("late",)), asking("reviewer")):
        with pytest.raises(NotFound):
            other.require_team("late", known)
    with pytest.raises(NotFound):
        asking("supervisor", teams=("gone",)).require_team("gone", known)


def test_of_a_program_that_was_never_published_staff_hear_so_and_not_to_try_again() -> None:
    context = Supervised().context("admin")

    def nothing(program: str) -> CompiledProgram:
        raise Rejected(f"no such program: {program}")

    fresh = replace(context, services=replace(context.services, compiled=nothing))
    with pytest.raises(NotFound, match=r"admin\.never_published"):
        fresh.compiled  # noqa: B018
