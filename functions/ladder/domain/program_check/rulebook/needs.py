"""What unlocks and badges require: things that exist, in amounts that can be reached."""

from collections.abc import Iterator

from ladder.domain.program import Program
from ladder.domain.program_check.problem import Path, Problem, error, nearest
from ladder.domain.program_check.rulebook.places import requirements
from ladder.domain.rulebook import Need, Requirement

MOST = 8  # of an unlock, or of a tier of a badge
MOST_COUNTS = 32  # of different things that are counted; each is kept in the member's state
_AMOUNT: dict[Need, str] = {"badge": "tier", "level": "level", "points": "points"}  # the others say at_least
_SECTIONS: dict[Need, str] = {"streak": "streaks", "path": "paths", "badge": "badges", "unlock": "unlocks"}


def check_needs(program: Program) -> Iterator[Problem]:
    for at, asked in requirements(program):
        if at[-1] == MOST:
            yield error(at[:-1], f"more than {MOST} things are asked for at once", "Make tiers or two of it.")
        yield from _amount(at, asked, program)
        yield from _known(at, asked, program)
    yield from _counts(program)


def _counts(program: Program) -> Iterator[Problem]:
    counted: dict[str, Path] = {}
    for at, asked in requirements(program):
        if asked.match:
            counted.setdefault(repr((asked.match, asked.distinct)), at)
    for at in list(counted.values())[MOST_COUNTS : MOST_COUNTS + 1]:
        message = f"{len(counted)} different things are counted for unlocks and badges"
        yield error((*at, "count"), message, f"Keep up to {MOST_COUNTS}; tiers may count the same thing.")


def _known(at: Path, asked: Requirement, program: Program) -> Iterator[Problem]:
    section = _SECTIONS.get(asked.need)
    if section is None:
        return
    known = {one.key for one in getattr(program.rulebook, section)}
    if asked.key not in known:
        yield error((*at, asked.need), f"{asked.key} is not in {section}", nearest(asked.key or "", known))


def _amount(at: Path, asked: Requirement, program: Program) -> Iterator[Problem]:
    here, most = (*at, _AMOUNT.get(asked.need, "at_least")), _most(asked, program)
    if asked.at_least < 1:
        yield error(here, f"{asked.at_least} is nothing to reach", "Write 1 or more.")
    elif most is not None and asked.at_least > most:
        what = "levels" if asked.need == "level" else f"tiers of {asked.key}"
        mend = f"Write {most} or less." if most else "Write levels: {Newcomer: 0, Regular: 500}."
        yield error(here, f"{asked.at_least} is more than the {most} {what}", mend)


def _most(asked: Requirement, program: Program) -> int | None:
    if asked.need == "level":
        return len(program.rulebook.levels)
    tiers = {badge.key: len(badge.tiers) for badge in program.rulebook.badges}
    return tiers.get(asked.key or "") if asked.need == "badge" else None
