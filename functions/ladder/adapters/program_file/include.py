"""Parts in files of their own: `challenge_library: {file: library.json}`, relative to the program file.

A library may also be pasted with its wrapper, {"challenge_library": {…}}: the original file is accepted unchanged.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as File
from pathlib import PurePosixPath
from typing import Any

from ladder.adapters.program_file.source import Source, read_source
from ladder.domain.program_check import Path, error

LIBRARY: Path = ("challenge_library",)
RULES: Path = ("reward_rules",)


def with_parts(source: Source, folder: File) -> Source:
    """The source with every named file in its place, and its lines with it."""
    whole = _included(_unwrapped(_included(source, LIBRARY, folder)), RULES, folder)
    rules = _at(whole.tree, RULES)
    if isinstance(rules, Mapping) and "conditions" in rules:  # one rule, as the original file has it
        return _moved(whole, RULES, (*RULES, 0), [rules])
    for number in range(len(rules) if isinstance(rules, list) else 0):
        whole = _included(whole, (*RULES, number), folder)
    return whole


def _unwrapped(source: Source) -> Source:
    named = _at(source.tree, LIBRARY)
    wrapper = LIBRARY[0]
    if not isinstance(named, Mapping) or wrapper not in named:
        return source
    others = [(*LIBRARY, key) for key in named if key != wrapper]
    beside = (error(path, "this stands beside the library", "Keep challenge_library alone.") for path in others)
    whole = replace(source, problems=(*source.problems, *(source.located(problem) for problem in beside)))
    return _moved(whole, LIBRARY * 2, LIBRARY, named[wrapper])


def _included(source: Source, at: Path, folder: File) -> Source:
    named = _at(source.tree, at)
    if not isinstance(named, Mapping) or set(named) != {"file"}:
        return source
    name = named["file"]
    if not isinstance(name, str) or not _is_beside(name):
        refused = error(
            (*at, "file"), "this is not a file beside the program file", "Write a name such as library.json."
        )
        return Source(_replaced(source.tree, at, None), source.places, (*source.problems, source.located(refused)))
    part = read_source(folder / name)
    return _grafted(source, at, _empty_refused(part, str(folder / name)))


def _is_beside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(name.strip()) and "\0" not in name and not path.is_absolute() and ".." not in path.parts


def _empty_refused(part: Source, name: str) -> Source:
    if part.tree is not None or part.problems:
        return part
    problem = error((), "the file is empty", "Write the library or the rule into it.")
    return replace(part, problems=(replace(problem, file=name),))


def _grafted(source: Source, at: Path, part: Source) -> Source:
    places = {(*at, *path): place for path, place in part.places.items()}
    found = tuple(replace(problem, path=(*at, *problem.path)) for problem in part.problems)
    tree = _replaced(source.tree, at, part.tree)
    return Source(tree, {**source.places, **places}, source.problems + found)


def _moved(source: Source, old: Path, new: Path, value: object) -> Source:
    """The source with `value` where the shorter of both paths leads, and what is known of `old` now known of `new`."""

    def moved(path: Path) -> Path:
        return (*new, *path[len(old) :]) if path[: len(old)] == old else path

    tree = _replaced(source.tree, min(old, new, key=len), value)
    places = {**source.places, **{moved(path): place for path, place in source.places.items()}}
    return Source(tree, places, tuple(replace(problem, path=moved(problem.path)) for problem in source.problems))


def _at(tree: object, path: Path) -> object:
    for step in path:
        if isinstance(tree, Mapping):
            tree = tree.get(step)
        elif isinstance(tree, list) and isinstance(step, int):
            tree = tree[step]
        else:
            return None
    return tree


def _replaced(tree: Any, path: Path, value: object) -> object:
    """A copy of the tree with another value at a path that exists."""
    if not path:
        return value
    copy = tree.copy()
    copy[path[0]] = _replaced(tree[path[0]], path[1:], value)
    return copy
