"""The acts of ingestion: in which order things happen, and that nothing happens where anything is wrong."""

import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from ingestion.poll import Polled, poll
from ingestion.receive import receive
from ladder.adapters.memory import MemoryActivities, MemoryIdentities
from ladder.domain.activity import Delivery
from ladder.domain.errors import LadderError, Rejected, Unavailable
from ladder.domain.inbound import (
    Answer,
    Call,
    Contents,
    Event,
    Forged,
    Keys,
    Malformed,
    Taken,
    TooLarge,
    Unknown,
    Unread,
)
from ladder.domain.source import Source, SourceKind

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
CALL = Call(method="POST", url="https://api.example.com/hooks/bank/academy", headers={}, body=b"{}")
SOURCE = Source(key="academy", kind="standard", secret="s")


def event(number: int, *, member: str = "jo", **changes: object) -> Event:
    fields: dict[str, object] = {"type": "forum.posted", "occurred_at": NOW, "place": f"events[{number}]"}
    return Event(id=f"e{number}", member=member, **(fields | changes))  # type: ignore[arg-type]


@dataclass(slots=True)
class World:
    """Everything the acts look through, which writes down in `steps` what was asked of it, and fails where told."""

    contents: Contents = field(default_factory=lambda: Contents(events=(event(0), event(1)), ignored=1))
    failing: Mapping[str, Exception] = field(default_factory=dict)
    known: Sequence[tuple[str, Source]] = (("bank", SOURCE),)
    judged: frozenset[str] = frozenset({"forum.posted", "article.contributed", "activity.corrected"})
    steps: list[str] = field(default_factory=list)
    people: MemoryIdentities = field(default_factory=MemoryIdentities)
    queue: MemoryActivities = field(default_factory=MemoryActivities)
    posts: MemoryActivities = field(default_factory=MemoryActivities)
    cases: "Posting" = field(init=False)
    parked: list[tuple[str, str, str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # that are left, asked again and again; then 26
    given: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cases = Posting(self)

    def step(self, name: str) -> None:
        self.steps.append(name)
        if name in self.failing:
            raise self.failing[name]

    def find(self, program: str, key: str) -> Source | None:
        self.step("find")
        return next((source for name, source in self.known if (name, source.key) == (program, key)), None)

    def judged_types(self, program: str) -> frozenset[str]:
        return self.judged

    def of_kind(self, kind: SourceKind) -> list[tuple[str, Source]]:
        return [(program, source) for program, source in self.known if source.kind == kind]

    def of(self, source: Source) -> Keys:
        self.step(f"keys of {source.key}")
        return Keys(("secret",))

    def verify(self, call: Call, source: Source, keys: Keys, *, now: datetime) -> None:
        self.step("verify")

    def read(self, call: Call, source: Source) -> Contents:
        self.step("read")
        return self.contents

    def answer(self, taken: Taken) -> Answer:
        self.step("answer")
        return Answer(status=202, body=taken.accepted)

    def pages(self, source: Source, keys: Keys, *, now: datetime, seconds: float) -> Iterable[Contents]:
        self.given.append(seconds)
        self.step(f"page of {source.key}")
        yield self.contents
        self.step(f"second page of {source.key}")
        yield Contents()

    def resolve(self, program: str, source: str, raw: Iterable[str]) -> Mapping[str, str | None]:
        self.step("resolve")
        return self.people.resolve(program, source, list(raw))

    def link(self, program: str, source: str, raw: str, member: str) -> None:
        self.people.link(program, source, raw, member)

    def erase(self, program: str, member: str) -> None:
        self.people.erase(program, member)

    def mark(self, source: str, raw: str) -> str:
        return self.people.mark(source, raw)

    def park(self, program: str, owner: str, body: str, why: str) -> None:
        self.step("park")
        self.parked.append((program, owner, body))

    def send(self, deliveries: Sequence[Delivery]) -> None:
        self.step("send")
        self.queue.send(deliveries)

    def receive(self, *, call: Call = CALL, program: str = "bank", source: str = "academy") -> tuple[Answer, Taken]:
        return receive(
            call,
            program=program,
            source=source,
            now=NOW,
            sources=self,
            vendors={"standard": self},
            keyring=self,
            identities=self,
            quarantine=self,
            activities=self,
            cases=self.cases,
        )

    def poll(self, *, now: datetime = NOW) -> Polled:
        return poll(
            now=now,
            time_left=lambda: self.seconds.pop(0) if self.seconds else 29.0,
            sources=self,
            timelines={"talentlms": self},
            keyring=self,
            identities=self,
            quarantine=self,
            activities=self,
            cases=self.cases,
        )


@dataclass(frozen=True, slots=True)
class Posting:
    """The other queue of a world."""

    world: World

    def send(self, deliveries: Sequence[Delivery]) -> None:
        self.world.step("post")
        self.world.posts.send(deliveries)


def test_a_call_is_proved_then_read_then_queued_and_only_then_answered() -> None:
    world = World()
    answer, taken = world.receive()
    assert world.steps == ["find", "keys of academy", "verify", "read", "resolve", "send", "answer"]
    assert (answer, taken) == (Answer(status=202, body=2), Taken(accepted=2, ignored=1))


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("find", Unavailable()),
        ("keys of academy", Unavailable()),
        ("verify", Forged()),
        ("read", Malformed("body", "told to")),
        ("resolve", Unavailable()),
        ("send", Unavailable()),
    ],
)
def test_whatever_fails_nothing_after_it_is_done_and_nothing_answered(step: str, error: LadderError) -> None:
    world = World(failing={step: error})
    with pytest.raises(type(error)):
        world.receive()
    assert world.steps[-1] == step
    assert world.queue.sent == []


