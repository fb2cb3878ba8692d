"""The trial of a draft: what members would have earned under it in the last 30 days, and what it changes at once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self

from ladder.domain.audit.records import Record
from ladder.domain.calendar.schedule import local_day
from ladder.domain.judging.check import Models
from ladder.domain.members.roster import Roster
from ladder.domain.message import Message
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.draft_trial import DAYS, MemberComparison, Totals, compare
from ladder.domain.points.edit_effects import Effect, EffectSummary, edit_effects, summarise
from ladder.domain.points.ports import Ledger, MemberStates
from ladder.domain.points.replay import versions_of
from ladder.domain.programs.check import check
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.ports import Programs, current_of
from ladder.domain.programs.program import Program
from ladder.domain.reviews.permissions import Staff, authorize
from ladder.domain.reviews.ports import Decisions, People
from ladder.domain.validation.problem import Problem
from publishing.drafts import candidate, doubts

MOST_MEMBERS = 100  # in one answer
LOOKED_AT = 500  # members, while a version is published


def effects_on_members(
    live: Program, draft: Program, *, programs: Programs, states: MemberStates, now: datetime
) -> tuple[int, tuple[EffectSummary, ...]]:
    """Return how many members were looked at, and what the draft changes for them at once.

    Up to LOOKED_AT of those who play, evenly from the whole roster: the same ones each time.
    """
    playing = [member.id for member in programs.roster(live.key) if member.active]
    drawn = playing[:: -(-len(playing) // LOOKED_AT) or 1]
    rules, today = (compile_program(live), compile_program(draft)), local_day(draft.schedule, now)
    found = states.states_of(live.key, drawn)
    return len(drawn), summarise((member, edit_effects(*rules, state, today)) for member, state in found.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """`members`: those whose result changes, the largest loss first, then the largest gain.

    `complete`: there was time for everybody.

    `effects`: what publishing it would give or take at once, of those who were looked at.
    """

    program: str
    after: int  # the version that it was compared with
    days: int
    warnings: tuple[Problem, ...]
    members: tuple[tuple[str, MemberComparison], ...]
    totals: Totals
    over_cap: tuple[date, ...]  # days on which all together would have earned more than the draft's cap
    effects: tuple[EffectSummary, ...]
    never_paid: tuple[str, ...]  # rules of the draft
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
    decisions: Decisions,
    time_left: Callable[[], bool],
) -> Simulation:
    """Compare each member's ledger and state under the current rules and under the draft's, as far as time allows.

    A trial that shows members' points is recorded in the audit, each time: who saw how many members.

    `models`: those that a judge may use; `ledger`: one that knows the names of the current version; `version`: a
    published version of the program. Members come in no order, so those for whom there was time are a sample of all.

    Raises InvalidRequest with every problem where the draft cannot be played.
    """
    authorize(staff, "administer")
    current = current_of(staff.program, programs)
    after, today = current.version if current else 0, now.date()
    wanted = candidate(draft, current, staff.program, after=after, models=models, today=today, programs=programs)
    totals, complete = Totals(), True
    changed, effects = list[tuple[str, MemberComparison]](), list[tuple[str, list[Effect]]]()
    if current:  # a program that nobody plays yet has nothing to compare
        current_rules, draft_rules = compile_program(current), compile_program(wanted)
        # A page without members is a turn, too: reading it took its time.
        turns: Iterator[str | None] = (member for page in people.pages(wanted.key) for member in page or (None,))
        for member in turns:
            if not (complete := time_left()):
                break
            if member:
                entries = ledger.entries(wanted.key, member)
                versions = versions_of(entries, version)
                comparison = compare(versions, current_rules, draft_rules, entries, today=today)
                totals.add(comparison)
                changed += [(member, comparison)] if comparison.differs else []
                state, day = ledger.load_including_erased(wanted.key, member), draft_rules.days.day(now)
                effects.append((member, list(edit_effects(current_rules, draft_rules, state, day))))
    if shown := {member for member, found in (*changed, *effects) if found}:
        by, about = staff.subject, {"after": after, "members": len(shown)}
        key = f"TRIED#{by}#{now.astimezone(UTC).isoformat()}"
        decisions.record(Record(program=wanted.key, key=key, what="audit.draft_tried", who=by, at=now, about=about))
    doubtful = (problem for problem in check(wanted) if problem.severity == "warning")
    return Simulation(
        program=wanted.key,
        after=after,
        days=DAYS,
        warnings=(*doubtful, *doubts(wanted, current, programs, today=today)),
        members=tuple(sorted(changed, key=lambda change: _loss_first(change[1]))),
        totals=totals,
        over_cap=tuple(totals.over(wanted.caps.program_daily_points)),
        effects=summarise(effects),
        never_paid=tuple(rule.key for rule in wanted.rulebook.rules if not totals.points[1][rule.key]),
        complete=complete,
    )


def _loss_first(comparison: MemberComparison) -> tuple[bool, int]:
    """Return a key that sorts losses of points before gains, the largest first."""
    by = comparison.draft.total - comparison.now.total
    return by >= 0, -abs(by)


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
    """`compared` members, `changed` of them with another result, `losing` or `gaining` points.

    `complete`: those were all. `over_cap`: days.

    `effects`: what those who were compared lose, are stuck at or gain once it is published, with some of their ids.
    `never_paid`: rules of the draft that would have paid nobody; `names`: of the members whose ids are here.
    """

    program: str
    after: int
    days: int
    warnings: tuple[str, ...]
    compared: int
    changed: int
    losing: int
    gaining: int
    complete: bool
    points: Sides
    not_paid: tuple[NotPaid, ...]
    gained: Mapping[str, int]
    lost: Mapping[str, int]
    over_cap: tuple[date, ...]
    effects: tuple[EffectSummary, ...]
    never_paid: tuple[str, ...]
    members: tuple[ChangedMember, ...]
    names: Mapping[str, str]

    @classmethod
    def of(cls, simulation: Simulation, roster: Roster) -> Self:
        """Return what the API answers: sums, and those members whose result changes most."""
        shown = {member for member, _ in simulation.members[:MOST_MEMBERS]}
        shown |= {member for effect in simulation.effects for member in effect.examples}
        totals = simulation.totals
        (points_now, points_draft), (trimmed_now, trimmed_draft) = totals.points, totals.trimmed
        return cls(
            program=simulation.program,
            after=simulation.after,
            days=simulation.days,
            warnings=tuple(map(str, simulation.warnings)),
            compared=totals.members,
            changed=totals.changed,
            losing=sum(member.draft.total < member.now.total for _, member in simulation.members),
            gaining=sum(member.draft.total > member.now.total for _, member in simulation.members),
            complete=simulation.complete,
            points=Sides(now=dict(sorted(points_now.items())), draft=dict(sorted(points_draft.items()))),
            not_paid=tuple(
                NotPaid(reason=reason, now=trimmed_now[reason], draft=trimmed_draft[reason])
                for reason in sorted({*trimmed_now, *trimmed_draft}, key=str)
            ),
            gained=dict(sorted(totals.gained.items())),
            lost=dict(sorted(totals.lost.items())),
            over_cap=simulation.over_cap,
            effects=simulation.effects,
            never_paid=simulation.never_paid,
            names={member.id: member.display_name for member in roster if member.id in shown},
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
