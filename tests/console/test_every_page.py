"""What holds on every page of the console: anybody can read it, on any screen, within the page's own policy."""

from collections.abc import Callable

import pytest

from infra.frontend.bundle import console_folder
from tests.console.pages import PAGES, ConsolePage
from tests.console.visit import PHONE, Visit
from tests.paths import FUNCTIONS

EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
MOST_SHIFT = 0.02  # of the screen: less than anybody sees
MOST_REQUESTS, MOST_SCRIPT_BYTES = 10, 60_000


@EVERY_PAGE
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_has_no_barrier_in_light_and_dark(read_as: Callable[..., Visit], page: ConsolePage, scheme: str) -> None:
    visited = read_as(page.role, scheme=scheme)
    visited.open(page)
    for summary in visited.page.locator("main summary").all():
        summary.click()  # what is folded is read, too
    assert visited.accessibility_problems() == []


@EVERY_PAGE
@pytest.mark.parametrize("language", ["en-GB", "de-DE"])
def test_a_page_fits_on_a_phone_in_the_longest_language(
    read_as: Callable[..., Visit], page: ConsolePage, language: str
) -> None:
    visited = read_as(page.role, width=PHONE, language=language)
    visited.open(page)
    assert visited.page.get_attribute("html", "lang") == language[:2]
    assert not visited.is_wider_than_the_screen()


@EVERY_PAGE
def test_nothing_moves_while_a_page_is_loaded_and_it_takes_few_requests(
    read_as: Callable[..., Visit], page: ConsolePage
) -> None:
    visited = read_as(page.role)
    visited.open(page).wait_for_load_state("networkidle")
    assert visited.layout_shift() < MOST_SHIFT
    assert len(visited.requests) <= MOST_REQUESTS


@EVERY_PAGE
def test_all_that_can_be_operated_is_reached_by_the_keyboard_and_shows_where_it_is(
    read_as: Callable[..., Visit], page: ConsolePage
) -> None:
    shown = read_as(page.role).open(page)
    wanted: int = shown.evaluate(
        """() => [...document.querySelectorAll("a[href], button:not(:disabled), summary, input, select, textarea")]
          .filter((element) => element.checkVisibility())
          .filter((element) => element.type !== "radio" || element.checked).length"""  # Tab stops once in a group
    )
    reached, outlines = set[str](), list[str]()
    for _ in range(wanted + 20):  # scrolled tables can be reached, too
        shown.keyboard.press("Tab")
        focus: list[str] = shown.evaluate(
            """() => {
              const focused = document.activeElement;
              focused.dataset.reached ??= String(Math.random());
              const operated = focused.matches("a[href], button, summary, input, select, textarea");
              return [operated ? focused.dataset.reached : "", getComputedStyle(focused).outlineStyle];
            }"""
        )
        reached |= {focus[0]} - {""}
        outlines += [focus[1]] if focus[0] else []
    assert len(reached) == wanted
    assert "none" not in outlines


def test_the_pages_together_are_small() -> None:
    scripts = (console_folder(FUNCTIONS) / "console" / "files").glob("*.js.br")
    assert 0 < sum(script.stat().st_size for script in scripts) < MOST_SCRIPT_BYTES
