"""The schedule erases leavers, once, with a record that says why, and goes on where it was cut off."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from admin.personal_data import erase_leavers
from ladder.domain.errors import Rejected
from ladder.domain.members.leavers import Leavers
from ladder.domain.members.roster import Member, RosterRow, enrolled
from ladder.domain.message import Message
from ladder.domain.programs.pausing import compile_program
from tests.builders.academy import academy
from tests.builders.academy_events import MONDAY, at
from tests.fakes import MemoryIdentities, MemoryPrograms
from tests.fakes.administration import MemoryDecisions, MemoryErasures, MemoryPeople
from tests.fakes.members import MemoryLedger

NOW = at(MONDAY, 12)
TODAY = NOW.date()
PROGRAM = replace(academy(), leavers=Leavers(erased_after_days=30))
ROSTER = (
    Member(id="1" * 32, user="jo", active=False, left_on=TODAY - timedelta(days=30)),
    Member(id="2" * 32, user="kim", active=False, left_on=TODAY - timedelta(days=29)),
    Member(id="3" * 32, user="lou"),
    Member(id="4" * 32, user="max", active=False, left_on=TODAY - timedelta(days=90)),
)


@pytest.fixture
def services() -> Any:
    programs, ledger = MemoryPrograms(), MemoryLedger()
    programs.publish(PROGRAM)
    programs.enrol(PROGRAM.key, ROSTER)
    return SimpleNamespace(
        programs=programs,
        people=MemoryPeople(ledger, programs),
        identities=MemoryIdentities(),
        ledger=lambda _program: ledger,
        compiled_version=lambda _key, _version: compile_program(PROGRAM),
        decisions=MemoryDecisions(),
        erasures=MemoryErasures(ledger),
    )


def run(services: Any, *, turns: int = 99) -> int:
    left = iter([True] * turns)
    return erase_leavers(services, now=NOW, time_left=lambda: next(left, False))


def test_leavers_are_erased_with_a_record_of_why_and_everybody_else_stays(services: Any) -> None:
    assert run(services) == 2
    assert [member.user for member in services.programs.roster(PROGRAM.key) if not member.erased] == ["kim", "lou"]
    records = list(services.decisions.records.values())
    assert {record.about["member"] for record in records} == {"1" * 32, "4" * 32}
    assert {(record.what, record.who) for record in records} == {("audit.member_erased", "ladder")}
    assert {record.why for record in records} == {Message("audit.left_long_ago", {"days": 30})}


def test_who_returns_on_the_day_of_their_erasure_keeps_everything_also_while_it_runs(services: Any) -> None:
    asked = list[bool]()

    def time_left() -> bool:
        """Once the first was erased, a list comes with the second on it."""
        asked.append(True)
        if len(asked) == 2:
            listed = [RosterRow(user=user) for user in ("kim", "lou", "max")]
            known = services.programs.roster(PROGRAM.key)
            services.programs.enrol(PROGRAM.key, enrolled(known, listed, new_id=str, at=NOW).roster)
        return True

    assert erase_leavers(services, now=NOW, time_left=time_left) == 1
    assert {record.about["member"] for record in services.decisions.records.values()} == {"1" * 32}
    assert run(services) == 0


def test_who_returns_after_their_erasure_is_somebody_new_and_nothing_leads_to_who_they_were(services: Any) -> None:
    assert run(services) == 2
    before = services.programs.roster(PROGRAM.key)
    listed = [RosterRow(user=user) for user in ("jo", "kim", "lou")]
    after = enrolled(before, listed, new_id=lambda: "5" * 32, at=NOW)
    assert (after.joined, after.returned) == (("jo",), ("kim",))
    services.programs.enrol(PROGRAM.key, after.roster)
    assert run(services) == 0
    (jo,) = [member for member in services.programs.roster(PROGRAM.key) if member.user == "jo"]
    assert (jo.id, jo.active, jo.left_on) == ("5" * 32, True, None)


def test_a_run_without_time_leaves_the_rest_to_the_next_one(services: Any) -> None:
    assert [run(services, turns=1), run(services), run(services)] == [1, 1, 0]


def test_a_program_that_fails_keeps_no_other_from_it(services: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    known = services.programs.current

    def current(key: str) -> Any:
        if key == "broken":
            raise Rejected("it cannot be read")
        return known(key)

    monkeypatch.setattr(services.programs, "keys", lambda: ["broken", PROGRAM.key])
    monkeypatch.setattr(services.programs, "current", current)
    with pytest.raises(Rejected):
        run(services)
    assert len(services.decisions.records) == 2
