"""Harmless values for what is wrong, so that the rest of the file can be checked at once.

Nothing is ever played on them: they only let the rules look at everything else, and what the rules then say about
the parts that rest on a stand-in is left out.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

from pydantic.fields import FieldInfo

from ladder.adapters.program_file.sections.kinds import Shape, keys_of
from ladder.adapters.program_file.walk import keys_along, own_steps, shape_at, shape_in
from ladder.domain.program import Program
from ladder.domain.program_check import Path, Problem

_ON_ACTIVITIES = ("rules", "streaks", "unlocks", "paths", "badges", "judged")
_ON_METRICS: tuple[Path, ...] = (("metric_files",), ("guard",), ("hard_contacts",))  # what any metric may be named in


def with_stand_ins(tree: object, wrong: Iterable[Path]) -> Any:
    mended = deepcopy(tree)
    for path in wrong:
        _replace(mended, path)
    return mended


def unrelated(problems: Iterable[Problem], wrong: Iterable[Path], program: Program) -> list[Problem]:
    """Without those that stand on, above or below a part that rests on a stand-in."""
    doubtful = {part for path in wrong for part in _resting_on(path, program)}
    return [problem for problem in problems if not any(_related(problem.path, part) for part in doubtful)]


def _replace(tree: Any, path: Path) -> None:
    """An unknown key goes, one that may be left out is left out, a required one gets its stand-in."""
    path = _written(tree, path)
    known = list(keys_along(path))
    place, field = known[-1] if known else ((), None)
    own = len(place) + (own_steps(field.annotation) if field else 0)  # how much of the path is understood
    if len(path) > own and (field is None or shape_in(field.annotation)):  # an unknown key, or a part of one
        _holder(tree, path[: own + 1]).pop(path[own], None)
    elif isinstance(path[-1], str) and len(path) == own > len(place):  # an entry under a key of the file's own
        _exchange(_holder(tree, path), path[-1], shape_at(path))
    elif field is not None and field.is_required():
        _holder(tree, place)[place[-1]] = _stand_in(field)
    else:
        _holder(tree, place).pop(place[-1], None)


def _written(tree: Any, path: Path) -> Path:
    """The path, up to where the file has a short form for the rest: `once_per: module`."""
    reached = tree
    for depth, step in enumerate(path):
        if not isinstance(reached, dict | list):
            return path[:depth]
        try:
            reached = reached[step]  # type: ignore[index]  # a wrong kind of step is met below
        except (KeyError, IndexError, TypeError):
            return path
    return path


def _exchange(holder: dict[str | int, object], key: str, shape: type[Shape] | None) -> None:
    if shape:
        holder[key] = _sample(shape)
    else:
        holder.pop(key, None)


def _stand_in(field: FieldInfo) -> object:
    written: object = deepcopy((field.examples or [None])[0])
    return _sample(shape_in(field.annotation)) if written is None else written


def _sample(shape: type[Shape] | None) -> dict[str, object]:
    """The least that a shape takes."""
    fields = keys_of(shape) if shape else {}
    return {name: _stand_in(field) for name, field in fields.items() if field.is_required()}


def _holder(tree: Any, path: Path) -> dict[str | int, object]:
    """What holds the end of a path; something to throw away where an earlier replacement took it."""
    for step in path[:-1]:
        try:
            tree = tree[step]
        except (KeyError, IndexError, TypeError):
            return {}
    return tree if isinstance(tree, dict) else {}


def _resting_on(path: Path, program: Program) -> Iterator[Path]:
    """What nobody can judge while the value at this path is a stand-in."""
    yield path
    match path:
        case ("metrics", key, *_):
            yield from (("metrics", key), *_ON_METRICS)
            yield from (
                ("challenge_library", category.key) for category in program.categories if category.metric == key
            )
        case ("metrics" | "challenge_library",):
            yield from (("challenge_library",), ("draw",), ("caps",), *_ON_METRICS)
        case ("contact_types", *_):
            yield from (("metrics", metric.key, "normalise_by") for metric in program.metrics if metric.normalise_by)
        case ("challenge_library", key, _, "name" | "description" | "target_value"):
            yield ("challenge_library", key)
        case ("challenge_library", key, _, "points"):
            yield from (("challenge_library", key), ("caps",))
        case ("challenge_library", key, *_):
            yield from (("challenge_library", key), ("draw",), ("caps",))
        case _:
            yield from _resting_on_the_rulebook(path)


def _resting_on_the_rulebook(path: Path) -> Iterator[Path]:
    match path:
        case ("platform", *_):
            yield ("payer",)
        case ("sources", *_):  # what they call things is known to the rulebook too
            yield from ((section,) for section in _ON_ACTIVITIES)
        case ("caps", *_):  # without a cap, a rule can be inflated
            yield ("rules",)
        case ("unlocks", *_):
            yield from (("unlocks",), ("badges",), ("rules",))
        case ("badges" | "paths" | "streaks" | "levels" as section, *_):
            yield from (("unlocks",), ("badges",), (section,))


def _related(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
