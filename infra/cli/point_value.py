"""What a point is worth in money, and the options by which somebody says so."""

import math
from dataclasses import dataclass

import click

point_value_option = click.option(
    "--point-value", type=float, metavar="AMOUNT", help="What a point is worth, such as 0.01."
)
currency_option = click.option("--currency", default="EUR", metavar="CODE", help="Of --point-value. Default: EUR.")


@dataclass(frozen=True, slots=True)
class PointValue:
    """The worth of a point in money."""

    amount: float
    currency: str

    def money(self, points: float) -> str:
        return f"{points * self.amount:,.2f}"


def point_value_of(amount: float | None, currency: str) -> PointValue | None:
    """Return the worth that was said, None where none was. Raises click.BadParameter for one that is no amount."""
    if amount is None:
        return None
    if not 0 < amount < math.inf:
        raise click.BadParameter(f"--point-value {amount:g}: write an amount above 0, such as 0.01")
    return PointValue(amount, currency)
