"""HTML pages that need no script and load nothing: a shared frame, shared parts, and charts as plain SVG.

page.html.jinja   the frame of a page
parts.html.jinja  sections, tiles, cards, bars, legends
charts.svg.jinja  charts by days; charts.py has their scales
page.css          the look of both, in the light and in the dark
"""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).parent


def render(template: Path, **values: Any) -> str:
    """Return a page. Text is escaped; a number with a fraction is written with one digit of it."""
    environment = Environment(
        loader=FileSystemLoader([template.parent, FOLDER]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: f"{value:.1f}" if isinstance(value, float) else value,
    )
    environment.filters["percent"] = percent
    return environment.get_template(template.name).render(values)


def percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f}"
