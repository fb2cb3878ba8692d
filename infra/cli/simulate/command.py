"""`ladder simulate --members N --days D [--rule bands|literal] [--seed S] [--json]`: measures a tier rule.

The JSON document holds the chosen rule. Without --rule it holds the default bands, and "literal" the literal rule.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import click
import numpy as np
from rich.console import Console

from infra.cli.arguments import json_option, whole_number
from infra.cli.completion import describe
from infra.cli.simulate.measure import WORKING_YEAR, YEAR, Measurement, measure
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

RULES: Mapping[str, TierRule] = {"bands": TierRule(), "literal": LITERAL}
MEMBERS_NEEDED = TierRule().min_peers
MOST_VALUES = 50_000_000  # members times days: what an ordinary machine holds in memory
FEWEST_PUT_DOWN = 30  # into tier 1 by the slump: fewer allow no conclusion on how they recover
FEW = f"at least {MEMBERS_NEEDED}, so that there are peers to compare with"
SHORT = f"at least {DAYS_NEEDED}, so that there is a slump with time to settle before and to recover after it"
LEGEND = (
    f"Simulated: members' means differ by {BETWEEN:g} s, the days of one member by {WITHIN:g} s (standard "
    f"deviations); everybody works every day. Slump: a quarter of the members are {SLUMP_SDS:g} of the latter "
    f"deviations worse for {SLUMP_DAYS} days in the middle. Tier changes and completions leave out the first "
    f"{SETTLING_DAYS} days, and with them the first placements. -: nobody, or not within these days."
)


@click.command(
    help=f"""Show what a tier rule does to simulated members: {MEMBERS_NEEDED} or more, over {DAYS_NEEDED} days or more.

    A quarter of the members have a slump. 2000 members over 500 days are enough to conclude from."""
)
@click.option("--members", type=whole_number(MEMBERS_NEEDED, FEW), required=True, metavar="N", help=f"{FEW}.")
@click.option("--days", type=whole_number(DAYS_NEEDED, SHORT), required=True, metavar="D", help=f"{SHORT}.")
@click.option("--rule", type=click.Choice(tuple(RULES)), help="One rule only. Default: both, side by side.")
@click.option("--seed", type=whole_number(0), default=0, metavar="S", help="Seed of the random numbers. Default: 0.")
@json_option
def simulate(*, members: int, days: int, rule: str | None, seed: int, as_json: bool) -> int:
    if members * days > MOST_VALUES:
        raise click.UsageError(f"--members times --days: at most {MOST_VALUES:,} fit into memory; ask for fewer")
    population = SimulatedMembers.stationary(np.random.default_rng(seed), members=members, days=days)
    slump = Slump.in_the_middle(members=members, days=days)
    measured = [measure(name, RULES[name], population, slump) for name in ([rule] if rule else RULES)]
    if as_json:
        first, *others = measured
        document = asdict(first) | {other.rule: asdict(other) for other in others}
        print(json.dumps(document, indent=2))
    else:
        show(measured, console())
    return 0


def show(measurements: Sequence[Measurement], console: Console) -> None:
    """Show a sentence for each figure, and a column for each rule."""
    rules, first = [measured.rule for measured in measurements], measurements[0]
    title = f"{first.members:,} members, {first.days} days"
    drawn = table(title, "figure", *rules, right=rules, wrap=("figure",))
    columns = [_figures(measured) for measured in measurements]
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
    console.print(f"[dim]{LEGEND}[/]")


def _figures(measured: Measurement) -> dict[str, str]:
    """Return the figures by the sentence that explains them."""

    def days(number: float | None) -> str:
        return "-" if number is None else f"{number:g}"

    def percent(share: float | None) -> str:
        return "-" if share is None else f"{100 * share:.1f} %"

    year, working_year = measured.changes_per_member_year, measured.changes_per_250_worked_days
    return {
        f"Tier changes in {YEAR} worked days of a member whose performance is steady.": f"{year:.2f}",
        f"The same in {WORKING_YEAR} worked days, a year with free weekends.": f"{working_year:.2f}",
        "Members whom the slump puts into tier 1.": str(measured.put_into_tier_1),
        "Worked days after the slump until half of them are out of tier 1.": days(measured.median_days_to_return),
        f"Share of them in tier 1 on the {AFTERWARDS_DAYS}th day after it.": percent(measured.stuck_share),
        "Worked days until half of all members reach the tier of their true mean.": days(measured.days_to_own_tier),
        "The same for nine in ten.": days(measured.days_to_own_tier_p90),
        **{
            f"Share of days on which members of tier {tier} meet their target (95 % interval).": describe([completion])
            for tier, completion in measured.completion_by_tier.items()
        },
    }
