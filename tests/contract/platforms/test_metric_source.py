"""What every metric source keeps to: the one in memory, WEM over real HTTP against the simulator, and files."""

import math
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from infra.local.simulator import FaultTrigger, Simulator
from ladder.adapters.metric_files.s3 import S3Metrics
from ladder.adapters.wem import Session, Transport, WemMetrics, read_connection
from ladder.domain.challenges.ports import MetricSource, Reading
from ladder.domain.errors import Rejected, Unavailable
from ladder.usage import Usage
from tests.builders.bank import HANDLE_TIME, program
from tests.fakes.bucket import MetricFileBucket
from tests.fakes.platform import MemoryMetrics

FIRST = date(2023, 10, 1)
WORKED = [
    Reading("ann", FIRST, 180.25, 41.0),
    Reading("ann", FIRST + timedelta(days=2), 175.0, 39.0),
    Reading("bob", FIRST + timedelta(days=1), math.nan, 0.0),
    Reading("bob", FIRST + timedelta(days=2), 0.0, 12.0),
    Reading("bob", FIRST + timedelta(days=3), math.inf, 1.0),
    Reading("cem", FIRST + timedelta(days=44), 240.0, 30.0),
]


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(users=["dee"]) as simulator:
        simulator.load("AHT", WORKED, direction="lower")
        yield simulator


@pytest.fixture
def session(simulator: Simulator) -> Iterator[Session]:
    session = Session(read_connection("test", simulator.secret()), sleep=lambda seconds: None)
    yield session
    session.close()


def over(session: Session, *, usage: Usage | None = None, agents: int = 0) -> WemMetrics:
    return WemMetrics(Transport(session, usage=usage or Usage(), reads_metrics=True), agents=agents)


def in_files() -> S3Metrics:
    """A day a file; what was not measured is an empty cell."""
    files: dict[str, str] = {}
    for reading in WORKED:
        value = "" if math.isnan(reading.value) else reading.value
        text = files.get(f"bank/{reading.day}.csv", "agent,date,calls,aht_seconds\n")
        files[f"bank/{reading.day}.csv"] = f"{text}{reading.user},{reading.day},{reading.count},{value}\n"
    return S3Metrics(MetricFileBucket(files), "metrics", program(metrics=(HANDLE_TIME,), contact_types=()), Usage())


@pytest.fixture(params=["memory", "wem", "files"])
def source(request: pytest.FixtureRequest) -> MetricSource:
    if request.param == "memory":
        return MemoryMetrics({"AHT": WORKED})
    if request.param == "files":
        return in_files()
    return over(request.getfixturevalue("session"))


def read(source: MetricSource, *users: str, first: int = 0, days: int = 30) -> list[Reading]:
    start = FIRST + timedelta(days=first)
    return list(source.readings("AHT", users, first=start, last=start + timedelta(days=days - 1)))


def test_a_reading_has_the_day_the_value_and_how_many_contacts_it_rests_on(source: MetricSource) -> None:
    assert read(source, "ann") == WORKED[:2]


def test_days_not_worked_and_days_not_measured_give_no_reading(source: MetricSource) -> None:
    assert read(source, "bob", days=3) == [WORKED[3]]  # a value of zero is a value


def test_a_value_that_cannot_be_is_handed_on_so_that_whoever_reads_can_refuse_it_by_name(source: MetricSource) -> None:
    assert read(source, "bob", first=3) == [WORKED[4]]


def test_both_ends_of_the_range_are_in_it(source: MetricSource) -> None:
    assert read(source, "ann", days=3) == WORKED[:2]
    assert read(source, "ann", first=1, days=1) == []


def test_only_the_users_asked_for_are_read(source: MetricSource) -> None:
    assert {reading.user for reading in read(source, "ann", "cem", days=60)} == {"ann", "cem"}


def test_a_range_longer_than_one_call_covers_is_read_whole(source: MetricSource) -> None:
    assert read(source, "cem", days=45) == [WORKED[5]]
    assert read(source, "ann", days=45) == WORKED[:2]


def test_a_user_without_values_and_a_user_nobody_knows_give_none(source: MetricSource) -> None:
    assert read(source, "dee", "no one/at all") == []


def test_a_metric_the_platform_does_not_have_is_rejected(source: MetricSource) -> None:
    with pytest.raises(Rejected, match="no metric"):
        list(source.readings("CSAT", ["ann"], first=FIRST, last=FIRST))


def test_a_source_says_how_many_users_one_reading_covers(source: MetricSource) -> None:
    assert source.batch >= 1


def test_wem_counts_metric_reads_apart_from_other_calls(session: Session) -> None:
    usage = Usage()

    read(over(session, usage=usage), "ann", "bob", days=45)

    assert (usage.metric_calls, usage.platform_calls) == (4, 1)  # two users, two spans; one token


def test_wem_refuses_at_once_to_read_1001_agents_one_by_one(session: Session, simulator: Simulator) -> None:
    with pytest.raises(Rejected, match="reads in bulk"):
        over(session).readings("AHT", [str(number) for number in range(1001)], first=FIRST, last=FIRST)
    with pytest.raises(Rejected, match="1200 agents"):
        over(session, agents=1200).readings("AHT", ["ann"], first=FIRST, last=FIRST)

    assert simulator.calls == {}


def test_wem_hands_out_what_it_has_read_before_the_platform_fails(session: Session, simulator: Simulator) -> None:
    readings = over(session).readings("AHT", ["ann", "cem"], first=FIRST, last=FIRST + timedelta(days=2))

    assert [next(readings), next(readings)] == WORKED[:2]
    simulator.faults.fail_before = FaultTrigger(share=1.0)
    with pytest.raises(Unavailable, match="503"):
        next(readings)
