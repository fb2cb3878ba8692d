"""What an unlock or a badge requires, one of these a line.

- {level: 3}
- {points: 1000}
- {path: ONBOARDING}
- {unlock: MENTORING}
- {badge: KNOWLEDGE_SHARER, tier: 2}
- {streak: LEARNING_DAYS, at_least: 5}
- {count: {when: article.contributed, distinct: article}, at_least: 3}
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, cast

from ladder.adapters.program_file.sections.kinds import Shape, Text, Whole, says
from ladder.adapters.program_file.sections.matches import MatchShape, match
from ladder.domain.program_check import Path, Problem, error
from ladder.domain.rulebook import Need, Requirement

_NEEDS = ("level", "points", "path", "unlock", "badge", "streak", "count")
_BESIDE = {"tier": ("badge",), "at_least": ("streak", "count")}


class CountShape(MatchShape):
    distinct: Annotated[Text | None, says("Name the attribute of which each value counts once: article.")] = None


class NeedShape(Shape):
    level: Annotated[Whole | None, says("Write the level's number; the first is 1.")] = None
    points: Annotated[Whole | None, says("Write a whole number of points earned.")] = None
    path: Annotated[Text | None, says("Name a path.")] = None
    unlock: Annotated[Text | None, says("Name an unlock.")] = None
    badge: Annotated[Text | None, says("Name a badge.")] = None
    tier: Annotated[Whole | None, says("Write the number of the badge's tier; the first is 1.")] = None
    streak: Annotated[Text | None, says("Name a streak.")] = None
    count: Annotated[CountShape | None, says("Write {when: article.contributed, distinct: article}.")] = None
    at_least: Annotated[Whole | None, says("Write how many.")] = None

    @property
    def needs(self) -> list[Need]:
        return [cast("Need", name) for name in _NEEDS if getattr(self, name) is not None]


def requirements(shapes: Sequence[NeedShape]) -> tuple[Requirement, ...]:
    return tuple(_requirement(shape) for shape in shapes)


def disagreements(at: Path, shapes: Sequence[NeedShape]) -> Iterator[Problem]:
    for place, shape in enumerate(shapes):
        needs = shape.needs
        if len(needs) != 1:
            found = f"it asks for {' and '.join(needs)} at once" if needs else "it asks for nothing"
            yield error((*at, place), found, f"Write one of {', '.join(_NEEDS)} in each line.")
            continue
        for key, fits in _BESIDE.items():
            if getattr(shape, key) is not None and needs[0] not in fits:
                mend = f"Leave it out; it goes with {' or '.join(fits)}."
                yield error((*at, place, key), f"{needs[0]} takes no {key}", mend)


def _requirement(shape: NeedShape) -> Requirement:
    need = shape.needs[0] if shape.needs else "points"
    if shape.count and need == "count":
        return Requirement(
            need=need, at_least=_or_one(shape.at_least), match=match(shape.count), distinct=shape.count.distinct
        )
    if need in {"level", "points"}:
        return Requirement(need=need, at_least=_or_one(getattr(shape, need)))
    asked = {"badge": shape.tier, "streak": shape.at_least}.get(need)
    return Requirement(need=need, key=getattr(shape, need), at_least=_or_one(asked))


def _or_one(number: int | None) -> int:
    return 1 if number is None else number
