"""After an edit, what somebody has by the live version comes by itself, and not with their next event."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.activities.activity import Activity, Key
from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.errors import Unavailable
from ladder.domain.members.roster import Member
from ladder.domain.points.edit_effects import edit_effects
from ladder.domain.points.look_back import LookBack
from ladder.domain.points.member_progress import member_progress
from ladder.domain.points.rulebook import ActivityCount, BadgeTier, Level, Requirement, Step
from ladder.domain.programs.pausing import compile_program, with_pauses
from ladder.domain.programs.program import Program
from rewards.look_back import look_back
from tests.builders.academy import BADGE, PATH, RULE, STEPS, UNLOCK, academy, book
from tests.builders.capped_academy import NOW, POSTED, event
from tests.builders.entry_texts import said
from tests.builders.rewards import RewardRunner
from tests.fakes import MemoryActivities, MemoryPrograms
from tests.fakes.look_backs import MemoryLookBacks

NOON = NOW - timedelta(days=1)


class Edits:
    """A program that is edited beside its members: who passed how many assessments."""

    def __init__(self, first: Program, **passed: int) -> None:
        self.programs, self.look_backs, self.queue = MemoryPrograms(), MemoryLookBacks(), MemoryActivities()
        self.runner = RewardRunner(program=self.programs.publish(first))
        self.programs.enrol(first.key, tuple(Member(id=member, user=member) for member in (*passed, "nobody")))
        for member, number in passed.items():
            for place in range(number):
                self.passes(member, place)
        self.hour()
        assert self.queue.sent == []

    def passes(self, member: str, place: int) -> None:
        at = NOON + timedelta(minutes=place)
        passed = event("assessment.submitted", at, f"{place}", passed=True, module=f"m{place}")
        self.runner.give(passed, member=member)

    def publish(self, program: Program) -> None:
        self.runner.program = self.programs.publish(program)
        self.runner.versions[self.runner.program.version] = self.runner.program

    def hour(self, **changed: Any) -> list[str]:
        """Return whom the hour sends something."""
        before = len(self.queue.sent)
        arguments: dict[str, Any] = {
            "programs": self.programs,
            "compiled": lambda program: compile_program(self.programs.current(program)),
            "compiled_version": lambda program, version: compile_program(self.programs.version(program, version)),
            "ledger": lambda _: self.runner.ledger,
            "look_backs": self.look_backs,
            "queue": self.queue,
            "now": NOW,
            "time_left": lambda: 60.0,
        }
        look_back(**{**arguments, **changed})
        return [delivery.member for delivery in self.queue.sent[before:]]

    def delivered(self) -> None:
        for delivery in self.queue.sent:
            self.runner.give(*delivery.activities, member=delivery.member)

    def has(self, member: str) -> Any:
        has = self.runner.has(member)
        assert has == self.runner.should_be(member)
        return has


def badge(*tiers: tuple[Requirement, ...]) -> Program:
    wanted = tuple(BadgeTier(name=f"t{place}", requires=requires) for place, requires in enumerate(tiers))
    return book(badges=(replace(BADGE, tiers=wanted),), paths=(), unlocks=(), streaks=())


POINTS, MANY = Requirement(points=100), Requirement(points=5_000)
COUNT = Requirement(count=ActivityCount(match=RULE.match), at_least=2)


def test_a_requirement_that_is_removed_gives_the_badge_without_a_next_event() -> None:
    edits = Edits(badge((POINTS, MANY)), ann=3, bob=1)
    edits.publish(badge((POINTS,)))
    assert edits.hour() == ["ann"]
    edits.delivered()
    assert (edits.has("ann").badges, edits.has("bob").badges) == ({"SHARER": 1}, {})
    entry = edits.runner.ledger.entries("academy", "ann")[-1]
    assert said(edits.runner.program, entry) == "The rules of the program were edited. Badge reached: sharer, t0."
    assert entry.points == 0


def test_each_version_is_looked_at_once_and_what_is_sent_twice_is_one_event() -> None:
    edits = Edits(badge((POINTS, MANY)), ann=3)
    edits.publish(badge((POINTS,)))
    assert (edits.hour(), edits.hour()) == (["ann"], [])
    edits.look_backs.known.clear()
    assert edits.hour() == ["ann"]
    edits.delivered()
    assert len(edits.runner.ledger.entries("academy", "ann")) == 3 + 1
    edits.look_backs.known.clear()
    assert edits.hour() == []


def test_what_is_counted_for_the_first_time_is_counted_over_the_ledger() -> None:
    edits = Edits(badge((MANY,)), ann=2, bob=1)
    edits.publish(badge((COUNT,)))
    assert edits.hour() == ["ann"]
    edits.delivered()
    assert (edits.has("ann").badges, edits.has("bob").badges) == ({"SHARER": 1}, {})
    edits.publish(badge((replace(COUNT, at_least=1),)))
    assert edits.hour() == ["bob"]


def test_a_path_whose_last_open_step_is_taken_away_is_paid() -> None:
    first, second = (replace(STEPS[0], key=key, match=match) for key, match in (("A", RULE.match), ("B", POSTED)))
    plain = {"badges": (), "unlocks": (), "streaks": ()}
    edits = Edits(book(paths=(replace(PATH, steps=(first, second)),), **plain), ann=1)
    earned = edits.has("ann").earned
    edits.publish(book(paths=(replace(PATH, steps=(first,)),), **plain))
    assert edits.hour() == ["ann"]
    edits.delivered()
    assert edits.has("ann").earned == earned + PATH.points
    assert edits.runner.ledger.entries("academy", "ann")[-1].points == PATH.points


def test_an_eased_unlock_is_open_before_the_next_event() -> None:
    edits = Edits(book(unlocks=(replace(UNLOCK, requires=(MANY,)),), paths=(), badges=(), streaks=()), ann=3)
    edits.publish(book(unlocks=(replace(UNLOCK, requires=(POINTS,)),), paths=(), badges=(), streaks=()))
    assert edits.hour() == ["ann"]
    edits.delivered()
    assert edits.has("ann").unlocks == {"MENTORING"}


def test_a_paused_badge_or_program_gives_nothing_until_it_goes_on() -> None:
    eased, held_back = badge((POINTS,)), badge((MANY,))
    for paused in (("badge", "SHARER"), ("program", "academy")):
        edits = Edits(held_back, ann=3)
        edits.publish(with_pauses(eased, {paused}))
        assert edits.hour() == []
        edits.publish(eased)
        assert edits.hour() == ["ann"]


def test_an_edit_that_gives_nobody_anything_sends_nothing() -> None:
    edits = Edits(academy(), ann=3, bob=1)
    edits.publish(replace(academy(), name="Another name"))
    assert edits.hour() == []
    assert edits.look_backs.of("academy") == LookBack(2, None)


def test_who_was_erased_or_has_left_the_program_is_not_looked_at_or_like_others() -> None:
    edits = Edits(badge((MANY,)), ann=3, bob=3)
    edits.runner.ledger.erased.add(("academy", "ann"))
    edits.publish(badge((POINTS,)))
    assert edits.hour() == ["bob"]


def test_where_time_runs_out_the_next_hour_goes_on_and_nobody_is_left_out_or_asked_twice() -> None:
    edits = Edits(badge((MANY,)), **{f"m{number}": 3 for number in range(5)})
    edits.publish(badge((POINTS,)))
    told = list[str]()
    for _ in range(4):
        left = iter([60.0, 60.0])
        told += edits.hour(time_left=lambda left=left: next(left, 1.0))
    assert told == [f"m{number}" for number in range(5)]
    assert edits.look_backs.of("academy").next_slot is None


def test_killed_at_any_send_it_reaches_everybody_in_the_end() -> None:
    for at in range(3):
        edits = Edits(badge((MANY,)), ann=3, bob=3, cat=3)
        edits.publish(badge((POINTS,)))
        with pytest.raises(Unavailable):
            edits.hour(queue=Breaking(edits.queue, at))
        edits.hour()
        edits.delivered()
        assert [edits.has(member).badges for member in ("ann", "bob", "cat")] == [{"SHARER": 1}] * 3
        keys = [entry.key for entry in edits.runner.ledger.entries("academy", "ann")]
        assert keys.count(("ladder", "edited:2")) == 1


class Breaking:
    def __init__(self, queue: MemoryActivities, at: int) -> None:
        self._queue, self._left = queue, at

    def send(self, deliveries: Any) -> None:
        if not self._left:
            raise Unavailable("the queue")
        self._left -= 1
        self._queue.send(deliveries)


POINTS_OF = {"iron": 40, "bronze": 60, "silver": 100, "gold": 160}
KINDS = {"A": "assessment.submitted", "B": "forum.posted", "C": "peer.assisted"}
TIERS = st.lists(st.sampled_from([*POINTS_OF.items()]), max_size=3, unique=True)
STEPS_DONE = st.lists(st.sampled_from([*KINDS.items()]), min_size=1, unique=True)
RULEBOOKS = st.builds(
    lambda tiers, steps, unlock, level: {"tiers": tiers, "steps": steps, "unlock": unlock, "level": level},
    TIERS,
    STEPS_DONE,
    st.sampled_from([30, 90, 140]),
    st.sampled_from([20, 70, 130]),
)


def drawn(tiers: Any, steps: Any, unlock: int, level: int) -> Program:
    """A program in which badge, path, unlock and level are where a draft may move them."""
    wanted = tuple(BadgeTier(name=name, requires=(Requirement(points=points),)) for name, points in tiers)
    return book(
        badges=(replace(BADGE, tiers=wanted),) if wanted else (),
        paths=(replace(PATH, steps=tuple(Step(key=key, name=key, match=on(kind)) for key, kind in steps)),),
        unlocks=(replace(UNLOCK, requires=(Requirement(points=unlock),)),),
        levels=(Level(name="Newcomer", points=0), Level(name="Regular", points=level)),
        streaks=(),
    )


def on(kind: str) -> EventFilter:
    return EventFilter(types=(kind,))


def shown(edits: Edits, member: str) -> dict[str, Any]:
    """What a member reads of badge, unlock, path and level."""
    state, _ = edits.runner.ledger.load("academy", member, [])
    progress = member_progress(compile_program(edits.runner.program), state, NOON.date())
    return {
        "badge": next((badge.tier for badge in progress.badges), None),
        "unlock": progress.unlocks[0].open,
        "path": progress.paths[0].done,
        "level": progress.level and progress.level.name,
    }


@settings(deadline=None, max_examples=100)
@given(RULEBOOKS, RULEBOOKS, st.integers(0, 3), st.integers(0, 1))
def test_whatever_is_edited_what_publishing_says_of_a_member_is_what_the_next_hour_brings(
    first: dict[str, Any], second: dict[str, Any], passes: int, posts: int
) -> None:
    edits = Edits(drawn(**first), ann=passes)
    for _ in range(posts):
        edits.runner.give(event("forum.posted", NOON + timedelta(hours=1), "post"), member="ann")
    before, live = shown(edits, "ann"), compile_program(edits.runner.program)
    state, _ = edits.runner.ledger.load("academy", "ann", [])
    edits.publish(drawn(**second))
    effects = list(edit_effects(live, compile_program(edits.runner.program), state, NOON.date()))
    edits.hour()
    edits.delivered()
    after, told = shown(edits, "ann"), {(effect.kind, effect.what.code) for effect in effects}
    if ("gains", "edits.path_finished") not in told:  # it pays, and may bring more than that
        assert (("gains", "edits.unlock") in told) == (after["unlock"] and not before["unlock"])
        assert bool({("gains", "edits.badge"), ("loses", "edits.badge")} & told) == (after["badge"] != before["badge"])
        assert bool({("gains", "edits.level"), ("loses", "edits.level")} & told) == (after["level"] != before["level"])
    assert not edits.queue.sent or edits.has("ann")  # the reference model looks at what an event has come under
    edits.look_backs.known.clear()
    assert edits.hour() == []


def test_it_is_no_event_that_a_source_may_send_or_a_rule_may_name() -> None:
    sent = Activity(source="lms", id="edited:9", type="program.edited", occurred_at=NOON, attributes={"version": 9})
    assert sent.is_foreign
    key: Key = sent.key
    edits = Edits(badge((MANY,)), ann=1)
    edits.runner.give(replace(sent, received_at=NOON), member="ann")
    entry = edits.runner.ledger.entries("academy", "ann")[-1]
    assert (entry.key, entry.points, entry.notes[0].code) == (key, 0, "points.not_counted")
