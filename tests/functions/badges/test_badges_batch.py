"""A batch of the badges function: one message's trouble is its own, and no case is begun that cannot be ended."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from badges.batch import MIN_SECONDS_LEFT, process
from badges.judge import MAX_CASE_SECONDS, SPARE_SECONDS
from badges.select_cases import MemberEvent
from ladder.domain.errors import MemberErased, Unavailable
from ladder.domain.judging.evaluation import MAX_CALLS
from ladder.domain.points.judged_badge import MOST_SECONDS
from tests.builders.judged_badges import post

ENOUGH = MAX_CASE_SECONDS + MIN_SECONDS_LEFT


@dataclass
class BadgeMessages:
    """A message names members, in letters; each has as many cases as their letter is repeated."""

    seconds: list[float] = field(default_factory=list)  # that are left, asked again and again; then enough
    erased: str = ""
    busy: str = ""
    judged: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    outcomes: Counter[str] = field(default_factory=Counter)

    def process(self, *messages: tuple[str, str]) -> list[str]:
        return process(
            messages,
            read=self._read,
            evaluate=self._evaluate,
            time_left=lambda: self.seconds.pop(0) if self.seconds else ENOUGH,
            report=lambda message, error: self.said.append(f"{message}: {type(error).__name__}"),
            outcomes=self.outcomes,
        )

    def _read(self, body: str) -> list[MemberEvent]:
        if body == "broken":
            raise ValueError(body)
        return [MemberEvent(program="academy", member=each, activity=post()) for each in body.split()]

    def _evaluate(self, event: MemberEvent) -> Iterator[Callable[[], str]]:
        if event.member in self.erased:
            raise MemberErased("the member was erased")
        for each in event.member:
            yield lambda each=each: self._judge(each)  # type: ignore[misc]

    def _judge(self, member: str) -> str:
        if member in self.busy:
            raise Unavailable("busy")
        self.judged.append(member)
        return "review"


def test_one_messages_trouble_is_its_own() -> None:
    inbox = BadgeMessages(busy="c")
    assert inbox.process(("1", "a"), ("2", "broken"), ("3", "c"), ("4", "d")) == ["2", "3"]
    assert inbox.said == ["2: ValueError", "3: Unavailable"]
    assert inbox.outcomes == {"review": 2}


def test_whoever_was_erased_takes_nobody_else_s_cases_along() -> None:
    inbox = BadgeMessages(erased="a")
    assert inbox.process(("1", "a b"), ("2", "a")) == []
    assert (inbox.judged, inbox.outcomes) == (["b"], {"erased": 2, "review": 1})


@pytest.mark.parametrize(("left", "failed"), [(ENOUGH - 0.1, ["1"]), (ENOUGH, [])])
def test_without_time_for_a_case_the_message_comes_again(left: float, failed: list[str]) -> None:
    assert BadgeMessages(seconds=[left]).process(("1", "a")) == failed


def test_each_of_several_cases_asks_for_its_own_time() -> None:
    inbox = BadgeMessages(seconds=[ENOUGH, ENOUGH - 40])
    assert inbox.process(("1", "aaa")) == ["1"]
    assert inbox.judged == ["a"]


def test_a_case_at_the_longest_time_out_that_a_program_may_have_is_ended_in_time() -> None:
    assert MAX_CALLS * MOST_SECONDS + SPARE_SECONDS <= MAX_CASE_SECONDS
