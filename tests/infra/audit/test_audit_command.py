"""What `ladder audit` answers where no stage has to run for it; with one, see tests/e2e/test_audit_on_the_bundle.py."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.cli.audit import records
from infra.cli.audit.records import login_user
from infra.cli.main import main
from infra.cli.stack import Stack


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Stack:
    """In which nothing was published, and nothing anchored."""
    nowhere = Stack(lambda service: None, {})
    monkeypatch.setattr("infra.cli.stack.connect", lambda stack: nowhere)
    monkeypatch.setattr(Stack, "members", Stocked())
    monkeypatch.setattr(records, "_anchors", lambda on: Stocked())
    return nowhere


class Stocked:
    """A registry and a bucket of anchors that know these programs."""

    def __init__(self, *programs: str) -> None:
        self._programs = programs

    @property
    def published(self) -> Any:
        return self

    def keys(self) -> list[str]:
        return list(self._programs)

    def programs(self) -> set[str]:
        return set(self._programs)


@pytest.mark.usefixtures("place")
def test_an_audit_of_no_program_is_not_verified(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify"]) == 1
    assert "No program to verify: none was published." in " ".join(capsys.readouterr().out.split())


def test_a_program_that_was_taken_off_the_registry_is_verified_by_its_anchors(
    place: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Stack, "members", Stocked("academy"))
    monkeypatch.setattr(records, "_anchors", lambda on: Stocked("bank"))
    assert records.find_programs(place, None) == ["academy", "bank"]
    assert records.find_programs(place, "bank") == ["bank"]


LOGIN = "2f6f2e2c-0c7b-4d5e-9a51-5a3f0d7f3c11"


class Pool:
    """With one user; asked for another, or without the right, it refuses."""

    def admin_get_user(self, UserPoolId: str, Username: str) -> dict[str, str]:  # noqa: N803 - as boto3 has it
        if (UserPoolId, Username) != ("pool", LOGIN):
            raise ClientError({"Error": {"Code": "UserNotFoundException", "Message": "no"}}, "AdminGetUser")
        return {"Username": "ada"}


@pytest.mark.parametrize(
    ("who", "user"),
    [(LOGIN, "ada"), (LOGIN.replace("2f", "3f"), ""), ("zoe at a terminal", ""), ("3f0c" * 8, ""), (None, "")],
)
def test_the_pool_says_who_is_behind_a_login(who: object, user: str) -> None:
    assert login_user(Stack(lambda service: Pool(), {"StaffPoolId": "pool"}), who) == user
    assert login_user(Stack(lambda service: Pool(), {}), who) == ""


@pytest.mark.parametrize("asked", ["1999-01-19#2", "1999-01-19#0002", "1999-01-19"])
def test_a_rotation_is_found_by_its_number_however_it_is_written(
    asked: str, place: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    night = {"key": "ROTATION#1999-01-19#0002", "at": "1999-01-19", "about": {"rotation": "1999-01-19#0002"}}
    other = {"key": "ROTATION#1999-01-20#0002", "at": "1999-01-20", "about": {"rotation": "1999-01-20#0002"}}
    monkeypatch.setattr(Stack, "members", Stocked("bank"))
    monkeypatch.setattr(records, "DynamoAudit", lambda table: Stored(night, other))
    monkeypatch.setattr(Stack, "audit", None)
    assert main(["audit", "show", "--rotation", asked]) == 0
    output = capsys.readouterr().out
    assert "ROTATION#1999-01-19#0002, not sealed yet" in output
    assert "1 record." in output


class Stored:
    def __init__(self, *items: dict[str, Any]) -> None:
        self._items = items

    def items(self, program: str) -> tuple[dict[str, Any], ...]:
        return self._items
