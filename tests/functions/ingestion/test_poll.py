"""The clock asks every source in turn: one that fails or is slow keeps no other from it."""

from datetime import timedelta

import pytest

from ingestion.poll import PollResult
from ladder.domain.activities.source import Source
from ladder.domain.errors import Rejected
from tests.functions.ingestion.recorded_ingestion import NOW, SOURCE, RecordedIngestion


def polled(*keys: str) -> list[tuple[str, Source]]:
    return [("bank", Source(key=key, kind="talentlms")) for key in keys]


@pytest.mark.parametrize("step", ["keys of a", "page of a", "second page of a"])
def test_a_source_that_fails_does_not_keep_the_others_from_being_asked(step: str) -> None:
    ingestion = RecordedIngestion(known=[*polled("a", "b"), ("bank", SOURCE)], failing={step: Rejected("told to")})
    done = ingestion.poll()
    assert done.failed == {("bank", "a"): "told to"}
    assert "second page of b" in ingestion.steps
    assert {activity.source for activity in ingestion.queue.activities} >= {"b"}
    assert done.accepted == len(ingestion.queue.activities)


def test_a_fault_of_our_own_in_one_source_does_not_keep_the_others_from_being_asked() -> None:
    ingestion = RecordedIngestion(known=polled("a", "b"), failing={"page of a": ZeroDivisionError()})
    assert ingestion.poll().failed == {("bank", "a"): "an internal error: ZeroDivisionError"}
    assert "second page of b" in ingestion.steps


def test_seconds_are_shared_among_those_still_to_be_asked_and_nobody_has_more_than_eight() -> None:
    ingestion = RecordedIngestion(known=polled(*"abcd"), seconds=[27.0, 23.0, 21.0, 20.0])
    ingestion.poll()
    assert ingestion.given == [6.0, pytest.approx(20 / 3), 8.0, 8.0]


def test_without_time_left_the_others_are_counted_and_are_first_another_time() -> None:
    ingestion = RecordedIngestion(known=polled(*"abc"), seconds=[29.0, 3.9, 3.9])
    first = ingestion.poll()
    assert len(first.failed) == 2
    assert set(first.failed.values()) == {"not enough time was left to poll it"}


def test_another_source_is_the_first_each_time_the_clock_calls() -> None:
    firsts = []
    for times in range(10):
        ingestion = RecordedIngestion(known=polled(*"abcde"))
        ingestion.poll(now=NOW + times * timedelta(minutes=5))
        firsts.append(next(step for step in ingestion.steps if step.startswith("keys of ")))
    assert len(set(firsts[:5])) == 5
    assert firsts[:5] == firsts[5:]


def test_asking_twice_sends_the_same_twice_under_the_same_ids() -> None:
    ingestion = RecordedIngestion(known=polled("a"))
    first, again = ingestion.poll(), ingestion.poll()
    assert first == again == PollResult(accepted=2, ignored=1)
    assert ingestion.queue.sent[:1] == ingestion.queue.sent[1:]
