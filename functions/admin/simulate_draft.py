"""Simulate a draft: who would have earned what in the last 30 days. Nothing is written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from admin.publish import active_members, candidate, current_of
from ladder.domain.challenges.check import check_members
from ladder.domain.judging.check import Models
from ladder.domain.message import Message
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.draft_trial import DAYS, MemberComparison, Totals, compare
from ladder.domain.points.ports import Ledger
from ladder.domain.programs.check import check
from ladder.domain.programs.compilation import compile_program
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program
from ladder.domain.reviews.permissions import Staff, authorize
from ladder.domain.reviews.ports import People
from ladder.domain.validation.problem import Problem

MOST_MEMBERS = 100  # in an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """`members`: those whose result changes, largest loss first. `complete`: there was time for everybody."""

    program: str
    after: int  # the version that it was compared with
    days: int
    warnings: tuple[Problem, ...]
    members: tuple[tuple[str, MemberComparison], ...]
    totals: Totals
    over_cap: tuple[date, ...]  # days on which all together would have earned more than the draft's cap
    complete: bool


def simulate_draft(
    staff: Staff,
    draft: Program,
    *,
    now: datetime,
    models: Models,
    programs: Programs,
    people: People,
    ledger: Ledger,
    version: Callable[[int], CompiledProgram],
    time_left: Callable[[], bool],
) -> Simulation:
    """Compare each member's ledger under the current rules and under the draft's, as far as time allows.

    `models`: those that a judge may use; `version`: a published version of the program. Members come in no order, so
    those for whom there was time are a sample of all.

    Raises InvalidRequest with every problem where the draft cannot be played.
    """
    authorize(staff, "administer")
    current = current_of(staff.program, programs)
    after, today = current.version if current else 0, now.date()
    wanted = candidate(draft, current, program=staff.program, after=after, models=models, today=today)
    totals, changed, complete = Totals(), list[tuple[str, MemberComparison]](), True
    if current:  # a program that nobody plays yet has nothing to compare
        current_rules, draft_rules = compile_program(current), compile_program(wanted)
        # A page without members is a turn, too: reading it took its time.
        turns: Iterator[str | None] = (member for page in people.pages(wanted.key) for member in page or (None,))
        for member in turns:
            if not time_left():
                complete = False
                break
            if member:
                entries = ledger.entries(wanted.key, member)
                versions = {number: version(number) for number in {entry.program_version for entry in entries}}
                comparison = compare(versions, current_rules, draft_rules, entries, today=today)
                totals.add(comparison)
                changed += [(member, comparison)] if comparison.differs else []
    return Simulation(
        program=wanted.key,
        after=after,
        days=DAYS,
        warnings=(
            *(problem for problem in check(wanted) if problem.severity == "warning"),
            *check_members(wanted.challenges, wanted.caps, active_members(programs, wanted.key)),
        ),
        members=tuple(sorted(changed, key=lambda change: change[1].now.total - change[1].draft.total)),
        totals=totals,
        over_cap=tuple(totals.over(wanted.caps.program_daily_points)),
        complete=complete,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """By rule or by reason: points under the current rules, and under the draft's."""

    now: Mapping[str, int]
    draft: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPaid:
    """Points that were not paid for one reason, such as a cap, now and under the draft."""

    reason: Message
    now: int
    draft: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedMember:
    member: str
    now: int
    draft: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationReport:
    """`compared` members, `changed` of them with another result. `complete`: those were all. `over_cap`: days."""

    program: str
    after: int
    days: int
    warnings: tuple[str, ...]
    compared: int
    changed: int
    complete: bool
    points: Sides
    not_paid: tuple[NotPaid, ...]
    gained: Mapping[str, int]
    lost: Mapping[str, int]
    over_cap: tuple[date, ...]
    members: tuple[ChangedMember, ...]

    @classmethod
    def of(cls, simulation: Simulation) -> Self:
        """Return what the API answers: sums, and those members whose result changes most."""
        totals = simulation.totals
        (points_now, points_draft), (trimmed_now, trimmed_draft) = totals.points, totals.trimmed
        return cls(
            program=simulation.program,
            after=simulation.after,
            days=simulation.days,
            warnings=tuple(map(str, simulation.warnings)),
            compared=totals.members,
            changed=totals.changed,
            complete=simulation.complete,
            points=Sides(now=dict(sorted(points_now.items())), draft=dict(sorted(points_draft.items()))),
            not_paid=tuple(
                NotPaid(reason=reason, now=trimmed_now[reason], draft=trimmed_draft[reason])
                for reason in sorted({*trimmed_now, *trimmed_draft}, key=str)
            ),
            gained=dict(sorted(totals.gained.items())),
            lost=dict(sorted(totals.lost.items())),
            over_cap=simulation.over_cap,
            members=tuple(
                ChangedMember(
                    member=member,
                    now=comparison.now.total,
                    draft=comparison.draft.total,
                    gained=tuple(comparison.gained),
                    lost=tuple(comparison.lost),
                )
                for member, comparison in simulation.members[:MOST_MEMBERS]
            ),
        )
