"""Versions of a program: simulate a draft, publish it, pause or resume a part of what is published."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Self

from admin.staff import Alone, SecondAdmin, Waiting
from ladder.domain.audit.records import NO_MEMBER, Record
from ladder.domain.calendar.schedule import local_day
from ladder.domain.challenges.check import check_cap_for_members
from ladder.domain.challenges.platform_check import check_platform_change
from ladder.domain.errors import Conflict, InvalidRequest, NotFound, Rejected
from ladder.domain.judging.check import Models, check_model_end, check_model_granted
from ladder.domain.members.roster import Roster
from ladder.domain.message import Message, verbatim
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.draft_trial import DAYS, MemberComparison, Totals, compare
from ladder.domain.points.edit_effects import Effect, EffectSummary, edit_effects, summarise
from ladder.domain.points.ports import Ledger, MemberStates
from ladder.domain.programs.check import check
from ladder.domain.programs.check_edits import check_edits, with_earlier_keys
from ladder.domain.programs.files import ProgramFiles
from ladder.domain.programs.other_programs import check_groups, check_shared_agents
from ladder.domain.programs.pausing import Pausable, compile_program, pausable, pauses, with_pauses
from ladder.domain.programs.ports import Programs, Publication, Publications
from ladder.domain.programs.program import Program
from ladder.domain.reviews.opening import confirmation_review
from ladder.domain.reviews.permissions import Staff, authorize
from ladder.domain.reviews.ports import Decisions, People, ReviewQueue
from ladder.domain.reviews.review import Review
from ladder.domain.validation.problem import Problem, Severity, error
from ladder.program_validation import checked

if TYPE_CHECKING:
    from ladder.program_file.read import CheckedProgram

MOST_PROBLEMS, MOST_MEMBERS = 20, 100  # in one answer
LOOKED_AT = 500  # members, while a version is published
TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """`again`: the same was published before. `alone`: why one admin was enough. `warnings`: see `doubts`.

    `effects`: what it gives or takes at once from the members who were looked at, with some of their ids.
    """

    program: str
    version: int
    by: str | None
    at: datetime | None
    again: bool
    alone: Alone | None = None
    warnings: tuple[str, ...] = ()
    looked_at: int = 0
    effects: tuple[EffectSummary, ...] = ()


def publish(
    staff: Staff,
    draft: Program,
    *,
    after: int,
    reason: str,
    now: datetime,
    models: Models,
    programs: Programs,
    publications: Publications,
    second: SecondAdmin,
    reviews: ReviewQueue,
) -> Published | Waiting:
    """Make a draft the version that everybody plays by, or ask another admin to. Running it again changes nothing.

    The version that is live says whether one admin is enough, so that a draft cannot let itself through.
    `after`: the version that the draft was made from; 0 where there was none. `models`: those that a judge may use.

    Raises InvalidRequest with every problem where the draft cannot be played; Conflict, with who and when, where
    somebody else published in the meantime.
    """
    authorize(staff, "administer")
    current = current_of(staff.program, programs)
    base = current
    if after != (current.version if current else None):
        try:
            base = programs.version(staff.program, after) if after else None
        except Rejected as error:
            missing: dict[str, str | int] = {"program": staff.program, "version": after}
            raise Conflict(Message("admin.no_version_to_follow", missing)) from error
    version = candidate(draft, base, staff.program, after=after, models=models, today=now.date(), programs=programs)
    if current and replace(current, version=0) == replace(version, version=0):
        return Published(program=current.key, version=current.version, by=None, at=None, again=True)
    alone = second.alone(staff, needed=second.rules(current, draft).publishing)
    if alone is None:
        _require_current(after, current, publications)
        digest = publications.keep_draft(replace(draft, version=after))
        number, key = str(version.version), staff.program
        review = confirmation_review(
            "publication",
            key,
            NO_MEMBER,
            number,
            digest[:16],
            by=staff.subject,
            reason=reason,
            now=now,
            version=number,
            digest=digest,
        )
        return second.ask(staff, review, reviews)
    what, about = "audit.program_published", {"alone": alone}
    published = _publish(staff, version, what=what, about=about, reason=reason, now=now, publications=publications)
    return replace(
        published, alone=alone, warnings=tuple(map(str, doubts(version, current, programs, today=now.date())))
    )


def confirmed_publication(
    review: Review, *, by: str, now: datetime, models: Models, programs: Programs, publications: Publications
) -> tuple[Program, Record]:
    """Return the version that another admin confirms, as it is today, and its record.

    Raises InvalidRequest where it cannot be played any more, Conflict where the draft has expired, or where another
    version was published since.
    """
    draft = publications.draft(review.program, review.summary["digest"])
    if draft is None:
        raise Conflict(Message("admin.draft_expired"))
    after, current = int(review.summary["version"]) - 1, current_of(review.program, programs)
    _require_current(after, current, publications)
    version = candidate(
        read_draft(draft), current, review.program, after=after, models=models, today=now.date(), programs=programs
    )
    about = {"decision": review.id, "opened_by": str(review.opened_by)}
    reason = verbatim(review.summary["reason"])
    return version, _publication(version, what="audit.program_published", by=by, why=reason, now=now, about=about)


def _published_meanwhile(newer: Publication) -> Message:
    """Say which version was published instead, by whom and when, if a person did it."""
    version = newer.program.version
    if newer.by is None or newer.at is None:
        return Message("admin.published_meanwhile", {"version": version})
    day, time = newer.at.date().isoformat(), f"{newer.at:%H:%M}"
    return Message("admin.published_meanwhile_by", {"version": version, "by": newer.by, "day": day, "time": time})


def _require_current(after: int, current: Program | None, publications: Publications) -> None:
    """Raise Conflict where another version was published after that one."""
    if current and after != current.version:
        raise Conflict(_published_meanwhile(publications.find(current)))


def pause(
    staff: Staff,
    what: Pausable,
    key: str,
    *,
    paused: bool,
    reason: str,
    now: datetime,
    programs: Programs,
    publications: Publications,
) -> Published:
    """Pause or resume a rule, a badge or the whole program, from the next evaluation on.

    Running it again changes nothing. It applies to whatever others publish at the same time. Raises NotFound where the
    program has no such rule or badge.
    """
    authorize(staff, "administer")
    for _ in range(TRIES):
        current = current_of(staff.program, programs)
        if current is None:
            raise NotFound(Message("admin.never_published", {"program": staff.program}))
        if (what, key) not in set(pausable(current)):
            nothing = {"program": current.key, "what": what, "key": key}
            raise NotFound(Message("admin.nothing_to_pause", nothing))
        changed = with_pauses(
            current, {*pauses(current), (what, key)} if paused else {*pauses(current)} - {(what, key)}
        )
        if changed == current:
            return Published(program=current.key, version=current.version, by=None, at=None, again=True)
        try:
            return _publish(
                staff,
                replace(changed, version=current.version + 1),
                what="audit.paused" if paused else "audit.resumed",
                reason=reason,
                now=now,
                publications=publications,
                about={"what": what, "key": key},
            )
        except Conflict:
            continue
    raise Conflict(Message("admin.others_keep_publishing", {"program": staff.program}))


def _publish(
    staff: Staff,
    version: Program,
    *,
    what: str,
    reason: str,
    now: datetime,
    publications: Publications,
    about: Mapping[str, str],
) -> Published:
    """Publish, with a record to which the store adds a digest. Raises Conflict where another one has that number."""
    record = _publication(version, what=what, by=staff.subject, why=verbatim(reason), now=now, about=about)
    published = publications.publish(version, record)
    if published is None:
        before: dict[str, str | int] = {"program": version.key, "version": version.version - 1}
        raise Conflict(Message("admin.no_version_to_follow", before))
    if published.program != version:
        raise Conflict(_published_meanwhile(published))
    return Published(
        program=version.key,
        version=version.version,
        by=published.by,
        at=published.at,
        again=(published.by, published.at) != (staff.subject, now),
    )


def _publication(
    version: Program, *, what: str, by: str, why: Message, now: datetime, about: Mapping[str, str]
) -> Record:
    return Record(
        program=version.key,
        key=f"PUBLISHED#{version.version:06d}",
        what=what,
        who=by,
        why=why,
        at=now,
        about={"program_version": version.version, **about},
    )


def read_files(files: ProgramFiles) -> Program:
    """Return the program of its files. Raises InvalidRequest with every problem, and its line."""
    read = _read(files)
    if read.program is None:
        raise _invalid(read.problems[:MOST_PROBLEMS])
    return read.program


def _read(files: ProgramFiles) -> "CheckedProgram":
    from ladder.program_file.read import read_texts  # noqa: PLC0415 - PyYAML, for files alone

    return read_texts(files.texts, files.file)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundProblem:
    """`file` and `line`: where it stands; `where`: its path of keys; `hint`: what to write instead."""

    file: str
    line: int
    where: str
    message: str
    hint: str
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFiles:
    """`playable`: no problem refuses it, so that it can be tried and published."""

    playable: bool
    problems: tuple[FoundProblem, ...]


def check_files(staff: Staff, files: ProgramFiles, *, models: Models, today: date, programs: Programs) -> CheckedFiles:
    """Return every problem of a program's files, also those that only show beside the version that is live."""
    authorize(staff, "administer")
    read = _read(files)
    found = list(read.problems)
    if read.program is not None:
        current = current_of(staff.program, programs)
        beside = problems_beside(read.program, current, staff.program, models=models, today=today, programs=programs)
        found += [read.located(problem) for problem in beside]
    return CheckedFiles(
        playable=not any(problem.severity == "error" for problem in found),
        problems=tuple(
            FoundProblem(
                file=problem.file,
                line=problem.line,
                where=problem.where,
                message=problem.message,
                hint=problem.hint,
                severity=problem.severity,
            )
            for problem in found
        ),
    )


