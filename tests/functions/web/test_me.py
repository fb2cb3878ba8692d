"""Who asks: a linked login is its member, and nobody else is."""

from typing import Any

import pytest

from ladder.domain.activities.activity import LOGIN
from ladder.domain.errors import NotAMember, NotAuthenticated
from ladder.web.me import Me, me
from tests.fakes import MemoryIdentities
from tests.functions.progress.member_services import MEMBER, NOW

CLAIMS = {"token_use": "id", "sub": "zoe", "custom:program": "academy", "exp": str(int(NOW.timestamp()) + 60)}


def asked(**changes: Any) -> Me:
    logins = MemoryIdentities()
    logins.link("academy", LOGIN, "zoe", MEMBER)
    return me({**CLAIMS, **changes}, now=NOW, logins=logins)


@pytest.mark.parametrize("changes", [{}, {"custom:program": "[academy]"}, {"exp": NOW.timestamp() + 1}])
def test_a_linked_login_is_its_member(changes: dict[str, object]) -> None:
    assert asked(**changes) == Me("academy", MEMBER)


@pytest.mark.parametrize(
    "changes",
    [
        {"token_use": "access"},
        {"token_use": ""},
        {"exp": None},
        {"exp": ""},
        {"exp": "1e400"},
        {"exp": "nan"},
        {"exp": NOW.timestamp()},
        {"exp": True},
        {"sub": ""},
        {"sub": "[]"},
        {"sub": None},
    ],
)
def test_what_is_no_id_token_of_this_moment_is_no_login(changes: dict[str, object]) -> None:
    with pytest.raises(NotAuthenticated):
        asked(**changes)


@pytest.mark.parametrize(
    "changes",
    [{"sub": "max"}, {"custom:program": ""}, {"custom:program": "bank"}, {"custom:program": "[academy bank]"}],
)
def test_a_login_that_leads_to_nobody_is_told_whom_to_ask(changes: dict[str, object]) -> None:
    with pytest.raises(NotAMember, match="login_not_linked"):
        asked(**changes)
