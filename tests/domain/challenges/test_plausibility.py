"""What one agent's figure of one day can be, by the unit of its metric or by its own range."""

from dataclasses import replace

import numpy as np
import pytest

from ladder.domain.challenges.metric_files import Measure, MetricFiles
from ladder.domain.challenges.plausibility import CONTACTS, SECONDS, PlausibleRange, plausible_range
from ladder.domain.challenges.rules import Metric
from ladder.messages.render import render
from tests.builders.planning import metric

HANDLED = metric("AHT", speed=True, normalise_by="contact_type")
IN_MINUTES = metric("AHT", unit="min")
IN_HOURS = metric("AHT", unit="Hours")
PERCENT = metric("QA", unit="%")
NET_PROMOTERS = metric("NPS", unit="points")
SOLVED_AFTER = metric("TTR", unit="h", range=(0.0, 720.0))


def refused(what: PlausibleRange, value: float, count: float) -> bool:
    return bool(what.refuses(np.array([value]), np.array([count]))[0])


def of(described: Metric) -> PlausibleRange:
    return plausible_range(described, None)


@pytest.mark.parametrize(
    ("what", "value", "count"),
    [
        (of(HANDLED), 400, 216),  # a whole day
        (of(HANDLED), 0, 0),
        (of(HANDLED), 180, float("nan")),
        (of(HANDLED), float("nan"), 3),  # no reading
        (of(IN_MINUTES), 10, 144),
        (of(IN_HOURS), 2, 12),
        (of(PERCENT), 100, 3),
        (of(PERCENT), 100.0000001, 3),  # a source that rounds
        (of(NET_PROMOTERS), -100, 5),
        (of(SOLVED_AFTER), 700, 40),
        (of(replace(PERCENT, range=(0.0, 200.0))), 130, 1),
        (CONTACTS, 86_400, 1),
        (SECONDS, 86_400, 1),
    ],
)
def test_what_a_day_can_hold_is_believed(what: PlausibleRange, value: float, count: float) -> None:
    assert not refused(what, value, count)


@pytest.mark.parametrize(
    ("what", "value", "count", "why"),
    [
        (of(HANDLED), 10_000, 40, "400,000 s of contacts in one day are not possible"),
        (of(HANDLED), 400_000, 0, "400,000 s of contacts in one day are not possible"),
        (of(replace(HANDLED, range=(0.0, 3600.0))), 3_000, 40, "120,000 s of contacts in one day are not possible"),
        (of(replace(HANDLED, range=(0.0, 3600.0))), 3_601, 1, "3,601 s is not possible: it is not between 0 and 3,600"),
        (of(IN_MINUTES), 10, 145, "87,000 s of contacts in one day are not possible"),
        (of(IN_HOURS), 25, 1, "90,000 s of contacts in one day are not possible"),
        (of(HANDLED), -1, 40, "-1 s is not possible: it is not between 0 and 86,400"),
        (of(HANDLED), 1e39, 40, "4e+40 s of contacts in one day are not possible"),
        (of(HANDLED), float("inf"), 40, "inf s is not possible: it is not between 0 and 86,400"),
        (of(HANDLED), 180, -40, "-40 contacts in one day are not possible"),
        (of(HANDLED), 0.5, 90_000, "90,000 contacts in one day are not possible"),
        (of(HANDLED), 1e308, 1e308, "1e+308 contacts in one day are not possible"),
        (of(HANDLED), 180, float("inf"), "inf contacts in one day are not possible"),
        (of(PERCENT), 120, 40, "120 % is not possible: it is not between 0 and 100"),
        (of(PERCENT), -0.5, 40, "-0.5 % is not possible: it is not between 0 and 100"),
        (
            of(NET_PROMOTERS),
            1e39,
            5,
            "1e+39 points is not possible: it is not between -1,000,000,000 and 1,000,000,000",
        ),
        (of(NET_PROMOTERS), float("-inf"), 5, "-inf points is not possible: it is not between -1,000,000,000 and"),
        (of(SOLVED_AFTER), 721, 40, "721 h is not possible: it is not between 0 and 720"),
        (CONTACTS, 1e12, 1, "1e+12 contacts is not possible: it is not between 0 and 86,400"),
        (CONTACTS, -3, 1, "-3 contacts is not possible: it is not between 0 and 86,400"),
        (SECONDS, 100_000, 1, "100,000 s is not possible: it is not between 0 and 86,400"),
    ],
)
def test_what_no_day_holds_is_refused_with_its_reason(
    what: PlausibleRange, value: float, count: float, why: str
) -> None:
    assert refused(what, value, count)
    assert render(what.why(value, count)).startswith(why)


def test_a_share_of_a_file_is_a_percentage_whatever_its_unit_is_called() -> None:
    files = MetricFiles(measures={"NPS": Measure(columns=("happy",), count="asked", statistic="share")})
    assert refused(plausible_range(NET_PROMOTERS, files), 101, 5)
    assert not refused(plausible_range(NET_PROMOTERS, None), 101, 5)


def test_each_reading_is_judged_by_itself() -> None:
    values, counts = np.array([180.0, 10_000.0, np.nan, -5.0]), np.array([40.0, 40.0, 40.0, 40.0])
    assert of(HANDLED).refuses(values, counts).tolist() == [False, True, False, True]
