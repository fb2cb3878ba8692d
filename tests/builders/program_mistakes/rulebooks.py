"""Each rule of a rulebook broken once: errors with their path and hint, and what is only doubtful."""

from ladder.domain.activities.event_filter import Condition as Holds
from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.points.rules import Bonus
from ladder.domain.programs.program import Program
from tests.builders.academy import rule, source, where
from tests.builders.program_mistakes.rules import AGAIN, when

FAST = Holds(attribute="duration_seconds", at_most=60)


def module(*tests: Holds, **changed: object) -> Program:
    return rule(match=EventFilter(types=("learner.completed_module",), where=tests), **changed)


# the program, the place, words of the message
DOUBTS: dict[str, tuple[Program, str, str]] = {
    "a misspelt type": (when("assessment.submited"), "rules.PASSED.when", "unknown event type assessment.submited"),
    "a source's misspelt type": (
        source(events={"x": "task.complete"}), "sources.academy.events.x", "unknown event type task.complete",
    ),
    "pay for opening": (when("content.accessed"), "rules.PASSED.when", "pays for participation"),
    "pay for any module": (module(), "rules.PASSED.when", "whatever was learnt"),
    "a day below one award": (rule(daily_points=40), "rules.PASSED.daily_points", "never paid in full"),
    "pay without end": (rule(once=None), "rules.PASSED", "can be inflated"),
    "perseverance without end": (rule(once=None, perseverance=AGAIN), "rules.PASSED", "can be inflated"),
    "a module's number": (
        where(Holds(attribute="module", equals=7)), "rules.PASSED.where.module", "always text, which no number",
    ),
    "one number among the courses": (
        where(Holds(attribute="course", one_of=("a", 7))), "rules.PASSED.where.course", "which no number equals",
    ),
    "a number below an article": (
        where(Holds(attribute="article", at_least=7)), "rules.PASSED.where.article", "neither above nor below",
    ),
    "pay for speed": (where(FAST), "rules.PASSED.where.duration_seconds", "rewards being fast"),
    "a bonus for speed": (
        where(bonuses=(Bonus(name="fast", percentage=5, where=(FAST,)),)),
        "rules.PASSED.bonuses[0].where.duration_seconds", "rewards being fast",
    ),
}  # fmt: skip