@pytest.mark.parametrize(("program", "source"), [("bank", "nothing"), ("nothing", "academy"), ("", "")])
def test_an_unknown_program_and_an_unknown_source_are_the_same(program: str, source: str) -> None:
    world = World()
    with pytest.raises(Unknown) as refusal:
        world.receive(program=program, source=source)
    assert (str(refusal.value), world.steps) == (str(Forged()), ["find"])


def test_a_body_beyond_the_bound_is_not_even_looked_up() -> None:
    world = World()
    with pytest.raises(TooLarge):
        world.receive(call=Call(method="POST", url="u", headers={}, body=bytes(1_048_577)))
    assert world.steps == []


def test_one_event_out_of_bounds_makes_nobody_known_and_sends_nothing() -> None:
    world = World(contents=Contents(events=(event(0), event(1, occurred_at=NOW.replace(tzinfo=None)))))
    with pytest.raises(Malformed, match=r"events\[1\].occurred_at"):
        world.receive()
    assert "resolve" not in world.steps


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


LATE = NOW.replace(tzinfo=None)  # without a zone


def test_what_nobody_could_mend_is_set_apart_with_its_member_and_the_others_are_taken() -> None:
    wrong = event(1, member="al", record="{one}", occurred_at=LATE)
    world = World(contents=Contents(events=(event(0), wrong, event(2)), unread=(Unread("{two}", "no"),), ignored=1))
    _, taken = world.receive()
    al = world.people.resolve("bank", "academy", ["al"])["al"]
    assert taken == Taken(accepted=2, ignored=1, unreadable=2)
    assert sorted(world.parked) == sorted([("bank", "source:academy", "{two}"), ("bank", str(al), "{one}")])
    assert [activity.id for activity in world.queue.activities] == ["e0", "e2"]
    assert world.steps.index("park") < world.steps.index("send")


@pytest.mark.parametrize("member", ["", "  ", "x" * 201])
def test_what_names_nobody_who_could_be_is_set_apart_with_its_source(member: str) -> None:
    world = World(contents=Contents(events=(event(0, member=member, record="{}"),)))
    _, taken = world.receive()
    assert (taken, world.parked) == (Taken(accepted=0, ignored=0, unreadable=1), [("bank", "source:academy", "{}")])


def test_nothing_of_an_erased_member_is_set_apart() -> None:
    world = World(contents=Contents(events=(event(0, record="{}", occurred_at=LATE),)))
    world.people.erase("bank", world.people.resolve("bank", "academy", ["jo"])["jo"] or "")
    _, taken = world.receive()
    assert (taken, world.parked) == (Taken(accepted=0, ignored=1), [])


def test_what_cannot_be_set_apart_just_now_sends_nothing_and_comes_again() -> None:
    events = (event(0), event(1, record="{}", occurred_at=LATE))
    world = World(contents=Contents(events=events), failing={"park": Unavailable()})
    with pytest.raises(Unavailable):
        world.receive()
    assert world.queue.sent == []


def test_what_would_be_set_apart_later_is_refused_with_its_place_where_it_can_be_mended() -> None:
    world = World(contents=Contents(events=(event(0), event(1, type="calendar.day_off"))))
    with pytest.raises(Malformed, match=r"events\[1\]: days off need first and last"):
        world.receive()
    assert world.queue.sent == []


def test_the_same_thing_is_spelled_the_same_whoever_tells_of_it() -> None:
    told = [
        event(0, member="Jo\u0308rg", attributes={"module": 7, "article": " Cafe\u0301 ", "score": 7, "passed": True}),
        event(1, member=" J\u00f6rg\n", attributes={"module": "7", "article": "Caf\u00e9", "score": 7, "passed": True}),
        event(2, member="J\u00f6rg", attributes={"module": 7.0, "article": "Caf\u00e9", "score": 7, "passed": True}),
    ]
    world = World(contents=Contents(events=tuple(told)))
    world.receive()
    (delivery,) = world.queue.sent
    first, *others = (activity.attributes for activity in delivery.activities)
    assert first == {"module": "7", "article": "Caf\u00e9", "score": 7, "passed": True}
    assert others == [first, first]