def read_draft(raw: Mapping[str, Any]) -> Program:
    """Return the program in a request: every field known, every value of its type and within its bounds.

    Raises InvalidRequest with the problems, and never with more of what was sent than a word.
    """
    try:
        program, problems = checked(raw)
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(Message("admin.program_unreadable")) from error
    if program is None:
        raise _invalid(problems[:MOST_PROBLEMS])
    return program


def _invalid(problems: Iterable[Problem]) -> InvalidRequest:
    """Return the error that has all problems in it, in English: they speak of the keys of a file."""
    return InvalidRequest(Message("admin.program_invalid", {"problems": "; ".join(map(str, problems))}))


def candidate(
    draft: Program, base: Program | None, program: str, *, after: int, models: Models, today: date, programs: Programs
) -> Program:
    """Return the draft as it would be published after version `after`, with everything paused that `base` has paused.

    `programs`: where those are that it plays beside. Raises InvalidRequest with every problem that refuses it.
    """
    if draft.key != program:
        raise InvalidRequest(Message("admin.draft_of_another_program", {"draft": draft.key, "program": program}))
    problems = [
        *check(draft),
        *problems_beside(draft, base, program, models=models, today=today, programs=programs),
    ]
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise _invalid(errors)
    return replace(with_pauses(draft, set(pauses(base))) if base else draft, version=after + 1)


