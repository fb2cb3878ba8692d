"""What `ladder audit` answers where no stage has to run for it; with one, see tests/e2e/test_audit_on_the_bundle.py."""

from typing import Any

import pytest

from infra.local.audit import command, read
from infra.local.ledger.place import Place


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Place:
    """In which nothing was published, and nothing anchored."""
    nowhere = Place(lambda service: None, {})
    monkeypatch.setattr(command, "place", lambda stack: nowhere)
    monkeypatch.setattr(Place, "members", Stocked())
    monkeypatch.setattr(read, "_anchors", lambda on: Stocked())
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
    assert command.run(["verify"]) == command.FAILED
    assert "There is no program whose audit could be verified." in " ".join(capsys.readouterr().out.split())


def test_a_program_that_was_taken_off_the_registry_is_verified_by_its_anchors(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Place, "members", Stocked("academy"))
    monkeypatch.setattr(read, "_anchors", lambda on: Stocked("bank"))
    assert read.programs(place, None) == ["academy", "bank"]
    assert read.programs(place, "bank") == ["bank"]
