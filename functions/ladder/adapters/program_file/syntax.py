"""What YAML stumbled over, in plain words."""

from dataclasses import replace

import yaml
from yaml.reader import ReaderError

from ladder.domain.program_check import Problem, error

# What PyYAML says, what it means to who wrote the file, and the mend. The first that is part of the message counts.
_MEANINGS = (
    ("character '\\t'", "a tab stands where YAML wants spaces", "Indent with spaces."),
    (
        "mapping values are not allowed",
        "a colon stands where no key can be",
        "Put text that holds a colon in quotes, and check the indent of this line.",
    ),
    ("could not find expected ':'", "a key has no colon after it", "Write key: value."),
    ("end of stream", "a quote or a bracket is never closed", "Close it."),
    ("<stream end>", "a quote or a bracket is never closed", "Close it."),
    ("<block end>", "this line does not line up with those above it", "Indent it like its neighbours."),
    (
        "expected ',' or",
        "a comma or a closing bracket is missing",
        "Put a comma between values, and close the bracket.",
    ),
    ("that cannot start any token", "a value begins with a sign that YAML keeps for itself", "Put it in quotes."),
    (
        "unknown escape character",
        "a backslash stands before a letter it does nothing for",
        "Write \\\\ for a backslash.",
    ),
)


def in_plain_words(fault: Exception, text: str) -> Problem:
    if isinstance(fault, ReaderError):
        line = text[: fault.position].count("\n") + 1
        return replace(error((), "an invisible control character stands in this line", "Remove it."), line=line)
    said, line = str(fault), 1
    if isinstance(fault, yaml.MarkedYAMLError):
        said = fault.problem or ""
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
    meaning, mend = next(
        ((meaning, mend) for part, meaning, mend in _MEANINGS if part in said),
        ("this is not YAML", "Look for a stray sign in this line or the one above."),
    )
    return replace(error((), meaning, mend), line=line)
