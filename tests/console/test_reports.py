"""The pages that the `ladder` command writes have no barrier in a real browser, and fit on a phone and on paper."""

from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from infra.cli.main import main
from tests.builders.drawn_centre import BANK, metric_file
from tests.console.visit import DESK, HEIGHT, PHONE, Scheme, accessibility_problems, is_wider_than_the_screen

PAPER = 700  # pixels: the width of a sheet within its margins


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    figures = folder / "history.csv"
    figures.write_text(metric_file(12, 60))
    files = {name: folder / f"{name}.html" for name in ("backtest", "simulate", "simulate-de")}
    simulate = ["simulate", "--members", "60", "--days", "160", "--part-time", "--point-value", "0.01"]
    with redirect_stdout(StringIO()):
        backtest = ["backtest", "--metrics", str(figures), "--program", str(BANK), "--html", str(files["backtest"])]
        assert main(backtest) == 0
        assert main([*simulate, "--html", str(files["simulate"])]) == 0
        assert main([*simulate, "--language", "de", "--html", str(files["simulate-de"])]) == 0
    return files


@pytest.fixture
def read(browser: Browser, reports: dict[str, Path]) -> Callable[..., Page]:
    def open_report(name: str, *, width: int = DESK, scheme: Scheme = "light") -> Page:
        page = browser.new_page(viewport={"width": width, "height": HEIGHT}, color_scheme=scheme)
        page.goto(reports[name].as_uri())
        return page

    return open_report


@pytest.mark.parametrize("name", ["backtest", "simulate", "simulate-de"])
@pytest.mark.parametrize(("width", "scheme"), [(DESK, "light"), (DESK, "dark"), (PHONE, "light")])
def test_a_report_has_no_barrier_and_is_as_wide_as_the_screen(
    read: Callable[..., Page], name: str, width: int, scheme: Scheme
) -> None:
    page = read(name, width=width, scheme=scheme)
    for summary in page.locator("summary").all():
        if summary.is_visible():
            summary.click()
    assert accessibility_problems(page) == []
    assert not is_wider_than_the_screen(page)


@pytest.mark.parametrize("name", ["backtest", "simulate-de"])
def test_on_paper_the_pictures_stay_and_what_was_closed_stays_closed(read: Callable[..., Page], name: str) -> None:
    page = read(name, width=PAPER, scheme="dark")
    page.emulate_media(media="print")
    assert all(picture.is_visible() for picture in page.locator("figure svg[role=img]").all())
    assert not any(table.is_visible() for table in page.locator("figure table").all())
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not is_wider_than_the_screen(page)
