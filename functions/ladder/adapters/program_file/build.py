"""The shape to domain values. What the file leaves out keeps the domain's default."""

from collections.abc import Callable, Iterator, Mapping
from datetime import time

from ladder.adapters.program_file.schema import NIGHTS, OF_NIGHTS, ProgramShape
from ladder.adapters.program_file.sections import challenges, goals, judged, metrics, pay, rules, systems
from ladder.adapters.program_file.sections.kinds import written
from ladder.adapters.program_file.sections.tiers import tier_rule
from ladder.domain.program import Caps, Draw, Guard, HardContacts, Peers, Platform, Program, Schedule
from ladder.domain.program_check import Path, Problem, error
from ladder.domain.rulebook import Level, Rulebook


def build(shape: ProgramShape) -> Program:
    library = shape.challenge_library or {}
    return Program(
        key=shape.program,
        name=shape.name,
        schedule=_schedule(shape),
        platform=Platform(**written(shape.platform)) if shape.platform else None,
        metrics=_each(metrics.metric, shape.metrics),
        categories=tuple(challenges.category(key, each, shape.draw) for key, each in library.items()),
        reward_rules=tuple(challenges.reward_rule(rule) for rule in shape.reward_rules or ()),
        caps=Caps(**written(shape.caps)),
        tier_rule=tier_rule(shape.tiers),
        draw=Draw(**written(shape.draw, {"per_night", "always"})),
        peers=Peers(**written(shape.peers)),
        contact_types=_each(metrics.contact_type, shape.contact_types),
        guard=Guard(**written(shape.guard)) if shape.guard else None,
        hard_contacts=HardContacts(**written(shape.hard_contacts)) if shape.hard_contacts else None,
        metric_files=metrics.metric_files(shape.metric_files) if shape.metric_files else None,
        sources=_each(systems.source, shape.sources),
        rulebook=_rulebook(shape),
        judge=judged.judge_model(shape.judge) if shape.judge else None,
        **written(shape, {"payer"}),
    )


def gaps(shape: ProgramShape) -> Iterator[Problem]:
    """All that nightly challenges need, or nothing of them: an academy has none."""
    if any(getattr(shape, key) is not None for key in OF_NIGHTS):
        for key in NIGHTS:
            if getattr(shape, key) is None:
                yield error((key,), "is missing", ProgramShape.model_fields[key].description or "")


def disagreements(shape: ProgramShape) -> Iterator[Problem]:
    """What the shape can say and a program cannot."""
    yield from challenges.disagreements(shape.challenge_library or {}, shape.draw)
    yield from rules.disagreements(shape.rules or {})
    yield from _in_each("streaks", goals.in_streak, shape.streaks)
    yield from _in_each("unlocks", goals.in_unlock, shape.unlocks)
    yield from _in_each("badges", goals.in_badge, shape.badges)


def _schedule(shape: ProgramShape) -> Schedule:
    """Where there are no nights, their time is the day's beginning."""
    said = written(shape, {"time_zone", "rotation_time", "day_starts_at", "propagation_seconds"})
    return Schedule(**{"rotation_time": shape.day_starts_at or time(), **said})


def _rulebook(shape: ProgramShape) -> Rulebook:
    return Rulebook(
        rules=_each(rules.rule, shape.rules),
        streaks=_each(goals.streak, shape.streaks),
        levels=tuple(Level(name=name, points=points) for name, points in (shape.levels or {}).items()),
        unlocks=_each(goals.unlock, shape.unlocks),
        paths=_each(goals.path, shape.paths),
        badges=_each(goals.badge, shape.badges),
        judged=_each(judged.judged, shape.judged),
        teams=_each(pay.team, shape.teams),
        catalogue=_each(pay.catalogue_item, shape.catalogue),
        **written(shape, {"work_days", "holidays", "late_days", "hold_days", "audited_per_thousand", "most_granted"}),
    )


def _each[S, V](value: Callable[[str, S], V], section: Mapping[str, S] | None) -> tuple[V, ...]:
    return tuple(value(key, shape) for key, shape in (section or {}).items())


def _in_each[S](
    name: str, problems: Callable[[Path, S], Iterator[Problem]], section: Mapping[str, S] | None
) -> Iterator[Problem]:
    for key, shape in (section or {}).items():
        yield from problems((name, key), shape)
