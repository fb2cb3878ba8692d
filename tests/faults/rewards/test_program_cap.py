"""The program's cap of a day, drawn on by several in any order: never overshot, and every point is in the ledger."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.activity import Activity
from ladder.domain.rewards.refold import refold
from tests.faults.rewards.academy import CAPS, Office, academy
from tests.faults.rewards.given_events import amendments, events
from tests.faults.rewards.test_any_order import MEMBERS, calm, undated

CAP = 150
FEW = st.lists(st.one_of(events(), events(), amendments()), min_size=1, max_size=4)


@settings(parent=calm, max_examples=80)
@given(st.lists(st.tuples(MEMBERS, FEW), max_size=12))
def test_whatever_comes_nobody_is_paid_what_was_not_drawn(steps: Sequence[tuple[str, list[Activity]]]) -> None:
    office = Office(program=academy(caps=replace(CAPS, program_daily_points=CAP, member_daily_points=60)))
    for member, batch in steps:
        office.give(*batch, member=member)
        used = dict[int, int]()
        for each in office.written:
            state, _ = office.ledger.load("academy", each, [])
            entries = office.ledger.entries("academy", each)
            assert office.summed(each) == (state.earned, state.spent, state.held)
            book = office.desk(each).book
            again, _ = refold({1: book}, book, state, entries, [], allowances={})
            assert replace(undated(again), allowance=None) == replace(undated(state), allowance=None)
            used[state.day] = used.get(state.day, 0) + state.used.get("#day", 0)
        drawn = office.ledger.purse.reserves
        assert all(points <= CAP for points in drawn.values())
        assert all(points <= drawn.get(("academy", date.fromordinal(day)), 0) for day, points in used.items() if points)
