"""The draw: what runs on a night must be able to stand together.

Categories that clash (one exclusive metric, or a group in common) are never drawn together. That two of them share a
group is therefore no mistake as long as each night can still be filled without the pair.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from ladder.domain.challenges.draw import clash
from ladder.domain.program_check.problem import Problem, error, nearest, warning
from ladder.domain.programs.program import MOST_CATEGORIES, Category, Program


def check_draw(program: Program) -> Iterator[Problem]:
    yield from _chances(program)
    yield from _always(program)
    yield from _one_group_a_user(program)
    if len(program.categories) <= MOST_CATEGORIES:
        yield from _per_night(program)
        yield from _empty_nights(program)


def why_apart(program: Program, one: Category, other: Category) -> str:
    """The reason why two categories that clash do not run together."""
    shared = sorted(set(one.groups) & set(other.groups))
    if one.metric != other.metric or not program.exclusive(one.metric):
        return f"{one.key} and {other.key} share the group {shared[0]}"
    return f"{one.key} and {other.key} are both on {one.metric}"


def clashes(program: Program) -> list[tuple[Category, Category]]:
    return [pair for pair in combinations(_playable(program), 2) if clash(program, *pair)]


def _playable(program: Program) -> list[Category]:
    """Categories on a known metric; the others are refused elsewhere."""
    known = {metric.key for metric in program.metrics}
    return [category for category in program.categories if category.metric in known]


def _chances(program: Program) -> Iterator[Problem]:
    library = {category.key for category in program.categories}
    for chance in program.draw.categories:
        at = ("draw", "categories", chance.key)
        if chance.key not in library:
            yield error(at, "is not in challenge_library", nearest(chance.key, library))
        if chance.cooldown_days > 0 and chance.key in program.draw.always:
            yield error(
                (*at, "cooldown_days"),
                f"{chance.key} runs every night, so it never rests",
                "Take it out of draw.always, or write cooldown_days: 0.",
            )


def _always(program: Program) -> Iterator[Problem]:
    known = {category.key for category in program.categories}
    always = program.draw.always
    for place, key in enumerate(always):
        if key not in known:
            yield error(("draw", "always", place), f"{key} is not in challenge_library", nearest(key, known))
        if key in always[:place]:
            yield error(("draw", "always", place), f"{key} is named twice", "Name it once.")
    for one, other in clashes(program):
        if one.key in always and other.key in always:
            yield error(
                ("draw", "always"),
                f"{why_apart(program, one, other)}, so they cannot run on one night",
                f"Keep {one.key} or {other.key}.",
            )


def _one_group_a_user(program: Program) -> Iterator[Problem]:
    together = max(program.draw.per_night, len(program.draw.always))
    if program.platform and program.platform.membership == "replaces" and together > 1:
        yield error(
            ("platform", "membership"),
            f"who joins a group leaves every other, so only the last of {together} categories a night keeps members",
            "Write draw.per_night: 1 with at most one in always, or adds where a user may be in several groups.",
        )


def _per_night(program: Program) -> Iterator[Problem]:
    at = ("draw", "per_night")
    wanted, least, most = program.draw.per_night, max(len(program.draw.always), 1), _most_together(program)
    if wanted < least:
        yield error(at, f"{wanted} a night is less than what always runs", f"Write {least} or more.")
    elif most and wanted > most:
        message = f"{wanted} a night, but at most {most} can run together ({_what_limits(program)})"
        yield error(at, message, f"Write {most} or less.")


def _what_limits(program: Program) -> str:
    reasons = [why_apart(program, *pair) for pair in clashes(program)]
    return "; ".join(reasons) or "there are no more categories"


def _most_together(program: Program) -> int:
    """The size of the largest set of categories without a clash: all sets, as there are few."""
    apart = {frozenset({one.key, other.key}) for one, other in clashes(program)}
    return _largest([category.key for category in _playable(program)], apart)


def _largest(keys: list[str], apart: set[frozenset[str]]) -> int:
    if not keys:
        return 0
    first, rest = keys[0], keys[1:]
    beside = [key for key in rest if frozenset({first, key}) not in apart]
    with_first = 1 + _largest(beside, apart)
    return with_first if len(beside) == len(rest) else max(with_first, _largest(rest, apart))


def _empty_nights(program: Program) -> Iterator[Problem]:
    """A category runs on one night in cooldown + 1; those on one metric together fill one place a night at most."""
    supply: defaultdict[str, float] = defaultdict(float)
    for category in _playable(program):
        place = category.metric if program.exclusive(category.metric) else category.key
        supply[place] += 1 / (1 + program.draw.chance(category.key).cooldown_days)
    filled = sum(min(share, 1.0) for share in supply.values())
    if filled + 1e-9 < min(program.draw.per_night, _most_together(program)):
        yield warning(
            ("draw",),
            f"with these cool-downs {filled:.2g} categories are rested on an average night, "
            f"not {program.draw.per_night}, so some nights stay emptier",
            "Shorten a cooldown_days, add a category, or lower per_night.",
        )
