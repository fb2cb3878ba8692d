from datetime import timedelta

import numpy as np
import pytest

from ladder.domain.challenges.assignment import COLUMNS, Standing
from ladder.domain.challenges.history import nan_where, zero_where
from ladder.domain.members.roster import BLOCK, blocks
from tests.builders.planning import NAN, YESTERDAY, history, standing

KNOWN = history({"AHT": np.array([[1], [2], [3]], dtype=np.float32)})


@pytest.mark.parametrize(
    ("days_ago", "window", "seen"),
    [(0, 2, [2, 3]), (0, 3, [1, 2, 3]), (1, 4, [NAN, NAN, 1, 2]), (2, 3, [NAN, NAN, 1])],
)
def test_a_window_ends_with_its_day_and_is_empty_before_the_history(
    days_ago: int, window: int, seen: list[float]
) -> None:
    values = KNOWN.until(YESTERDAY - timedelta(days=days_ago), window=window, metric="AHT")

    assert np.array_equal(values[:, 0], seen, equal_nan=True)


@pytest.mark.parametrize("days", [-3, 1])
def test_a_day_outside_the_history_is_an_error_and_no_row_of_another_day(days: int) -> None:
    with pytest.raises(KeyError):
        KNOWN.row(YESTERDAY + timedelta(days=days))


def test_marked_values_are_unknown_or_zero_and_the_others_what_they_were() -> None:
    rng = np.random.default_rng(1)
    values = rng.choice([NAN, -2.5, -0.0, 0.0, 1e-40, 3.0, np.inf], (7, 90)).astype(np.float32)
    marks, members = rng.random(values.shape) < 0.4, slice(11, 60)

    unknown = nan_where(marks[:, members], values[:, members])
    zero = zero_where(marks[:, members], values[:, members])

    assert np.array_equal(unknown, np.where(marks, np.nan, values)[:, members], equal_nan=True)
    assert np.array_equal(zero, np.where(marks, 0, values)[:, members], equal_nan=True)


def test_blocks_cover_every_slot_once() -> None:
    slots = list(range(2 * BLOCK + 1))

    assert [slot for block in blocks(len(slots)) for slot in slots[block]] == slots
    assert blocks(0) == []


def test_a_standing_grows_by_members_who_start_in_tier_1_and_in_no_group() -> None:
    old = standing(2, tier=b"\x03\x02", group=b"\x03\x02", above=b"\x04\x05", as_of=YESTERDAY)

    grown = old.grown(3)

    assert (grown.tier, grown.group, grown.above, grown.as_of) == (
        b"\x03\x02\x01",
        b"\x03\x02\x00",
        b"\x04\x05\x00",
        YESTERDAY,
    )
    assert all(len(getattr(grown, name)) == 3 for name in COLUMNS)
    assert old.grown(2) == old
    assert Standing.new(0).grown(2) == Standing.new(2)
