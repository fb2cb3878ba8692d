"""A program in plain words: what runs each night, who is compared with whom, what may be earned."""

from collections.abc import Iterator

from ladder.domain.program_check.challenges import clash_reason, clashes
from ladder.domain.programs.program import Caps, Program
from ladder.domain.programs.rulebook import Rulebook
from ladder.domain.programs.rules import Rule
from ladder.domain.text import quantity


def summary(program: Program) -> list[str]:
    nights = [*_night(program), *_categories(program), *_comparison(program)] if program.categories else []
    title = f'{program.name} ("{program.key}")'
    return [title, *(nights or _without_nights(program)), *rulebook_summary(program), *_pay(program)]


def _without_nights(program: Program) -> Iterator[str]:
    yield f"  There are no nightly challenges. Days are those of {program.schedule.time_zone}."


def _night(program: Program) -> Iterator[str]:
    schedule, draw = program.schedule, program.draw
    per_night = (
        f"{draw.per_night} of {len(program.categories)} {'category' if program.categories[1:] == () else 'categories'}"
    )
    yield f"  Each night at {schedule.rotation_time:%H:%M} ({schedule.time_zone}), {per_night} will run."
    if draw.always:
        yield f"  Always: {', '.join(draw.always)}."
    if program.platform and program.platform.one_active_per_metric:
        yield "  One challenge for all tiers: the platform allows one active challenge per metric."
    for pair in clashes(program):
        yield f"  Never on one night: {clash_reason(program, *pair)}."


def _categories(program: Program) -> Iterator[str]:
    for category in program.categories:
        metric = program.metric(category.metric)
        points = " / ".join(str(challenge.points) for challenge in category.tiers)
        cooldown = program.draw.chance(category.key).cooldown_days
        rest = f", rests {quantity(cooldown, 'night')} after it ran" if cooldown else ""
        gate = f", pays when {metric.quality_gate.metric} allows it" if metric.quality_gate else ""
        yield f"  {category.key}: {metric.name}, {metric.direction} is better, {points} points{gate}{rest}."


def _comparison(program: Program) -> Iterator[str]:
    rule = program.tier_rule
    if program.payer == "platform" or not (program.peers.by_channel or program.peers.tenure_bands_days):
        yield "  Everybody is compared with the whole program."
    else:
        yield (
            f"  Members are compared within {_peers(program)}; where fewer than {rule.min_peers} are known, "
            "with the whole program."
        )
    first, second, third = rule.targets
    yield f"  Tiers ask for percentiles {first:g}, {second:g} and {third:g} of {rule.window_days} days of peers."
    yield f"  Up after {rule.up_after_days} good worked days in a row, down after {rule.down_after_days} poor ones."
    if rule.home_kept_days:
        yield (
            f"  Who falls from a tier held for {rule.home_after_days} worked days finds back after "
            f"{rule.return_after_days} good ones, for {rule.home_kept_days} worked days."
        )


def _peers(program: Program) -> str:
    bands = program.peers.tenure_bands_days
    tenure = f"time in the job (up to {', '.join(map(str, bands))} days, and longer)"
    parts = ["their channel"] * program.peers.by_channel + [tenure] * bool(bands)
    return " and ".join(parts)


def _pay(program: Program) -> Iterator[str]:
    for rule in program.reward_rules:
        yield f"  Bonus: {rule.description}"
    payer = "the platform" if program.payer == "platform" else "Ladder"
    yield f"  Paid by {payer}, {'; '.join(_caps(program.caps)) or 'without a cap'}."


def _caps(caps: Caps) -> Iterator[str]:
    if caps.member_daily_points is not None:
        yield f"at most {caps.member_daily_points:,} points a member a day"
    if caps.member_daily_bonus_points is not None:
        yield f"of them at most {caps.member_daily_bonus_points:,} bonus"
    if caps.member_weekly_points is not None:
        yield f"at most {caps.member_weekly_points:,} a week"
    if caps.bonus_percent_of_base is not None:
        yield f"bonus at most {caps.bonus_percent_of_base:g} % of base"
    if caps.program_daily_points is not None:
        yield f"at most {caps.program_daily_points:,} in the program, {caps.reserve_percent:g} % of it in reserve"


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def rulebook_summary(program: Program) -> Iterator[str]:
    book = program.rulebook
    if program.sources:
        yield f"  Reported by {', '.join(f'{source.key} ({source.kind})' for source in program.sources)}."
    if book.rules:
        yield f"  {quantity(len(book.rules), 'rule')}: {', '.join(map(_rule, book.rules))}."
    yield from _waiting(book)
    goals = [*_goals(book)]
    if goals:
        yield f"  To reach: {', '.join(goals)}."
    yield from _judged(program)
    if book.levels:
        rungs = ", ".join(f"{level.name} {level.points:,}" for level in book.levels)
        yield f"  Levels by points earned: {rungs}."
    if book.catalogue:
        wares = ", ".join(f"{item.name} {item.price:,} ({item.kind})" for item in book.catalogue)
        yield f"  Points buy: {wares}."
    if book != Rulebook():
        days = ", ".join(_DAYS[day - 1] for day in sorted(book.work_days))
        yield f"  Work days: {days}; events count up to {quantity(book.late_days, 'day')} late."


def _rule(rule: Rule) -> str:
    return f"{rule.name} {rule.points_from or rule.points}"


def _waiting(book: Rulebook) -> Iterator[str]:
    held = [rule.name for rule in book.rules if rule.hold]
    if held:
        days = quantity(book.hold_days, "day")
        yield f"  Waits for a person, or {days}: {', '.join(held)}."
    locked = [f"{rule.name} ({rule.requires})" for rule in book.rules if rule.requires]
    if locked:
        yield f"  Opens later: {', '.join(locked)}."


def _judged(program: Program) -> Iterator[str]:
    """`auto` of them is the only policy by which a model's proposal needs nobody, after the probation."""
    if program.rulebook.judged:
        told = ", ".join(f"{each.name} ({each.policy}, {each.phase})" for each in program.rulebook.judged)
        yield f"  A model may propose: {told}."
    if program.judge:
        judge = program.judge
        yield f"  It asks {judge.model} ({judge.kind}), and may spend {judge.daily_tokens:,} tokens a day."


def _goals(book: Rulebook) -> Iterator[str]:
    counts = {
        "streak": len(book.streaks),
        "path": len(book.paths),
        "unlock": len(book.unlocks),
        "badge": len(book.badges),
        "team achievement": len(book.teams),
    }
    yield from (quantity(count, name) for name, count in counts.items() if count)
