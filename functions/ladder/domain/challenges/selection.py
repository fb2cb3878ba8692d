"""The day's draw: which categories run. Seeded by program and date, so every attempt draws the same."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ladder.domain.programs.program import Category, Program

if TYPE_CHECKING:
    from numpy.random import Generator


@dataclass(frozen=True, slots=True)
class Selection:
    categories: tuple[str, ...]
    deferred: dict[str, str]  # would have run, and why it does not


def select_categories(
    program: Program, night: date, *, taken: Collection[str], last_selected: Mapping[str, date]
) -> Selection:
    """Those in `always` first, then by weighted chance up to `per_night`, never two that clash.

    `taken`: metrics on which somebody else's challenge is active. A category on such a metric, where it is
    exclusive, is deferred and the next in order steps in.
    """
    chosen: list[Category] = []
    deferred: dict[str, str] = {}
    for category in _order(program, night):
        if len(chosen) == max(program.draw.per_night, len(program.draw.always)):
            break
        if _cooling(program, category, night, last_selected) or any(
            clash(program, category, other) for other in chosen
        ):
            continue
        if category.metric in taken and program.exclusive(category.metric):
            deferred[category.key] = f"a challenge that is not Ladder's is active on {category.metric}"
        else:
            chosen.append(category)
    return Selection(tuple(category.key for category in chosen), deferred)


def clash(program: Program, one: Category, other: Category) -> bool:
    """Two categories may not run together on one exclusive metric, nor with a group in common."""
    same_metric = one.metric == other.metric and program.exclusive(one.metric)
    return same_metric or not set(one.groups).isdisjoint(other.groups)


def _order(program: Program, night: date) -> list[Category]:
    """Weighted sampling without replacement by exponential keys (Efraimidis and Spirakis, 2006)."""
    by_key = sorted(program.categories, key=lambda category: category.key)
    luck = _rng(program.key, night).exponential(size=len(by_key))
    wait = {category.key: luck[n] / program.draw.chance(category.key).weight for n, category in enumerate(by_key)}
    always = program.draw.always
    return sorted(by_key, key=lambda category: (category.key not in always, wait[category.key]))


def _rng(program: str, night: date) -> "Generator":
    import numpy as np  # noqa: PLC0415 - who only asks which categories clash does without

    seed = hashlib.sha256(f"{program}:{night.isoformat()}".encode()).digest()
    return np.random.default_rng(int.from_bytes(seed[:8]))


def _cooling(program: Program, category: Category, night: date, last_selected: Mapping[str, date]) -> bool:
    last = last_selected.get(category.key)
    return last is not None and night - last <= timedelta(days=program.draw.chance(category.key).cooldown_days)
