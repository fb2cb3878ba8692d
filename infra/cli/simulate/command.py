"""`ladder simulate --members N --days D [--rule bands|literal] [--seed S] [--json]`: measures a tier rule.

The JSON document holds the chosen rule. Without --rule it holds the default bands, and "literal" the literal rule.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict

import click
import numpy as np
from rich.console import Console

from infra.cli.arguments import json_option, whole_number
from infra.cli.simulate.measure import measure
from infra.cli.simulate.screen import show
from infra.cli.simulate.simulation import DAYS_NEEDED, SimulatedMembers, Slump
from ladder.domain.challenges.rules import LITERAL, TierRule

RULES: Mapping[str, TierRule] = {"bands": TierRule(), "literal": LITERAL}
MEMBERS_NEEDED = TierRule().min_peers
MOST_VALUES = 50_000_000  # members times days: what an ordinary machine holds in memory
FEW = f"at least {MEMBERS_NEEDED}, so that there are peers to compare with"
SHORT = f"at least {DAYS_NEEDED}, so that there is a slump with time to settle before and to recover after it"


@click.command(
    help=f"""Show what a tier rule does to simulated members: {MEMBERS_NEEDED} or more, over {DAYS_NEEDED} days or more.

    A quarter of the members have a slump. 2000 members over 500 days are enough to conclude from.""",
    short_help="Show what a tier rule does to simulated members.",
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
        show(measured, Console())
    return 0
