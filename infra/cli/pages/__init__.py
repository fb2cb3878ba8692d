"""HTML pages that need no script and load nothing: a shared frame, shared parts, and charts as plain SVG.

page.html.jinja   the frame of a page
parts.html.jinja  sections, tiles, cards, tables, legends
charts.svg.jinja  charts, each with its table; charts.py has the scales
page.css          what they add to the style of the console, which is part of each page
"""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from infra.cli.texts import texts
from infra.layer import ROOT
from ladder.domain.message import Message
from ladder.messages import render as messages
from ladder.messages.render import DEFAULT

FOLDER = Path(__file__).parent
STYLE = ROOT / "functions" / "console" / "client" / "style"


def render(template: Path, *, language: str = DEFAULT, **values: Any) -> str:
    """Return a page. Text is escaped; a message is written as its text, a fraction with one digit."""
    environment = Environment(
        loader=FileSystemLoader([template.parent, FOLDER, STYLE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters["share"] = lambda share: None if share is None else f"{percent(share)} %"
    environment.filters["whole"] = "{:,.0f}".format
    environment.globals.update(say=texts(language), language=language, zip=zip)
    return environment.get_template(template.name).render(values)


def _shown(value: object) -> object:
    if isinstance(value, Message):
        return messages.render(value)
    return f"{value:.1f}" if isinstance(value, float) else value


def percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f}"
