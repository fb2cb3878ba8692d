"""A decision is about what was seen: what a source makes worth more afterwards waits again, or is not paid."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import permutations
from typing import Any

import pytest

from ladder.domain.activities.activity import (
    CORRECTED,
    DENIED,
    RELEASED,
    REVERSED,
    UPHELD,
    Activity,
)
from ladder.domain.activities.event_filter import Condition, EventFilter
from ladder.domain.challenges.caps import Caps
from ladder.domain.points.ledger import OpenHold
from ladder.domain.points.rulebook import ActivityCount, Badge, BadgeTier, Requirement, Rulebook
from ladder.domain.points.rules import Bonus, Count, Once, Rule
from tests.builders.capped_academy import MONDAY, academy, event, ours
from tests.builders.rewards import RewardRunner

NINE = datetime.combine(MONDAY, time(9), tzinfo=UTC)
SALES = EventFilter(types=("task.completed",))
HELD = Rule(key="SOLD", name="sold", match=SALES, points=0, points_from="worth", hold="somebody looks at it")
FREE = replace(HELD, hold=None)
COLLEAGUE = replace(HELD, hold=None, confirm="colleague")
DOUBLED = Bonus(name="twice", percentage=100.0, where=(Condition(attribute="size", equals="double"),))
SALE = event("task.completed", NINE, "sale", worth=30, size="plain")
COUNTER = Badge(
    key="SELLER",
    name="seller",
    description="sells",
    tiers=(BadgeTier(name="one", requires=(Requirement(count=ActivityCount(match=SALES), at_least=1),)),),
    owner="anna.l",
    review_on=MONDAY,
)


def corrects(number: int = 1, **attributes: Any) -> Activity:
    return event(CORRECTED, NINE + timedelta(hours=number), f"fix{number}", id="sale", **attributes)


def decides(kind: str, *, after: int = 6, of: str = "sale", **seen: int) -> Activity:
    at = NINE + timedelta(hours=after)
    return ours(kind, at, f"{kind}:{of}:{after}", source="lms", id=of, **seen)


def changed(*, after: int = 6, **attributes: Any) -> Activity:
    return ours(CORRECTED, NINE + timedelta(hours=after), f"changed:{after}", source="lms", id="sale", **attributes)


def runner(rule: Rule = HELD, **rulebook: Any) -> RewardRunner:
    return RewardRunner(program=academy(rulebook=Rulebook(rules=(rule,), **rulebook), caps=Caps()))


def after(*activities: Activity, rule: Rule = HELD, **rulebook: Any) -> tuple[int, int]:
    """Return earned and held points, which are the same in every order, and by the reference model."""
    found = set[tuple[int, int]]()
    for order in permutations(activities):
        made = runner(rule, **rulebook)
        for activity in order:
            made.give(activity)
        assert made.has() == made.should_be()
        assert made.summed() == (made.has().earned, 0, made.has().held)
        found.add((made.has().earned, made.has().held))
    (only,) = found
    return only


def waiting(made: RewardRunner) -> Sequence[OpenHold]:
    return [hold for _, hold in made.ledger.waiting.values()]


@pytest.mark.parametrize("rule", [HELD, COLLEAGUE])
def test_what_a_source_adds_to_a_released_event_waits_again(rule: Rule) -> None:
    release = decides(RELEASED, points=30)
    assert after(SALE, release, corrects(worth=400), rule=rule) == (30, 370)
    assert after(SALE, release, corrects(worth=400), decides(RELEASED, after=8, points=400), rule=rule) == (400, 0)


def test_what_a_source_takes_from_a_released_event_is_taken_at_once_and_may_come_back_unasked() -> None:
    release = decides(RELEASED, points=30)
    assert after(SALE, release, corrects(worth=10)) == (10, 0)
    assert after(SALE, release, corrects(worth=10), corrects(2, worth=30)) == (30, 0)
    assert after(SALE, release, corrects(worth=10), corrects(2, worth=31)) == (30, 1)


def test_a_correction_before_the_release_arrives_waits_like_one_after_it() -> None:
    """Somebody released 30 points, and the correction overtook the release in the queue."""
    made = runner()
    made.give(SALE)
    made.give(corrects(worth=400))
    made.give(decides(RELEASED, points=30))
    assert made.summed() == (30, 0, 370)


def test_a_bonus_that_a_source_adds_waits_and_base_is_paid_before_it() -> None:
    rule = replace(HELD, bonuses=(DOUBLED,))
    assert after(SALE, decides(RELEASED, points=30), corrects(size="double"), rule=rule) == (30, 30)
    assert after(SALE, decides(RELEASED, points=45), corrects(size="double"), rule=rule) == (45, 15)


def test_a_denied_event_stays_denied_whatever_its_source_makes_of_it() -> None:
    assert after(SALE, decides(DENIED), corrects(worth=400)) == (0, 0)
    assert after(SALE, decides(DENIED), corrects(worth=10)) == (0, 0)
    assert after(SALE, decides(DENIED), corrects(worth=400), decides(RELEASED, after=9, points=400)) == (0, 0)


def test_a_denial_of_what_waits_again_leaves_what_was_released() -> None:
    told = (SALE, decides(RELEASED, points=30), corrects(worth=400), decides(DENIED, after=8, points=30))
    assert after(*told) == (30, 0)
    assert after(*told, corrects(2, worth=500)) == (30, 0)
    assert after(*told, corrects(2, worth=20)) == (20, 0)


def test_an_upheld_dispute_is_about_what_was_seen_too() -> None:
    told = (SALE, decides(DENIED), decides(UPHELD, after=8, points=30))
    assert after(*told) == (30, 0)
    assert after(*told, corrects(worth=400)) == (30, 370)
    assert after(*told, corrects(worth=400), decides(DENIED, after=9, points=30)) == (30, 0)


def test_a_reversed_event_that_is_sent_anew_waits_like_any_other() -> None:
    again = replace(SALE, id="again")
    assert after(SALE, decides(RELEASED, points=30), decides(REVERSED, after=7), again) == (0, 30)


def test_a_late_event_that_makes_a_released_one_worth_more_lets_the_rest_wait() -> None:
    """With the late one before it, the released one is the second of two, which another rule holds."""
    second = replace(HELD, key="SECOND", points=50, points_from=None, count=Count(of=2, within_days=7))
    made = RewardRunner(program=academy(rulebook=Rulebook(rules=(HELD, second)), caps=Caps()))
    late = replace(SALE, id="late", occurred_at=NINE - timedelta(hours=1))
    for told in (SALE, decides(RELEASED, points=30), late):
        made.give(told)
    assert made.summed() == (30, 0, 80)
    assert made.has() == made.should_be()
    assert {hold.event: hold.worth for hold in waiting(made)} == {SALE.key: 80, late.key: 30}


def test_a_released_event_counts_for_badges_while_more_of_it_waits() -> None:
    made = runner(badges=(COUNTER,))
    for told, badges in (
        (SALE, {}),
        (decides(RELEASED, points=30), {"SELLER": 1}),
        (corrects(worth=400), {"SELLER": 1}),
        (decides(DENIED, after=8, points=30), {"SELLER": 1}),
    ):
        made.give(told)
        assert made.has().badges == badges
        assert made.has() == made.should_be()


def test_a_review_says_what_was_released_and_is_replaced_where_a_correction_changes_what_it_is_about() -> None:
    made = runner()
    for told in (SALE, corrects(worth=50), decides(RELEASED, points=50), corrects(2, worth=80)):
        made.give(told)
    first, second, third = made.ledger.reviews.values()
    assert [review.status for review in (first, second, third)] == ["lapsed", "lapsed", "open"]
    told_of = [
        (each.summary["points"], each.summary["worth"], each.summary["released"]) for each in (first, second, third)
    ]
    assert told_of == [("30", "30", "0"), ("50", "50", "0"), ("30", "80", "50")]
    (hold,) = waiting(made)
    assert (hold.worth, hold.review) == (80, third.id)


def test_the_clock_releases_what_has_waited_as_it_is_now() -> None:
    made = runner()
    made.give(SALE)
    made.give(corrects(worth=80))
    (hold,) = made.ledger.due("academy", made.now + timedelta(days=14))
    assert (hold.event, hold.worth) == (SALE.key, 80)


@pytest.mark.parametrize("size", ["double", "plain"])
def test_what_a_reviewer_changed_no_source_makes_worth_more_before_or_after(size: str) -> None:
    rule = replace(FREE, bonuses=(DOUBLED,))
    fixed = changed(worth=20, settled=20)
    assert after(SALE, fixed, corrects(size=size, worth=90), rule=rule) == (20, 0)
    assert after(SALE, fixed, corrects(8, size=size, worth=90), rule=rule) == (20, 0)


def test_a_reviewers_change_keeps_nothing_from_an_event_that_another_makes_worth_more() -> None:
    second = replace(FREE, key="SECOND", points=50, points_from=None, count=Count(of=2, within_days=7))
    late = replace(SALE, id="late", occurred_at=NINE - timedelta(hours=1))
    for order in permutations((SALE, changed(worth=20, settled=20), late)):
        made = RewardRunner(program=academy(rulebook=Rulebook(rules=(FREE, second)), caps=Caps()))
        for told in order:
            made.give(told)
        assert made.has() == made.should_be()
        assert made.summed() == (20 + 50 + 30, 0, 0)


def test_what_a_source_takes_from_what_a_reviewer_changed_is_taken_at_once() -> None:
    rule = replace(FREE, match=replace(SALES, where=(Condition(attribute="size", equals="plain"),)))
    assert after(SALE, changed(worth=20, settled=20), corrects(size="cancelled"), rule=rule) == (0, 0)


def test_a_reviewers_change_of_a_released_event_is_paid_and_bounds_what_its_source_adds() -> None:
    rule = replace(HELD, bonuses=(DOUBLED,))
    told = (SALE, decides(RELEASED, points=30), changed(after=7, worth=40, settled=0, released=40))
    assert after(*told, rule=rule) == (40, 0)
    assert after(*told, corrects(size="double"), rule=rule) == (40, 40)


def test_decisions_without_points_are_about_the_event_whatever_it_is_worth() -> None:
    assert after(SALE, decides(RELEASED), corrects(worth=400)) == (400, 0)
    assert after(SALE, decides(UPHELD), corrects(worth=400), decides(DENIED)) == (400, 0)


FULL = Caps(member_daily_points=30)
EARLIER = event("forum.posted", NINE - timedelta(hours=1), "post")
POST = Rule(key="POST", name="post", match=EventFilter(types=("forum.posted",)), points=30)
ONCE = replace(HELD, once=Once(per="size"))


@pytest.mark.parametrize("rule", [ONCE, replace(ONCE, hold=None, confirm="colleague")])
def test_a_held_award_that_is_earned_once_waits_though_full_caps_leave_nothing_of_it(rule: Rule) -> None:
    made = RewardRunner(program=academy(rulebook=Rulebook(rules=(POST, rule)), caps=FULL))
    made.give(EARLIER)
    (entry,) = made.give(SALE).entries
    assert (entry.is_held, entry.held, made.summed()) == (True, 0, (30, 0, 0))
    (hold,) = waiting(made)
    assert hold.worth == 30
    (review,) = made.ledger.reviews.values()
    assert review.summary["points"] == "30"
    made.give(decides(RELEASED, points=30))
    assert (waiting(made), made.summed()) == ([], (30, 0, 0))
    made.give(event("peer.assisted", NINE + timedelta(days=1), "next", colleague="c1"))
    assert made.summed() == (60, 0, 0)
    assert made.has() == made.should_be()


def test_a_held_award_that_is_earned_once_and_denied_is_neither_paid_nor_used_up() -> None:
    made = RewardRunner(program=academy(rulebook=Rulebook(rules=(POST, ONCE)), caps=FULL))
    for told in (
        EARLIER,
        SALE,
        decides(DENIED),
        event("task.completed", NINE + timedelta(days=1), "other", worth=30, size="plain"),
    ):
        made.give(told)
    assert made.summed() == (30, 0, 30)
    assert made.has() == made.should_be()


def test_a_held_award_that_can_be_earned_again_does_not_wait_where_full_caps_leave_nothing_of_it() -> None:
    made = RewardRunner(program=academy(rulebook=Rulebook(rules=(POST, HELD)), caps=FULL))
    made.give(EARLIER)
    made.give(SALE)
    assert waiting(made) == []
