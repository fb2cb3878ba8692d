"""Check a draft's rulebook against the live one: nothing that members have is lost or read as something else."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from ladder.domain.points.rulebook import Badge, Rulebook, requirements
from ladder.domain.points.rules import Rule
from ladder.domain.validation.edits import check_moved_keys, check_same_meaning
from ladder.domain.validation.problem import Problem, error, warning


def check_rulebook_edits(live: Rulebook, draft: Rulebook, *, today: date) -> Iterator[Problem]:
    yield from _renamed(live, draft)
    yield from _reinterpreted(live, draft)
    badges = {badge.key: badge for badge in live.badges}
    for badge in draft.badges:
        if badge.key in badges:
            yield from _tiers(badges[badge.key], badge)
    yield from _levels(live, draft)
    yield from _campaigns(live, draft, today)


def _renamed(live: Rulebook, draft: Rulebook) -> Iterator[Problem]:
    """Refuse what is only called otherwise: under another key it would be lost, or paid again."""
    yield from check_moved_keys(
        ("rules",),
        filter(_remembers, live.rules),
        filter(_remembers, draft.rules),
        meaning=lambda rule: (rule.match, rule.once, rule.count, rule.perseverance, rule.improvement),
        loss="what counted under {old}, once or today, would be forgotten and pay again",
    )
    yield from check_moved_keys(
        ("streaks",),
        live.streaks,
        draft.streaks,
        meaning=lambda streak: (streak.match, streak.every),
        loss="everybody's streak would begin anew and pay again",
    )
    yield from check_moved_keys(
        ("unlocks",),
        live.unlocks,
        draft.unlocks,
        meaning=lambda unlock: unlock.requires,
        loss="who has it would have it no longer",
    )
    yield from check_moved_keys(
        ("paths",),
        live.paths,
        draft.paths,
        meaning=lambda path: {(step.key, str(step.match)) for step in path.steps},
        loss="what members have done of it would be lost, and who has finished it would be paid again",
    )
    before = {path.key: path for path in live.paths}
    for path in draft.paths:
        yield from check_moved_keys(
            ("paths", path.key, "steps"),
            before.get(path.key, path).steps,
            path.steps,
            meaning=lambda step: step.match,
            loss="who has done {old} would have to do it again",
        )
    for section in ("badges", "judged"):
        yield from check_moved_keys(
            (section,),
            getattr(live, section),
            getattr(draft, section),
            meaning=lambda badge: badge.tiers if isinstance(badge, Badge) else (badge.match, badge.criteria),
            loss="who has the badge would have it no longer",
        )
    yield from check_moved_keys(
        ("teams",),
        live.teams,
        draft.teams,
        meaning=lambda team: (team.target, team.floor, team.every, team.share),
        loss="teams that have reached it would be rewarded again",
    )
    yield from check_moved_keys(
        ("catalogue",),
        (item for item in live.catalogue if item.stock is not None),
        (item for item in draft.catalogue if item.stock is not None),
        meaning=lambda item: (item.name, item.kind),
        loss="pieces that are taken would be in stock again",
    )


def _remembers(rule: Rule) -> bool:
    """Return whether something of the rule's is kept in a member's state."""
    return any((rule.once, rule.count, rule.perseverance, rule.improvement, rule.daily_points))


def _reinterpreted(live: Rulebook, draft: Rulebook) -> Iterator[Problem]:
    """Refuse keys under which something else is counted than what members have there."""
    yield from check_same_meaning(
        ("streaks",),
        live.streaks,
        draft.streaks,
        attribute=("every",),
        value=lambda streak: streak.every,
        kept="the length of everybody's streak",
    )
    yield from check_same_meaning(
        ("teams",),
        live.teams,
        draft.teams,
        attribute=("every",),
        value=lambda team: team.every,
        kept="what teams have earned",
    )
    yield from check_same_meaning(
        ("rules",),
        live.rules,
        draft.rules,
        attribute=("once_per",),
        value=lambda rule: rule.once and rule.once.per,
        kept="what has counted once",
    )
    yield from check_same_meaning(
        ("rules",),
        live.rules,
        draft.rules,
        attribute=("perseverance", "subject"),
        value=lambda rule: rule.perseverance and rule.perseverance.subject,
        kept="what has been failed",
    )
    yield from check_same_meaning(
        ("rules",),
        live.rules,
        draft.rules,
        attribute=("improvement",),
        value=lambda rule: rule.improvement and (rule.improvement.attribute, rule.improvement.direction),
        kept="the weeks that have passed",
    )


def _tiers(live: Badge, draft: Badge) -> Iterator[Problem]:
    path = ("badges", draft.key, "tiers")
    yield from check_moved_keys(
        path,
        live.tiers,
        draft.tiers,
        key="name",
        meaning=lambda tier: tier.requires,
        loss="who has {old} would have it no longer",
    )
    places, names = {tier.name: place for place, tier in enumerate(live.tiers)}, [tier.name for tier in draft.tiers]
    for below, above in pairwise([name for name in names if name in places]):
        if places[below] > places[above]:
            yield error(
                (*path, above),
                f"stood below {below} and stands above it now, so who has {above} alone would seem to have both",
                "Keep the order of the tiers that there are, or give this one a name of its own.",
            )


def _levels(live: Rulebook, draft: Rulebook) -> Iterator[Problem]:
    """Warn of a requirement that names another level than before, as levels are required by their number."""
    before, names = dict(requirements(live)), [level.name for level in draft.levels]
    for path, needed in requirements(draft):
        number = needed.level or 0
        if before.get(path) == needed and 0 < number <= min(len(live.levels), len(names)):
            was, now = live.levels[number - 1].name, names[number - 1]
            if was != now and was in names:
                yield warning(
                    (*path, "level"),
                    f"level {number} is {now} now; in the version that is live it is {was}",
                    f"Write level: {names.index(was) + 1} for {was}, or leave it where {now} is meant.",
                )


def _campaigns(live: Rulebook, draft: Rulebook, today: date) -> Iterator[Problem]:
    """Warn of campaigns that end earlier than members were told, or before all that happened in them has come."""
    rules = {rule.key: rule for rule in draft.rules}
    for rule in live.rules:
        if rule.ends_on is None or today > (kept_until := rule.ends_on + timedelta(days=live.late_days)):
            continue
        until, now = f"in the version that is live it pays until {rule.ends_on}", rules.get(rule.key)
        begun = rule.starts_on is None or rule.starts_on <= today
        if now is None and begun:
            message = f"is left out, and {until}; what comes late, until {kept_until}, would pay nothing"
            yield warning(("rules", rule.key), message, f"Keep it until {kept_until}.")
        elif now and now.ends_on and now.ends_on < rule.ends_on:
            message = f"ends on {now.ends_on}, and {until}"
            yield warning(("rules", rule.key, "until"), message, "Keep the day that members were told.")
        elif now and begun and now.starts_on and now.starts_on > today:
            message = f"begins on {now.starts_on}, and {until} already"
            yield warning(("rules", rule.key, "from"), message, "Keep the day on which it began.")
