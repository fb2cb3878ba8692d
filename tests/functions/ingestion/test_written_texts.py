"""What somebody wrote goes where it is judged, and a mark of it to the ledger."""

import hmac

import pytest

from ladder.domain.activities.source import Contents
from ladder.domain.errors import Unavailable
from tests.functions.ingestion.recorded_ingestion import RecordedIngestion, event


def test_what_somebody_wrote_goes_where_it_is_judged_and_a_mark_of_it_to_the_ledger() -> None:
    told = {"text": "Jo wrote this", "helpful": 3}
    ingestion = RecordedIngestion(
        contents=Contents(events=(event(0, attributes=told), event(1, attributes={"helpful": 1})))
    )
    _, taken = ingestion.receive()
    assert ingestion.steps[-3:] == ["send", "post", "answer"]
    assert taken.accepted == 2
    (post,) = ingestion.posts
    entry, other = ingestion.queue.activities
    assert set(entry.attributes) == {"helpful", "text_digest", "text_length"}
    assert entry.attributes["text_length"] == len("Jo wrote this")
    assert (post.recorded, post.text) == (entry, "Jo wrote this")
    assert entry.attributes["text_digest"] == hmac.digest(post.key.encode(), post.text.encode(), "sha256").hex()[:32]
    assert "wrote" not in str(ingestion.queue.sent)
    assert other.attributes == {"helpful": 1}


@pytest.mark.parametrize("kind", ["forum.posted", "article.contributed", "activity.corrected"])
def test_no_text_of_any_event_reaches_the_ledger(kind: str) -> None:
    ingestion = RecordedIngestion(
        contents=Contents(events=(event(0, type=kind, attributes={"id": "e9", "text": "Jo wrote this"}),))
    )
    ingestion.receive()
    assert "wrote" not in str(ingestion.queue.sent)
    assert len(ingestion.posts) == (kind != "activity.corrected")


def test_a_text_that_no_badge_is_judged_by_is_sent_nowhere() -> None:
    told = [event(n, type=kind, attributes={"text": "Jo wrote this"}) for n, kind in enumerate(["task.completed"] * 2)]
    ingestion = RecordedIngestion(contents=Contents(events=(*told, event(2, attributes={"text": "Jo posted this"}))))
    _, taken = ingestion.receive()
    assert taken.accepted == 3
    assert [post.recorded.id for post in ingestion.posts] == ["e2"]
    ingestion = RecordedIngestion(contents=Contents(events=tuple(told)), judged=frozenset())
    ingestion.receive()
    assert "post" not in ingestion.steps
    assert "wrote" not in str(ingestion.queue.sent)


def test_equal_texts_look_alike_in_no_two_entries_and_the_same_event_has_the_same_digest() -> None:
    """A text may be as short as "yes": it cannot be guessed from the ledger, nor found again in it."""
    told = tuple(event(number, attributes={"text": "yes"}) for number in range(3))
    ingestion = RecordedIngestion(contents=Contents(events=told))
    ingestion.receive()
    ingestion.receive()
    digests = [entry.attributes["text_digest"] for entry in ingestion.queue.activities]
    assert len(set(digests)) == 3
    assert digests[:3] == digests[3:]


def test_no_sender_writes_a_digest_or_a_length_of_a_text_into_the_ledger() -> None:
    """They would make an entry look as if it had come with a text that was sent for another one."""
    claimed = {"text_digest": "ab", "text_length": 3, "helpful": 1}
    events = (event(0, attributes=claimed), event(1, attributes={**claimed, "text": "Jo wrote this"}))
    ingestion = RecordedIngestion(contents=Contents(events=events))
    ingestion.receive()
    bare, written = ingestion.queue.activities
    assert bare.attributes == {"helpful": 1}
    assert written.attributes["text_length"] == len("Jo wrote this")
    assert written.attributes["text_digest"] != "ab"


@pytest.mark.parametrize("text", ["", " ", None])
def test_an_empty_text_is_no_post(text: str | None) -> None:
    ingestion = RecordedIngestion(contents=Contents(events=(event(0, attributes={"text": text, "helpful": 1}),)))
    ingestion.receive()
    assert ingestion.posts == []
    assert ingestion.queue.activities[0].attributes == {"helpful": 1}


def test_a_post_that_could_not_be_sent_is_not_answered_and_both_are_sent_again() -> None:
    ingestion = RecordedIngestion(
        contents=Contents(events=(event(0, attributes={"text": "hi"}),)), failing={"post": Unavailable()}
    )
    with pytest.raises(Unavailable):
        ingestion.receive()
    assert "answer" not in ingestion.steps
    ingestion.failing = {}
    ingestion.receive()
    assert ingestion.queue.sent[0] == ingestion.queue.sent[1]
    assert [post.recorded.id for post in ingestion.posts] == ["e0"]
