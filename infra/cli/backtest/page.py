"""The page: one file, complete in itself, that a works council may read as well as a supervisor."""

from pathlib import Path

from infra.cli.backtest import sections
from infra.cli.backtest.markup import tag, words
from infra.cli.backtest.report import Report

STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def page(report: Report) -> str:
    """HTML; it needs no script and loads nothing."""
    title = f"What Ladder would have done: {report.replayed.program.name}"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", words(title)),
        tag("style", STYLE),
    )
    return f"<!doctype html>\n{tag('html', head, tag('body', tag('main', *_parts(report))), lang='en')}\n"


def _parts(report: Report) -> tuple[str, ...]:
    return (
        _opening(report),
        sections.tiles(report),
        sections.notes_part(report.warnings),
        sections.rates_part(report),
        sections.tiers_part(report),
        sections.targets_part(report),
        sections.story_part(report),
        sections.mix_part(report.mix),
        sections.flags_part(report),
        sections.moves_part(report),
        _closing(),
    )


def _opening(report: Report) -> str:
    told = (
        "A dry run on your own history: every night was played again with the figures that were final by then, and "
        "not one later. Nobody was paid, nothing was posted, nobody has seen it."
    )
    return tag(
        "header",
        tag("p", words(report.replayed.program.name), class_="eyebrow"),
        tag("h1", "What Ladder would have done"),
        tag("p", words(told), class_="lead"),
    )


def _closing() -> str:
    told = (
        "A tier says which target is worth trying today, not what somebody is worth. It follows the median of an "
        "agent's last worked days and moves one step at a time. This page is for planning a program; it is no "
        "appraisal, and no figure in it is fit to be one."
    )
    return tag("footer", tag("p", words(told)))
