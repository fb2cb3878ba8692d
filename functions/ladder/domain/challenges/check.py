"""Check the section of nightly challenges: the night, metrics, categories, caps and what is selected.

Categories that clash (one exclusive metric, or a group in common) never run together. That two of them share a
group is therefore no mistake as long as each night can still be filled without the pair. Few metrics are north stars,
and none pays for speed that is neither comparable nor guarded by quality. No cap promises points it can never pay.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise
from statistics import fmean

from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.caps import COMPLETED, LEAST_RESERVE_PERCENT, MARGIN, USUAL_ATTENDANCE, Caps, round_up
from ladder.domain.challenges.check_load import check_load
from ladder.domain.challenges.check_speed import check_speed
from ladder.domain.challenges.platform_check import check_platform
from ladder.domain.challenges.plausibility import plausible_range
from ladder.domain.challenges.rules import (
    CHALLENGE_COMPLETED,
    KEPT_DAYS,
    MOST_CATEGORIES,
    TIERS,
    Category,
    ChallengeRules,
    Metric,
)
from ladder.domain.challenges.selection import clash
from ladder.domain.validation.constraints import Direction
from ladder.domain.validation.problem import Problem, error, nearest, similar, warning

COMFORTABLE = 5  # categories that people can keep apart
MOST_NORTH_STARS = 3
MEASURES = ("metric_files", "measures")
LOWEST_COMPLETION, HIGHEST_COMPLETION = 50, 70  # per cent of worked days
_LATEST_HOURS = 3
_GUARD_METRICS = ("short_contacts", "repeat_contacts")
_COMPLETIONS = ("TIER_1", "TIER_2", "TIER_3", "ANY")


def check_challenges(rules: ChallengeRules, caps: Caps, schedule: Schedule) -> Iterator[Problem]:
    """Yield every problem of the section."""
    yield from check_night(rules, schedule)
    yield from check_platform(rules, schedule)
    yield from check_metrics(rules)
    yield from check_speed(rules)
    yield from check_contact_types(rules)
    yield from check_metric_files(rules)
    yield from check_load(rules)
    yield from check_guard(rules)
    yield from check_categories(rules)
    yield from check_selection(rules)
    yield from check_participation(rules)
    yield from check_reward_rules(rules, caps)
    yield from check_caps(rules, caps)
    yield from check_tier_rule(rules)


def check_night(rules: ChallengeRules, schedule: Schedule) -> Iterator[Problem]:
    """Check when the night runs."""
    if not rules.has_nights:
        return
    night, day = schedule.rotation_time, schedule.day_starts_at
    if night < day:
        yield error(
            ("rotation_time",),
            f"the night is at {night:%H:%M}, before the work day has begun at {day:%H:%M}",
            f"Write a rotation_time of {day:%H:%M} or later, or let the day start earlier.",
        )
    elif (night.hour - day.hour) * 60 + night.minute - day.minute > _LATEST_HOURS * 60:
        yield warning(
            ("rotation_time",),
            f"the work day begins at {day:%H:%M}, so the night's challenges run "
            f"only for the rest of it after {night:%H:%M}",
            "Write a time soon after day_starts_at, such as a quarter of an hour later.",
        )


def check_categories(rules: ChallengeRules) -> Iterator[Problem]:
    count = len(rules.categories)
    if rules.has_nights and not count:
        hint = "Write at least one, with metric and tier_1 to tier_3."
        yield error(("challenge_library",), "there is no category", hint)
    if count > COMFORTABLE:
        hint = f"Start with {COMFORTABLE} or fewer."
        yield warning(("challenge_library",), f"{count} categories are more than people keep apart", hint)
    directions = {metric.key: metric.direction for metric in rules.metrics}
    for category in rules.categories:
        path = ("challenge_library", category.key)
        points = [challenge.points for challenge in category.tiers]
        if points != sorted(points):
            message = f"a harder tier pays less: {_listed(points)} points"
            yield warning(path, message, "Let points rise from tier_1 to tier_3.")
        if category.metric in directions:
            yield from _targets(category, directions[category.metric])
        else:
            message = f"{category.metric} is not described in metrics"
            yield error((*path, "metric"), message, nearest(category.metric, directions))


def _targets(category: Category, direction: Direction) -> Iterator[Problem]:
    targets = [challenge.target_value for challenge in category.tiers]
    sign = -1 if direction == "lower" else 1
    steps = [sign * (after - before) for before, after in pairwise(targets)]
    path = ("challenge_library", category.key)
    if min(steps) < 0:
        yield error(
            path,
            f"the targets {_listed(targets)} do not get harder where {direction} is better",
            f"Let target_value {'fall' if direction == 'lower' else 'rise'} from tier_1, the easiest, to tier_3.",
        )
    elif min(steps) == 0:
        yield warning(path, f"two tiers ask the same: {_listed(targets)}", "Let each tier ask a little more.")


def _listed(numbers: list[float] | list[int]) -> str:
    return ", ".join(f"{number:g}" for number in numbers)


def check_tier_rule(rules: ChallengeRules) -> Iterator[Problem]:
    """Check that bands are in order, and that it is easier to return to a tier than to reach it."""
    rule = rules.tier_rule
    bands = list(zip(rule.down, rule.up, strict=True))
    for index, (down, up) in enumerate(bands):
        if down > up:
            yield error(
                ("tiers", "down", index),
                f"below {down:g} a member falls and from {up:g} on they rise, so between them both are true",
                f"Write {up:g} or less.",
            )
    room, down, up = min((up - down, down, up) for down, up in bands)
    if room >= 0 and rule.previous_kept_days and room < rule.return_margin:
        # Harder to return to than to reach: the memory of the tier would be no help.
        yield error(
            ("tiers", "return_margin"),
            f"{rule.return_margin:g} above {down:g} is beyond {up:g}, which leads up in any case",
            f"Write {room:g} or less, or previous_kept_days: 0.",
        )
    if not rule.targets:
        for tier, share in zip(TIERS, rule.completion, strict=True):
            if not LOWEST_COMPLETION <= share <= HIGHEST_COMPLETION:
                what = "most days fail" if share < LOWEST_COMPLETION else "a day worse than usual still pays"
                yield warning(
                    ("tiers", "completion", tier - 1),
                    f"where targets are met on {share:g} % of worked days, {what}",
                    f"Write {LOWEST_COMPLETION:g} to {HIGHEST_COMPLETION:g}.",
                )
    if rule.smoothing_days > rule.window_days:
        yield error(
            ("tiers", "smoothing_days"),
            f"{rule.smoothing_days} worked days never fit into {rule.window_days} calendar days",
            f"Write {rule.window_days} or less.",
        )


def check_selection(rules: ChallengeRules) -> Iterator[Problem]:
    known, always = {category.key for category in rules.categories}, rules.selection.always
    for weight in rules.selection.categories:
        path = ("selection", "categories", weight.key)
        if weight.key not in known:
            yield error(path, "is not in challenge_library", nearest(weight.key, known))
        if weight.cooldown_days > 0 and weight.key in always:
            message = f"{weight.key} runs every night, so it never rests"
            yield error(
                (*path, "cooldown_days"), message, "Remove it from selection.always, or write cooldown_days: 0."
            )
    for index, key in enumerate(always):
        if key not in known:
            yield error(("selection", "always", index), f"{key} is not in challenge_library", nearest(key, known))
        if key in always[:index]:
            yield error(("selection", "always", index), f"{key} is named twice", "Name it once.")
    for one, other in clashes(rules):
        if one.key in always and other.key in always:
            message = f"{clash_reason(rules, one, other)}, so they cannot run on one night"
            yield error(("selection", "always"), message, f"Keep {one.key} or {other.key}.")
    if len(rules.categories) <= MOST_CATEGORIES:
        yield from _per_night(rules)


def check_participation(rules: ChallengeRules) -> Iterator[Problem]:
    """Check that opt-in categories can run beside the others."""
    always = rules.selection.always
    for category in rules.opt_in:
        if category.key in always:
            message = f"{category.key} is an opt-in category, which runs beside the others on every night that it can"
            yield error(("selection", "always", always.index(category.key)), message, "Remove it here.")
    for one, other in clashes(rules):
        for category, runs in ((one, other), (other, one)):
            if category.opt_in and runs.key in always and not runs.opt_in:
                yield warning(
                    ("challenge_library", category.key, "participation"),
                    f"{clash_reason(rules, one, other)}, and {runs.key} runs every night, so {category.key} never runs",
                    f"Remove {runs.key} from selection.always, or leave participation out.",
                )


def _per_night(rules: ChallengeRules) -> Iterator[Problem]:
    """Check that a night can be filled: without a clash, and on average with the cool-downs.

    Opt-in categories run beside those that fill it.
    """
    for_everyone = [category for category in _playable(rules) if not category.opt_in]
    apart = {frozenset({one.key, other.key}) for one, other in clashes(rules)}
    wanted, least = rules.selection.per_night, max(len(rules.selection.always), 1)
    most = _largest_set([category.key for category in for_everyone], apart)
    if wanted < least:
        message = f"{wanted} a night is less than the {least} that always run"
        yield error(("selection", "per_night"), message, f"Write {least} or more.")
    elif most and wanted > most:
        reasons = [clash_reason(rules, *pair) for pair in clashes(rules)]
        limit = "; ".join(reasons) or "there are no more categories"
        message = f"{wanted} a night, but at most {most} can run together ({limit})"
        yield error(("selection", "per_night"), message, f"Write {most} or less.")
    # A category runs on one night in cooldown + 1; those on one exclusive metric together run once a night at most.
    shares: defaultdict[str, float] = defaultdict(float)
    for category in for_everyone:
        shared = category.metric if rules.exclusive(category.metric) else category.key
        shares[shared] += 1 / (1 + rules.selection.weight_of(category.key).cooldown_days)
    filled = sum(min(share, 1.0) for share in shares.values())
    if filled + 1e-9 < min(wanted, most):
        yield warning(
            ("selection",),
            f"with these cool-downs {filled:.2g} categories can run on an average night, "
            f"not {wanted}, so some nights have fewer",
            "Shorten a cooldown_days, add a category, or lower per_night.",
        )


def _largest_set(keys: list[str], apart: set[frozenset[str]]) -> int:
    """Return the size of the largest set of keys without a clash; all sets are tried, as there are few."""
    if not keys:
        return 0
    first, rest = keys[0], keys[1:]
    beside = [key for key in rest if frozenset({first, key}) not in apart]
    with_first = 1 + _largest_set(beside, apart)
    return with_first if len(beside) == len(rest) else max(with_first, _largest_set(rest, apart))


def clashes(rules: ChallengeRules) -> list[tuple[Category, Category]]:
    """Return the pairs of categories that never run together."""
    return [pair for pair in combinations(_playable(rules), 2) if clash(rules, *pair)]


def clash_reason(rules: ChallengeRules, one: Category, other: Category) -> str:
    """Return why two categories that clash do not run together."""
    shared = sorted(set(one.groups) & set(other.groups))
    if one.metric != other.metric or not rules.exclusive(one.metric):
        return f"{one.key} and {other.key} share the group {shared[0]}"
    return f"{one.key} and {other.key} are both on {one.metric}"


def _playable(rules: ChallengeRules) -> list[Category]:
    """Return the categories on a known metric; `check_categories` refuses the others."""
    known = {metric.key for metric in rules.metrics}
    return [category for category in rules.categories if category.metric in known]


def check_metrics(rules: ChallengeRules) -> Iterator[Problem]:
    if rules.has_nights and not rules.metrics:
        hint = "Describe each metric under its key, such as AHT."
        yield error(("metrics",), "there is no metric", hint)
    stars = [metric.key for metric in rules.metrics if metric.north_star]
    for key in stars[MOST_NORTH_STARS:]:
        yield error(
            ("metrics", key, "north_star"),
            f"{len(stars)} metrics are north stars ({', '.join(stars)}); people can follow {MOST_NORTH_STARS}",
            "Keep the few behaviours that matter most, and write north_star: false for the others.",
        )
    for metric in rules.metrics:
        yield from _values(metric, rules)


def _values(metric: Metric, rules: ChallengeRules) -> Iterator[Problem]:
    path, window = ("metrics", metric.key), rules.tier_rule.window_days
    if metric.final_after_days >= window:
        yield error(
            (*path, "final_after_days"),
            f"values that are final after {metric.final_after_days} days never count in a window of {window} days",
            f"Write 0 to {window - 1}: 0 where a day is final the night after it.",
        )
    elif metric.final_after_days + window > KEPT_DAYS:
        yield error(
            (*path, "final_after_days"),
            f"a window of {window} days that are final after {metric.final_after_days} begins before the last "
            f"{KEPT_DAYS} days, and figures are kept for no longer",
            f"Write {KEPT_DAYS - window} or less, or a shorter tiers.window_days.",
        )
    possible = plausible_range(metric, rules.metric_files)
    values = math.floor(round((possible.most - possible.least) / metric.step, 3)) + 1
    if values < len(TIERS) and any(category.metric == metric.key for category in rules.categories):
        yield warning(
            (*path, "step"),
            f"from {possible.least:g} to {possible.most:g} in steps of {metric.step:g} there "
            f"{'is one target' if values == 1 else f'are {values} targets'}, so its categories run with fewer than "
            "three tiers",
            "Write a smaller step, or use a metric with more values.",
        )
    if metric.at_least is not None and rules.metric_files is None:
        # Platforms need not say how many contacts a value rests on; the count column of a metric file does.
        yield warning(
            (*path, "at_least"),
            "it counts only where the platform says how many contacts a value rests on; else every worked day counts",
            "Ask the platform for counts, or deliver metric_files, which have a count column.",
        )
    if metric.normalise_by and not (rules.tells_contacts_apart if metric.speed else rules.is_compared(metric)):
        yield error(
            (*path, "normalise_by"),
            "no contact type is defined to compare by",
            "Write contact_types: [NEW, REGULAR] with the types that your source counts separately.",
        )


def check_contact_types(rules: ChallengeRules) -> Iterator[Problem]:
    """Check that each type has columns of its own, and that something shows how hard contacts were."""
    kinds = rules.contact_types
    if len(kinds) == 1:
        hint = "Name the types that differ in length, or leave it out."
        yield warning(("contact_types",), "with one type every mix is the same", hint)
    # Each series of the source is one column of the history.
    taken = {name: f"metric {metric.key}" for metric in rules.metrics for name in (metric.key, metric.measured)}
    for kind in kinds:
        for field, series in (("contacts", kind.contacts), ("seconds", kind.seconds)):
            if series in taken:
                hint = "Name the column, or the platform's metric, that belongs to this type alone."
                message = f"{series} is read for {taken[series]} already"
                yield error(("contact_types", kind.key, field), message, hint)
            elif series:
                taken[series] = f"contact type {kind.key}"
    without = [kind.key for kind in kinds if kind.seconds is None]
    if 0 < len(without) < len(kinds):
        message = f"seconds are of use only where every type has them, and {', '.join(without)} has none"
        yield warning(("contact_types", without[0]), message, "Add them, or leave seconds out everywhere.")
    if rules.hard_contacts and not any(metric.normalise_by for metric in rules.metrics):
        hint = "Write normalise_by: contact_type for one, or leave hard_contacts out."
        yield warning(("hard_contacts",), "no metric shows how hard the contacts were", hint)


def check_metric_files(rules: ChallengeRules) -> Iterator[Problem]:
    """Check that every metric has a column, and that no column is used for two things."""
    files, keys = rules.metric_files, [metric.key for metric in rules.metrics]
    if files is None:
        return
    for key in keys:
        if key not in files.measures:
            yield error(MEASURES, f"the metric {key} has no column", f"Add {key}: {{column: …, count: …}}.")
    for key in files.measures:
        if key not in keys:
            message = "it is not described in metrics, so only nights of earlier versions use it"
            hint = f"{similar(key, keys)}Remove it once those nights are settled."
            yield warning((*MEASURES, key), message, hint)
    if files.agent == files.date:
        message = f"{files.date} cannot hold both the agent and the date"
        yield error(("metric_files", "date"), message, "Name two columns.")
    for key, measure in files.measures.items():
        if {*measure.columns, measure.count} & {files.agent, files.date}:
            message = "the column of the agent or the date cannot hold a value"
            yield error((*MEASURES, key), message, "Name the columns of the values.")


def check_guard(rules: ChallengeRules) -> Iterator[Problem]:
    """Check that the guard compares shares of contacts, of which less is better."""
    guard = rules.guard
    if guard is None:
        return
    metrics = {metric.key: metric for metric in rules.metrics}
    named = {field: key for field in _GUARD_METRICS if (key := getattr(guard, field)) is not None}
    if not named:
        hint = "Write short_contacts, repeat_contacts or both with a metric of yours."
        yield error(("guard",), "it names no metric", hint)
    for field, key in named.items():
        metric = metrics.get(key)
        if metric is None:
            yield error(("guard", field), f"{key} is not described in metrics", nearest(key, metrics))
        elif metric.unit != "%" or metric.direction != "lower":
            yield error(
                ("guard", field),
                f"{key} is in {metric.unit} with {metric.direction} better; a guard needs a share that is too high",
                'Name a metric with unit: "%" and direction: lower.',
            )


def check_caps(rules: ChallengeRules, caps: Caps) -> Iterator[Problem]:
    """Check that a smaller cap fits into a larger one, and that each cap pays for at least one challenge."""
    bonus, day, week = caps.member_daily_bonus_points, caps.member_daily_points, caps.member_weekly_points
    if bonus is not None and day is not None and bonus > day:
        yield error(
            ("caps", "member_daily_bonus_points"),
            f"a bonus of up to {bonus} does not fit into {day} points a day",
            f"Write {day} or less, or raise member_daily_points.",
        )
    if week is not None and day is not None and week < day:
        yield error(
            ("caps", "member_weekly_points"),
            f"{day} points a day do not fit into {week} a week",
            f"Write {day} or more, or lower member_daily_points.",
        )
    if not rules.categories:
        return
    yield from _tiers_beyond_caps(rules, caps)
    least = min(category.tiers[0].points for category in rules.categories)
    if day is not None and day < least:
        yield error(
            ("caps", "member_daily_points"),
            f"the smallest tier_1 challenge pays {least} points, so nobody can complete one within {day} a day",
            f"Write {least} or more.",
        )
    total = caps.program_daily_points
    if total is not None and total * (100 - caps.reserve_percent) / 100 < least:
        enough = math.ceil(100 * least / max(100 - caps.reserve_percent, 1))
        yield warning(
            ("caps", "program_daily_points"),
            f"less the reserve, {total} points do not pay for one tier_1 challenge",
            f"Write {enough} for each member who plays.",
        )


def _tiers_beyond_caps(rules: ChallengeRules, caps: Caps) -> Iterator[Problem]:
    """Yield the challenges that alone exceed a cap of a member: everybody in the tier always plays an easier one."""
    most_of_base = _most_of_base(caps)
    for category in rules.categories:
        for tier in TIERS[1:]:
            base, bonuses = category.tiers[tier - 1].points, _bonuses(rules, category, tier)
            bonus = min(sum(bonuses), base * most_of_base)
            limits: list[tuple[float, float | None, str]] = [
                (base + bonus, caps.member_daily_points, "caps.member_daily_points"),
                (bonus, caps.member_daily_bonus_points, "caps.member_daily_bonus_points"),
                *(
                    (points, rule.max_daily_bonus_points, f"max_daily_bonus_points of {rule.name}")
                    for points, rule in zip(bonuses, rules.reward_rules, strict=True)
                ),
            ]
            for points, limit, name in limits:
                if limit is not None and points > limit:
                    yield warning(
                        ("challenge_library", category.key, f"tier_{tier}", "points"),
                        f"it comes to {points:g} points, more than {name} allows ({limit:g}), so nobody ever plays it",
                        f"Raise {name} to {points:g} or more, or let the challenge pay less.",
                    )


def _most_of_base(caps: Caps) -> float:
    """Return the most that bonuses may add, as a share of the base points; 0 where the program caps them at nothing."""
    return math.inf if caps.bonus_percent_of_base is None else caps.bonus_percent_of_base / 100


def check_reward_rules(rules: ChallengeRules, caps: Caps) -> Iterator[Problem]:
    metrics = {metric.key for metric in rules.metrics}
    for number, rule in enumerate(rules.reward_rules):
        limit, day = rule.max_daily_bonus_points, caps.member_daily_points
        if limit is not None and day is not None and limit > day:
            yield warning(
                ("reward_rules", number, "max_daily_bonus_points"),
                f"{limit} is never reached: a member earns at most {day} a day",
                "Lower it, or raise caps.member_daily_points.",
            )
        for index, condition in enumerate(rule.conditions):
            path = ("reward_rules", number, "conditions", index)
            if condition.metric not in metrics | {CHALLENGE_COMPLETED}:
                yield warning(
                    (*path, "metric"),
                    f"{condition.metric} is neither {CHALLENGE_COMPLETED} nor one of the metrics, "
                    "so it never adds anything",
                    f"Write {CHALLENGE_COMPLETED}, or describe {condition.metric} in metrics.",
                )
            elif condition.metric == CHALLENGE_COMPLETED and condition.operator != "EQUALS":
                message = f"{CHALLENGE_COMPLETED} cannot be compared by {condition.operator}"
                yield error((*path, "operator"), message, "Write EQUALS.")
            elif condition.metric == CHALLENGE_COMPLETED and condition.value not in _COMPLETIONS:
                message = f'"{condition.value}" is not a tier'
                yield error((*path, "value"), message, f"Write one of {', '.join(_COMPLETIONS)}.")


def check_cap_for_members(rules: ChallengeRules, caps: Caps, members: int) -> Iterator[Problem]:
    """Warn where the program's cap does not pay for its members.

    Before any history, and before anybody takes part in an opt-in category; each night the plan repeats it from
    attendance and participation.
    """
    cap, for_everyone = caps.program_daily_points, [category for category in rules.categories if not category.opt_in]
    if cap is None or not for_everyone:
        return
    available = 1 - max(caps.reserve_percent, LEAST_RESERVE_PERCENT) / 100
    offered, earned = (
        fmean(sums) for sums in zip(*(_mean_points(rules, caps, one) for one in rules.categories), strict=True)
    )
    of_a_member = min(rules.selection.per_night * offered, caps.member_daily_points or math.inf) * earned / offered
    expected = members * USUAL_ATTENDANCE * MARGIN * of_a_member
    if expected > cap * available:
        yield warning(
            ("caps", "program_daily_points"),
            f"{cap:,} points a day are not enough for {members:,} members: their challenges are expected to pay about "
            f"{round_up(expected):,}, so every night lowers or removes some of them",
            f"Write about {round_up(expected / available):,}, run fewer categories a night, or let challenges "
            "pay less.",
        )


def _mean_points(rules: ChallengeRules, caps: Caps, category: Category) -> tuple[float, float]:
    """Return what a category's challenge offers and what is likely to be earned of it, where the tiers are as large as
    the bands make them.
    """
    second, third = rules.tier_rule.up
    offered = earned = 0.0
    for tier, share in zip(TIERS, (second, third - second, 100 - third), strict=True):
        base, bonuses = category.tiers[tier - 1].points, _bonuses(rules, category, tier)
        bonus = min(sum(bonuses), base * _most_of_base(caps))
        likely = COMPLETED if rules.tier_rule.targets else rules.tier_rule.completion[tier - 1] / 100
        offered += share / 100 * (base + bonus)
        earned += share / 100 * (base + bonus) * likely
    return offered, earned


def _bonuses(rules: ChallengeRules, category: Category, tier: int) -> list[float]:
    """Return the bonus points of each reward rule for a completion."""
    return [
        category.tiers[tier - 1].points
        * sum(
            condition.bonus_percentage
            for condition in rule.conditions
            if condition.metric == CHALLENGE_COMPLETED and condition.value in {f"TIER_{tier}", "ANY"}
        )
        / 100
        for rule in rules.reward_rules
    ]
