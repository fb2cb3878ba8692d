"""Options of the commands that guess: answers, the roster, the centre's time zone."""

from collections.abc import Sequence
from pathlib import Path

import click

from ladder.domain.validation.constraints import is_time_zone

KEYS = (
    "agent", "agent_ids", "date", "date_format", "time_zone", "encoding", "separator", "header", "sheet", "decimal",
    "thousands", "count", "contact_type", "rows_by", "AHT", "SHORT", "REPEAT", "FCR", "TRANSFER", "ADHERENCE",
    "QUALITY", "CSAT",
)  # fmt: skip
WHOLE = frozenset({"header"})

roster_option = click.option(
    "--roster", type=Path, metavar="FILE.csv", help="People by user, with columns of their ids and names elsewhere."
)
set_option = click.option(
    "--set", "given", multiple=True, metavar="KEY=VALUE", help="Answer a question; may be given several times."
)


def _zone(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and not is_time_zone(value):
        raise click.BadParameter(f"{value} is no time zone; write an IANA name such as Europe/Berlin")
    return value


time_zone_option = click.option(
    "--time-zone", callback=_zone, metavar="ZONE", help="The centre's zone, in which its days begin: Europe/Berlin."
)


def answers(given: Sequence[str]) -> dict[str, str]:
    """Return each answer by its key. Raises BadParameter for one that answers nothing."""
    known = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or key not in KEYS:
            raise click.BadParameter(f"--set {text}: write KEY=VALUE with one of {', '.join(KEYS)}")
        if key in WHOLE and not (value.isdigit() and int(value) > 0):
            raise click.BadParameter(f"--set {text}: write the number of a line, such as 4")
        if key == "separator" and value not in {",", ";", "tab", "|"}:
            raise click.BadParameter(f'--set {text}: write ",", ";", tab or "|"')
        known[key] = value
    return known
