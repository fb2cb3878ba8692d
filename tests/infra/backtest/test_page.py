"""The page: well formed, complete in itself, kind, and safe whatever an agent is called."""

import json
import re
from collections import Counter
from contextlib import redirect_stdout
from datetime import date, timedelta
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from infra.cli import pages
from infra.cli.completion import TierCompletion
from infra.cli.main import main
from infra.cli.pages import STYLE
from infra.cli.pages.charts import Chart, evenly_spaced
from ladder.domain.challenges.rules import TIERS
from tests.builders.drawn_centre import BANK, metric_file

EVIL = "<script>alert(1)</script>&\"'"
VOID = {"meta"}
PICTURES = 3 * 3 + 1 + 2  # completion, tiers and targets of three metrics; an agent's days; the mix in two ways


class Reader(HTMLParser):
    """Every element is closed where it was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: Counter[str] = Counter()
        self.attributes: list[tuple[str, str | None]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Any]:
    folder = tmp_path_factory.mktemp("page")
    figures, out = folder / "history.csv", folder / "page.html"
    named = metric_file(12, 60).replace("P00003,", '"' + EVIL.replace('"', '""') + '",')
    hanging = [_hangs_up(line) for line in named.splitlines()]
    figures.write_text("\n".join(hanging) + "\n")
    with redirect_stdout(StringIO()) as printed:
        assert main(["backtest", "--metrics", str(figures), "--program", str(BANK), "--json", "--html", str(out)]) == 0
    return out.read_text(), json.loads(printed.getvalue())


@pytest.fixture(scope="module")
def page(made: tuple[str, Any]) -> str:
    return made[0]


@pytest.fixture(scope="module")
def shown(made: tuple[str, Any]) -> Any:
    """Return what `--json` prints."""
    return made[1]


def _hangs_up(line: str) -> str:
    """Agents 3 and 5 end a third of their calls at once."""
    *before, _short, eligible, repeats, a, b, c, d, e, f = line.split(",")
    calls = before[2] if before[0] == "P00005" else before[-2]
    flagged = line.startswith(("P00005", '"<script>'))
    return ",".join([*before, str(int(calls) // 3), eligible, repeats, a, b, c, d, e, f]) if flagged else line


@pytest.fixture(scope="module")
def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def test_every_element_is_closed_and_there_are_pictures(read: Reader) -> None:
    assert read.open == []
    assert read.seen["figure"] == PICTURES
    assert read.seen["path"] > 20


def test_it_loads_nothing_and_runs_nothing(page: str, read: Reader) -> None:
    assert not {"script", "link", "img", "iframe", "object"} & read.seen.keys()
    assert not {name for name, _ in read.attributes} & {"src", "href", "srcset", "onload", "onclick"}
    assert not re.search(r"https?://|url\(|@import", page)


def test_a_name_is_text_wherever_it_stands(page: str, read: Reader) -> None:
    assert "<script>" not in page
    assert any(EVIL in text for text in read.text)


def test_it_is_made_for_a_phone_and_for_the_dark(page: str) -> None:
    assert "width=device-width" in page
    assert "prefers-color-scheme: dark" in page


def test_a_flag_is_a_question_and_says_that_nothing_is_taken_away(read: Reader) -> None:
    text = " ".join(read.text)
    assert "nothing is taken away" in text
    assert "a question, not a finding" in text
    assert not re.search(r"cheat|fraud|gaming|offend|punish|worst", text, re.IGNORECASE)


def test_every_picture_says_in_words_what_it_shows_and_can_be_read_as_a_table(page: str) -> None:
    charts = pictures(page)
    assert len(charts) == PICTURES
    assert all(re.search(r'<svg role="img" aria-label="[^"]{10,}"', chart) for chart in charts)
    assert all(re.search(r"<details.*>Show as a table<.*<tbody>\s*<tr", chart, re.DOTALL) for chart in charts)
    assert len({re.search(r'aria-label="([^"]+)"', chart)[1] for chart in charts}) == len(charts)  # type: ignore[index]


def test_no_text_of_a_picture_is_scaled(page: str) -> None:
    for stretched in re.findall(r"<svg[^>]*viewBox.*?</svg>", page, re.DOTALL):
        assert "<text" not in stretched
        assert stretched.count("<path") == stretched.count('vector-effect="non-scaling-stroke"') > 0


def test_a_tier_has_the_same_colour_in_every_picture_and_legend(page: str) -> None:
    style = page[: page.index("</style>")]
    for tier in TIERS:
        colour = f"var(--tier{tier})"
        assert f".f-tier{tier} {{ fill: {colour}; color: {colour}; }}" in style
        assert f".l-tier{tier} {{ stroke: {colour};" in style
        assert f".dot.tier{tier} {{ background: {colour}; }}" in style
    assert (STYLE / "tokens.css").read_text() in style
    assert not re.search(r"#[0-9a-f]{3,6}\b", (pages.FOLDER / "page.css").read_text())
    charts = pictures(page)
    assert all(f"f-tier{tier}" in chart or f"l-tier{tier}" in chart for chart in charts[:9] for tier in TIERS)


def test_a_legend_draws_its_mark_as_the_picture_does(page: str) -> None:
    legends = re.findall(r'<ul class="legend.*?</ul>', page, re.DOTALL)
    marks = {style for legend in legends for style in re.findall(r'<(?:line|rect|circle) class="([^"]+)"', legend)}
    drawn = set(re.findall(r'<(?:path|rect|circle) class="(?:area )?([^"]+)"', "".join(pictures(page))))
    assert {"smoothed", "asked", "of-tier l-tier2"} <= marks & drawn
    assert drawn - marks <= {"band", "off", "f-1"}  # said by the text, or named beside the bar
    dashed = set(re.findall(r"\.([\w-]+) \{[^}]*stroke-dasharray", page))
    assert dashed == {"smoothed", "l-tier2", "l-tier3"}


def test_on_paper_the_page_is_light_and_its_tables_are_pictures(page: str) -> None:
    on_paper = re.findall(r"@media print \{(.*?)\n\}", page, re.DOTALL)
    light = dict(re.findall(r"--(tier\d): (#\w+);", page.partition("@media")[0]))
    assert light == dict(re.findall(r"--(tier\d): (#\w+);", on_paper[0]))
    assert any(".as-table { display: none; }" in rules for rules in on_paper)


def rows(chart: str) -> list[list[str]]:
    table = [re.findall(r"<(?:td|th)[^>]*>(.*?)</", row) for row in re.findall(r"<tr.*?</tr>", chart, re.DOTALL)]
    return table[1:]


def pictures(page: str) -> list[str]:
    return re.findall(r'<figure class="chart">.*?</figure>', page, re.DOTALL)


def test_the_table_of_a_picture_has_the_numbers_that_are_drawn(shown: Any, page: str) -> None:
    completions, stacks, targets = (pictures(page)[start : start + 3] for start in (0, 3, 6))
    categories = ["AHT_SPRINT", "FIRST_TIME_RIGHT", "STAY_ON_THE_LINE"]
    for key, chart in zip(categories, completions, strict=True):
        drawn = [float(x) for x in re.findall(r'<circle cx="([\d.]+)%"', chart)]
        measured = shown["completion_by_category"][key].values()
        assert drawn == [pytest.approx(100 * tier["rate"], abs=0.051) for tier in measured if tier["days"]]
        assert [row[1] for row in rows(chart)] == [str(tier["days"]) for tier in measured]
    for key, chart in zip(categories, stacks, strict=True):
        assert [[int(cell) for cell in row[1:]] for row in rows(chart)] == [
            [night[name] for name in ("not placed", "1", "2", "3")] for night in shown["tiers"][key]
        ]
        assert len(rows(chart)) == re.findall(r' d="(.*?)"', chart)[-1].count("L") / 2 + 0.5
    for key, chart in zip(categories, targets, strict=True):
        nights = shown["targets"][key]
        assert [[float(cell) for cell in row[1:4]] for row in rows(chart)] == [night["shown"] for night in nights]
        assert [row[4] for row in rows(chart)].count("yes") == chart.count('class="ran"')


def test_a_tier_in_which_nobody_worked_is_said_in_words(tmp_path: Path) -> None:
    template = tmp_path / "one.html.jinja"
    template.write_text('{% import "charts.svg.jinja" as charts %}{{ charts.completions(tiers, (0.5, 0.7), "share") }}')
    nobody = TierCompletion(rate=None, low=None, high=None, members=0, days=0)
    worked = TierCompletion(rate=0.9, low=0.8, high=0.95, members=9, days=300)
    drawn = pages.render(template, tiers={"1": worked, "2": nobody})
    assert ">90 %</text>" in drawn
    assert ">nobody worked in it</text>" in drawn
    assert "- %" not in drawn
    assert rows(drawn)[1] == ["Tier 2", "0", "\u2013", "\u2013", "\u2013"]
    assert "f-tier2" not in drawn


def test_no_share_is_a_dash_before_a_per_cent_sign(page: str) -> None:
    assert not re.search(r"[-\u2013] ?(/|%)", re.sub(r"<style>.*</style>", "", page, flags=re.DOTALL))


def test_a_table_of_figures_is_a_list_on_a_phone(page: str) -> None:
    stacked = re.findall(r'<table class="[^"]*stacks.*?</table>', page, re.DOTALL)
    assert len(stacked) == 3  # cost by category, by month, each agent
    for table in stacked:
        assert table.count("<td") == table.count("data-title=") > 0


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 29), (55, 70), (0.1, 0.2), (0, 100_000), (-5, 5)])
def test_values_are_read_by_a_few_round_numbers(low: float, high: float) -> None:
    ticks = Chart(height=50, days=(date(2026, 1, 1), date(2026, 1, 2)), values=(low, high)).value_ticks()
    assert 2 <= len(ticks) <= 5
    assert all(low <= value <= high for value in ticks)


def test_the_first_and_the_last_day_stand_at_the_edges() -> None:
    first = date(2026, 1, 1)
    last = first + timedelta(days=10)
    chart = Chart(height=50, days=(first, last), values=(0, 1))
    assert [chart.x(first + timedelta(days=days)) for days in (0, 5, 10)] == [0, 50, 100]
    assert chart.day_span(first) == (0, 5)
    assert chart.day_span(last) == (95, 5)
    assert chart.y(1) < chart.y(0) == chart.bottom


def test_a_chart_of_one_day_is_drawn(tmp_path: Path) -> None:
    page = tmp_path / "one.html.jinja"
    page.write_text(
        '{% import "charts.svg.jinja" as charts %}{{ charts.tier_lines(chart, {1: points}, [], "one day") }}'
    )
    first = date(2026, 1, 1)
    chart = Chart(height=50, days=(first, first), values=(0, 1), unit=" s")
    drawn = pages.render(page, chart=chart, points=[(first, 0.5), (first, None)]).strip()
    assert '<svg role="img" aria-label="one day" height="50">' in drawn
    assert 'd="M0.00 17.0"' in drawn
    assert drawn.count(">1 Jan</text>") == 1


def test_of_many_points_a_few_are_drawn_with_the_first_and_the_last_among_them() -> None:
    drawn = evenly_spaced(range(1000))
    assert (len(drawn), drawn[0], drawn[-1]) == (150, 0, 999)
    assert evenly_spaced("abc") == ["a", "b", "c"]
    assert evenly_spaced("") == []


def test_the_style_is_part_of_the_package() -> None:
    assert (pages.FOLDER / "page.css").exists()
