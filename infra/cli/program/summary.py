"""A program in plain words: what runs each night, who is compared with whom, what may be earned."""

from collections.abc import Iterator

from infra.cli.texts import quantity
from ladder.domain.challenges.check import clash_reason, clashes
from ladder.domain.points.rulebook import Rulebook
from ladder.domain.programs.program import Program

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def summary(program: Program) -> list[str]:
    challenges = [*_challenges(program)] if program.challenges.categories else []
    caps, payer = program.caps, "the platform" if program.challenges.payer == "platform" else "Ladder"
    limits = (
        (caps.member_daily_points, "at most {:,} points a member a day"),
        (caps.member_daily_bonus_points, "of them at most {:,} bonus"),
        (caps.member_weekly_points, "at most {:,} a week"),
        (caps.bonus_percent_of_base, "bonus at most {:g} % of base"),
        (caps.program_daily_points, f"at most {{:,}} in the program, {caps.reserve_percent:g} % of it in reserve"),
    )
    capped = "; ".join(text.format(limit) for limit, text in limits if limit is not None)
    return [
        f'{program.name} ("{program.key}")',
        *(challenges or [f"  There are no nightly challenges. Days are those of {program.schedule.time_zone}."]),
        *_rulebook(program),
        *(f"  Bonus: {rule.description}" for rule in program.challenges.reward_rules),
        f"  Paid by {payer}, {capped or 'without a cap'}.",
    ]


def _challenges(program: Program) -> Iterator[str]:
    schedule, rules = program.schedule, program.challenges
    selection, count = rules.selection, len(rules.categories) - len(rules.opt_in)
    categories = f"{count} {'category' if count == 1 else 'categories'}"
    yield (
        f"  Each night at {schedule.rotation_time:%H:%M} ({schedule.time_zone}), "
        f"{selection.per_night} of {categories} will run."
    )
    if rules.opt_in:
        yield f"  Beside them, for members who choose to take part: {', '.join(opt.key for opt in rules.opt_in)}."
    if selection.always:
        yield f"  Always: {', '.join(selection.always)}."
    if rules.outside_platform is None:
        yield "  Ladder shows the challenges, settles and pays them; metrics come in as files."
    elif rules.outside_platform.one_active_per_metric:
        yield "  One challenge for all tiers: the platform allows one active challenge per metric."
    for pair in clashes(rules):
        yield f"  Never on one night: {clash_reason(rules, *pair)}."
    for category in rules.categories:
        metric = rules.metric(category.metric)
        points = " / ".join(str(challenge.points) for challenge in category.tiers)
        cooldown = selection.weight_of(category.key).cooldown_days
        rest = f", rests {quantity(cooldown, 'night')} after it ran" if cooldown else ""
        gate = f", pays when {metric.quality_gate.metric} allows it" if metric.quality_gate else ""
        yield f"  {category.key}: {metric.name}, {metric.direction} is better, {points} points{gate}{rest}."
    rule, bands = rules.tier_rule, rules.peers.tenure_bands_days
    tenure = f"time in the job (up to {', '.join(map(str, bands))} days, and longer)"
    peers = " and ".join(["their channel"] * rules.peers.by_channel + [tenure] * bool(bands))
    if rules.payer == "platform" or not peers:
        yield "  Everybody is compared with the whole program."
    else:
        widened = "the whole channel" if rules.peers.by_channel else "the whole program"
        yield (
            f"  Members are compared within {peers}; where fewer than {2 * rule.min_peers - 1} are known, "
            f"also within {widened}."
        )
    first, second, third = rule.targets or rule.completion
    if rule.targets:
        yield f"  Tiers ask for percentiles {first:g}, {second:g} and {third:g} of {rule.window_days} days of peers."
    else:
        yield f"  Tiers ask for what their members probably reach on {first:g}, {second:g} and {third:g} % of days."
    yield (
        f"  Up after {rule.up_after_days} good worked days in a row, down after {rule.down_after_days} poor ones "
        "(part-timers: fewer)."
    )
    if rule.previous_kept_days:
        yield (
            f"  After a drop, {quantity(rule.return_after_days, 'good day')} restore a tier held for "
            f"{rule.previous_after_days} or more (valid for {quantity(rule.previous_kept_days, 'worked day')})."
        )


def _rulebook(program: Program) -> Iterator[str]:
    rulebook = program.rulebook
    if program.sources:
        yield f"  Reported by {', '.join(f'{source.key} ({source.kind})' for source in program.sources)}."
    if rulebook.rules:
        rules = ", ".join(f"{rule.name} {rule.points_from or rule.points}" for rule in rulebook.rules)
        yield f"  {quantity(len(rulebook.rules), 'rule')}: {rules}."
    if held := [rule.name for rule in rulebook.rules if rule.hold]:
        yield f"  Pending until a person decides, or for {quantity(rulebook.hold_days, 'day')}: {', '.join(held)}."
    if confirmed := [rule.name for rule in rulebook.rules if rule.confirm]:
        yield f"  Pending until a colleague of the same team, or a reviewer, confirms it: {', '.join(confirmed)}."
    if locked := [f"{rule.name} ({rule.requires})" for rule in rulebook.rules if rule.requires]:
        yield f"  Unlocked later: {', '.join(locked)}."
    goals = {
        "streak": len(rulebook.streaks),
        "path": len(rulebook.paths),
        "unlock": len(rulebook.unlocks),
        "badge": len(rulebook.badges),
        "team achievement": len(rulebook.teams),
    }
    if any(goals.values()):
        yield f"  To reach: {', '.join(quantity(count, name) for name, count in goals.items() if count)}."
    if rulebook.judged:
        badges = ", ".join(f"{badge.name} ({badge.policy}, {badge.phase})" for badge in rulebook.judged)
        yield f"  A model may propose: {badges}."
    if program.judge:
        yield (
            f"  It asks {program.judge.model} ({program.judge.kind}), and may spend {program.judge.daily_tokens:,} "
            "tokens a day."
        )
    if rulebook.levels:
        yield f"  Levels by points earned: {', '.join(f'{level.name} {level.points:,}' for level in rulebook.levels)}."
    if rulebook.catalogue:
        items = ", ".join(f"{item.name} {item.price:,} ({item.kind})" for item in rulebook.catalogue)
        yield f"  Points buy: {items}."
    if rulebook != Rulebook():
        days = ", ".join(_DAYS[day - 1] for day in rulebook.work_days)
        yield f"  Work days: {days}; events count up to {quantity(rulebook.late_days, 'day')} late."
