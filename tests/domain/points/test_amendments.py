"""Reversals, corrections and decisions: whenever they arrive, they mean the same."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ladder.domain.activities.activity import (
    COMPLETED,
    CORRECTED,
    DAY_OFF,
    DENIED,
    ORDERED,
    RELEASED,
    REVERSED,
    UPHELD,
    Activity,
)
from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.challenges.caps import Caps
from ladder.domain.message import Message
from ladder.domain.points.ledger import MAX_AMENDED_BEFORE_ARRIVAL, LedgerChange
from ladder.domain.points.rulebook import Milestone, Path, Rulebook, Step, Streak
from ladder.domain.points.rules import Count, Rule
from ladder.domain.validation.constraints import Plain
from tests.builders.capped_academy import CAPS, MODULE, POSTED, RULEBOOK, academy, event, ours
from tests.builders.generated_events import START
from tests.builders.rewards import RewardRunner

NINE = START + timedelta(hours=9)
HELPED = event("peer.assisted", NINE, "help", colleague="c1")
READ = event("learner.completed_module", NINE, "read", module="m1")
LATER = NINE + timedelta(hours=5)
HELPING = EventFilter(types=("peer.assisted",))


def speaks(kind: str, of: Activity, key: str = "", *, at: timedelta = timedelta(), **told: str) -> Activity:
    return ours(kind, LATER + at, key or f"{kind}:{of.id}", source=of.source, id=of.id, **told)


def corrects(of: Activity, key: str = "c", *, at: timedelta = timedelta(), **changes: object) -> Activity:
    return event(CORRECTED, LATER + at, key, source=of.source, **{"id": of.id, **changes})  # type: ignore[arg-type]


def after(*batches: Activity | tuple[Activity, ...], **changed: object) -> RewardRunner:
    runner = RewardRunner(program=academy(**changed))
    for batch in batches:
        runner.give(*(batch if isinstance(batch, tuple) else (batch,)))
    return runner


def points(*batches: Activity | tuple[Activity, ...]) -> tuple[int, int, int]:
    """Earned, spent and held, which the reference model confirms."""
    runner = after(*batches)
    assert runner.has() == runner.should_be()
    assert runner.summed() == (runner.has().earned, runner.has().spent, runner.has().held)
    return runner.summed()


def test_a_reversal_takes_everything_back_whether_it_comes_before_or_after() -> None:
    reversal = speaks(REVERSED, READ)
    assert points(READ) == (45, 0, 0)
    assert points(READ, reversal) == points(reversal, READ) == points((reversal, READ)) == (0, 0, 0)


def test_a_reversal_frees_the_cap_for_what_had_been_trimmed() -> None:
    first = replace(event(COMPLETED, NINE, "first", category="A", points=100), source="rotation")
    second = replace(first, id="second", occurred_at=NINE + timedelta(hours=1))
    assert points(first, second) == (110, 0, 0)
    assert points(first, second, speaks(REVERSED, first)) == (100, 0, 0)


def test_a_released_hold_pays_and_a_denied_one_never_does() -> None:
    assert points(HELPED) == (0, 0, 30)
    assert points(HELPED, speaks(RELEASED, HELPED)) == points(speaks(RELEASED, HELPED), HELPED) == (30, 0, 0)
    assert points(HELPED, speaks(DENIED, HELPED)) == points(speaks(DENIED, HELPED), HELPED) == (0, 0, 0)


def test_denied_beats_released_and_reversed_beats_both_in_any_order() -> None:
    released, denied = speaks(RELEASED, HELPED), speaks(DENIED, HELPED)
    assert points(HELPED, released, denied) == points(HELPED, denied, released) == points(denied, HELPED, released)
    assert points(HELPED, (released, denied)) == (0, 0, 0)
    assert points(HELPED, released, speaks(REVERSED, HELPED)) == (0, 0, 0)


def test_a_release_by_an_upheld_dispute_beats_the_denial_that_it_was_about_in_any_order() -> None:
    denied, late = speaks(DENIED, HELPED), speaks(RELEASED, HELPED)
    upheld = speaks(UPHELD, HELPED, "review:1")
    assert points(HELPED, denied, upheld) == points(HELPED, upheld, denied) == points(upheld, denied, HELPED)
    assert points(HELPED, (denied, late, upheld)) == (30, 0, 0)
    assert points(HELPED, denied, upheld, speaks(REVERSED, HELPED)) == (0, 0, 0)


CLAIMS: list[dict[str, Plain]] = [{name: True} for name in ("upheld", "released", "denied", "reversed", "held")]
CLAIMS += [{"upheld": "yes", "colleague": "c1"}, {"type": RELEASED}]


@pytest.mark.parametrize("claim", CLAIMS, ids=str)
def test_no_correction_of_a_source_decides_a_hold_or_overrules_a_person(claim: dict[str, Plain]) -> None:
    claimed = corrects(HELPED)
    claimed = replace(claimed, attributes={**claimed.attributes, **claim})
    assert points(HELPED, claimed) == points(claimed, HELPED) == (0, 0, 30)
    denied = speaks(DENIED, HELPED)
    assert points(HELPED, denied, claimed) == points(claimed, HELPED, denied) == (0, 0, 0)


@pytest.mark.parametrize("kind", [RELEASED, UPHELD, DENIED, REVERSED])
def test_what_only_ladder_says_means_nothing_when_a_source_says_it(kind: str) -> None:
    pretended = replace(speaks(kind, HELPED), source="lms", received_at=LATER)
    assert points(HELPED, pretended) == points(pretended, HELPED) == (0, 0, 30)
    released = speaks(RELEASED, HELPED)
    assert points(HELPED, released, pretended) == points(pretended, HELPED, released) == (30, 0, 0)
    told = after(HELPED, pretended).ledger.entries("academy", "m")[-1]
    foreign = Message("points.foreign", {"source": "ladder", "type": kind})
    assert told.notes == (Message("points.not_counted", {"reason": foreign}),)


def test_what_a_person_corrected_is_not_corrected_back_by_its_source() -> None:
    """Nor does the source take the id that the person's correction has."""
    mended = ours(CORRECTED, LATER, "review:1", source="lms", id="read", score=10)
    back = corrects(READ, "review:1", score=95, at=timedelta(hours=1))
    assert points(READ, mended, back) == points(READ, back, mended) == points(back, mended, READ) == (45, 0, 0)


