"""Who asks the admin API: staff of one program with a role, by a token of this moment."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ladder.domain.activities.activity import LOGIN
from ladder.domain.errors import NotAuthenticated, NotAuthorized
from ladder.domain.reviews.permissions import Declaration, Role, Staff
from ladder.web.staff import staff
from tests.builders.review_services import ANNA, NOW
from tests.builders.reviews import MEMBER
from tests.builders.second_admin import Directory
from tests.fakes import MemoryDeclarations, MemoryIdentities

CLAIMS = {
    "token_use": "id",
    "sub": "anna",
    "custom:program": "academy",
    "cognito:groups": "[viewer reviewer]",
    "exp": str(int(NOW.timestamp()) + 60),
}


def asked(**changes: Any) -> Staff:
    logins = MemoryIdentities()
    logins.link("academy", LOGIN, "zoe", MEMBER)
    declarations = MemoryDeclarations()
    declarations.declare("academy", "anna", None, after=Declaration(), at=NOW)
    declarations.declare("academy", "ben", "9" * 32, after=Declaration(), at=NOW)
    declarations.declare("academy", "ben", None, after=declarations.of("academy", "ben"), at=NOW)
    declarations.linked["academy", "ben"] = frozenset({"8" * 32})
    return staff({**CLAIMS, **changes}, now=NOW, logins=logins, declarations=declarations, rosters=Directory())


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, ANNA),
        ({"cognito:groups": "[admin]"}, replace(ANNA, role="admin")),
        ({"cognito:groups": "viewer"}, replace(ANNA, role="viewer")),
        ({"sub": "zoe"}, replace(ANNA, subject="zoe", own=frozenset({MEMBER}), declared=False)),
        ({"sub": "ben"}, replace(ANNA, subject="ben", own=frozenset({"9" * 32, "8" * 32}))),
        ({"custom:program": "bank"}, replace(ANNA, program="bank", declared=False)),
    ],
)
def test_staff_is_told_by_the_token(changes: Mapping[str, Any], found: Staff) -> None:
    assert asked(**changes) == found


@pytest.mark.parametrize(
    ("groups", "role"),
    [("[viewer]", "viewer"), ("[viewer admin reviewer]", "admin"), ("[others reviewer]", "reviewer")],
)
def test_the_highest_of_several_roles_counts_and_nothing_else_is_one(groups: str, role: Role) -> None:
    assert asked(**{"cognito:groups": groups}).role == role


@pytest.mark.parametrize("groups", ["[]", "", "[Admin root]"])
def test_groups_that_are_no_roles_give_none(groups: str) -> None:
    with pytest.raises(NotAuthorized):
        asked(**{"cognito:groups": groups})


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"cognito:groups": None}, NotAuthorized),
        ({"cognito:groups": "[]"}, NotAuthorized),
        ({"cognito:groups": "[us-east-1_x_Google ADMIN]"}, NotAuthorized),
        ({"custom:program": None}, NotAuthorized),
        ({"custom:program": "[academy bank]"}, NotAuthorized),
        ({"exp": None}, NotAuthenticated),
        ({"exp": NOW.timestamp()}, NotAuthenticated),
        ({"token_use": "access"}, NotAuthenticated),
        ({"sub": None}, NotAuthenticated),
    ],
)
def test_whoever_is_no_staff_of_one_program_is_refused(changes: Mapping[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        asked(**changes)
