"""Nights of a program whose handle times are compared at the usual load."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from ladder.domain.challenges.metric_files import Load, Measure, MetricFiles, in_condition
from ladder.domain.challenges.ports import Reading
from ladder.domain.challenges.rules import QualityGate
from tests.builders.bank import HANDLE_TIME, QUALITY
from tests.builders.nights import FIRST_NIGHT, NightRunner
from tests.builders.programs import with_values
from tests.builders.without_platform import without_platform
from tests.fakes.fault_injection import Fate, Killed, When

NIGHTS = [FIRST_NIGHT + timedelta(days=n) for n in range(4)]
SLOW = 1.6
LOAD = Load(queue="Queue", queues=("Night",))
NIGHT, OTHERS = LOAD.conditions


def runner_of(*, readings_at_once: int = 0) -> NightRunner:
    """Everybody works in Night on some of their days, and takes 1.6 times as long there."""
    gated = replace(HANDLE_TIME, quality_gate=QualityGate(metric="QA", at_least=0))
    files = MetricFiles(measures={key: Measure(columns=(key,), count="n") for key in ("AHT", "QA")}, load=LOAD)
    program = with_values(without_platform(metric_files=files), metrics=(gated, QUALITY), contact_types=())
    runner = NightRunner(program=program, readings_at_once=readings_at_once)
    rng = np.random.default_rng(1)
    in_night = {(reading.user, reading.day): rng.random() < 0.4 for reading in runner.source.known["AHT"]}
    runner.source.known["AHT"] = [
        replace(reading, value=reading.value * SLOW) if in_night[reading.user, reading.day] else reading
        for reading in runner.source.known["AHT"]
    ]
    for condition in LOAD.conditions:
        runner.source.known[in_condition("AHT", condition)] = [
            replace(
                reading, count=reading.count if in_night[reading.user, reading.day] == (condition == NIGHT) else 0.0
            )
            for reading in runner.source.known["AHT"]
        ]
    return runner


def test_a_completion_states_what_was_measured_and_what_it_was_at_the_usual_load() -> None:
    runner = runner_of()
    for night in NIGHTS:
        runner.night(night)
    sent = [completion for completion in runner.queue.sent if completion.metric == "AHT"]
    assert {completion.held for completion in sent} == {None}
    eased = [completion for completion in sent if completion.sentence.code == "challenges.met_with_other_load"]
    assert {completion.sentence.parameters["mix"] for completion in eased} == {"harder", "easier"}
    for completion in eased:
        assert completion.value is not None
        assert completion.measured is not None
        slower = completion.sentence.parameters["mix"] == "harder"
        assert (completion.value < completion.measured) == slower
        assert completion.value <= completion.target


def test_who_works_in_a_slow_queue_has_the_value_that_they_have_elsewhere() -> None:
    runner = runner_of()
    runner.night(NIGHTS[0])
    columns = ("AHT", "AHT measured", in_condition("AHT", NIGHT))
    known = runner.histories.load(
        "bank", first=FIRST_NIGHT - timedelta(days=30), last=FIRST_NIGHT, members=9, metrics=columns
    )
    in_night = known.columns[columns[2]].counts > 0

    def apart(column: str) -> float:
        values = np.log(known.columns[column].values)
        return float(np.nanmean(np.where(in_night, values, np.nan)) - np.nanmean(np.where(in_night, np.nan, values)))

    assert apart("AHT measured") == pytest.approx(np.log(SLOW), abs=0.15)
    assert apart("AHT") == pytest.approx(0, abs=0.15)


def test_however_few_readings_an_invocation_gets_through_the_values_are_the_same() -> None:
    whole, parts = runner_of(), runner_of(readings_at_once=3)
    for runner in (whole, parts):
        runner.night(NIGHTS[0])
    assert parts.known_columns() == whole.known_columns()


def test_a_corrected_queue_changes_the_value_and_not_what_was_measured() -> None:
    runner = runner_of()
    runner.night(NIGHTS[0])
    day = max(reading.day for reading in runner.source.known["AHT"] if reading.day < NIGHTS[0])
    before = values(runner, day)
    for condition in LOAD.conditions:
        series = runner.source.known[in_condition("AHT", condition)]
        runner.source.known[in_condition("AHT", condition)] = [_moved(reading, day) for reading in series]
    runner.night(NIGHTS[1])
    after = values(runner, day)
    assert after["AHT measured"] == before["AHT measured"]
    assert after["AHT"] != before["AHT"]


def _moved(reading: Reading, day: date) -> Reading:
    return replace(reading, count=40.0 - reading.count) if (reading.user, reading.day) == ("agent0", day) else reading


def values(runner: NightRunner, day: date) -> dict[str, float]:
    known = runner.histories.load("bank", first=day, last=day, members=9, metrics=("AHT", "AHT measured"))
    return {name: float(column.values[0, 0]) for name, column in known.columns.items()}


def corrected(runner: NightRunner) -> NightRunner:
    """After a first night, three days are corrected at once."""
    runner.night(NIGHTS[0])
    for day in (NIGHTS[0] - timedelta(days=back) for back in (3, 5, 9)):
        for condition in LOAD.conditions:
            series = runner.source.known[in_condition("AHT", condition)]
            runner.source.known[in_condition("AHT", condition)] = [_moved(reading, day) for reading in series]
    return runner


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_night_that_is_killed_between_two_days_compares_them_as_an_undisturbed_one(when: When) -> None:
    whole, counting = corrected(runner_of()), Fate()
    whole.night(NIGHTS[1], counting)
    records = [number for number, call in enumerate(counting.calls) if "record" in call]
    assert len(records) >= 4
    for at in records:
        runner = corrected(runner_of())
        with suppress(Killed):
            runner.night(NIGHTS[1], Fate(at=at, when=when))
        runner.night(NIGHTS[1])
        assert runner.known_columns() == whole.known_columns()