def problems_beside(
    draft: Program, base: Program | None, program: str, *, models: Models, today: date, programs: Programs
) -> Iterator[Problem]:
    """Yield what does not show in a program alone: beside other programs, models and the version before it."""
    if draft.key != program:
        hint = f"Write program: {program}."
        yield error(("program",), f"you look after {program}, and this is {draft.key}", hint)
        return
    yield from check_groups(draft, programs)
    yield from check_model_granted(draft.judge, models)
    yield from check_model_end(draft.judge, models, today)
    if base:
        yield from check_edits(with_earlier_keys(base, draft, programs), draft, today=today)


def doubts(version: Program, current: Program | None, programs: Programs, *, today: date) -> Iterator[Problem]:
    """Yield what is doubtful with the members that the program has, and beside the version that is live."""
    members = sum(member.active for member in programs.roster(version.key))
    yield from check_cap_for_members(version.challenges, version.caps, members)
    if current:
        yield from check_platform_change(current.challenges, version.challenges)
        edits = check_edits(current, version, today=today)
        yield from (problem for problem in edits if problem.severity == "warning")
    yield from check_shared_agents(version, programs)


def current_of(program: str, programs: Programs) -> Program | None:
    """Return the current version; None where nothing was ever published."""
    try:
        return programs.current(program)
    except Rejected:
        return None


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
    published version of the program. Members come in no order, so
    those for whom there was time are a sample of all.

    Raises InvalidRequest with every problem where the draft cannot be played.
    """
    authorize(staff, "administer")
    current = current_of(staff.program, programs)
    after, today = current.version if current else 0, now.date()
    wanted = candidate(draft, current, staff.program, after=after, models=models, today=today, programs=programs)
    totals, changed, complete = Totals(), list[tuple[str, MemberComparison]](), True
    effects = list[tuple[str, list[Effect]]]()
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
                state = ledger.load_including_erased(wanted.key, member)
                on = draft_rules.days.day(now)
                effects.append((member, list(edit_effects(current_rules, draft_rules, state, on))))
    shown = {*(member for member, _ in changed), *(member for member, of_member in effects if of_member)}
    if shown:
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
