"""What unlocks and badges require: one thing each, that exists, in an amount that can be reached."""

from collections.abc import Iterator

from ladder.domain.program_check.problem import Problem, error, nearest
from ladder.domain.programs.places import Path, requirements
from ladder.domain.programs.program import Program
from ladder.domain.programs.rulebook import NEEDS, ActivityCount, Need, Requirement

MOST_COUNTS = 32  # of different things that are counted; each is kept in the member's state
_BESIDE: dict[str, tuple[Need, ...]] = {"tier": ("badge",), "at_least": ("streak", "count")}
_SECTIONS: dict[Need, str] = {"streak": "streaks", "path": "paths", "badge": "badges", "unlock": "unlocks"}


def check_needs(program: Program) -> Iterator[Problem]:
    for at, asked in requirements(program):
        if len(asked.needs) == 1:
            yield from _beside(at, asked)
            yield from _amount(at, asked, program)
            yield from _known(at, asked, program)
        else:
            found = f"it asks for {' and '.join(asked.needs)} at once" if asked.needs else "it asks for nothing"
            yield error(at, found, f"Write one of {', '.join(NEEDS)} in each line.")
    yield from _counts(program)


def _counts(program: Program) -> Iterator[Problem]:
    counted: dict[ActivityCount, Path] = {}
    for at, asked in requirements(program):
        if asked.count:
            counted.setdefault(asked.count, at)
    for at in list(counted.values())[MOST_COUNTS : MOST_COUNTS + 1]:
        message = f"{len(counted)} different things are counted for unlocks and badges"
        yield error((*at, "count"), message, f"Keep up to {MOST_COUNTS}; tiers may count the same thing.")


def _beside(at: Path, asked: Requirement) -> Iterator[Problem]:
    for key, fits in _BESIDE.items():
        if getattr(asked, key) is not None and asked.need not in fits:
            mend = f"Leave it out; it goes with {' or '.join(fits)}."
            yield error((*at, key), f"{asked.need} takes no {key}", mend)


def _known(at: Path, asked: Requirement, program: Program) -> Iterator[Problem]:
    section = _SECTIONS.get(asked.need)
    if section is None:
        return
    known = {one.key for one in getattr(program.rulebook, section)}
    if asked.key not in known:
        yield error((*at, asked.need), f"{asked.key} is not in {section}", nearest(asked.key or "", known))


def _amount(at: Path, asked: Requirement, program: Program) -> Iterator[Problem]:
    levels, tiers = len(program.rulebook.levels), {badge.key: len(badge.tiers) for badge in program.rulebook.badges}
    if asked.level and asked.level > levels:
        mend = f"Write {levels} or less." if levels else "Write levels: {Newcomer: 0, Regular: 500}."
        yield error((*at, "level"), f"{asked.level} is more than the {levels} levels", mend)
    most = tiers.get(asked.badge or "")
    if most is not None and asked.tier and asked.tier > most:
        yield error(
            (*at, "tier"), f"{asked.tier} is more than the {most} tiers of {asked.badge}", f"Write {most} or less."
        )
