"""Which events go together, which come twice and which come late."""

from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.cli.driver.lines import Line
from infra.cli.replay.plan import MAX_MESSAGES, Plan, Sent, plan
from ladder.domain.activities.activity import MAX_BATCH, Key
from tests.infra.replay.examples import ignored, line, lines

SHARES = st.sampled_from([0.0, 0.02, 0.05, 0.5, 1.0])


def keys(planned: Plan) -> list[tuple[str, Key]]:
    return [(each.event.member, each.event.activity.key) for each in planned.sent]


def by_member(planned: Plan) -> dict[str, list[Sent]]:
    found = defaultdict[str, list[Sent]](list)
    for each in planned.sent:
        found[each.event.member].append(each)
    return found


@given(
    number=st.integers(0, 120),
    members=st.integers(1, 40),
    duplicates=SHARES,
    late=SHARES,
    seed=st.integers(0, 5),
    most=st.sampled_from([None, 1, 7, 50]),
)
@settings(max_examples=60, deadline=None)
def test_every_event_is_sent_and_posts_can_be_taken(
    *, number: int, members: int, duplicates: float, late: float, seed: int, most: int | None
) -> None:
    events = lines(number, members)
    told: list[Line] = [*events, *(ignored(1_000 + n) for n in range(number // 3))]
    planned = plan(told, duplicates=duplicates, late=late, seed=seed, most=most)
    assert set(keys(planned)) == {(each.member, each.activity.key) for each in events}
    assert len(planned.sent) == number + planned.repeated
    assert [each.number for post in planned.posts for each in post.ignored] == [each.number for each in told[number:]]
    for post in planned.posts:
        people = [message[0].event.member for message in post.messages]
        assert len(people) == len(set(people)) <= MAX_MESSAGES
        assert all(len(message) <= min(most or MAX_BATCH, MAX_BATCH) for message in post.messages)
        assert most is None or sum(map(len, post.messages)) <= most


@given(number=st.integers(2, 80), members=st.integers(1, 10), late=SHARES, seed=st.integers(0, 20))
@settings(max_examples=60, deadline=None)
def test_a_late_event_goes_in_a_later_message_than_something_that_happened_after_it(
    number: int, members: int, late: float, seed: int
) -> None:
    planned = plan(lines(number, members), duplicates=0, late=late, seed=seed)
    for sent in by_member(planned).values():
        for place, each in enumerate(sent):
            if each.occasion == "late":
                assert any(other.event.activity.order > each.event.activity.order for other in sent[:place])
    for post in planned.posts:
        for message in post.messages:
            orders = [each.event.activity.order for each in message]
            assert all(
                each.occasion != "late" or orders[place] >= max(orders[: place + 1])
                for place, each in enumerate(message)
            )


def test_the_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    first, second = (plan(lines(200), duplicates=0.05, late=0.02, seed=4) for _ in range(2))
    assert first == second
    assert plan(lines(200), duplicates=0.05, late=0.02, seed=5) != first


def test_shares_are_of_the_events_and_never_nothing() -> None:
    planned = plan(lines(200), duplicates=0.05, late=0.02, seed=1)
    assert (planned.repeated, planned.late) == (10, 4)
    assert plan(lines(10), duplicates=0.01, late=0.01, seed=1).repeated == 1


def test_some_come_again_at_once_some_among_others_and_some_at_the_end() -> None:
    planned = plan(lines(90), duplicates=0.2, late=0.0, seed=1)
    assert Counter(each.occasion for each in planned.sent if each.occasion.startswith("again")) == {
        "again at once": 6,
        "again among others": 6,
        "again at the end": 6,
    }


def test_nothing_is_late_or_twice_where_nobody_asked() -> None:
    planned = plan(lines(200), duplicates=0.0, late=0.0, seed=1)
    assert len(planned.sent) == len(set(keys(planned))) == 200
    for sent in by_member(planned).values():
        assert [each.event.number for each in sent] == sorted(each.event.number for each in sent)


def test_a_message_never_says_the_same_twice() -> None:
    planned = plan(lines(300), duplicates=1.0, late=0.3, seed=1)
    for post in planned.posts:
        for message in post.messages:
            assert len({each.event.activity.key for each in message}) == len(message)


def test_the_past_is_played_in_its_order_whatever_the_files_is() -> None:
    told = [line(n, minutes=100 - n) for n in range(1, 40)]
    planned = plan(told, duplicates=0.0, late=0.0, seed=1)
    assert [each.event.number for each in planned.sent] == list(range(39, 0, -1))


def test_of_an_id_with_two_bodies_the_first_that_is_sent_stands() -> None:
    told = [line(1, event="e", score=10), line(2, event="e", score=90), line(3, event="e", member="ben")]
    planned = plan(told, duplicates=0.0, late=0.0, seed=1)
    assert planned.refused == 1
    first = {id(activity) for events in planned.accepted.values() for activity in events.values()}
    assert [sent.event.number for sent in planned.sent if id(sent.event.activity) in first] == [1, 3]


def test_a_file_that_says_something_twice_has_it_twice() -> None:
    planned = plan([line(1), line(1)], duplicates=0.0, late=0.0, seed=1)
    assert (len(planned.sent), planned.refused) == (2, 0)
    assert sum(map(len, planned.accepted.values())) == 1


@pytest.mark.parametrize("told", [[], [ignored(1), ignored(2)]])
def test_a_file_without_events_still_has_its_lines_sent(told: list[Line]) -> None:
    planned = plan(told, duplicates=0.05, late=0.05, seed=1)
    assert sum(len(post.lines) for post in planned.posts) == len(told)
