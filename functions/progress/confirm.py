"""Confirm what a colleague did, where a rule holds it for that, and list what waits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ladder.domain.activities.activity import Delivery, Key
from ladder.domain.activities.ports import Activities
from ladder.domain.errors import Conflict, NotAuthorized, NotFound
from ladder.domain.members.roster import Member
from ladder.domain.message import Message
from ladder.domain.points import amendments
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import Pause
from ladder.domain.points.task_confirmations import (
    CONFIRMATIONS_A_DAY,
    TaskConfirmation,
    TaskConfirmations,
    closes_ring,
)
from ladder.web.me import Me

MOST_SHOWN = 25
TRIES = 5
CONFIRMED = Message("points.confirmed_by_a_colleague")

type FindMember = Callable[[str], Member | None]  # on the roster, by id


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTask:
    """A colleague's task. `name`: of the colleague; `what`: it is held for; nothing about points."""

    member: str
    name: str
    source: str
    id: str
    what: tuple[Message, ...]
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTasks:
    """What my colleagues wait for, oldest first, and how much I may confirm today. `more`: there is more to show."""

    tasks: tuple[WaitingTask, ...]
    more: bool
    left_today: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """`reviewed_first`: a reviewer looks at it before it pays. `again`: somebody confirmed it before."""

    member: str
    source: str
    id: str
    reviewed_first: bool
    again: bool


def are_colleagues(me: Member | None, other: Member | None) -> bool:
    """Return whether both play, and in one team; who is in no team has everybody for colleagues who is in none."""
    if me is None or other is None or me.id == other.id:
        return False
    return me.active and other.active and me.team == other.team


def show_waiting(
    me: Me,
    *,
    now: datetime,
    compiled: CompiledProgram,
    version: Callable[[int], CompiledProgram],
    find: FindMember,
    confirmations: TaskConfirmations,
) -> WaitingTasks:
    """Return what colleagues wait for. The list may lag a moment behind what was confirmed."""
    mine, places, names = find(me.member), list[tuple[str, Key]](), dict[str, str]()
    for member, event in confirmations.waiting(me.program):
        owner = find(member)
        if owner and are_colleagues(mine, owner):
            places.append((member, event))
            names[member] = owner.display_name
    tasks = [
        WaitingTask(
            member=hold.member,
            name=names[hold.member],
            source=entry.activity.source,
            id=entry.activity.id,
            what=tuple(version(entry.program_version).texts.name(rule, entry.activity) for rule in hold.rules),
            occurred_at=entry.activity.occurred_at,
        )
        for hold, entry in confirmations.tasks(me.program, places[:MOST_SHOWN])
        if hold.waits_for_colleague and confirmations.flagged(me.program, hold) is None
    ]
    given = confirmations.given(me.program, me.member, compiled.days.day(now))
    left = max(CONFIRMATIONS_A_DAY - given, 0)
    return WaitingTasks(tasks=tuple(tasks), more=len(places) > MOST_SHOWN, left_today=left)


def confirm(
    me: Me,
    *,
    member: str,
    event: Key,
    now: datetime,
    compiled: CompiledProgram,
    find: FindMember,
    confirmations: TaskConfirmations,
    queue: Activities,
    pause: Pause,
) -> Confirmed:
    """Confirm a colleague's task, and pay it, or leave it to a reviewer. Running it again changes nothing.

    The confirmation is audited first, and the release sent after it: after a crash in between, the same request, of
    anybody, sends it again under the same id.

    Raises NotAuthorized for one's own task, NotFound for none that waits for a colleague of the member, Conflict where
    the member confirmed as much as anybody may on a day.
    """
    if member == me.member:
        raise NotAuthorized(Message("points.confirm_own"))
    waits = are_colleagues(find(me.member), find(member)) and confirmations.tasks(me.program, [(member, event)])
    if not waits:
        raise NotFound(Message("points.no_task_waits"))
    hold, day = waits[0][0], compiled.days.day(now)
    flagged = confirmations.flagged(me.program, hold)
    again = flagged is not None
    if not again and not hold.waits_for_colleague:
        raise NotFound(Message("points.no_task_waits"))
    for tries in range(TRIES):
        if flagged is not None:
            break
        given = confirmations.given(me.program, me.member, day)
        if given >= CONFIRMATIONS_A_DAY:
            raise Conflict(Message("points.confirmed_enough", {"most": CONFIRMATIONS_A_DAY}))
        suspected = closes_ring(me.member, member, lambda whose: confirmations.confirmers(me.program, whose, until=day))
        confirmation = TaskConfirmation(
            program=me.program,
            member=member,
            event=event,
            worth=hold.worth or 0,
            by=me.member,
            day=day,
            at=now,
            flagged=suspected,
        )
        if confirmations.record(confirmation, given=given):
            flagged = suspected
            break
        pause(tries)
        flagged = confirmations.flagged(me.program, hold)
        again = flagged is not None
    if flagged is None:  # it was decided, or reversed, before anybody confirmed it
        raise NotFound(Message("points.no_task_waits"))
    if not flagged:
        released = amendments.release(event, worth=hold.worth, reason=CONFIRMED, now=now)
        queue.send([Delivery(me.program, member, (released,))])
    source, event_id = event
    return Confirmed(member=member, source=source, id=event_id, reviewed_first=flagged, again=again)
