"""Driving: what is refused is told, what failed is sent again, and nobody waits for ever."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from infra.cli.driver.sending import Queue, Sender, new_secret
from infra.local import LocalError
from infra.local.api import Answer, Api, ApiRefused
from ladder.domain.activities.source import Source

SOURCE = Source(key="quiz", kind="standard")
EVENTS = [b'{"id": "1"}', b'{"id": "2"}', b'{"id": "3"}']


@dataclass
class Answering:
    """An API that answers so, one after the other; the last one for good."""

    statuses: list[int]
    bodies: list[bytes] = field(default_factory=list)

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        assert path == "/hooks/replay-1/quiz"
        self.bodies.append(body)
        return Answer(self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0], {}, b'{"title": "no"}')


@dataclass
class Counting:
    left: list[int]

    def get_queue_attributes(self, **_: Any) -> dict[str, Any]:
        now = self.left.pop(0) if len(self.left) > 1 else self.left[0]
        return {"Attributes": {"ApproximateNumberOfMessages": str(now), "ApproximateNumberOfMessagesNotVisible": "0"}}


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    seconds = list[float]()
    monkeypatch.setattr("infra.cli.driver.sending.time.sleep", seconds.append)
    return seconds


def sender(api: Answering) -> Sender:
    return Sender(cast("Api", api), "replay-1", SOURCE, new_secret("standard"))


def queue(*left: int) -> Queue:
    return Queue(Counting([*left]), {"ActivitiesQueueUrl": "here"})


def test_what_failed_is_sent_again_as_it_was_and_noted_once() -> None:
    api = Answering([503, 500, 202])
    sending = sender(api)
    sending.send(EVENTS)
    assert len(api.bodies) == 3
    assert len(set(api.bodies)) == 1
    assert sending.sent == EVENTS


@pytest.mark.parametrize(("status", "times"), [(401, 1), (400, 1), (500, 4)])
def test_what_is_refused_is_told_with_its_lines_and_what_was_said(status: int, times: int) -> None:
    api = Answering([status])
    with pytest.raises(ApiRefused, match=rf'answered {status} to lines \[1, 2, 3\]: {{"title": "no"}}'):
        sender(api).send(EVENTS, "lines [1, 2, 3]")
    assert len(api.bodies) == times


def test_many_events_go_in_several_requests() -> None:
    api = Answering([202])
    sender(api).post([{"id": str(number)} for number in range(60)])
    assert [body.count(b'"id"') for body in api.bodies] == [25, 25, 10]


def test_it_waits_until_nothing_waits_any_more() -> None:
    shown = list[tuple[int, int]]()
    queue(5, 5, 2, 0, 1, 0).drain(lambda done, total: shown.append((done, total)))
    assert [total - done for done, total in shown] == [5, 2, 0, 1, 0, 0, 0]
    assert {total for _, total in shown} == {5}


def test_a_queue_that_does_not_move_is_given_up_with_a_word() -> None:
    with pytest.raises(LocalError, match="7 messages wait in Activities and nothing moves"):
        queue(7).drain(patience=-1)
