"""One deployed console for all tests of a worker, and a browser; without one they are skipped, but never in CI."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.console.browser import VARIABLE, find_browser
from tests.console.site import PlayedSite, Site, open_site
from tests.console.visit import PATIENCE_MS, Visit, visit

WITHOUT = (
    f"no browser on this machine: install Chromium, or set {VARIABLE} to one "
    "(`uv run python -m tests.console.browser` unpacks one and prints where it is)"
)


expect.set_options(timeout=PATIENCE_MS)  # as long as a page may take: machines here are noisy


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A module's own: while Playwright runs, no other test of the process can use asyncio."""
    program = find_browser()
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(WITHOUT)
        pytest.skip(WITHOUT)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def site() -> Iterator[PlayedSite]:
    with open_site() as opened:
        yield opened


@pytest.fixture
def read_as(browser: Browser, site: Site) -> Iterator[Callable[..., Visit]]:
    """Open the console as somebody. At the end no script has failed, and the policy has refused nothing."""
    visits = list[Visit]()
    with ExitStack() as opened:

        def read(role: str | None = "member", **how: Any) -> Visit:
            visited = opened.enter_context(visit(browser, site, role, **how))
            visits.append(visited)
            return visited

        yield read
        for visited in visits:
            assert visited.errors == []
            assert visited.refused_by_policy() == []
