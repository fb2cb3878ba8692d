"""Check what the kind of platform asks for: groups and settings of an outside one, metric files without one."""

from collections import Counter
from collections.abc import Iterator

from ladder.domain.calendar.schedule import USUAL_PROPAGATION_SECONDS, Schedule
from ladder.domain.challenges.rules import TIERS, Category, ChallengeRules, Platform
from ladder.domain.validation.problem import Problem, error, warning

USUAL = Platform()
COMFORTABLE_HOURS = 4  # between readings, member by member, of a day's values


def check_platform(rules: ChallengeRules, schedule: Schedule) -> Iterator[Problem]:
    """Yield what the platform cannot do, and what is written for one that is not there."""
    if rules.outside_platform is None:
        yield from _without_platform(rules, schedule)
        return
    for category in rules.categories:
        yield from _groups(category, rules)
    places, beside = max(rules.selection.per_night, len(rules.selection.always)), len(rules.opt_in)
    together = min(places, len(rules.categories) - beside) + beside
    if rules.outside_platform.membership == "replaces" and together > 1:
        yield error(
            ("platform", "membership"),
            "a user who joins a group leaves every other one, "
            f"so only the last of {together} categories a night keeps members",
            "Write selection.per_night: 1 with at most one in always and no opt-in category beside it, or adds where a "
            "user may be in several groups.",
        )
    yield from _calls_during_the_day(rules)
    if not rules.outside_platform.one_active_per_metric:
        return
    if rules.payer == "platform":
        yield error(
            ("platform", "one_active_per_metric"),
            "all tiers then share one challenge, and a platform that pays would pay everybody the same for one target",
            "Write payer: ladder, or leave it out once that setting of the platform is off.",
        )
    for metric in rules.metrics:
        if not metric.exclusive:
            yield warning(
                ("metrics", metric.key, "exclusive"),
                "platform.one_active_per_metric allows one challenge on it a night, whatever is written here",
                "Leave exclusive out.",
            )


def _without_platform(rules: ChallengeRules, schedule: Schedule) -> Iterator[Problem]:
    """Metrics come in as files, and there is nobody to move and nothing to wait for."""
    if rules.has_nights and rules.metric_files is None:
        yield error(
            ("metric_files",),
            "is missing: platform.kind is ladder, so no platform measures and metrics come in as files",
            "Write metric_files: {measures: {AHT: {column: …, count: …}}}, as ladder metrics inspect writes it from an "
            "export, or the kind of the platform that measures: platform: {kind: wem}.",
        )
    for key in ("membership", "language", "one_active_per_metric"):
        if rules.platform and getattr(rules.platform, key) != getattr(USUAL, key):
            yield error(
                ("platform", key),
                "is a setting of an outside platform, and with kind: ladder there is none",
                "Leave it out, or write the kind of your platform: wem.",
            )
    if grouped := sum(bool(category.groups) for category in rules.categories):
        yield warning(
            ("challenge_library",),
            f"{grouped} of {len(rules.categories)} categories name groups, and with platform.kind ladder nobody is "
            "moved between groups",
            "Leave group_id out, or write platform: {kind: wem} where these are groups of such a platform.",
        )
    if rules.has_nights and schedule.propagation_seconds != USUAL_PROPAGATION_SECONDS:
        yield warning(
            ("propagation_seconds",),
            "with platform.kind ladder there is no platform to wait for",
            "Leave it out.",
        )


def _calls_during_the_day(rules: ChallengeRules) -> Iterator[Problem]:
    """Warn where reading today's values takes many calls: without metric files, one a member and metric each time."""
    if rules.metric_files is None and rules.today_every_hours and rules.today_every_hours < COMFORTABLE_HOURS:
        yield warning(
            ("today_every_hours",),
            "the platform is asked once for each member and metric, each time, and others need its calls, too",
            f"Write {COMFORTABLE_HOURS} or more, or read the values from metric_files.",
        )


def _groups(category: Category, rules: ChallengeRules) -> Iterator[Problem]:
    """Two categories have the same three groups in the same order, or none in common: a member is in one of three."""
    path = ("challenge_library", category.key)
    for tier, challenge in zip(TIERS, category.tiers, strict=True):
        if challenge.group_id is None:
            hint = "Write the platform's id of this tier's group, in quotes."
            yield error((*path, f"tier_{tier}", "group_id"), "is missing", hint)
    for group, times in Counter(category.groups).items():
        if times > 1:
            last = max(tier for tier in TIERS if category.tiers[tier - 1].group_id == group)
            yield error(
                (*path, f"tier_{last}", "group_id"),
                f"{group} is the group of {times} tiers, so its members would get {times} challenges at once",
                "Give each tier a group of its own.",
            )
    for other in rules.categories:
        common = [tier for tier in TIERS if other.tiers[tier - 1].group_id in category.groups]
        if common and other.groups != category.groups and other.key > category.key:
            shared = other.tiers[common[0] - 1].group_id
            yield error(
                ("challenge_library", other.key, f"tier_{common[0]}", "group_id"),
                f"{other.key} shares {shared} with {category.key}, but not all three groups tier by tier",
                "Use the same three groups in the same order, or three of its own.",
            )
        elif common and other.key != category.key and category.opt_in:
            yield error(
                (*path, "tier_1", "group_id"),
                f"{other.key} has the same groups, and who is in the groups of an opt-in category takes part in it",
                "Give it three groups of its own.",
            )


def check_platform_change(before: ChallengeRules, after: ChallengeRules) -> Iterator[Problem]:
    """Say what happens on the platforms where the published program is on another than the draft."""
    left, joined = before.outside_platform, after.outside_platform
    if left and not joined:
        until = "the days that it paid are settled" if before.payer == "platform" else "then"
        yield warning(
            ("platform",),
            f"the program leaves the platform {left.kind}: its next night ends its challenges there, and members stay "
            "in their groups",
            f"Keep the platform's secret until {until}.",
        )
    if joined and not left and before.has_nights:
        yield warning(
            ("platform",),
            f"the program moves to the platform {joined.kind}: its next night puts members into the groups there",
            "Store the platform's secret before that night: docs/platforms.md.",
        )
