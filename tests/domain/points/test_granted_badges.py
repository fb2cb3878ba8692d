"""A judged badge in the ledger: at most once, without points, and taken back by folding anew."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

from ladder.domain.activities.activity import LADDER, REVERSED, Activity, validation_error
from ladder.domain.challenges.caps import Caps
from ladder.domain.message import Message
from ladder.domain.points.apply import allowance_days, evaluate
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.judged_badge import badge_grant
from ladder.domain.points.ledger import FINISHED, Entry, State
from ladder.domain.points.member_progress import member_progress
from ladder.domain.points.replay import replay
from ladder.domain.programs.pausing import compile_program
from tests.builders.entry_texts import said
from tests.builders.judged_badges import CHAMPION, NOW, program, tried

BOOK = compile_program(program())


def grant(case: str = "c1", *, badge: str = "CHAMPION", hours: int = 0) -> Activity:
    return badge_grant(badge=badge, case=case, verdict="v", by="policy", at=NOW + timedelta(hours=hours))


def folded(*done: Activity, book: CompiledProgram = BOOK) -> tuple[State, list[Entry]]:
    return evaluate(book, State(), done, allowances={})


def undone(of: Activity) -> Activity:
    told = {"source": LADDER, "id": of.id, "reason": "given by mistake"}
    return Activity(source=LADDER, id=f"undo:{of.id}", type=REVERSED, occurred_at=NOW, attributes=told)


def test_it_is_given_once_and_the_second_case_says_so() -> None:
    state, (first, second) = folded(grant(), grant("c2", hours=1))
    assert state.badges == {"CHAMPION": (frozenset({FINISHED}), NOW.date().toordinal())}
    assert said(BOOK, first) == "You received the badge community champion."
    assert first.reached == (Message("points.badge_given", {"badge": "community champion"}),)
    assert said(BOOK, second) == "The badge community champion is not given. You have it already."
    assert second.reached == ()
    assert (first.points, second.points, state.earned) == (0, 0, 0)


def test_a_badge_that_the_program_does_not_have_is_not_given() -> None:
    state, (entry,) = folded(grant(badge="EMPEROR"))
    assert state.badges == {}
    assert entry.lines[0].because == Message("points.no_such_badge")


def test_it_asks_for_no_allowance_and_leaves_the_day_s_as_it_was() -> None:
    capped = compile_program(replace(program(), caps=Caps(program_daily_points=1_000)))
    assert allowance_days(capped, [grant()]) == set()
    passed = tried(1, passed=True, at=NOW - timedelta(hours=1))
    day = NOW.date().toordinal()
    without, _ = evaluate(capped, State(), [passed], allowances={day: 70})
    state, _ = evaluate(capped, State(), [passed, grant()], allowances={day: 70})
    assert (state.earned, state.allowance, state.used) == (without.earned, 70, without.used)


def test_taken_back_it_is_gone_and_the_other_case_brings_it_again() -> None:
    def after(*arrived: Activity, recorded: tuple[Activity, ...]) -> tuple[State, list[Entry]]:
        state, entries = folded(*recorded)
        return replay({1: BOOK}, BOOK, state, entries, arrived, allowances={})

    state, (entry,) = after(undone(grant()), recorded=(grant(),))
    assert state.badges == {}
    assert entry.reached == (Message("points.badge_taken_back", {"badge": "community champion"}),)
    state, _ = after(undone(grant()), recorded=(grant(), grant("c2", hours=1)))
    assert state.badges == {"CHAMPION": (frozenset({FINISHED}), NOW.date().toordinal())}
    state, (entry,) = after(grant("c3", hours=2), recorded=(grant(),))
    assert set(state.badges) == {"CHAMPION"}


def test_whatever_the_order_of_delivery_it_is_the_same() -> None:
    events = [grant(), grant("c2", hours=1), undone(grant()), tried(1, passed=True, at=NOW + timedelta(minutes=30))]
    found = set()
    for order in permutations(events):
        state, entries = State(), list[Entry]()
        for each in order:
            state, new = replay({1: BOOK}, BOOK, state, entries, [each], allowances={})
            entries += new
        found.add((tuple(state.badges.items()), state.earned))
    assert found == {((("CHAMPION", (frozenset({FINISHED}), NOW.date().toordinal())),), 150)}  # its path with it


def test_it_must_name_its_badge_and_everybody_can_read_what_it_takes() -> None:
    assert validation_error(replace(grant(), attributes={}))
    assert not validation_error(grant())
    shown = {each.key: each for each in member_progress(BOOK, folded(grant())[0], NOW.date()).badges}
    assert shown["CHAMPION"].reached_on == NOW.date()
    assert CHAMPION.criteria in shown["CHAMPION"].description
    before = {each.key: each for each in member_progress(BOOK, State(), NOW.date()).badges}
    assert (before["CHAMPION"].tier, before["CHAMPION"].reached_on) == (None, None)
