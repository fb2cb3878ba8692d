"""Check nightly challenges: when the night is, who pays, categories and their tiers, and which ones run together.

Categories that clash (one exclusive metric, or a group in common) are never drawn together. That two of them share a
group is therefore no mistake as long as each night can still be filled without the pair.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise

from ladder.domain.challenges.selection import clash
from ladder.domain.program_check.metrics import has_nights
from ladder.domain.program_check.problem import Problem, error, nearest, warning
from ladder.domain.programs.program import MOST_CATEGORIES, TIERS, Category, Program
from ladder.domain.programs.rules import Direction

COMFORTABLE = 5  # categories that people can keep apart
_LATEST_HOURS = 3


def check_schedule(program: Program) -> Iterator[Problem]:
    schedule = program.schedule
    if not has_nights(program):
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


def check_payer(program: Program) -> Iterator[Problem]:
    """Check that members can earn something, and that whoever pays can keep the program's promises.

    A platform that pays does so at once and by one target, so nothing can be held back or made fairer.
    """
    if not has_nights(program) and not program.rulebook.rules:
        yield error(
            ("rules",),
            "there is neither a rule nor a challenge, so nobody can earn anything",
            "Write rules, or rotation_time, platform, metrics and challenge_library.",
        )
    if program.payer == "ladder":
        return
    if program.platform is None:
        yield error(("payer",), "there is no platform that could pay", "Write payer: ladder, or leave it out.")
        return
    for metric in program.metrics:
        path = ("metrics", metric.key)
        if metric.speed:
            message = "speed is paid only once quality is known, but this platform pays at once"
            yield error((*path, "speed"), message, "Write payer: ladder, or reward another metric.")
        elif metric.quality_gate:
            message = "a quality gate holds points back, but this platform pays at once"
            yield error((*path, "quality_gate"), message, "Write payer: ladder, or leave the gate out.")
    for rule in program.rulebook.rules:
        if rule.hold is not None:
            message = "it holds points back, but this platform pays at once"
            yield error(("rules", rule.key, "hold"), message, "Write payer: ladder, or leave hold out.")
    for key, effect in (("guard", "the guard holds points back"), ("hard_contacts", "hard contacts add points")):
        if getattr(program, key) is not None:
            yield error(
                (key,), f"{effect}, but this platform pays at once", f"Write payer: ladder, or leave {key} out."
            )
    if program.peers.by_channel or program.peers.tenure_bands_days:
        yield warning(
            ("payer",),
            "the platform pays by one target a group, so targets are the whole program's, whatever peers says",
            "Write payer: ladder, or peers: {by_channel: false, tenure_bands_days: []}.",
        )


def check_platform(program: Program) -> Iterator[Problem]:
    """Check what a platform that allows one active challenge per metric makes impossible."""
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


def check_categories(program: Program) -> Iterator[Problem]:
    count = len(program.categories)
    if has_nights(program) and not count:
        hint = "Write at least one, with metric and tier_1 to tier_3."
        yield error(("challenge_library",), "there is no category", hint)
    if count > COMFORTABLE:
        hint = f"Start with {COMFORTABLE} or fewer."
        yield warning(("challenge_library",), f"{count} categories are more than people keep apart", hint)
    directions = {metric.key: metric.direction for metric in program.metrics}
    for category in program.categories:
        path = ("challenge_library", category.key)
        points = [challenge.points for challenge in category.tiers]
        if points != sorted(points):
            message = f"a harder tier pays less: {_listed(points)} points"
            yield warning(path, message, "Let points rise from tier_1 to tier_3.")
        yield from _groups(category, program)
        if category.metric in directions:
            yield from _targets(category, directions[category.metric])
        else:
            message = f"{category.metric} is not described in metrics"
            yield error((*path, "metric"), message, nearest(category.metric, directions))


def _groups(category: Category, program: Program) -> Iterator[Problem]:
    """Two categories have the same three groups in the same order, or none in common: a member is in one of three."""
    for group, times in Counter(category.groups).items():
        if times > 1:
            last = max(tier for tier in TIERS if category.groups[tier - 1] == group)
            yield error(
                ("challenge_library", category.key, f"tier_{last}", "group_id"),
                f"{group} is the group of {times} tiers, so its members would get {times} challenges at once",
                "Give each tier a group of its own.",
            )
    for other in program.categories:
        common = [group for group in category.groups if group in other.groups]
        if common and other.groups != category.groups and other.key > category.key:
            tier = other.groups.index(common[0]) + 1
            yield error(
                ("challenge_library", other.key, f"tier_{tier}", "group_id"),
                f"{other.key} shares {common[0]} with {category.key}, but not all three groups tier by tier",
                "Use the same three groups in the same order, or three of its own.",
            )


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


def check_tier_rule(program: Program) -> Iterator[Problem]:
    """Check that bands are in order, and that it is easier to return to a tier than to reach it."""
    rule = program.tier_rule
    bands = list(zip(rule.down, rule.up, strict=True))
    for index, (down, up) in enumerate(bands):
        if down > up:
            yield error(
                ("tiers", "down", index),
                f"below {down:g} a member falls and from {up:g} on they rise, so between them both are true",
                f"Write {up:g} or less.",
            )
    room, down, up = min((up - down, down, up) for down, up in bands)
    if room >= 0 and rule.home_kept_days and room < rule.return_margin:
        # Harder to return to than to reach: the memory of the tier would be no help.
        yield error(
            ("tiers", "return_margin"),
            f"{rule.return_margin:g} above {down:g} is beyond {up:g}, which leads up in any case",
            f"Write {room:g} or less, or home_kept_days: 0.",
        )
    if rule.smoothing_days > rule.window_days:
        yield error(
            ("tiers", "smoothing_days"),
            f"{rule.smoothing_days} worked days never fit into {rule.window_days} calendar days",
            f"Write {rule.window_days} or less.",
        )


def check_draw(program: Program) -> Iterator[Problem]:
    known, always = {category.key for category in program.categories}, program.draw.always
    for chance in program.draw.categories:
        path = ("draw", "categories", chance.key)
        if chance.key not in known:
            yield error(path, "is not in challenge_library", nearest(chance.key, known))
        if chance.cooldown_days > 0 and chance.key in always:
            message = f"{chance.key} runs every night, so it never rests"
            yield error((*path, "cooldown_days"), message, "Remove it from draw.always, or write cooldown_days: 0.")
    for index, key in enumerate(always):
        if key not in known:
            yield error(("draw", "always", index), f"{key} is not in challenge_library", nearest(key, known))
        if key in always[:index]:
            yield error(("draw", "always", index), f"{key} is named twice", "Name it once.")
    for one, other in clashes(program):
        if one.key in always and other.key in always:
            message = f"{clash_reason(program, one, other)}, so they cannot run on one night"
            yield error(("draw", "always"), message, f"Keep {one.key} or {other.key}.")
    together = max(program.draw.per_night, len(always))
    if program.platform and program.platform.membership == "replaces" and together > 1:
        yield error(
            ("platform", "membership"),
            "a user who joins a group leaves every other one, "
            f"so only the last of {together} categories a night keeps members",
            "Write draw.per_night: 1 with at most one in always, or adds where a user may be in several groups.",
        )
    if len(program.categories) <= MOST_CATEGORIES:
        yield from _per_night(program)


def _per_night(program: Program) -> Iterator[Problem]:
    """Check that a night can be filled: without a clash, and on average with the cool-downs."""
    apart = {frozenset({one.key, other.key}) for one, other in clashes(program)}
    wanted, least = program.draw.per_night, max(len(program.draw.always), 1)
    most = _largest_set([category.key for category in _playable(program)], apart)
    if wanted < least:
        message = f"{wanted} a night is less than the {least} that always run"
        yield error(("draw", "per_night"), message, f"Write {least} or more.")
    elif most and wanted > most:
        reasons = [clash_reason(program, *pair) for pair in clashes(program)]
        limit = "; ".join(reasons) or "there are no more categories"
        message = f"{wanted} a night, but at most {most} can run together ({limit})"
        yield error(("draw", "per_night"), message, f"Write {most} or less.")
    # A category runs on one night in cooldown + 1; those on one exclusive metric together run once a night at most.
    shares: defaultdict[str, float] = defaultdict(float)
    for category in _playable(program):
        shared = category.metric if program.exclusive(category.metric) else category.key
        shares[shared] += 1 / (1 + program.draw.chance(category.key).cooldown_days)
    filled = sum(min(share, 1.0) for share in shares.values())
    if filled + 1e-9 < min(wanted, most):
        yield warning(
            ("draw",),
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


def clashes(program: Program) -> list[tuple[Category, Category]]:
    """Return the pairs of categories that never run together."""
    return [pair for pair in combinations(_playable(program), 2) if clash(program, *pair)]


def clash_reason(program: Program, one: Category, other: Category) -> str:
    """Return why two categories that clash do not run together."""
    shared = sorted(set(one.groups) & set(other.groups))
    if one.metric != other.metric or not program.exclusive(one.metric):
        return f"{one.key} and {other.key} share the group {shared[0]}"
    return f"{one.key} and {other.key} are both on {one.metric}"


def _playable(program: Program) -> list[Category]:
    """Return the categories on a known metric; `check_categories` refuses the others."""
    known = {metric.key for metric in program.metrics}
    return [category for category in program.categories if category.metric in known]
