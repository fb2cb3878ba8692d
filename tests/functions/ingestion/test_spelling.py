"""One spelling of ids, subjects and colleagues, however a source writes them."""

import pytest

from ladder.domain.activities.source import Contents
from ladder.domain.errors import Malformed
from tests.functions.ingestion.recorded_ingestion import RecordedIngestion, event


def test_the_same_thing_is_spelled_the_same_whoever_tells_of_it() -> None:
    told = [
        event(0, member="Jo\u0308rg", attributes={"module": 7, "article": " Cafe\u0301 ", "score": 7, "passed": True}),
        event(1, member=" J\u00f6rg\n", attributes={"module": "7", "article": "Caf\u00e9", "score": 7, "passed": True}),
        event(2, member="J\u00f6rg", attributes={"module": 7.0, "article": "Caf\u00e9", "score": 7, "passed": True}),
    ]
    ingestion = RecordedIngestion(contents=Contents(events=tuple(told)))
    ingestion.receive()
    (delivery,) = ingestion.queue.sent
    first, *others = (activity.attributes for activity in delivery.activities)
    assert first == {"module": "7", "article": "Caf\u00e9", "score": 7, "passed": True}
    assert others == [first, first]


@pytest.mark.parametrize(
    ("told", "text"), [(7, "7"), (-7.0, "-7"), (7.5, "7.5"), (2**60, str(2**60)), (True, "true"), (None, None)]
)
@pytest.mark.parametrize("name", ["module", "course", "task", "record", "article"])
def test_what_an_event_is_about_is_always_text(name: str, told: object, text: str | None) -> None:
    ingestion = RecordedIngestion(contents=Contents(events=(event(0, attributes={name: told}),)))
    ingestion.receive()
    assert ingestion.queue.activities[0].attributes == {name: text}


def test_a_subject_without_an_end_is_refused() -> None:
    with pytest.raises(Malformed, match="finite"):
        RecordedIngestion(contents=Contents(events=(event(0, attributes={"module": float("inf")}),))).receive()


def test_a_correction_names_an_event_as_it_was_told() -> None:
    attributes = {"id": "e\u0308 1", "course": 9}
    ingestion = RecordedIngestion(
        contents=Contents(events=(event(0, type="activity.corrected", attributes=attributes),))
    )
    ingestion.receive()
    assert ingestion.queue.activities[0].attributes == {"id": "e\u0308 1", "course": "9"}


def test_a_mentioned_colleague_is_known_by_one_mark_however_they_are_written() -> None:
    told = [event(n, attributes={"colleague": raw}) for n, raw in enumerate([7, "7", " 7 "])]
    ingestion = RecordedIngestion(contents=Contents(events=tuple(told)))
    ingestion.receive()
    assert len({activity.attributes["colleague"] for activity in ingestion.queue.activities}) == 1
