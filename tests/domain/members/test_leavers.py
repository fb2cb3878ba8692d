"""Members who left are erased after the days that their program says, and whoever returns in time never."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count

from ladder.domain.members.leavers import Leavers
from ladder.domain.members.roster import Roster, RosterRow, enrolled

LEFT = datetime(2026, 3, 1, 9, tzinfo=UTC)
RULE = Leavers(erased_after_days=30)
IDS = count()


def listed(known: Roster, users: Iterable[str], at: datetime) -> Roster:
    rows = [RosterRow(user=user) for user in users]
    return enrolled(known, rows, new_id=lambda: f"{next(IDS):032x}", at=at).roster


def due(roster: Roster, day: date) -> list[str]:
    return [member.user for member in RULE.due(roster, day)]


def test_who_left_is_due_on_the_last_of_the_days_and_not_before() -> None:
    roster = listed(listed((), ["jo", "kim"], LEFT - timedelta(days=400)), ["kim"], LEFT)
    assert due(roster, LEFT.date() + timedelta(days=29)) == []
    assert due(roster, LEFT.date() + timedelta(days=30)) == ["jo"]
    assert [RULE.erased_on(member) for member in roster] == [LEFT.date() + timedelta(days=30), None]


def test_a_list_that_still_lacks_them_does_not_begin_anew() -> None:
    roster = listed(listed((), ["jo", "kim"], LEFT), ["kim"], LEFT)
    roster = listed(roster, ["kim", "lou"], LEFT + timedelta(days=20))
    assert due(roster, LEFT.date() + timedelta(days=30)) == ["jo"]


def test_whoever_returns_in_time_is_never_due_and_their_next_leave_counts_from_its_own_day() -> None:
    roster = listed(listed((), ["jo", "kim"], LEFT), ["kim"], LEFT)
    roster = listed(roster, ["jo", "kim"], LEFT + timedelta(days=29))
    assert due(roster, LEFT.date() + timedelta(days=3000)) == []
    again = listed(roster, ["kim"], LEFT + timedelta(days=100))
    assert due(again, LEFT.date() + timedelta(days=129)) == []
    assert due(again, LEFT.date() + timedelta(days=130)) == ["jo"]


def test_who_was_erased_is_not_erased_again() -> None:
    roster = listed(listed((), ["jo"], LEFT), [], LEFT)
    assert due(tuple(member.anonymous() for member in roster), LEFT.date() + timedelta(days=400)) == []
