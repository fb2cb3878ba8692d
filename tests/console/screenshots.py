"""Pictures of every page, light and dark, on a desk and on a phone, in both languages: for people to look at.

`uv run python -m tests.console.screenshots` writes them to `.build/screenshots`; `--running` takes them of the stage
that `ladder demo --keep` runs, and words name the pages to take.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from infra.frontend.packages import BUILD
from infra.local.running import find_running
from tests.console.browser import find_browser, install_browser
from tests.console.pages import PAGES
from tests.console.site import Site, open_site, running_site
from tests.console.visit import DESK, PHONE, Scheme, visit

FOLDER = BUILD / "screenshots"
VARIANTS: tuple[tuple[Scheme, int, str], ...] = (
    ("light", DESK, "en-GB"),
    ("dark", DESK, "en-GB"),
    ("light", DESK, "de-DE"),
    ("light", PHONE, "en-GB"),
    ("dark", PHONE, "de-DE"),
)


def take(site: Site, names: list[str], folder: Path = FOLDER) -> Iterator[Path]:
    """Yield the file of each picture."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser() or install_browser())
        for scheme, width, language in VARIANTS:
            for page in PAGES:
                if names and page.name not in names:
                    continue
                with visit(browser, site, page.role, scheme=scheme, width=width, language=language) as visited:
                    shown = visited.open(page)
                    file = folder / f"{page.name}-{scheme}-{width}-{language[:2]}.png"
                    shown.screenshot(path=file, full_page=True)
                    yield file
        browser.close()


@contextmanager
def chosen_site(*, running: bool) -> Iterator[Site]:
    found = find_running() if running else None
    if found:
        yield running_site(found)
    else:
        with open_site() as opened:
            yield opened


if __name__ == "__main__":
    words = sys.argv[1:]
    with chosen_site(running="--running" in words) as site:
        for picture in take(site, [word for word in words if not word.startswith("--")]):
            print(picture)  # noqa: T201
