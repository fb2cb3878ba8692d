import pytest

from ladder.domain.challenges.rules import TierRule
from ladder.domain.challenges.tiers import tier_move_reason
from ladder.messages.render import render
from tests.builders.planning import metric

RULE = TierRule(up=(51, 76), down=(43, 68), down_after_days=5)


@pytest.mark.parametrize(
    ("old", "new", "placed", "returning", "because"),
    [
        (1, 3, True, False, "The first 10 worked days are in; "),
        (1, 2, False, False, "10 worked days in a row at or above percentile 51 of peers; "),
        (2, 3, False, False, "10 worked days in a row at or above percentile 76 of peers; "),
        (1, 2, False, True, "Back after 5 worked days in a row at or above percentile 46 of peers; "),
        (2, 3, False, True, "Back after 5 worked days in a row at or above percentile 71 of peers; "),
        (2, 1, False, False, "5 worked days in a row below percentile 43 of peers; "),
        (3, 2, False, False, "5 worked days in a row below percentile 68 of peers; "),
    ],
)
def test_a_move_is_explained_by_the_band_and_the_days_that_led_to_it(
    old: int,
    new: int,
    placed: bool,  # noqa: FBT001
    returning: bool,  # noqa: FBT001
    because: str,
) -> None:
    why = tier_move_reason(metric(), RULE, old=old, new=new, placed=placed, returning=returning, value=182.296)

    assert render(why) == f"{because}average handle time: 182.3 s now."


def test_a_part_timer_reads_of_the_fewer_days_that_led_to_a_move() -> None:
    why = tier_move_reason(metric(), RULE, old=1, new=2, placed=False, returning=False, value=182.296, days_a_week=2)

    assert render(why).startswith("4 worked days in a row at or above percentile 51 of peers; ")


def test_one_day_is_said_as_one_day_and_a_large_value_without_an_exponent() -> None:
    one = TierRule(placed_after_days=1, up_after_days=1)
    placed = tier_move_reason(metric(), one, old=1, new=2, placed=True, returning=False, value=12_345)
    up = tier_move_reason(metric(), one, old=1, new=2, placed=False, returning=False, value=12_345)

    assert render(placed) == "The first worked day is in; average handle time: 12,340 s now."
    assert render(up).startswith("1 worked day at or above percentile 55 of peers; ")