STREAKING = replace(
    RULEBOOK,
    streaks=(
        *RULEBOOK.streaks,
        Streak(key="HELP", name="help", match=HELPING, milestones=(Milestone(length=1, points=7),)),
    ),
    rules=(*RULEBOOK.rules, Rule(key="ALSO", name="also", match=HELPING, points=5)),
    paths=(*RULEBOOK.paths, Path(key="P", name="p", points=11, steps=(Step(key="A", name="a", match=HELPING),))),
)


def test_a_denial_takes_back_what_was_held_and_nothing_else_of_the_event() -> None:
    for order in ((HELPED, speaks(DENIED, HELPED)), (speaks(DENIED, HELPED), HELPED)):
        runner = after(*order, rulebook=STREAKING)
        assert runner.has() == runner.should_be()
        assert runner.summed() == (23, 0, 0)
    released = after(HELPED, speaks(RELEASED, HELPED), speaks(DENIED, HELPED), rulebook=STREAKING)
    assert released.summed() == (23, 0, 0)


def test_a_denied_challenge_keeps_what_its_streak_paid() -> None:
    held = replace(event(COMPLETED, NINE, "c", category="A", points=50, held="short calls"), source="rotation")
    streak = Streak(
        key="S", name="s", match=EventFilter(types=(COMPLETED,)), milestones=(Milestone(length=1, points=7),)
    )
    runner = after(held, speaks(DENIED, held), rulebook=replace(RULEBOOK, streaks=(*RULEBOOK.streaks, streak)))
    assert (runner.summed(), runner.has()) == ((7, 0, 0), runner.should_be())


def test_a_denial_of_what_was_never_held_changes_nothing() -> None:
    assert points(READ, speaks(DENIED, READ)) == points(speaks(DENIED, READ), READ) == (45, 0, 0)


def test_corrections_apply_in_the_order_they_happened_not_in_which_they_came() -> None:
    well = corrects(READ, "c1", score=95)
    badly = corrects(READ, "c2", score=10, at=timedelta(hours=1))
    assert points(READ, well) == (68, 0, 0)
    assert points(READ, well, badly) == points(READ, badly, well) == points(badly, READ, well) == (45, 0, 0)


def test_a_source_corrects_only_what_is_its_own() -> None:
    assert points(READ, replace(corrects(READ, score=95), source="another")) == (45, 0, 0)


def test_a_reversed_reversal_still_reverses() -> None:
    reversal = speaks(REVERSED, READ)
    assert points(READ, reversal, speaks(REVERSED, reversal)) == (0, 0, 0)


def test_a_reversed_order_gives_the_points_back() -> None:
    order = ours(ORDERED, LATER, "order", item="EARLY", price=20)
    assert points(READ, order) == (45, 20, 0)
    assert points(READ, order, speaks(REVERSED, order)) == (45, 0, 0)


@pytest.mark.parametrize("kinds", [(RELEASED, DENIED), (DENIED, RELEASED), (RELEASED, REVERSED)])
def test_a_hold_that_is_decided_twice_in_one_batch_is_written_once(kinds: tuple[str, str]) -> None:
    """One transaction never has the same item twice: DynamoDB refuses all of it."""
    runner = after(HELPED)
    decided, real = list[object](), runner.ledger.commit

    def commit(change: LedgerChange) -> None:
        decided.append(change.decided)
        real(change)

    runner.ledger.commit = commit
    runner.give(*(speaks(kind, HELPED) for kind in kinds))
    assert decided == [[HELPED.key]]


def due(runner: RewardRunner) -> list[str]:
    return [hold.event[1] for hold in runner.ledger.due("academy", runner.now + timedelta(days=14))]


