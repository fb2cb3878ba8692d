"""The page: well formed, complete in itself, kind, and safe whatever an agent is called."""

import re
from collections import Counter
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from infra.cli import pages
from infra.cli.main import main
from infra.cli.pages.charts import Chart, evenly_spaced
from tests.infra.backtest.centre import BANK, metric_file

EVIL = "<script>alert(1)</script>&\"'"
VOID = {"meta"}


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
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("page")
    figures, out = folder / "history.csv", folder / "page.html"
    named = metric_file(12, 60).replace("P00003,", '"' + EVIL.replace('"', '""') + '",')
    hanging = [_hangs_up(line) for line in named.splitlines()]
    figures.write_text("\n".join(hanging) + "\n")
    assert main(["backtest", "--metrics", str(figures), "--program", str(BANK), "--json", "--html", str(out)]) == 0
    return out.read_text()


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
    assert read.seen["svg"] >= 2 * 3 + 1  # tiers and targets of three metrics, one agent's days
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


def test_every_picture_says_in_words_what_it_shows(read: Reader) -> None:
    assert read.seen["title"] > read.seen["svg"]
    assert all(label for name, label in read.attributes if name == "aria-label")


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 29), (55, 70), (0.1, 0.2), (0, 100_000), (-5, 5)])
def test_values_are_read_by_a_few_round_numbers(low: float, high: float) -> None:
    ticks = Chart(size=(100, 50), days=(date(2026, 1, 1), date(2026, 1, 2)), values=(low, high)).value_ticks()
    assert 2 <= len(ticks) <= 5
    assert all(low <= value <= high for value in ticks)


def test_the_first_and_the_last_day_stand_at_the_edges() -> None:
    first = date(2026, 1, 1)
    last = first + timedelta(days=10)
    chart = Chart(size=(100, 50), days=(first, last), values=(0, 1))
    assert chart.left == chart.x(first) < chart.x(first + timedelta(days=5)) < chart.x(last) == chart.right <= 100
    assert chart.y(1) < chart.y(0) == chart.bottom


def test_a_chart_of_one_day_is_drawn(tmp_path: Path) -> None:
    page = tmp_path / "one.html.jinja"
    page.write_text(
        '{% import "charts.svg.jinja" as charts %}{{ charts.step_lines(chart, {"s1": points}, [], "one day") }}'
    )
    first = date(2026, 1, 1)
    chart = Chart(size=(100, 50), days=(first, first), values=(0, 1), unit=" s")
    drawn = pages.render(page, chart=chart, points=[(first, 0.5), (first, None)]).strip()
    assert drawn.startswith('<svg viewBox="0 0 100 50" role="img" aria-label="one day"><title>one day</title>')
    assert 'd="M40.0 18.0"' in drawn
    assert drawn.count(">1 Jan</text>") == 1


def test_of_many_points_a_few_are_drawn_with_the_first_and_the_last_among_them() -> None:
    drawn = evenly_spaced(range(1000))
    assert (len(drawn), drawn[0], drawn[-1]) == (150, 0, 999)
    assert evenly_spaced("abc") == ["a", "b", "c"]
    assert evenly_spaced("") == []


def test_the_style_is_part_of_the_package() -> None:
    assert (pages.FOLDER / "page.css").exists()
