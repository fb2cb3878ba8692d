"""Show progress: where a member stands, what is ahead of him, and what today still holds."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ladder.domain.calendar import local_day
from ladder.domain.challenges.assignment import MemberStanding
from ladder.domain.challenges.daily_challenges import DailyChallenge, daily_challenges, left_out
from ladder.domain.challenges.difficulty_relief import relieved_until
from ladder.domain.challenges.ports import DifficultyReliefs, MemberStandings, Rotations
from ladder.domain.points.caps import daily_bound
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import State
from ladder.domain.points.member_progress import MemberProgress, member_progress
from ladder.domain.points.opportunities import Opportunities, opportunities
from ladder.domain.points.ports import Allowances, Ledger, Teams
from ladder.domain.points.teams import TeamGoal, period_of, team_goals
from ladder.domain.programs.program import Program
from progress.me import Me

type Books = Callable[[int], CompiledProgram]  # a published version of the program
type Slot = Callable[[str, str], int | None]  # where a member of a program stands in its roster, if he does


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """`waiting`: held until somebody decides; it is in neither of the others."""

    earned: int
    spent: int
    spendable: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenges:
    """ "none yet": the night that decides on this day is not current; "not played here": there are no nights.

    `left_out`: of what a cap took away for today, why; `uncounted`: of challenges whose figures became final last
    night, which did not count for too few contacts. A sentence each.
    """

    state: Literal["ready", "none yet", "not played here"]
    challenges: tuple[DailyChallenge, ...] = ()
    left_out: tuple[str, ...] = ()
    uncounted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`team`: its goals; none where he is in no team."""

    program: str
    points: Points
    milestones: MemberProgress
    today: Opportunities
    challenges: Challenges
    team: tuple[TeamGoal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nights:
    """Where a member finds what the night has decided for him."""

    books: Books
    rotations: Rotations
    placements: MemberStandings
    eases: DifficultyReliefs
    slot: Slot


def show_progress(
    me: Me,
    *,
    now: datetime,
    book: CompiledProgram,
    ledger: Ledger,
    allowances: Allowances,
    nights: Nights,
    teams: Teams,
) -> Progress:
    """Reads only. Today is the program's local work day."""
    state, _ = ledger.load(me.program, me.member, [])
    today = local_day(book.program.schedule, now)
    return Progress(
        program=book.program.name,
        points=_points(state),
        milestones=member_progress(book, state, today),
        today=opportunities(book, state, today, allowance=_allowance(me, book, state, today, allowances)),
        challenges=_challenges(me, book, today, nights),
        team=_goals(me, book, today, teams),
    )


def _points(state: State) -> Points:
    return Points(earned=state.earned, spent=state.spent, spendable=state.spendable, waiting=state.held)


def _goals(me: Me, book: CompiledProgram, today: date, teams: Teams) -> tuple[TeamGoal, ...]:
    """One read a goal: of the team's points in the running period."""
    achievements = book.rulebook.teams
    mine = teams.teammates(me.program, me.member) if achievements else None
    if mine is None:
        return ()
    team, mates = mine
    points = {
        each.key: teams.totals(me.program, team, each.key, period_of(each, today.toordinal())).points
        for each in achievements
    }
    return tuple(team_goals(achievements, me.member, mates, today, points))


def _allowance(me: Me, book: CompiledProgram, state: State, today: date, allowances: Allowances) -> int | None:
    """What the member may have earned today at most, by the program's own cap."""
    if book.program.caps.program_daily_points is None:
        return None
    return daily_bound(
        book.program,
        fixed=state.allowance if state.day == today.toordinal() else None,
        allotment=allowances.allotment(me.program, me.member, today),
        withdrawn=allowances.reserve_taken(me.program, today),
    ).points


def _challenges(me: Me, book: CompiledProgram, today: date, nights: Nights) -> Challenges:
    if not book.program.categories:
        return Challenges(state="not played here")
    pointer = nights.rotations.pointer(me.program)
    current = nights.rotations.get(me.program, pointer) if pointer else None
    if current is None or current.plan is None or current.claim.date != today:
        return Challenges(state="none yet")
    slot = nights.slot(me.program, me.member)
    places = {} if slot is None else nights.placements.standings(me.program, current.claim.rotation, slot)
    planned = nights.books(current.program_version).program
    eased = _eased(me, places, planned, today, nights)
    return Challenges(
        state="ready",
        challenges=daily_challenges(planned, current.plan, places, eased=eased),
        left_out=left_out(planned, current.plan, places),
        uncounted=() if slot is None else tuple(_uncounted(me, slot, planned, today, nights.placements)),
    )


def _uncounted(me: Me, slot: int, program: Program, today: date, placements: MemberStandings) -> Iterator[str]:
    """One read a day that became final: mostly yesterday alone."""
    days = {metric.key: metric.known_until(today) for metric in program.metrics}
    for day in sorted(set(days.values()), reverse=True):
        for key, few in placements.too_few_contacts(me.program, day, slot).items():
            known = [each for each in program.categories if each.key == key and days.get(each.metric) == day]
            yield from (f"{each.tiers[0].name}, {day:%A} {day.day} {day:%B}: {few.sentence}" for each in known)


def _eased(
    me: Me, places: Mapping[str, MemberStanding], planned: Program, today: date, nights: Nights
) -> Mapping[str, date]:
    """Asked only where he plays below his tier: of most visits, nothing is read for it."""
    if not any(0 < place.played < place.tier for place in places.values()):
        return {}
    return relieved_until(nights.eases.of(me.program, me.member), planned.schedule, today)