def test_a_held_award_that_is_corrected_still_falls_due() -> None:
    assert due(after(HELPED, corrects(HELPED, colleague="c2"))) == ["help"]
    assert due(after(HELPED, corrects(HELPED, colleague="c2"), speaks(RELEASED, HELPED))) == []


def test_a_late_held_award_falls_due_and_another_whose_place_it_takes_once_there_is_room() -> None:
    """What it adds to the held points, and what it takes from others', sum to nothing."""
    one = replace(event(COMPLETED, NINE, "one", category="A", points=110, held="short"), source="rotation")
    earlier = replace(one, id="earlier", occurred_at=NINE - timedelta(hours=1))
    runner = after(one, earlier)
    assert runner.summed() == (0, 0, 110)
    assert due(runner) == ["earlier"]
    runner.give(speaks(DENIED, earlier))
    assert (due(runner), runner.summed()) == (["one"], (0, 0, 110))
    assert due(after(one, replace(READ, occurred_at=NINE - timedelta(hours=1)))) == ["one"]


def test_an_event_that_was_amended_before_it_came_is_amended_however_many_wait() -> None:
    reversals = [
        speaks(REVERSED, replace(READ, id=f"read{number}")) for number in range(MAX_AMENDED_BEFORE_ARRIVAL + 3)
    ]
    runner = after(*reversals)
    for number in range(MAX_AMENDED_BEFORE_ARRIVAL + 3):
        runner.give(replace(READ, id=f"read{number}", occurred_at=NINE + timedelta(hours=number)))
    assert runner.summed() == (0, 0, 0)


@pytest.mark.parametrize("changes", [{"first": "soon"}, {"last": "2026-01-01"}, {"first": None}])
def test_a_correction_that_makes_no_sense_is_kept_and_changes_nothing(changes: dict[str, Any]) -> None:
    off = event(DAY_OFF, NINE, "off", first="2026-03-03", last="2026-03-04")
    wrong = corrects(off, **changes)
    assert points(off, READ, wrong) == points(wrong, off, READ) == (45, 0, 0)


def test_days_off_that_are_corrected_to_begin_earlier_save_the_streak() -> None:
    """Two days are missed, and one is excused: only both save it."""
    days = [event("forum.posted", NINE + timedelta(days=day), f"post{day}") for day in (0, 4)]
    off = event(DAY_OFF, NINE + timedelta(days=3), "off", first="2026-03-05", last="2026-03-05")
    earlier = corrects(off, first="2026-03-03", at=timedelta(days=4))
    plain = replace(RULEBOOK, holidays=())
    for order in ((*days, off, earlier), (earlier, off, *days)):
        runner = after(*order, rulebook=plain)
        assert runner.has() == runner.should_be()
        assert runner.has().streaks["DAYS"] == (2, 2)


COUNTING = Rulebook(rules=(Rule(key="TWO", name="two", match=POSTED, points=50, count=Count(of=2, within_days=2)),))


def test_points_that_a_late_event_brings_to_another_are_drawn_from_the_reserve() -> None:
    """The late one pays nothing itself: what pays is the one after it, under the day's new allowance."""
    runner = RewardRunner(
        program=academy(rulebook=COUNTING, caps=Caps(program_daily_points=60, member_daily_points=50))
    )
    late, one = event("forum.posted", NINE, "late"), event("forum.posted", LATER, "one")
    runner.give(one)
    runner.give(late)
    assert runner.summed() == (50, 0, 0)
    assert runner.ledger.allowances.reserves == {("academy", START.date()): 50}
    runner.give(speaks(RELEASED, READ))
    assert runner.summed() == (50, 0, 0)
    runner.give(late, member="n")
    runner.give(one, member="n")
    assert runner.summed("n") == (10, 0, 0)


def test_a_late_module_counts_before_the_one_that_came_first() -> None:
    """The cap of the rule is taken by whichever happened first; the sum stays."""
    first, second = (
        event("learner.completed_module", NINE + timedelta(hours=n), f"e{n}", module=f"m{n}") for n in (0, 1)
    )
    assert points(first, second) == points(second, first) == (60, 0, 0)
    assert MODULE.types == (first.type,)
    assert CAPS.member_daily_points == 110


def test_what_a_correction_pays_is_drawn_from_the_reserve() -> None:
    runner = RewardRunner(program=academy(caps=Caps(program_daily_points=60, member_daily_points=50)))
    untold = event("learner.completed_module", NINE, "untold")
    runner.give(untold)
    runner.give(corrects(untold, module="m1"))
    assert (runner.summed(), runner.ledger.allowances.reserves) == (
        (45, 0, 0),
        {("academy", START.date()): 45},
    )


def test_an_award_that_waits_only_since_it_was_corrected_falls_due() -> None:
    untold = event("peer.assisted", NINE, "help")
    runner = after(untold, corrects(untold, colleague="c1"))
    assert runner.summed() == (0, 0, 30)
    assert due(runner) == ["help"]
