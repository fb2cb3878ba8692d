"""`ladder simulate --members N --days D [--rule bands|literal] [--json] [--html FILE]`: measures a tier rule.

The JSON document holds the chosen rule. Without --rule it holds the default bands, and "literal" the literal rule.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click
import numpy as np
from rich.console import Console

from infra.cli.arguments import json_option, language_option, whole_number
from infra.cli.pages.page_file import html_option, require_page_file, write_page
from infra.cli.point_value import currency_option, point_value_of, point_value_option
from infra.cli.simulate.figures import Floor, legend, sentences, too_few
from infra.cli.simulate.html_report import Simulated, html_report
from infra.cli.simulate.measure import measure
from infra.cli.simulate.part_time import measure_part_time
from infra.cli.simulate.queue_move import measure_queue_move
from infra.cli.simulate.simulation import DAYS_NEEDED, WITHIN, SimulatedMembers, Slump, play_nights
from infra.cli.tables import console, table
from infra.cli.texts import Texts, texts
from ladder.domain.challenges.rules import LITERAL, TierRule

RULES: Mapping[str, TierRule] = {"bands": TierRule(), "literal": LITERAL}
MEMBERS_NEEDED = TierRule().min_peers
MOST_VALUES = 50_000_000  # members times days: what an ordinary machine holds in memory
FEW = f"at least {MEMBERS_NEEDED}, so that there are peers to compare with"
SHORT = f"at least {DAYS_NEEDED}, so that there is a slump with time to settle before and to recover after it"
POINTS = (40, 65, 100)  # of the bank's challenges on handle time


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
@click.option(
    "--points",
    type=whole_number(0),
    nargs=3,
    default=POINTS,
    metavar="A B C",
    help=f"For a target of tier 1, 2 and 3, in the report. Default: {' '.join(map(str, POINTS))}.",
)
@point_value_option
@currency_option
@html_option
@language_option
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
    points: tuple[int, int, int],
    point_value: float | None,
    currency: str,
    html: Path | None,
    language: str,
    as_json: bool,
) -> int:
    require_page_file(html, command="simulate")
    worth = point_value_of(point_value, currency)
    if members * days > MOST_VALUES:
        raise click.UsageError(f"--members times --days: at most {MOST_VALUES:,} fit into memory; ask for fewer")
    rng = np.random.default_rng(seed)
    population = SimulatedMembers.stationary(rng, members=members, days=days, within=within)
    slump = Slump.in_the_middle(members=members, days=days)
    rules = [
        _simulated(
            name, population, slump, part_time=np.random.default_rng(seed) if part_time else None, queue_move=queue_move
        )
        for name in ([rule] if rule else RULES)
    ]
    if html:
        page = html_report(rules, within=within, seed=seed, points=points, point_value=worth, language=language)
        write_page(html, page)
    if as_json:
        first, *others = (
            asdict(each.measured) | {floor: asdict(figures) for floor, figures in each.floors.items()} for each in rules
        )
        print(json.dumps(first | {other["rule"]: other for other in others}, indent=2))
    else:
        show(rules, within, texts(language), console())
    if html:
        print(texts(language)("simulate.written", file=str(html)), file=sys.stderr)
    return 0


def _simulated(
    name: str,
    population: SimulatedMembers,
    slump: Slump,
    *,
    part_time: np.random.Generator | None,
    queue_move: bool,
) -> Simulated:
    """Play and measure a rule. `part_time`, `queue_move`: whether the floors of that kind are simulated, too."""
    rule = RULES[name]
    nights = play_nights(population.values, rule)
    floors: dict[str, Floor] = {}
    if part_time is not None:
        floors["part_time"] = measure_part_time(part_time, rule, population)
    if queue_move:
        floors["queue_move"] = measure_queue_move(rule, population)
    measured = measure(name, rule, population, slump, usual=nights)
    return Simulated(measured=measured, floors=floors, nights=nights)


def show(rules: Sequence[Simulated], within: float, say: Texts, console: Console) -> None:
    """Show a sentence for each figure, and a column for each rule."""
    measured = [simulated.measured for simulated in rules]
    names = [each.rule for each in measured]
    title = say("simulate.title", members=measured[0].members, days=measured[0].days)
    drawn = table(title, say("simulate.figure"), *names, right=names, wrap=(say("simulate.figure"),))
    columns = [sentences(simulated.measured, simulated.floors, say) for simulated in rules]
    for sentence in columns[0]:
        drawn.add_row(sentence, *(figures[sentence] for figures in columns))
    console.print(drawn)
    for warning in too_few(measured, say):
        console.print(f"[bold yellow]{warning}[/]")
    console.print(f"[dim]{legend(rules[0].floors, within=within, say=say)}[/]")
