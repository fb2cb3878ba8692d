"""Say what only the clock brings: today's challenges, a streak that ends today, and a supervisor's weekly note."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import batched
from typing import Literal
from zoneinfo import ZoneInfo

from ladder.domain.calendar.schedule import day_bounds, local_day
from ladder.domain.challenges.assignment import MemberStanding
from ladder.domain.challenges.daily_challenges import daily_challenges
from ladder.domain.challenges.ports import Assignments, Rotations
from ladder.domain.challenges.rotation import Rotation
from ladder.domain.delivery.addressing import notifications
from ladder.domain.delivery.notification import News, person
from ladder.domain.delivery.occasion import Occasion
from ladder.domain.delivery.other_news import challenges_of_the_day, streak_at_risk, weekly_note
from ladder.domain.delivery.ports import Outbox, Pace
from ladder.domain.members.preferences import NO_PREFERENCES
from ladder.domain.members.roster import Member
from ladder.domain.message import Message, verbatim
from ladder.domain.points.achievements import is_unbroken
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import Entry, State
from ladder.domain.points.ports import Ledger
from ladder.domain.programs.program import Program

CLOCK = "#clock"  # in place of a channel, whose key has no '#': until when a task of the day is done
AT_ONCE = 100  # members whose states are read together
SHORTEST = 3  # days in a row that are worth a reminder
MOST_NAMED = 10  # in a note
WEEK = timedelta(days=7)
ENTRIES = 50  # of a member that one page has

type Task = Literal["challenges", "streaks", "weekly"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderServices:
    outbox: Outbox
    ledger: Ledger
    rotations: Rotations
    assignments: Assignments
    planned: Callable[[int], CompiledProgram]  # a version of the program
    roster: Callable[[], Sequence[Member]]
    now: datetime
    time_left: Callable[[], bool]


def remind(program: Program, services: ReminderServices) -> int:
    """Put the reminders that are due today; return how many are new. Killed anywhere, the next run puts the rest."""
    rules, put = program.delivery, 0
    local = services.now.astimezone(ZoneInfo(program.schedule.time_zone))
    if program.paused:
        return 0
    if local.time() >= rules.quiet_until and _carried(program, "challenge") and program.challenges.categories:
        put += _todays_challenges(program, services)
    if local.time() >= rules.reminders_at and _carried(program, "streak"):
        put += _once_today(program, "streaks", _streaks(program, services), services)
    if local.isoweekday() == rules.weekly_note_on and local.time() >= rules.quiet_until and _carried(program, "weekly"):
        put += _once_today(program, "weekly", _weekly_notes(program, services), services)
    return put


def _carried(program: Program, occasion: Occasion) -> bool:
    audience: Literal["member", "supervisors"] = "supervisors" if occasion == "weekly" else "member"
    return any(channel.carries(occasion, audience) for channel in program.delivery.channels)


def _once_today(program: Program, task: Task, told: Iterator[News], services: ReminderServices) -> int:
    """Put all of a day's task, and note that it is done once all of it is. A run without time leaves it to the next."""
    outbox, now, put = services.outbox, services.now, 0
    if outbox.take_turn(program.key, CLOCK, task, now, pace=Pace()):
        return 0
    for news in told:
        if not services.time_left():
            return put
        for notification in notifications(news, program.delivery, preferences=NO_PREFERENCES, now=now):
            put += outbox.put(notification)
    _, ends = day_bounds(program.schedule, local_day(program.schedule, now))
    outbox.hold_back(program.key, CLOCK, task, ends)
    return put


def _todays_challenges(program: Program, services: ReminderServices) -> int:
    """Put what each member can play today, once the night has activated it; return how many are new."""
    today, key = local_day(program.schedule, services.now), program.key
    pointer = services.rotations.pointer(key)
    current = services.rotations.get(key, pointer) if pointer else None
    if current is None or current.plan is None or current.claim.date != today:
        return 0
    return _once_today(program, "challenges", _challenges(program, current, today, services), services)


def _challenges(program: Program, current: Rotation, today: date, services: ReminderServices) -> Iterator[News]:
    planned, plan = services.planned(current.program_version), current.plan
    assignment = services.assignments.load(program.key, current.claim.rotation)
    _, ends = day_bounds(program.schedule, today)
    for slot, member in enumerate(services.roster()):
        if not member.active or plan is None:
            continue
        standings = {category: MemberStanding.among(standing, slot) for category, standing in assignment.items()}
        played = daily_challenges(planned.challenges, planned.caps, plan, standings, relieved={})
        if played:
            names = tuple(verbatim(challenge.name) for challenge in played)
            yield challenges_of_the_day(program.key, member.id, names, day=today, at=services.now, until=ends)


def _streaks(program: Program, services: ReminderServices) -> Iterator[News]:
    """Yield a reminder of each streak of days that ends unless its member does something today."""
    today = local_day(program.schedule, services.now)
    _, ends = day_bounds(program.schedule, today)
    for members in batched((member.id for member in services.roster() if member.active), AT_ONCE, strict=False):
        for member, state in services.ledger.states_of(program.key, members).items():
            for streak in program.rulebook.streaks:
                length = _length_at_risk(program, state, streak.key, today.toordinal())
                if length >= SHORTEST:
                    yield streak_at_risk(
                        program.key,
                        member,
                        streak.key,
                        name=streak.name,
                        length=length,
                        day=today,
                        at=services.now,
                        until=ends,
                    )


def _length_at_risk(program: Program, state: State, key: str, today: int) -> int:
    """Return the length of a streak that goes on today and not tomorrow; 0 where today does not decide about it."""
    rulebook, run = program.rulebook, state.streaks.get(key)
    streak = next(streak for streak in rulebook.streaks if streak.key == key)
    if run is None or run.last >= today or streak.every != "day":
        return 0
    goes_on = [is_unbroken(streak, run, day, state.days_off, rulebook) for day in (today, today + 1)]
    return run.length if goes_on == [True, False] else 0


def _weekly_notes(program: Program, services: ReminderServices) -> Iterator[News]:
    """Yield a note for whoever leads a team: who did something last week, and what there is to recognise."""
    teams = {team: None for channel in program.delivery.channels for team in channel.supervisors}
    first = local_day(program.schedule, services.now) - WEEK
    for team in teams:
        members = [member.id for member in services.roster() if member.team_key == team]
        weeks = {member: list(_of_week(program.key, member, services)) for member in members}
        active = sum(any(entry.points > 0 for entry in entries) for entries in weeks.values())
        reached = [line for member, entries in weeks.items() for entry in entries for line in _reached(member, entry)]
        if not active:
            continue
        lines = (
            Message("delivery.weekly_active", {"active": active, "members": len(members)}),
            *reached[:MOST_NAMED],
            Message("delivery.weekly_praise"),
        )
        yield weekly_note(program.key, team, lines, first=first, at=services.now)


def _of_week(program: str, member: str, services: ReminderServices) -> Iterator[Entry]:
    for entry in services.ledger.latest(program, member, page=ENTRIES):
        if entry.recorded_at is None or entry.recorded_at <= services.now - WEEK:
            return
        yield entry


def _reached(member: str, entry: Entry) -> Iterator[Message]:
    who = person(member)
    for message in entry.reached:
        if message.code in {"points.badge_reached", "points.badge_given"}:
            yield Message("delivery.weekly_badge", {"who": who, "badge": message.parameters["badge"]})
        elif message.code == "points.level_reached":
            yield Message("delivery.weekly_level", {"who": who, "level": message.parameters["number"]})
