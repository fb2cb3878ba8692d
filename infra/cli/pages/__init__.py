"""HTML pages that need no script and load nothing: a shared frame, shared parts, and charts as plain SVG.

page.html.jinja   the frame of a page
parts.html.jinja  sections, tiles, cards, bars, legends
charts.svg.jinja  charts by days; charts.py has their scales
page.css          the look of both, in the light and in the dark
"""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ladder.domain.message import Message
from ladder.messages import render as messages

FOLDER = Path(__file__).parent


def render(template: Path, **values: Any) -> str:
    """Return a page. Text is escaped; a message is written as its text, a fraction with one digit."""
    environment = Environment(
        loader=FileSystemLoader([template.parent, FOLDER]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters["percent"] = percent
    environment.filters["whole"] = "{:,.0f}".format
    return environment.get_template(template.name).render(values)


def _shown(value: object) -> object:
    if isinstance(value, Message):
        return messages.render(value)
    return f"{value:.1f}" if isinstance(value, float) else value


def percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f}"
