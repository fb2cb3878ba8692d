"""A batch of the rewards function: one member's trouble costs no other's points, and nothing is lost."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from ladder.adapters.sqs import read_message
from ladder.domain.activities.activity import MAX_BATCH, Activity, Delivery, ParsedMessage
from ladder.domain.errors import Rejected, Unavailable
from rewards.batch import LEAST_SECONDS, BatchProcessor, Received, process
from tests.builders.generated_events import START
from tests.builders.rewards import RewardRunner


def body(member: str, *numbers: int, program: str = "academy") -> str:
    told = [
        {
            "source": "lms",
            "id": f"{member}{number}",
            "type": "forum.posted",
            "occurred_at": (START + timedelta(hours=9 + number)).isoformat(),
            "attributes": {},
        }
        for number in numbers
    ]
    return json.dumps({"program": program, "member": member, "activities": told})


@dataclass
class RewardMessages:
    """One office for the academy; another program is known to nobody."""

    runner: RewardRunner = field(default_factory=RewardRunner)
    busy: set[str] = field(default_factory=set)  # members of whom the table cannot write just now
    seconds: list[float] = field(default_factory=list)  # that are left, asked again and again; then many
    quarantined: dict[tuple[str, str, str], str] = field(default_factory=dict)
    reported: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def work(self, *bodies: tuple[str, str]) -> list[str]:
        """Of members and bodies, in their order; the places of those that must come again."""
        messages = [Received(f"{place}", f"academy#{member}", text) for place, (member, text) in enumerate(bodies)]
        return process(messages, self.processor)

    @property
    def processor(self) -> BatchProcessor:
        return BatchProcessor(
            read=read_message,
            reward=self._give,
            quarantine=lambda program, member, text, why: self.quarantined.update({(program, member, text): why}),
            time_left=lambda: self.seconds.pop(0) if self.seconds else 60.0,
            report=lambda group, error: self.reported.append(group),
        )

    def ids(self, member: str) -> list[str]:
        return [entry.key[1] for entry in self.runner.ledger.entries("academy", member)]

    def _give(self, program: str, member: str, activities: Sequence[Activity]) -> None:
        if program != "academy":
            raise Rejected(f"program {program!r} has no version 0")
        if member in self.busy:
            raise Unavailable("the table is busy")
        self.sizes.append(len(activities))
        self.runner.give(*activities, member=member)


POISON = ["{", "", "[]", '{"program": 1}', body("m", 1).replace("lms", ""), body("m", 1).replace("+00:00", "")]


@pytest.mark.parametrize("poison", POISON)
def test_poison_is_quarantined_and_the_others_of_its_group_are_paid(poison: str) -> None:
    inbox = RewardMessages()
    assert inbox.work(("m", body("m", 0)), ("m", poison), ("m", body("m", 2)), ("n", body("n", 1))) == []
    assert (inbox.ids("m"), inbox.ids("n")) == (["m0", "m2"], ["n1"])
    assert list(inbox.quarantined) == [("academy", "m", poison)]
    assert all(inbox.quarantined.values())


def test_a_transient_failure_brings_back_all_of_its_group_and_nothing_else() -> None:
    inbox = RewardMessages(busy={"m"})
    batch = (("m", body("m", 0)), ("n", body("n", 0)), ("m", body("m", 1)))
    assert inbox.work(*batch) == ["0", "2"]
    assert (inbox.ids("m"), inbox.ids("n"), inbox.reported) == ([], ["n0"], ["academy#m"])
    inbox.busy.clear()
    assert inbox.work(*batch) == []
    assert (inbox.ids("m"), inbox.ids("n")) == (["m0", "m1"], ["n0"])


def test_what_cannot_be_set_apart_comes_again() -> None:
    inbox = RewardMessages()

    def fails(program: str, member: str, text: str, why: str) -> None:
        raise Unavailable("the table is busy")

    processor = BatchProcessor(
        read=read_message, reward=inbox._give, quarantine=fails, time_left=lambda: 60, report=inbox.processor.report
    )
    messages = [Received("1", "academy#m", "{"), Received("2", "academy#m", body("m", 0))]
    assert process(messages, processor) == ["1", "2"]
    assert inbox.ids("m") == []


def test_a_fault_of_our_own_costs_only_its_group() -> None:
    inbox = RewardMessages()
    real = inbox.runner.give

    def breaks(*activities: Activity, member: str) -> object:
        if member == "m":
            raise ZeroDivisionError
        return real(*activities, member=member)

    inbox.runner.give = breaks  # type: ignore[method-assign, assignment]
    assert inbox.work(("m", body("m", 0)), ("n", body("n", 0))) == ["0"]
    assert inbox.ids("n") == ["n0"]


def test_without_time_left_no_other_member_is_begun() -> None:
    inbox = RewardMessages(seconds=[LEAST_SECONDS, LEAST_SECONDS - 0.1, 0.0])
    assert inbox.work(*((member, body(member, 0)) for member in "mno")) == ["1", "2"]
    assert (inbox.ids("m"), inbox.ids("n"), inbox.reported) == (["m0"], [], [])


def test_an_unknown_program_is_quarantined_and_does_not_come_again() -> None:
    inbox = RewardMessages()
    unknown = body("m", 0, program="elsewhere")
    assert inbox.work(("m", unknown), ("n", body("n", 0))) == []
    assert list(inbox.quarantined) == [("academy", "m", unknown)]
    assert inbox.ids("n") == ["n0"]


def test_many_activities_of_a_member_are_written_a_transaction_at_a_time() -> None:
    inbox = RewardMessages()
    count = 2 * MAX_BATCH + 1
    assert inbox.work(*(("m", body("m", number)) for number in range(count))) == []
    assert inbox.sizes == [MAX_BATCH, MAX_BATCH, 1]
    assert len(inbox.ids("m")) == count


def test_everything_twice_again_changes_nothing() -> None:
    inbox = RewardMessages()
    batch = (("m", body("m", 0, 1)), ("m", "{"), ("n", body("n", 3)), ("m", body("m", 2)))
    inbox.work(*batch)
    ledger, quarantined = {each: inbox.runner.ledger.entries("academy", each) for each in "mn"}, dict(inbox.quarantined)
    for again in (batch, batch[::-1]):
        assert inbox.work(*again) == []
    assert {each: inbox.runner.ledger.entries("academy", each) for each in "mn"} == ledger
    assert inbox.quarantined == quarantined
    assert inbox.runner.has("m") == inbox.runner.should_be("m")


def test_a_message_read_is_the_delivery_that_was_sent() -> None:
    assert read_message(body("m", 1)) == ParsedMessage(
        Delivery(
            "academy",
            "m",
            (Activity(source="lms", id="m1", type="forum.posted", occurred_at=START + timedelta(hours=10)),),
        )
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"id": ""},
        {"id": 7},
        {"type": "calendar.day_off"},
        {"type": "calendar.day_off", "attributes": {"first": "2026-03-01", "last": "9999-12-31"}},
        {"type": "hold.upheld", "attributes": {"source": "lms", "id": "m0"}},
        {"type": "entry.reversed", "attributes": {"source": "lms", "id": "m0"}},
        {"occurred_at": "2026-03-01T10:00:00"},
        {"occurred_at": "9999-12-31T00:00:00Z"},
        {"occurred_at": "9999-12-31T23:59:59-12:00"},
        {"occurred_at": "0001-01-01T00:00:00+14:00"},
        {"attributes": [1]},
    ],
)
def test_an_invalid_activity_is_quarantined_alone_and_costs_the_others_of_its_message_nothing(
    changes: dict[str, object],
) -> None:
    inbox, message = RewardMessages(), json.loads(body("m", 0, 1, 2))
    message["activities"][1] |= changes
    for _ in range(2):
        assert inbox.work(("m", json.dumps(message))) == []
    assert inbox.ids("m") == ["m0", "m2"]
    ((program, member, apart), why) = next(iter(inbox.quarantined.items()))
    assert (len(inbox.quarantined), program, member) == (1, "academy", "m")
    assert json.loads(apart)["activities"] == [message["activities"][1]]
    assert why
    with pytest.raises(Rejected):  # mended, it could be sent as it is
        read_message(apart)
