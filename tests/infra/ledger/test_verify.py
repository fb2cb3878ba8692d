"""What `ladder ledger verify` finds, and what it leaves in peace."""

from dataclasses import replace
from datetime import date

import pytest

from infra.cli.ledger.members import MemberKey, find_members
from infra.cli.ledger.verify import verify_ledger
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.ledger import pack_state
from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.challenges.caps import Caps
from ladder.domain.errors import Rejected
from ladder.domain.members.roster import Member
from ladder.domain.points.rulebook import ActivityCount, BadgeTier, Requirement
from ladder.domain.points.rules import Rule
from tests.builders.academy import BADGE, ITEM, PASSED
from tests.infra.ledger.ledgers_on_stack import NOW, LedgersOnStack, an_activity, passed, taken_back

ENTRY = "ENTRY#academy#e3"


@pytest.fixture
def anna(ledgers: LedgersOnStack) -> LedgersOnStack:
    """Some events in order, one late, one taken back."""
    ledgers.reward("anna", [passed(n, minutes=n) for n in range(1, 5)])
    ledgers.reward("anna", [passed(9, minutes=-5)])
    ledgers.reward("anna", [taken_back("e2")])
    return ledgers


def found(academy: LedgersOnStack) -> list[str]:
    return [finding.what for finding in verify_ledger(academy.read("anna")).findings]


def test_a_ledger_that_was_written_by_the_engine_holds(anna: LedgersOnStack) -> None:
    verified = verify_ledger(anna.read("anna"))
    assert verified.holds
    assert (verified.entries, verified.points) == (6, 300)


def test_it_holds_for_what_was_written_under_several_versions(anna: LedgersOnStack) -> None:
    """What a rule that is gone had noted is found under its own name."""
    other = Rule(key="OTHER", name="another rule", match=PASSED, points=5)
    rulebook = replace(anna.program.rulebook, rules=(other,), streaks=(), badges=(), paths=())
    anna.place.members.published.publish(replace(anna.program, rulebook=rulebook))
    anna.reward("anna", [passed(5, minutes=70)])
    assert found(anna) == []


def test_it_holds_where_more_marks_were_made_than_the_state_keeps(anna: LedgersOnStack) -> None:
    for number in range(10, 90, 16):
        anna.reward("anna", [passed(n, minutes=n) for n in range(number, number + 16)])
    read = anna.read("anna")
    assert read.state.archive
    assert verify_ledger(read).holds


def test_it_holds_under_the_programs_own_cap_on_a_day_that_brought_nothing(anna: LedgersOnStack) -> None:
    capped = replace(anna.program, caps=Caps(program_daily_points=100_000, member_daily_points=500))
    anna.place.members.published.publish(capped)
    anna.reward("anna", [an_activity("a", "content.accessed", {}, minutes=1_500, received_at=NOW)])
    assert found(anna) == []
    anna.reward("anna", [passed(5, minutes=1_400)])
    assert found(anna) == []


def test_it_holds_for_an_order_under_rules_that_count_what_was_not_counted_yet(anna: LedgersOnStack) -> None:
    """An order counts nothing: badges look back with the next event."""
    wanted = Requirement(count=ActivityCount(match=EventFilter(types=("assessment.submitted",))), at_least=2)
    badge = replace(BADGE, key="TRIER", tiers=(BadgeTier(name="bronze", requires=(wanted,)),))
    item, rulebook = replace(ITEM, price=10), replace(anna.program.rulebook, badges=(BADGE, badge))
    anna.place.members.published.publish(replace(anna.program, rulebook=rulebook))
    anna.order("anna", item)
    assert (anna.read("anna").state.spent, found(anna)) == (10, [])
    anna.reward("anna", [passed(5, minutes=70)])
    assert ("TRIER" in anna.read("anna").state.badges, found(anna)) == (True, [])


def test_nobody_is_left_out_who_has_a_state_or_an_entry(anna: LedgersOnStack) -> None:
    anna.reward("ben", [passed(1)])
    anna.lose("ben", keys.STATE)
    assert find_members(anna.place) == [MemberKey("academy", "anna"), MemberKey("academy", "ben")]
    assert find_members(anna.place, member="ben") == [MemberKey("academy", "ben")]


def test_a_program_and_a_member_whom_nobody_knows_are_named(anna: LedgersOnStack) -> None:
    with pytest.raises(Rejected, match="there is no program 'another'; published are: academy"):
        find_members(anna.place, program="another")
    with pytest.raises(Rejected, match="there is no member 'jo': write their id, or their user name"):
        find_members(anna.place, member="jo")


def test_a_member_is_found_by_the_name_that_the_roster_has(anna: LedgersOnStack) -> None:
    anna.place.members.published.enrol("academy", (Member(id="anna", user="A01"), Member(id="ben", user="A02")))
    for name in ("A01", "anna", " A01 "):
        assert find_members(anna.place, member=name) == [MemberKey("academy", "anna")]
    assert find_members(anna.place, program="academy", member="A02") == [MemberKey("academy", "ben")]


def test_a_column_that_was_changed_is_named_with_both_numbers(anna: LedgersOnStack) -> None:
    anna.tamper("anna", keys.STATE, earned=9_999)
    assert found(anna)[0] == "earned is 9999 in the state, and the entries sum to 300"


def test_a_state_that_was_changed_is_named_by_its_field(anna: LedgersOnStack) -> None:
    state = anna.read("anna").state
    state.streaks["DAYS"].best = 40
    anna.tamper("anna", keys.STATE, state=pack_state(state))
    (words,) = found(anna)
    assert words.startswith("streaks is ")
    assert "best=40" in words.partition(" in the state, and ")[0]


def test_marks_of_what_counted_are_compared_wherever_they_are_kept(anna: LedgersOnStack) -> None:
    state = anna.read("anna").state
    state.seen.popitem()
    anna.tamper("anna", keys.STATE, state=pack_state(state))
    assert found(anna) == ["seen: 1 marks of what has counted before differ"]


def test_an_entry_that_tells_of_something_else_than_was_sent_is_damaged(anna: LedgersOnStack) -> None:
    anna.tamper("anna", ENTRY, attributes='{"module":"m77","passed":true}')
    verified = verify_ledger(anna.read("anna"))
    assert verified.findings[0].what == "entry academy#e3: its digest does not match its event"
    assert verified.damaged


def test_an_entry_that_is_missing_leaves_a_gap(anna: LedgersOnStack) -> None:
    anna.lose("anna", ENTRY)
    verified = verify_ledger(anna.read("anna"))
    assert verified.findings[0].what == "entries are missing: there is no number 3"
    assert verified.damaged


def test_a_number_that_was_given_twice_is_told(anna: LedgersOnStack) -> None:
    anna.tamper("anna", ENTRY, sequence=4)
    assert found(anna)[:2] == ["entries are missing: there is no number 3", "two entries have the same number: 4"]


def test_points_of_an_entry_that_were_changed_show_in_the_sum(anna: LedgersOnStack) -> None:
    anna.tamper("anna", ENTRY, points=500)
    assert found(anna) == ["earned is 300 in the state, and the entries sum to 750"]


def test_the_day_is_written_as_a_date(anna: LedgersOnStack) -> None:
    state = anna.read("anna").state
    state.day += 1
    anna.tamper("anna", keys.STATE, state=pack_state(state))
    assert any(each.startswith(f"day is {date.fromordinal(state.day)} in the state") for each in found(anna))
