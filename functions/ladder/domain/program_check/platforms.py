"""A platform that allows one active challenge per metric: what then shares it, and what cannot."""

from collections.abc import Iterator

from ladder.domain.program_check.problem import Problem, error, warning
from ladder.domain.programs.program import Program


def check_platform(program: Program) -> Iterator[Problem]:
    if program.platform is None or not program.platform.one_active_per_metric:
        return
    if program.payer == "platform":
        yield error(
            ("platform", "one_active_per_metric"),
            "all tiers then share one challenge, and a platform that pays would pay everybody the same for one target",
            "Write payer: ladder, or leave it out once that setting of the platform is off.",
        )
    for metric in program.metrics:
        if not metric.exclusive:
            yield warning(
                ("metrics", metric.key, "exclusive"),
                "platform.one_active_per_metric allows one challenge on it a night, whatever is written here",
                "Leave exclusive out.",
            )
