"""What only the clock brings: a streak that ends today, and a supervisor's weekly note, each once."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from delivery.remind import ReminderServices, remind
from ladder.domain.challenges.assignment import Assignment, Standing
from ladder.domain.challenges.rotation import Rotation
from ladder.domain.delivery.occasion import Occasion
from ladder.domain.delivery.rules import ChannelRules
from ladder.domain.members.roster import Member
from ladder.domain.message import Message
from ladder.domain.points.ledger import Entry, State, StreakState
from ladder.domain.programs.pausing import compile_program
from tests.builders.academy_events import passed
from tests.builders.delivery import JO, KIM, NOON, RULES, TEAM, DeliveryWorld
from tests.builders.full_program import DAY, claim, night, program, rotation, standing
from tests.fakes import MemoryAssignments, MemoryRotations
from tests.fakes.outbox import FakeChannel, MemoryOutbox

AFTERNOON = NOON + timedelta(hours=3)  # 15:00 in Paris, a Wednesday
TODAY = date(2026, 11, 25).toordinal()
LEADS = ChannelRules(key="leads", kind="mail", supervisors={TEAM: "lead@bank.example"})
ROSTER = (Member(id=JO, user="jo", name="Jo", team=TEAM), Member(id=KIM, user="kim", team=TEAM))


@dataclass
class MemoryWeek:
    """The states and the newest entries of members."""

    states: dict[str, State] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)

    def states_of(self, program: str, members: Any) -> dict[str, State]:
        return {member: self.states[member] for member in members if member in self.states}

    def latest(self, program: str, member: str, *, before: int | None = None, page: int) -> list[Entry]:
        return self.entries.get(member, [])


def run(world: DeliveryWorld, week: MemoryWeek, at: datetime, **changes: Any) -> int:
    world.clock.now = at.timestamp()
    services = ReminderServices(
        outbox=world.outbox,
        ledger=week,  # type: ignore[arg-type]
        rotations=MemoryRotations(),
        assignments=MemoryAssignments(),
        planned=lambda version: compile_program(world.program),
        roster=lambda: ROSTER,
        now=at,
        time_left=lambda: True,
    )
    return remind(replace(world.program, **changes), services)


def streak(length: int, last: int) -> State:
    return State(streaks={"DAYS": StreakState(length=length, last=last, best=length)})


@pytest.mark.parametrize(
    ("state", "reminded"),
    [
        (streak(5, TODAY - 1), 1),
        (streak(2, TODAY - 1), 0),  # too short
        (streak(5, TODAY), 0),  # done today
        (streak(5, TODAY - 2), 0),  # it has ended
        (replace(streak(5, TODAY - 1), days_off=((TODAY, TODAY),)), 0),  # nobody expects anything today
        (State(), 0),
    ],
)
def test_a_streak_that_ends_today_is_reminded_of_once_in_the_afternoon(state: State, reminded: int) -> None:
    world, week = DeliveryWorld(), MemoryWeek({JO: state})
    assert run(world, week, NOON) == 0
    assert [run(world, week, AFTERNOON + timedelta(minutes=minutes)) for minutes in (0, 5)] == [reminded, 0]
    if reminded:
        world.send()
        assert [sent.title for sent in world.shown()] == ["days in a row: your 5 in a row end today unless you go on."]


def test_a_reminder_of_today_is_worth_nothing_tomorrow() -> None:
    world, week = DeliveryWorld(), MemoryWeek({JO: streak(5, TODAY - 1)})
    run(world, week, AFTERNOON)
    world.wait(hours=20)
    world.send()
    assert world.channel.sends == []


def test_a_program_that_is_paused_reminds_nobody() -> None:
    assert run(DeliveryWorld(), MemoryWeek({JO: streak(5, TODAY - 1)}), AFTERNOON, paused=True) == 0


def test_whoever_leads_a_team_reads_once_a_week_who_did_something_and_what_to_recognise() -> None:
    rules = replace(RULES, channels=(LEADS,), weekly_note_on=3)
    world = DeliveryWorld(rules=rules, channels={"leads": FakeChannel()})
    level = Message("points.level_reached", {"number": 2, "name": "Regular"})

    def entry(days_ago: int, *reached: Message) -> Entry:
        return Entry(
            activity=passed(f"e{days_ago}"),
            program_version=1,
            lines=(),
            points=50,
            spent=0,
            held=0,
            reached=reached,
            recorded_at=AFTERNOON - timedelta(days=days_ago),
        )

    week = MemoryWeek(entries={JO: [entry(1, level), entry(9, level)], KIM: [entry(8)]})
    assert [run(world, week, AFTERNOON + timedelta(minutes=minutes)) for minutes in (0, 5)] == [1, 0]
    world.send()
    (note,) = world.shown("leads")
    assert (note.to, note.title) == ("lead@bank.example", "The week of your team from 18 November 2026 on")
    assert note.paragraphs[:2] == ("1 of 2 members earned points.", "Jo: level 2.")
    assert run(world, week, AFTERNOON + timedelta(days=1)) == 0


def test_a_team_of_which_nobody_did_anything_is_no_news() -> None:
    rules = replace(RULES, channels=(LEADS,), weekly_note_on=3)
    assert run(DeliveryWorld(rules=rules), MemoryWeek(), AFTERNOON) == 0


@dataclass
class TodaysRotation:
    """The rotation that is current, and who plays what in it."""

    day: date
    placed: Standing

    def pointer(self, program: str) -> str:
        return "current"

    def get(self, program: str, rotation_id: str) -> Rotation:
        return rotation(claim(day=self.day), plan=night())

    def load(self, program: str, rotation_id: str) -> Assignment:
        return dict.fromkeys(night().selected, self.placed)


@pytest.mark.parametrize(
    ("day", "occasions", "told"), [(DAY, ("challenge",), 1), (DAY, (), 0), (date(2026, 3, 28), ("challenge",), 0)]
)
def test_todays_challenges_are_told_to_who_plays_and_only_where_a_channel_asks_for_them(
    day: date, occasions: tuple[Occasion, ...], told: int
) -> None:
    room = ChannelRules(key="room", kind="slack", member="{user}", occasions=occasions)
    played = program(paused=False, delivery=replace(RULES, channels=(room,)))
    placed = replace(standing(2), played=bytes((2, 0)), tier=bytes((2, 0)), capped_by=bytes(2), own_targets=b"")
    outbox, current = MemoryOutbox(), TodaysRotation(day, placed)
    services = ReminderServices(
        outbox=outbox,
        ledger=MemoryWeek(),  # type: ignore[arg-type]
        rotations=current,  # type: ignore[arg-type]
        assignments=current,  # type: ignore[arg-type]
        planned=lambda version: compile_program(played),
        roster=lambda: ROSTER,
        now=datetime(2026, 3, 29, 10, tzinfo=UTC),
        time_left=lambda: True,
    )
    assert [remind(played, services), remind(played, services)] == [told, 0]
    assert [item.notification.reader for item in outbox.items.values()] == [JO] * told
