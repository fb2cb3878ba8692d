"""The gaming guard: it compares shares of contacts, of which less is better, and states how often it errs."""

from collections.abc import Iterator

from ladder.domain.program_check.problem import Problem, error, nearest
from ladder.domain.programs.program import Metric, Program

_LOOKS = ("short_contacts", "repeat_contacts")


def check_guard(program: Program) -> Iterator[Problem]:
    guard = program.guard
    if guard is None:
        return
    metrics = {metric.key: metric for metric in program.metrics}
    named = {look: key for look in _LOOKS if (key := getattr(guard, look)) is not None}
    if not named:
        mend = "Write short_contacts, repeat_contacts or both with a metric of yours."
        yield error(("guard",), "it names no metric to look at", mend)
    for look, key in named.items():
        if key not in metrics:
            yield error(("guard", look), f"{key} is not described in metrics", nearest(key, metrics))
        else:
            yield from _share(look, metrics[key])


def _share(look: str, metric: Metric) -> Iterator[Problem]:
    if metric.unit != "%" or metric.direction != "lower":
        yield error(
            ("guard", look),
            f"{metric.key} is in {metric.unit} with {metric.direction} better; a guard looks at too high a share",
            'Name a metric with unit: "%" and direction: lower.',
        )
