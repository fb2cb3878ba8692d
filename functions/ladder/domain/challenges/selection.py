"""Select the categories that run on a date. Seeded by program and date, so every attempt selects the same ones."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ladder.domain.challenges.rules import Category, ChallengeRules
from ladder.domain.message import Message


@dataclass(frozen=True, slots=True)
class Selection:
    categories: tuple[str, ...]
    deferred: dict[str, Message]  # category that would have run -> why it does not


def select_categories(
    rules: ChallengeRules,
    day: date,
    *,
    seed: str,
    taken: Collection[str],
    silent: Collection[str] = (),
    without: Collection[str] = (),
    taken_groups: Collection[str] = (),
    last_selected: Mapping[str, date],
) -> Selection:
    """Return those in `always` first, then by weight and chance up to `per_night`, never two that clash.

    Opt-in categories come last and beside them, so that nobody who stays out of one misses another.
    `seed`: the program's key. `taken`: metrics on which somebody else's challenge is active. `silent`: metrics without
    figures. A category on a silent metric, on an exclusive one that is taken, or with another program's group is
    deferred and the next in order takes its place. `without`: opt-in categories in which nobody takes part.
    """
    chosen: list[Category] = []
    deferred: dict[str, Message] = {}
    places = max(rules.selection.per_night, len(rules.selection.always))
    for category in _weighted_order(rules, day, seed):
        if category.key in without or (len(chosen) >= places and not category.opt_in):
            continue
        last = last_selected.get(category.key)
        pause = timedelta(days=rules.selection.weight_of(category.key).cooldown_days)
        if (last and day - last <= pause) or any(clash(rules, category, other) for other in chosen):
            continue
        if category.metric in silent:
            deferred[category.key] = Message("rotation.metric_silent", {"metric": category.metric})
        elif group := next((group for group in category.groups if group in taken_groups), None):
            deferred[category.key] = Message("rotation.group_of_other_program", {"group": group})
        elif category.metric in taken and rules.exclusive(category.metric):
            deferred[category.key] = Message("rotation.metric_taken", {"metric": category.metric})
        else:
            chosen.append(category)
    return Selection(tuple(category.key for category in chosen), deferred)


def clash(rules: ChallengeRules, one: Category, other: Category) -> bool:
    """Return whether two categories may not run together: on one exclusive metric, or with a group in common."""
    same_metric = one.metric == other.metric and rules.exclusive(one.metric)
    return same_metric or (rules.outside_platform is not None and not set(one.groups).isdisjoint(other.groups))


def _weighted_order(rules: ChallengeRules, day: date, seed: str) -> list[Category]:
    """Sample without replacement, by weight, with exponential keys (Efraimidis and Spirakis, 2006).

    Opt-in categories are sampled after the others, whose order does not depend on them.
    """
    import numpy as np  # noqa: PLC0415 - callers that only ask which categories clash do without

    digest = hashlib.sha256(f"{seed}:{day.isoformat()}".encode()).digest()
    by_key = sorted(rules.categories, key=lambda category: (category.opt_in, category.key))
    random = np.random.default_rng(int.from_bytes(digest[:8])).exponential(size=len(by_key))
    key = {
        category.key: random[n] / rules.selection.weight_of(category.key).weight for n, category in enumerate(by_key)
    }
    always = rules.selection.always
    return sorted(by_key, key=lambda category: (category.opt_in, category.key not in always, key[category.key]))
