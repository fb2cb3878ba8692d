"""Pause a rule, a badge or a whole program until somebody resumes it.

What is paused is said by a published version, so it takes effect with the next evaluation, every entry is counted again
as it was counted first, and who paused what is known as for any other edit. A program file never says it: a draft
takes over what is paused, and only resuming resumes.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from ladder.domain.errors import NotFound
from ladder.domain.message import Message
from ladder.domain.programs.program import Program

type Pausable = Literal["program", "rule", "badge"]
type Paused = tuple[Pausable, str]  # what, and its key


def with_pause(program: Program, what: Pausable, key: str, *, paused: bool) -> Program:
    """Raises NotFound where the program has no such rule or badge."""
    if (what, key) not in set(pausable(program)):
        raise NotFound(Message("admin.nothing_to_pause", {"program": program.key, "what": what, "key": key}))
    now = set(pauses(program))
    return _paused(program, now | {(what, key)} if paused else now - {(what, key)})


def carried(draft: Program, current: Program) -> Program:
    """Return the draft with everything paused that is paused now."""
    return _paused(draft, set(pauses(current)))


def as_played(program: Program) -> Program:
    """Return the program with all its rules and badges paused where the program is."""
    if not program.paused:
        return program
    return _paused(program, set(pausable(program)))


def pauses(program: Program) -> Iterator[Paused]:
    rulebook = program.rulebook
    if program.paused:
        yield "program", program.key
    yield from (("rule", rule.key) for rule in rulebook.rules if rule.paused)
    yield from (
        ("badge", badge.key) for badges in (rulebook.badges, rulebook.judged) for badge in badges if badge.paused
    )


def pausable(program: Program) -> Iterator[Paused]:
    rulebook = program.rulebook
    yield "program", program.key
    yield from (("rule", rule.key) for rule in rulebook.rules)
    yield from (("badge", badge.key) for badges in (rulebook.badges, rulebook.judged) for badge in badges)


def _paused(program: Program, paused: set[Paused]) -> Program:
    rulebook = program.rulebook
    rulebook = replace(
        rulebook,
        rules=tuple(replace(each, paused=("rule", each.key) in paused) for each in rulebook.rules),
        badges=tuple(replace(each, paused=("badge", each.key) in paused) for each in rulebook.badges),
        judged=tuple(replace(each, paused=("badge", each.key) in paused) for each in rulebook.judged),
    )
    return replace(program, paused=("program", program.key) in paused, rulebook=rulebook)
