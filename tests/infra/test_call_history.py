"""The demonstration's data: real where it is at hand, drawn in its shape where not."""

import math
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from statistics import fmean, median, stdev

import numpy as np
import pytest

from infra.cli.demo.command import PROGRAM
from infra.cli.program_file import load_program
from infra.cli.texts import texts
from infra.local.call_history import AGENT_DAYS, DATA, DIRECTIONS, TYPES, CallHistory, call_history
from ladder.adapters.metric_files import read_metric_file

NOWHERE = Path("nowhere")
real_data = pytest.mark.skipif(not (DATA / AGENT_DAYS).exists(), reason="the real calls are not beside the checkout")


@pytest.fixture(scope="module")
def drawn() -> CallHistory:
    return call_history(seed=3, data=NOWHERE)


def means(history: CallHistory, metric: str) -> dict[str, float]:
    values = defaultdict(list)
    for reading in history.readings[metric]:
        values[reading.user].append(reading.value)
    return {user: fmean(value for value in found if not math.isnan(value)) for user, found in values.items()}


def test_without_the_data_a_history_is_drawn_and_says_so(drawn: CallHistory) -> None:
    assert texts().of(drawn.source) == "generated from seed 3 in the shape of a bank's call centre of 1999"
    assert len(drawn.users) == 29
    assert (drawn.days[0], drawn.days[-1], len(drawn.days)) == (date(1999, 1, 1), date(1999, 2, 28), 59)


def test_a_seed_draws_the_same_history_every_time(drawn: CallHistory) -> None:
    again, other = call_history(seed=3, data=NOWHERE), call_history(seed=4, data=NOWHERE)

    assert repr(again) == repr(drawn)  # NaN equals nothing, itself included
    assert repr(other.readings) != repr(drawn.readings)


def test_agents_differ_lastingly_by_more_than_their_days_do(drawn: CallHistory) -> None:
    days = defaultdict(list)
    for reading in drawn.readings["AHT"]:
        days[reading.user].append(reading.value)

    assert stdev(means(drawn, "AHT").values()) > 1.5 * median(stdev(found) for found in days.values())


def test_fridays_and_saturdays_are_light_and_somebody_is_always_away(drawn: CallHistory) -> None:
    present = Counter(reading.day for reading in drawn.readings["AHT"])
    by_weekday = {weekday: fmean(n for day, n in present.items() if day.weekday() == weekday) for weekday in range(7)}

    assert all(25 < by_weekday[weekday] < 29 for weekday in (6, 0, 1, 2, 3))
    assert by_weekday[5] < by_weekday[4] < 18


def test_two_agents_hang_up_and_their_callers_ring_again(drawn: CallHistory) -> None:
    short, repeats = means(drawn, "SHORT10"), means(drawn, "REPEAT7D")
    hanging_up = {user for user, percent in short.items() if percent > 10}

    assert len(hanging_up) == 2
    assert min(repeats[user] for user in hanging_up) > median(repeats.values())


def test_a_day_without_an_identified_caller_has_no_repeat_rate(drawn: CallHistory) -> None:
    assert {math.isnan(each.value) for each in drawn.readings["REPEAT7D"] if each.count == 0} <= {True}
    assert not any(math.isnan(each.value) for each in drawn.readings["REPEAT7D"] if each.count > 0)


def test_every_call_has_a_type(drawn: CallHistory) -> None:
    assert all(sum(each.by_type) == each.calls for each in drawn.agent_days)


def test_types_differ_in_length_and_agents_in_their_mix(drawn: CallHistory) -> None:
    """As of real calls: the stock exchange takes long, a new customer does not."""
    stock = np.array([each.by_type[TYPES.index("NE")] / each.calls for each in drawn.agent_days])
    new = np.array([each.by_type[TYPES.index("NW")] / each.calls for each in drawn.agent_days])
    seconds = np.array([each.aht_seconds for each in drawn.agent_days])

    assert np.corrcoef(stock, seconds)[0, 1] > 0.1
    assert np.corrcoef(new, seconds)[0, 1] < -0.1
    assert stock.std() > 0.05


@pytest.mark.parametrize("data", [NOWHERE, pytest.param(DATA, marks=real_data)])
def test_its_metric_files_are_read_without_a_problem_and_give_the_same_readings(data: Path, tmp_path: Path) -> None:
    history, program = call_history(3, data=data), load_program(PROGRAM)
    written = history.metric_files()
    for day, text in list(written.items())[:5]:
        (tmp_path / f"{day}.csv").write_text(text)
        table = read_metric_file(tmp_path / f"{day}.csv", program)
        assert table.problems == ()
        for metric, readings in history.with_contacts().readings.items():
            known = {reading.user: reading.value for reading in readings if reading.day == day}
            assert dict(zip(table.agents, table.series[metric].values, strict=True)) == pytest.approx(
                {user: known[user] for user in table.agents}, abs=1e-3, nan_ok=True
            )
    assert set(written) == {each.day for each in history.agent_days}


@real_data
def test_the_real_calls_are_used_where_they_are_at_hand() -> None:
    history = call_history(seed=3)

    assert "Technion" in texts().of(history.source)
    assert len(history.users) == 26  # three of the 29 were seen on fewer than five days
    assert set(history.readings) == set(DIRECTIONS)
    assert min(Counter(reading.user for reading in history.readings["AHT"]).values()) >= 5


@real_data
def test_an_agents_real_day_is_read_as_it_was_recorded() -> None:
    history = call_history(seed=3)
    found = {metric: history.readings[metric] for metric in DIRECTIONS}
    of_a01 = {
        metric: next((each.value, each.count) for each in every if (each.user, each.day) == ("A01", date(1999, 1, 3)))
        for metric, every in found.items()
    }

    assert of_a01 == {
        "AHT": (187.96, 82.0),
        "REPEAT7D": (62.5, 32.0),
        "SHORT10": (pytest.approx(300 / 82, abs=1e-4), 82.0),
    }