@pytest.mark.parametrize(
    ("told", "text"), [(7, "7"), (-7.0, "-7"), (7.5, "7.5"), (2**60, str(2**60)), (True, "true"), (None, None)]
)
@pytest.mark.parametrize("name", ["module", "course", "task", "record", "article"])
def test_what_an_event_is_about_is_always_text(name: str, told: object, text: str | None) -> None:
    world = World(contents=Contents(events=(event(0, attributes={name: told}),)))
    world.receive()
    assert world.queue.activities[0].attributes == {name: text}


def test_a_subject_without_an_end_is_refused() -> None:
    with pytest.raises(Malformed, match="finite"):
        World(contents=Contents(events=(event(0, attributes={"module": float("inf")}),))).receive()


def test_a_correction_names_an_event_as_it_was_told() -> None:
    attributes = {"id": "e\u0308 1", "course": 9}
    world = World(contents=Contents(events=(event(0, type="activity.corrected", attributes=attributes),)))
    world.receive()
    assert world.queue.activities[0].attributes == {"id": "e\u0308 1", "course": "9"}


def test_a_mentioned_colleague_is_known_by_one_mark_however_he_is_written() -> None:
    told = [event(n, attributes={"colleague": raw}) for n, raw in enumerate([7, "7", " 7 "])]
    world = World(contents=Contents(events=tuple(told)))
    world.receive()
    assert len({activity.attributes["colleague"] for activity in world.queue.activities}) == 1


def test_events_of_an_erased_member_are_dropped_and_counted() -> None:
    world = World(contents=Contents(events=(event(0), event(1, member="al"), event(2))))
    jo = world.people.resolve("bank", "academy", ["jo"])["jo"]
    world.people.erase("bank", jo or "")
    _, taken = world.receive()
    assert taken == Taken(accepted=1, ignored=2)
    assert [activity.id for activity in world.queue.activities] == ["e1"]


def test_a_call_in_which_nothing_counts_asks_nobody_and_sends_nothing() -> None:
    world = World(contents=Contents(ignored=3))
    _, taken = world.receive()
    assert taken == Taken(accepted=0, ignored=3)
    assert world.steps == ["find", "keys of academy", "verify", "read", "answer"]


def test_one_members_events_are_one_delivery_in_their_order() -> None:
    world = World(contents=Contents(events=(event(0), event(1, member="al"), event(2))))
    world.receive()
    assert [[activity.id for activity in each.activities] for each in world.queue.sent] == [["e0", "e2"], ["e1"]]
    assert {each.program for each in world.queue.sent} == {"bank"}


def polled(*keys: str) -> list[tuple[str, Source]]:
    return [("bank", Source(key=key, kind="talentlms", secret="s")) for key in keys]


@pytest.mark.parametrize("step", ["keys of a", "page of a", "second page of a"])
def test_a_source_that_fails_does_not_keep_the_others_from_being_asked(step: str) -> None:
    world = World(known=[*polled("a", "b"), ("bank", SOURCE)], failing={step: Rejected("told to")})
    done = world.poll()
    assert done.failed == {("bank", "a"): "told to"}
    assert "second page of b" in world.steps
    assert {activity.source for activity in world.queue.activities} >= {"b"}
    assert done.accepted == len(world.queue.activities)


def test_a_fault_of_our_own_in_one_source_does_not_keep_the_others_from_being_asked() -> None:
    world = World(known=polled("a", "b"), failing={"page of a": ZeroDivisionError()})
    assert world.poll().failed == {("bank", "a"): "a fault of our own: ZeroDivisionError"}
    assert "second page of b" in world.steps


def test_seconds_are_shared_among_those_still_to_be_asked_and_nobody_has_more_than_eight() -> None:
    world = World(known=polled(*"abcd"), seconds=[27.0, 23.0, 21.0, 20.0])
    world.poll()
    assert world.given == [6.0, pytest.approx(20 / 3), 8.0, 8.0]


def test_without_time_left_the_others_are_counted_and_are_first_another_time() -> None:
    world = World(known=polled(*"abc"), seconds=[29.0, 3.9, 3.9])
    first = world.poll()
    assert len(first.failed) == 2
    assert set(first.failed.values()) == {"no time was left to ask it"}


def test_another_source_is_the_first_each_time_the_clock_calls() -> None:
    firsts = []
    for times in range(10):
        world = World(known=polled(*"abcde"))
        world.poll(now=NOW + times * timedelta(minutes=5))
        firsts.append(next(step for step in world.steps if step.startswith("keys of ")))
    assert len(set(firsts[:5])) == 5
    assert firsts[:5] == firsts[5:]


def test_asking_twice_sends_the_same_twice_under_the_same_ids() -> None:
    world = World(known=polled("a"))
    first, again = world.poll(), world.poll()
    assert first == again == Polled(accepted=2, ignored=1)
    assert world.queue.sent[:1] == world.queue.sent[1:]


@pytest.mark.parametrize("module", ["ingestion.receive", "ingestion.poll", "ladder.adapters.sources"])
def test_ingestion_loads_neither_numpy_nor_pydantic_nor_boto(module: str) -> None:
    probe = f"import sys, {module}; sys.exit(bool({{'numpy', 'pydantic', 'boto3', 'botocore'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0  # noqa: S603
