"""Driving: what is refused is told, what failed is sent again, and nobody waits for ever."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from infra.cli.replay.drive import Hook, Queues, ReplayFailed, drain, send
from infra.cli.replay.plan import plan
from infra.cli.replay.senders import new_secret
from infra.local.api import Answer, Api
from ladder.domain.activities.source import Source
from tests.infra.replay.examples import lines

SOURCE = Source(key="quiz", kind="standard")


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
    monkeypatch.setattr("infra.cli.replay.drive.time.sleep", seconds.append)
    return seconds


def hook(api: Answering) -> Hook:
    return Hook(cast("Api", api), "replay-1", SOURCE, new_secret("standard"))


def queues(*left: int) -> Queues:
    return Queues(Counting([*left]), {"ActivitiesQueueUrl": "here"})


def test_everything_that_is_planned_is_posted_and_told() -> None:
    api, told = Answering([202]), list[int]()
    planned = plan(lines(100), duplicates=0.1, late=0.1, seed=1)
    send(hook(api), planned, rate=None, tell=told.append)
    assert (len(api.bodies), told[-1]) == (len(planned.posts), 110)


def test_a_rate_is_kept(slept: list[float]) -> None:
    planned = plan(lines(40), duplicates=0, late=0, seed=1, most=10)
    send(hook(Answering([202])), planned, rate=10, tell=lambda _: None)
    assert slept[0] == 0
    assert max(slept) == pytest.approx(max(40 - len(planned.posts[-1].raws), 0) / 10, abs=0.5)


def test_what_failed_is_sent_again_as_it_was() -> None:
    api = Answering([503, 500, 202])
    hook(api).post(plan(lines(3, 1), duplicates=0, late=0, seed=1).posts[0])
    assert len(api.bodies) == 3
    assert len(set(api.bodies)) == 1


@pytest.mark.parametrize(("status", "times"), [(401, 1), (400, 1), (500, 4)])
def test_what_is_refused_is_told_with_its_lines_and_what_was_said(status: int, times: int) -> None:
    api = Answering([status])
    with pytest.raises(ReplayFailed, match=rf'answered {status} to lines \[1, 2, 3\]: {{"title": "no"}}'):
        hook(api).post(plan(lines(3, 1), duplicates=0, late=0, seed=1).posts[0])
    assert len(api.bodies) == times


def test_it_waits_until_nothing_waits_any_more() -> None:
    told = list[int]()
    drain(queues(5, 5, 2, 0, 1, 0), tell=told.append)
    assert told == [5, 2, 0, 1, 0, 0, 0]


def test_a_queue_that_does_not_move_is_given_up_with_a_word() -> None:
    with pytest.raises(ReplayFailed, match="7 messages wait in Activities and nothing moves"):
        drain(queues(7), tell=lambda _: None, patience=-1)
