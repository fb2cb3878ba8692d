"""The page of a simulation: the same figures as `--json`, in both languages, with every picture as a table, too."""

import json
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from infra.cli.main import main
from infra.cli.simulate.html_report import MONTH
from infra.cli.simulate.simulation import SETTLING_DAYS
from infra.cli.texts import FOLDER

MEMBERS, DAYS = 60, 170
ARGUMENTS = ("simulate", "--members", str(MEMBERS), "--days", str(DAYS))
UNKNOWN = "\N{EN DASH}"
PICTURES = 3 * 2  # completion, tiers and targets of two rules


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[str, Any]]:
    """Simulate, and return the page with what `--json` prints."""

    def simulate(*more: str) -> tuple[str, Any]:
        file = tmp_path_factory.mktemp("page") / "page.html"
        with redirect_stdout(StringIO()) as printed:
            assert main([*ARGUMENTS, *more, "--json", "--html", str(file)]) == 0
        return file.read_text(encoding="utf-8"), json.loads(printed.getvalue())

    return simulate


@pytest.fixture(scope="module")
def made(write: Callable[..., tuple[str, Any]]) -> tuple[str, Any]:
    return write("--points", "10", "20", "30", "--point-value", "0.5", "--currency", "CHF")


def pictures(page: str) -> list[str]:
    return re.findall(r'<figure class="chart">.*?</figure>', page, re.DOTALL)


def rows(html: str) -> list[list[str]]:
    """Return the cells of every row below a head."""
    found = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row) for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL)]
    return found[1:]


def test_completion_has_the_shares_and_intervals_of_the_document(made: tuple[str, Any]) -> None:
    page, document = made
    for chart, measured in zip(pictures(page)[:2], (document, document["literal"]), strict=True):
        expected = [
            [str(tier["days"]), *(f"{100 * tier[end]:.0f} %" for end in ("rate", "low", "high"))]
            for tier in measured["completion_by_tier"].values()
        ]
        assert [row[1:] for row in rows(chart)] == expected
        assert chart.count('class="reach"') == len(expected)


def test_every_day_has_every_member_in_one_tier_and_targets_get_harder_with_the_tier(made: tuple[str, Any]) -> None:
    page, _ = made
    tiers, targets = pictures(page)[2:4], pictures(page)[4:]
    for chart in tiers:
        assert [rows(chart)[0][0], rows(chart)[-1][0]] == ["1", str(DAYS)]
        assert {sum(int(cell) for cell in row[1:]) for row in rows(chart)} == {MEMBERS}
        assert [int(cell) for cell in rows(chart)[0][1:]] == [MEMBERS, 0, 0]  # everybody starts in tier 1
    for chart in targets:
        asked = [[float(cell) for cell in row[1:]] for row in rows(chart) if UNKNOWN not in row]
        assert len(asked) > 100
        assert all(one > two > three for one, two, three in asked)  # seconds: lower is harder


def test_a_month_costs_the_targets_met_times_their_points(made: tuple[str, Any]) -> None:
    page, document = made
    cost = page[page.index("What a month would cost") :]
    together = [row for row in rows(cost) if row[0] == "together"]
    for row, measured in zip(together, (document, document["literal"]), strict=True):
        month = [
            tier["days"] * (tier["rate"] or 0) / (DAYS - SETTLING_DAYS) * MONTH
            for tier in measured["completion_by_tier"].values()
        ]
        points = sum(met * each for met, each in zip(month, (10, 20, 30), strict=True))
        assert [int(cell.replace(",", "")) for cell in row[1:3]] == [round(sum(month)), round(points)]
        assert row[3] == f"{points * 0.5:,.2f}"
    assert "CHF" in cost
    assert "--point-value" not in cost


def test_the_figures_are_those_of_the_screen(made: tuple[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    page, _ = made
    assert main(list(ARGUMENTS)) == 0
    screen = " ".join(capsys.readouterr().out.split())
    table = rows(page[page.index('<table class="figures stacks wraps">') : page.index("How often targets are met")])
    assert len(table) == 11
    for sentence, *figures in table:
        assert f"{sentence} {' '.join(figures)}" in screen


def test_every_picture_says_what_it_shows_and_nothing_is_loaded(made: tuple[str, Any]) -> None:
    page, _ = made
    assert len(pictures(page)) == PICTURES
    labels = re.findall(r'<svg role="img" aria-label="([^"]{10,})"', page)
    assert len(set(labels)) == PICTURES
    assert not re.search(r"https?://|<script|<link|url\(|@import", page)
    assert "@media print" in page


def test_a_german_page_has_no_english_sentence(write: Callable[..., tuple[str, Any]]) -> None:
    page, _ = write("--language", "de", "--part-time", "--queue-move")
    english = json.loads((FOLDER / "en.json").read_text(encoding="utf-8"))["simulate"]
    assert '<html lang="de">' in page
    assert "Was eine Stufenregel bewirkt" in page
    sentences = {text.partition("{")[0] for text in english.values()}
    assert not {sentence for sentence in sentences if len(sentence) > 20 and sentence in page}
    assert re.search(r"\d,\d %", page)  # a German decimal


def test_a_page_that_cannot_be_written_is_said_before_anything_is_simulated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*ARGUMENTS, "--html", str(tmp_path / "nowhere" / "page.html")]) == 2
    assert "does not exist. Create it first" in " ".join(capsys.readouterr().err.split())
    assert main([*ARGUMENTS, "--html", str(tmp_path)]) == 2
    assert "is a folder" in capsys.readouterr().err
    assert main([*ARGUMENTS, "--point-value", "-1"]) == 2
    assert "write an amount above 0" in " ".join(capsys.readouterr().err.split())
