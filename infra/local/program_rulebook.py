"""A rulebook in a few plain lines: who reports, what pays, what can be reached and bought."""

from collections.abc import Iterator

from infra.local.program_words import number
from ladder.domain.program import Program
from ladder.domain.rulebook import Rulebook
from ladder.domain.rules import Rule

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def rulebook_summary(program: Program) -> Iterator[str]:
    book = program.rulebook
    if program.sources:
        yield f"  Reported by {', '.join(f'{source.key} ({source.kind})' for source in program.sources)}."
    if book.rules:
        yield f"  {number(len(book.rules), 'rule')}: {', '.join(map(_rule, book.rules))}."
    yield from _waiting(book)
    goals = [*_goals(book)]
    if goals:
        yield f"  To reach: {', '.join(goals)}."
    yield from _judged(program)
    if book.levels:
        rungs = ", ".join(f"{level.name} {level.points:,}" for level in book.levels)
        yield f"  Levels by points earned: {rungs}."
    if book.catalogue:
        wares = ", ".join(f"{item.name} {item.price:,} ({item.kind})" for item in book.catalogue)
        yield f"  Points buy: {wares}."
    if book != Rulebook():
        days = ", ".join(_DAYS[day - 1] for day in sorted(book.work_days))
        yield f"  Work days: {days}; events count up to {number(book.late_days, 'day')} late."


def _rule(rule: Rule) -> str:
    return f"{rule.name} {rule.points_from or rule.points}"


def _waiting(book: Rulebook) -> Iterator[str]:
    held = [rule.name for rule in book.rules if rule.hold]
    if held:
        days = number(book.hold_days, "day")
        yield f"  Waits for a person, or {days}: {', '.join(held)}."
    locked = [f"{rule.name} ({rule.requires})" for rule in book.rules if rule.requires]
    if locked:
        yield f"  Opens later: {', '.join(locked)}."


def _judged(program: Program) -> Iterator[str]:
    """`auto` of them is the only policy by which a model's proposal needs nobody, after the probation."""
    if program.rulebook.judged:
        told = ", ".join(f"{each.name} ({each.policy}, {each.phase})" for each in program.rulebook.judged)
        yield f"  A model may propose: {told}."
    if program.judge:
        judge = program.judge
        yield f"  It asks {judge.model} ({judge.kind}), and may spend {judge.daily_tokens:,} tokens a day."


def _goals(book: Rulebook) -> Iterator[str]:
    counts = {
        "streak": len(book.streaks),
        "path": len(book.paths),
        "unlock": len(book.unlocks),
        "badge": len(book.badges),
        "team achievement": len(book.teams),
    }
    yield from (number(count, name) for name, count in counts.items() if count)
