"""`ladder simulate --members N --days D [--rule bands|literal] [--seed S] [--json]`: measures a tier rule.

The JSON document holds the chosen rule. Without --rule it holds the default bands, and "literal" the literal rule.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

import click
import numpy as np
from rich.console import Console

from infra.cli.arguments import json_option, whole_number
from infra.cli.completion import describe
from infra.cli.simulate.measure import WORKING_YEAR, YEAR, Measurement, measure
from infra.cli.simulate.part_time import FULL, PART, PART_TIMERS, PartTime, measure_part_time
from infra.cli.simulate.queue_move import AFTER_DAYS, SLOWER, QueueMove, Share, measure_queue_move
from infra.cli.simulate.simulation import (
    AFTERWARDS_DAYS,
    BETWEEN,
    DAYS_NEEDED,
    SETTLING_DAYS,
    SLUMP_DAYS,
    SLUMP_SDS,
    WITHIN,
    SimulatedMembers,
    Slump,
)
from infra.cli.tables import console, table
from infra.cli.texts import quantity
from ladder.domain.challenges.rules import LITERAL, TierRule

type Floor = PartTime | QueueMove  # what becomes of members who work otherwise than most

RULES: Mapping[str, TierRule] = {"bands": TierRule(), "literal": LITERAL}
MEMBERS_NEEDED = TierRule().min_peers
MOST_VALUES = 50_000_000  # members times days: what an ordinary machine holds in memory
FEWEST_PUT_DOWN = 30  # into tier 1 by the slump: fewer allow no conclusion on how they recover
FEW = f"at least {MEMBERS_NEEDED}, so that there are peers to compare with"
SHORT = f"at least {DAYS_NEEDED}, so that there is a slump with time to settle before and to recover after it"
LEGEND = (
    f"Simulated: members' means differ by {BETWEEN:g} s, the days of one member by {{within:g}} s (standard "
    f"deviations); everybody works every day. Slump: a quarter of the members are {SLUMP_SDS:g} of the latter "
    f"deviations worse for {SLUMP_DAYS} days in the middle. Tier changes and completions leave out the first "
    f"{SETTLING_DAYS} days, and with them the first placements. -: nobody, or not within these days."
)
OF_PART_TIMERS = (
    f"With --part-time, {PART_TIMERS:.0%} of the members work {PART} days a week and the others {FULL}; halfway, the "
    f"part-timers become {BETWEEN:g} s better for good. Their days are calendar days."
)
OF_QUEUE_MOVE = (
    f"With --queue-move, half of the members move halfway, for good, to a queue whose contacts take {SLOWER:g} times "
    "as long; nobody works in both queues on one day. In brackets: 95 % interval."
)
LEGENDS: Mapping[str, str] = {"part_time": OF_PART_TIMERS, "queue_move": OF_QUEUE_MOVE}


@click.command(
    help=f"""Show what a tier rule does to simulated members: {MEMBERS_NEEDED} or more, over {DAYS_NEEDED} days or more.

    A quarter of the members have a slump. 2000 members over 500 days are enough to conclude from."""
)
@click.option("--members", type=whole_number(MEMBERS_NEEDED, FEW), required=True, metavar="N", help=f"{FEW}.")
@click.option("--days", type=whole_number(DAYS_NEEDED, SHORT), required=True, metavar="D", help=f"{SHORT}.")
@click.option("--rule", type=click.Choice(tuple(RULES)), help="One rule only. Default: both, side by side.")
@click.option(
    "--within",
    type=whole_number(1),
    default=round(WITHIN),
    metavar="S",
    help=f"Standard deviation of one member's days, in seconds. Default: {WITHIN:g}.",
)
@click.option("--part-time", is_flag=True, help="Also simulate a floor with part-timers.")
@click.option("--queue-move", is_flag=True, help="Also move half of a floor to a slow queue.")
@click.option("--seed", type=whole_number(0), default=0, metavar="S", help="Seed of the random numbers. Default: 0.")
@json_option
def simulate(
    *,
    members: int,
    days: int,
    rule: str | None,
    within: int,
    part_time: bool,
    queue_move: bool,
    seed: int,
    as_json: bool,
) -> int:
    if members * days > MOST_VALUES:
        raise click.UsageError(f"--members times --days: at most {MOST_VALUES:,} fit into memory; ask for fewer")
    rng = np.random.default_rng(seed)
    population = SimulatedMembers.stationary(rng, members=members, days=days, within=within)
    slump = Slump.in_the_middle(members=members, days=days)
    measured = [measure(name, RULES[name], population, slump) for name in ([rule] if rule else RULES)]
    names = [measurement.rule for measurement in measured]
    floors: dict[str, dict[str, Floor]] = {
        name: {
            **(
                {"part_time": measure_part_time(np.random.default_rng(seed), RULES[name], population)}
                if part_time
                else {}
            ),
            **({"queue_move": measure_queue_move(RULES[name], population)} if queue_move else {}),
        }
        for name in names
    }
    if as_json:
        documents = [
            asdict(measurement) | {floor: asdict(figures) for floor, figures in floors[measurement.rule].items()}
            for measurement in measured
        ]
        first, *others = documents
        print(json.dumps(first | {other["rule"]: other for other in others}, indent=2))
    else:
        show(measured, floors, within, console())
    return 0


def show(
    measurements: Sequence[Measurement], floors: Mapping[str, Mapping[str, Floor]], within: float, console: Console
) -> None:
    """Show a sentence for each figure, and a column for each rule."""
    rules, first = [measured.rule for measured in measurements], measurements[0]
    title = f"{first.members:,} members, {first.days} days"
    drawn = table(title, "figure", *rules, right=rules, wrap=("figure",))
    columns = [
        _figures(measured) | {text: shown for floor in floors[measured.rule].values() for text, shown in _of(floor)}
        for measured in measurements
    ]
    for sentence in columns[0]:
        drawn.add_row(sentence, *(figures[sentence] for figures in columns))
    console.print(drawn)
    for measured in measurements:
        if measured.put_into_tier_1 < FEWEST_PUT_DOWN:
            members = quantity(measured.put_into_tier_1, "member")
            console.print(
                f"[bold yellow]{measured.rule}: the slump puts {members} into tier 1, too few for a conclusion on how "
                "they recover. Simulate more --members.[/]"
            )
    legend = [LEGEND.format(within=within), *(LEGENDS[floor] for floor in floors[first.rule])]
    console.print(f"[dim]{' '.join(legend)}[/]")


def _figures(measured: Measurement) -> dict[str, str]:
    """Return the figures by the sentence that explains them."""

    def percent(share: float | None) -> str:
        return "-" if share is None else f"{100 * share:.1f} %"

    year, working_year = measured.changes_per_member_year, measured.changes_per_250_worked_days
    return {
        f"Tier changes in {YEAR} worked days of a member whose performance is steady.": f"{year:.2f}",
        f"The same in {WORKING_YEAR} worked days, a year with free weekends.": f"{working_year:.2f}",
        "Members whom the slump puts into tier 1.": str(measured.put_into_tier_1),
        "Worked days after the slump until half of them are out of tier 1.": _days(measured.median_days_to_return),
        f"Share of them in tier 1 on the {AFTERWARDS_DAYS}th day after it.": percent(measured.stuck_share),
        "Share of all in the slump who are below their own twin without it on that day.": percent(
            measured.below_twin_share
        ),
        "Worked days until half of all members reach the tier of their true mean.": _days(measured.days_to_own_tier),
        "The same for nine in ten.": _days(measured.days_to_own_tier_p90),
        **{
            f"Share of days on which members of tier {tier} meet their target (95 % interval).": describe([completion])
            for tier, completion in measured.completion_by_tier.items()
        },
    }


def _of(measured: Floor) -> Iterator[tuple[str, str]]:
    """Yield the figures of a floor by the sentences that explain them."""
    if isinstance(measured, PartTime):
        placed = "Part-timers: days until nine in ten have their first placement."
        yield placed, _days(measured.days_to_first_placement)
        better = "The same until half of those who become better are in their new tier."
        yield better, _days(measured.days_to_own_tier)
        yield "Tier changes a year of a member of that floor.", f"{measured.changes_per_member_year:.2f}"
        return
    shown = "Moved to a slow queue: share in a lower tier {} worked days later, as measured."
    yield shown.format(AFTER_DAYS), _share(measured.as_measured)
    yield "The same at the usual load.", _share(measured.at_usual_load)
    yield "The same members without the move.", _share(measured.without_move)


def _share(share: Share) -> str:
    return f"{100 * share.share:.1f} % ({100 * share.low:.1f} - {100 * share.high:.1f})"


def _days(number: float | None) -> str:
    return "-" if number is None else f"{number:g}"
