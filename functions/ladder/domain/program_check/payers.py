"""Who pays: where the platform does, it pays at once and by one target, so nothing can be held back or made fairer."""

from collections.abc import Iterator

from ladder.domain.program_check.problem import Problem, error, warning
from ladder.domain.programs.program import Metric, Program


def check_payer(program: Program) -> Iterator[Problem]:
    if program.payer == "ladder" or program.platform is None:
        return
    for metric in program.metrics:
        yield from _holds(metric)
    for rule in program.rulebook.rules:
        if rule.hold is not None:
            yield error(
                ("rules", rule.key, "hold"),
                "it holds pay back, but this platform pays at once",
                "Write payer: ladder, or leave hold out.",
            )
    for key in ("guard", "hard_contacts"):
        if getattr(program, key) is not None:
            what = "the guard holds pay back" if key == "guard" else "hard contacts add to pay"
            mend = f"Write payer: ladder, or leave {key} out."
            yield error((key,), f"{what}, but this platform pays at once", mend)
    if program.peers.by_channel or program.peers.tenure_bands_days:
        yield warning(
            ("payer",),
            "the platform pays by one target a group, so targets are the whole program's, whatever peers says",
            "Write payer: ladder, or peers: {by_channel: false, tenure_bands_days: []}.",
        )


def _holds(metric: Metric) -> Iterator[Problem]:
    if metric.speed:
        yield error(
            ("metrics", metric.key, "speed"),
            "speed is paid only once quality is known, but this platform pays at once",
            "Write payer: ladder, or reward another metric.",
        )
    elif metric.quality_gate:
        yield error(
            ("metrics", metric.key, "quality_gate"),
            "a gate holds pay back, but this platform pays at once",
            "Write payer: ladder, or leave the gate out.",
        )
