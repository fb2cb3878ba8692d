"""Drafts of a program: read what was sent, and find every problem of it, alone and beside what is published."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ladder.domain.challenges.check import check_cap_for_members
from ladder.domain.challenges.platform_check import check_platform_change
from ladder.domain.errors import InvalidRequest
from ladder.domain.judging.check import Models, check_model_end, check_model_granted
from ladder.domain.message import Message
from ladder.domain.programs.check import check
from ladder.domain.programs.check_edits import check_edits, with_earlier_keys
from ladder.domain.programs.files import ProgramFiles
from ladder.domain.programs.other_programs import check_groups, check_shared_agents
from ladder.domain.programs.pausing import pauses, with_pauses
from ladder.domain.programs.ports import Programs, current_of
from ladder.domain.programs.program import Program
from ladder.domain.reviews.permissions import Staff, authorize
from ladder.domain.validation.problem import Problem, Severity, error
from ladder.program_validation import checked

if TYPE_CHECKING:
    from ladder.program_file.read import CheckedProgram

MOST_PROBLEMS = 20  # in one answer


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
