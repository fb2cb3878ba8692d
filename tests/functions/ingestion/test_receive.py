"""A call that is received: in which order things happen, and that nothing happens where anything is wrong."""

import subprocess
import sys

import pytest

from ladder.domain.activities.source import Contents, HookRequest, HookResponse, IngestResult, Source
from ladder.domain.errors import InvalidSignature, LadderError, Malformed, TooLarge, Unavailable, Unknown
from tests.functions.ingestion.recorded_ingestion import NOW, RecordedIngestion, event


def test_a_call_is_proved_then_read_then_queued_and_only_then_answered() -> None:
    ingestion = RecordedIngestion()
    answer, taken = ingestion.receive()
    assert ingestion.steps == ["find", "keys of academy", "verify", "read", "resolve", "send", "answer"]
    assert (answer, taken) == (HookResponse(status=202, body=2), IngestResult(accepted=2, ignored=1))


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("find", Unavailable()),
        ("keys of academy", Unavailable()),
        ("verify", InvalidSignature()),
        ("read", Malformed("body", "told to")),
        ("resolve", Unavailable()),
        ("send", Unavailable()),
    ],
)
def test_whatever_fails_nothing_after_it_is_done_and_nothing_answered(step: str, error: LadderError) -> None:
    ingestion = RecordedIngestion(failing={step: error})
    with pytest.raises(type(error)):
        ingestion.receive()
    assert ingestion.steps[-1] == step
    assert ingestion.queue.sent == []


@pytest.mark.parametrize(("program", "source"), [("bank", "nothing"), ("nothing", "academy"), ("", "")])
def test_an_unknown_program_and_an_unknown_source_are_the_same(program: str, source: str) -> None:
    ingestion = RecordedIngestion()
    with pytest.raises(Unknown) as refusal:
        ingestion.receive(program=program, source=source)
    assert (str(refusal.value), ingestion.steps) == (str(InvalidSignature()), ["find"])


def test_a_body_beyond_the_bound_is_not_even_looked_up() -> None:
    ingestion = RecordedIngestion()
    with pytest.raises(TooLarge):
        ingestion.receive(call=HookRequest(method="POST", url="u", headers={}, body=bytes(1_048_577)))
    assert ingestion.steps == []


def test_what_happens_to_a_marker_is_ours_and_ignored_however_it_arrives() -> None:
    happened = [{"course": 42}, {"module": "77"}, {"course": 7}]
    told = Contents(events=tuple(event(number, attributes=said) for number, said in enumerate(happened)))
    ingestion = RecordedIngestion(contents=told, marked=frozenset({"42", "77"}))
    _, result = ingestion.receive()
    assert (result.accepted, result.ignored) == (1, 2)
    talent = ("bank", Source(key="talent", kind="talentlms"))
    polled = RecordedIngestion(contents=told, marked=frozenset({"42", "77"}), known=[talent])
    polled.poll()
    for sent in (ingestion.queue, polled.queue):
        assert {activity.attributes["course"] for activity in sent.activities} == {"7"}


def test_one_event_out_of_bounds_makes_nobody_known_and_sends_nothing() -> None:
    ingestion = RecordedIngestion(contents=Contents(events=(event(0), event(1, occurred_at=NOW.replace(tzinfo=None)))))
    with pytest.raises(Malformed, match=r"events\[1\].occurred_at"):
        ingestion.receive()
    assert "resolve" not in ingestion.steps


def test_events_of_an_erased_member_are_dropped_and_counted() -> None:
    ingestion = RecordedIngestion(contents=Contents(events=(event(0), event(1, member="al"), event(2))))
    jo = ingestion.people.resolve("bank", "academy", ["jo"])["jo"]
    ingestion.people.erase("bank", jo or "")
    _, taken = ingestion.receive()
    assert taken == IngestResult(accepted=1, ignored=2)
    assert [activity.id for activity in ingestion.queue.activities] == ["e1"]


def test_a_call_in_which_nothing_counts_asks_nobody_and_sends_nothing() -> None:
    ingestion = RecordedIngestion(contents=Contents(ignored=3))
    _, taken = ingestion.receive()
    assert taken == IngestResult(accepted=0, ignored=3)
    assert ingestion.steps == ["find", "keys of academy", "verify", "read", "answer"]


def test_one_members_events_are_one_delivery_in_their_order() -> None:
    ingestion = RecordedIngestion(contents=Contents(events=(event(0), event(1, member="al"), event(2))))
    ingestion.receive()
    assert [[activity.id for activity in each.activities] for each in ingestion.queue.sent] == [["e0", "e2"], ["e1"]]
    assert {each.program for each in ingestion.queue.sent} == {"bank"}


@pytest.mark.slow
@pytest.mark.parametrize("module", ["ingestion.receive", "ingestion.poll", "ladder.adapters.sources"])
def test_ingestion_loads_neither_numpy_nor_pydantic_nor_boto(module: str) -> None:
    probe = f"import sys, {module}; sys.exit(bool({{'numpy', 'pydantic', 'boto3', 'botocore'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0  # noqa: S603
