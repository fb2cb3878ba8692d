"""What somebody wrote goes where it is judged, and a mark of it to the ledger."""

import pytest

from ladder.domain.errors import Unavailable
from ladder.domain.inbound import Contents
from tests.functions.ingestion.world import World, event


def test_what_somebody_wrote_goes_where_it_is_judged_and_a_mark_of_it_to_the_ledger() -> None:
    told = {"text": "Jo wrote this", "helpful": 3}
    world = World(contents=Contents(events=(event(0, attributes=told), event(1, attributes={"helpful": 1}))))
    _, taken = world.receive()
    assert world.steps[-3:] == ["send", "post", "answer"]
    assert taken.accepted == 2
    (post,) = world.posts.activities
    assert (post.id, post.attributes) == ("e0", told)
    entry, other = world.queue.activities
    assert set(entry.attributes) == {"helpful", "text_digest", "text_length"}
    assert entry.attributes["text_length"] == len("Jo wrote this")
    assert "wrote" not in str(world.queue.sent)
    assert other.attributes == {"helpful": 1}


@pytest.mark.parametrize("kind", ["forum.posted", "article.contributed", "activity.corrected"])
def test_no_text_of_any_event_reaches_the_ledger(kind: str) -> None:
    world = World(contents=Contents(events=(event(0, type=kind, attributes={"id": "e9", "text": "Jo wrote this"}),)))
    world.receive()
    assert "wrote" not in str(world.queue.sent)
    assert len(world.posts.activities) == (kind != "activity.corrected")


def test_a_text_that_no_badge_is_judged_by_is_sent_nowhere() -> None:
    told = [event(n, type=kind, attributes={"text": "Jo wrote this"}) for n, kind in enumerate(["task.completed"] * 2)]
    world = World(contents=Contents(events=(*told, event(2, attributes={"text": "Jo posted this"}))))
    _, taken = world.receive()
    assert taken.accepted == 3
    assert [post.id for post in world.posts.activities] == ["e2"]
    world = World(contents=Contents(events=tuple(told)), judged=frozenset())
    world.receive()
    assert "post" not in world.steps
    assert "wrote" not in str(world.queue.sent)


@pytest.mark.parametrize("text", ["", " ", None])
def test_an_empty_text_is_no_post(text: str | None) -> None:
    world = World(contents=Contents(events=(event(0, attributes={"text": text, "helpful": 1}),)))
    world.receive()
    assert world.posts.sent == []
    assert world.queue.activities[0].attributes == {"helpful": 1}


def test_a_post_that_could_not_be_sent_is_not_answered_and_both_are_sent_again() -> None:
    world = World(contents=Contents(events=(event(0, attributes={"text": "hi"}),)), failing={"post": Unavailable()})
    with pytest.raises(Unavailable):
        world.receive()
    assert "answer" not in world.steps
    world.failing = {}
    world.receive()
    assert world.queue.sent[0] == world.queue.sent[1]
    assert [activity.id for activity in world.posts.activities] == ["e0"]
