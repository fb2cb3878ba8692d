"""Shows the measurements on the terminal: a sentence for each figure, a column for each rule."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from infra.cli.simulate.measure import WORKING_YEAR, YEAR, Measurement
from infra.cli.simulate.simulation import AFTERWARDS_DAYS, BETWEEN, SETTLING_DAYS, SLUMP_DAYS, SLUMP_SDS, WITHIN
from ladder.domain.text import quantity

FEWEST_MEMBERS = 30  # whom the slump puts into tier 1, before their recovery allows a conclusion


def show(measurements: Sequence[Measurement], console: Console) -> None:
    first = measurements[0]
    table = Table(title=f"{first.members:,} members, {first.days} days", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("figure")
    for each in measurements:
        table.add_column(each.rule, justify="right", no_wrap=True)
    columns = [list(_figures(each).values()) for each in measurements]
    for sentence, *figures in zip(_figures(first), *columns, strict=True):
        table.add_row(sentence, *figures)
    console.print(table)
    for each in measurements:
        if each.put_into_tier_1 < FEWEST_MEMBERS:
            members = quantity(each.put_into_tier_1, "member")
            console.print(
                f"[bold yellow]{each.rule}: the slump puts {members} into tier 1, too few for a conclusion on how they "
                "recover. Simulate more --members.[/]"
            )
    console.print(
        f"[dim]Simulated: members' means differ by {BETWEEN:g} s, the days of one member by {WITHIN:g} s (standard "
        f"deviations); everybody works every day. Slump: a quarter of the members are {SLUMP_SDS:g} of the latter "
        f"deviations worse for {SLUMP_DAYS} days in the middle. Tier changes and completions leave out the first "
        f"{SETTLING_DAYS} days, and with them the first placements. -: nobody, or not within these days.[/]"
    )


def _figures(measured: Measurement) -> dict[str, str]:
    """Return the figures by the sentence that explains them."""
    return {
        f"Tier changes in {YEAR} worked days of a member whose performance is steady.": (
            f"{measured.changes_per_member_year:.2f}"
        ),
        f"The same in {WORKING_YEAR} worked days, a year with free weekends.": (
            f"{measured.changes_per_250_worked_days:.2f}"
        ),
        "Members whom the slump puts into tier 1.": str(measured.put_into_tier_1),
        "Worked days after the slump until half of them are out of tier 1.": _days(measured.median_days_to_return),
        f"Share of them in tier 1 on the {AFTERWARDS_DAYS}th day after it.": _percent(measured.stuck_share),
        "Worked days until half of all members reach the tier of their true mean.": _days(measured.days_to_own_tier),
        "The same for nine in ten.": _days(measured.days_to_own_tier_p90),
        **{
            f"Share of days on which a member in tier {tier} meets their target.": _percent(rate)
            for tier, rate in measured.completion_rate_by_tier.items()
        },
    }


def _days(days: float | None) -> str:
    return "-" if days is None else f"{days:g}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"
