"""The figures as a person reads them: one sentence each, a column for each rule."""

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from infra.cli.simulate.measure import WORKING_YEAR, YEAR, Measured
from infra.cli.simulate.population import AFTERWARDS_DAYS, BETWEEN, SETTLING_DAYS, SLUMP_DAYS, SLUMP_SDS, WITHIN
from ladder.domain.programs.program import TIERS
from ladder.domain.text import quantity

SENTENCES = (
    f"Changes of tier in {YEAR} worked days, of a member whose work does not change.",
    f"The same in {WORKING_YEAR} worked days, what somebody with free weekends works in a year.",
    "Members whom the slump put into tier 1.",
    "Worked days after the slump until half of them are out of tier 1.",
    f"Share of them still or again in tier 1 on the {AFTERWARDS_DAYS}th day after it.",
    "Worked days until half of all members have been in the tier of their true mean.",
    "The same for nine in ten.",
    *(f"Share of days on which a member in tier {tier} meets his target." for tier in TIERS),
)
FEWEST_PEOPLE = 30  # whom the slump put into tier 1, before anything follows from how they came back


def show(measured: Sequence[Measured], console: Console) -> None:
    first = measured[0]
    table = Table(title=f"{first.members:,} members, {first.days} days", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("figure")
    for each in measured:
        table.add_column(each.rule, justify="right", no_wrap=True)
    for sentence, *figures in zip(SENTENCES, *map(_figures, measured), strict=True):
        table.add_row(sentence, *figures)
    console.print(table)
    for each in measured:
        if each.put_into_tier_1 < FEWEST_PEOPLE:
            console.print(_too_few(each))
    console.print(_legend())


def _too_few(each: Measured) -> str:
    people = quantity(each.put_into_tier_1, "member")
    return (
        f"[bold yellow]{each.rule}: the slump put {people} into tier 1: no conclusion on how they come back from it. "
        "Draw more --members.[/]"
    )


def _figures(each: Measured) -> Iterator[str]:
    yield f"{each.changes_per_member_year:.2f}"
    yield f"{each.changes_per_250_worked_days:.2f}"
    yield str(each.put_into_tier_1)
    yield _days(each.median_days_to_return)
    yield _percent(each.stuck_share)
    yield _days(each.days_to_own_tier)
    yield _days(each.days_to_own_tier_p90)
    yield from map(_percent, each.completion_rate_by_tier.values())


def _days(days: float | None) -> str:
    return "-" if days is None else f"{days:g}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _legend() -> str:
    return (
        f"[dim]Drawn: members' means differ by {BETWEEN:g} s, one member's days by {WITHIN:g} s (standard deviations); "
        f"everybody works every day. Slump: a quarter, {SLUMP_DAYS} days in the middle, {SLUMP_SDS:g} of the latter "
        f"deviations worse. Moves and targets leave out the first {SETTLING_DAYS} days, and with them the first "
        "placements. -: nobody, or not within these days.[/]"
    )
