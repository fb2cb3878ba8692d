"""What nobody could mend is set apart with its owner, and the others are taken."""

import pytest

from ladder.domain.activities.source import Contents, IngestResult, UnreadableRecord
from ladder.domain.errors import Malformed, NotCarried, Unavailable
from tests.functions.ingestion.recorded_ingestion import NOW, RecordedIngestion, event

LATE = NOW.replace(tzinfo=None)  # without a zone


def test_what_nobody_could_mend_is_set_apart_with_its_member_and_the_others_are_taken() -> None:
    wrong = event(1, member="al", record="{one}", occurred_at=LATE)
    ingestion = RecordedIngestion(
        contents=Contents(events=(event(0), wrong, event(2)), unread=(UnreadableRecord("{two}", "no"),), ignored=1)
    )
    _, taken = ingestion.receive()
    al = ingestion.people.resolve("bank", "academy", ["al"])["al"]
    assert taken == IngestResult(accepted=2, ignored=1, unreadable=2)
    assert sorted(ingestion.quarantined) == sorted([("bank", "source:academy", "{two}"), ("bank", str(al), "{one}")])
    assert [activity.id for activity in ingestion.queue.activities] == ["e0", "e2"]
    assert ingestion.steps.index("quarantine") < ingestion.steps.index("send")


@pytest.mark.parametrize("member", ["", "  ", "x" * 201])
def test_what_names_nobody_who_could_be_is_set_apart_with_its_source(member: str) -> None:
    ingestion = RecordedIngestion(contents=Contents(events=(event(0, member=member, record="{}"),)))
    _, taken = ingestion.receive()
    assert (taken, ingestion.quarantined) == (
        IngestResult(accepted=0, ignored=0, unreadable=1),
        [("bank", "source:academy", "{}")],
    )


def test_nothing_of_an_erased_member_is_set_apart() -> None:
    ingestion = RecordedIngestion(contents=Contents(events=(event(0, record="{}", occurred_at=LATE),)))
    ingestion.people.erase("bank", ingestion.people.resolve("bank", "academy", ["jo"])["jo"] or "")
    _, taken = ingestion.receive()
    assert (taken, ingestion.quarantined) == (IngestResult(accepted=0, ignored=1), [])


def test_what_cannot_be_set_apart_just_now_sends_nothing_and_comes_again() -> None:
    events = (event(0), event(1, record="{}", occurred_at=LATE))
    ingestion = RecordedIngestion(contents=Contents(events=events), failing={"quarantine": Unavailable()})
    with pytest.raises(Unavailable):
        ingestion.receive()
    assert ingestion.queue.sent == []


def test_what_a_queue_refuses_for_good_is_set_apart_and_everything_else_is_queued() -> None:
    ingestion = RecordedIngestion(failing={"send": NotCarried("the queue refuses it: so", ("{body}",))})
    answer, taken = ingestion.receive()
    assert (answer.status, taken) == (202, IngestResult(accepted=2, ignored=1, unreadable=1))
    assert ingestion.quarantined == [("bank", "source:academy", "{body}")]


def test_what_would_be_set_apart_later_is_refused_with_its_place_where_it_can_be_mended() -> None:
    ingestion = RecordedIngestion(contents=Contents(events=(event(0), event(1, type="calendar.day_off"))))
    with pytest.raises(Malformed, match=r"events\[1\]: days off need first and last"):
        ingestion.receive()
    assert ingestion.queue.sent == []
