"""A file as plain values, each with the line it stands on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path as File

import yaml

from ladder.adapters.program_file.compose import Composer, Place
from ladder.adapters.program_file.syntax import in_plain_words
from ladder.adapters.program_file.text import Unreadable, read_text
from ladder.domain.program_check import Path, Problem


@dataclass(frozen=True, slots=True)
class Source:
    tree: object
    places: Mapping[Path, Place]
    problems: tuple[Problem, ...] = ()

    def located(self, problem: Problem) -> Problem:
        """The problem with the line of its path, or of the nearest part of it that is written."""
        if problem.file:
            return problem
        ends = range(len(problem.path), -1, -1)
        place = next((self.places[problem.path[:end]] for end in ends if problem.path[:end] in self.places), None)
        return replace(problem, file=place.file, line=place.line) if place else problem


def read_source(file: File) -> Source:
    """What stands in the file; tree is None where that cannot be told."""
    name = str(file)
    try:
        return parse(read_text(file), name)
    except Unreadable as unreadable:
        return Source(None, {}, (replace(unreadable.problem, file=name),))


def parse(text: str, name: str) -> Source:
    """Raises Unreadable."""
    composer = Composer(name)
    try:
        tree = composer.document(yaml.parse(_without_tabs(text), Loader=yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, OverflowError) as fault:  # PyYAML lets chr() and int() fail as they are
        raise Unreadable(in_plain_words(fault, text)) from fault
    return Source(tree, composer.places, tuple(composer.problems))


def _without_tabs(text: str) -> str:
    """JSON may be indented with tabs, which YAML forbids. A raw tab in valid JSON is never part of a value."""
    if "\t" not in text or not text.lstrip().startswith(("{", "[")):
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text.replace("\t", " ")
