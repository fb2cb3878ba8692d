"""Every way to get a program wrong, and the words of its error: one table, in which each mistake stands once.

A mistake is made in a program that a test builds (`DRAFTS`), or in the text of the bank's file (`FILES`). The words of
one that is made in both stand in `DRAFTS` alone. `DOUBTS` are warned of.
"""

from collections import Counter
from collections.abc import Mapping

from ladder.domain.programs.program import Program
from tests.builders.program_mistakes import (
    challenge_files,
    challenges,
    delivery,
    goals,
    judged_badges,
    rulebook_files,
    rulebooks,
    rules,
)

type Draft = tuple[Program, str, str, str]  # the program, the place, words of the message, words of the hint
type Edit = tuple[str, str, str, str, str, str]  # what stands there, what instead, place, line's text, words of both


def _joined[T](*tables: Mapping[str, T]) -> dict[str, T]:
    """Return all rows; no name may stand twice."""
    times = Counter(name for table in tables for name in table)
    assert max(times.values()) == 1, f"two mistakes are called {times.most_common(1)[0][0]}"
    return {name: row for table in tables for name, row in table.items()}


def _with_words(name: str, row: tuple[str, ...]) -> Edit:
    old, new, place, line, *words = row
    message, hint = words or DRAFTS[name][2:]
    return old, new, place, line, message, hint


_JUDGED: dict[str, Draft] = {
    name: (draft, f"judged.{place}", message, hint)
    for name, (draft, place, message, hint) in judged_badges.MISTAKES.items()
}
DRAFTS: dict[str, Draft] = _joined(challenges.MISTAKES, rules.OF_RULES, goals.OF_GOALS, delivery.MISTAKES, _JUDGED)
DOUBTS = _joined(challenges.DOUBTS, delivery.DOUBTS, rulebooks.DOUBTS)
_FILES = _joined(challenge_files.MISTAKES, rulebook_files.MISTAKES)
FILES: dict[str, Edit] = {name: _with_words(name, row) for name, row in _FILES.items()}
