"""A reader in a browser: signed in, with what the page did against its own policy written down."""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import Browser, Locator, Page, Route

from infra.frontend.packages import Package, node_modules
from tests.console.pages import ConsolePage
from tests.console.site import Site
from tests.console.stand_ins import as_json

AXE = Package("axe-core", "4.14.1", "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745")
PHONE, DESK = 320, 1100
HEIGHT, PATIENCE_MS = 900, 20_000
# Runs before the page's own scripts: what the policy refused, and how far things have moved while the page was loaded.
WATCH = """
window.refusedByPolicy = [];
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  refusedByPolicy.push(`${violatedDirective} ${blockedURI}`));
window.layoutShift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) layoutShift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

STORE = 'sessionStorage.setItem("ladder.tokens", {tokens})'
type Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class Visit:
    page: Page
    site: Site
    errors: list[str] = field(default_factory=list)  # of scripts
    requests: list[str] = field(default_factory=list)

    def open(self, page: ConsolePage) -> Page:
        """Open a page and wait until it shows what it has loaded."""
        self.stand_in(page.answers)
        self.go(page.path.format(**self.site.own) if "{" in page.path else page.path)
        self.page.wait_for_selector(page.ready)
        return self.page

    def stand_in(self, answers: Mapping[str, object]) -> None:
        """Let the API answer reads with these, by the end of a route's path."""
        for path, answer in answers.items():
            ending = re.compile(rf"{re.escape(path.format(program=self.site.program))}(\?.*)?$")
            self.page.route(ending, answering(as_json(answer)))

    def go(self, path: str) -> Page:
        self.page.goto(f"{self.site.address}/{path}" if path else self.site.address)
        self.page.wait_for_selector("h1")
        return self.page

    def refused_by_policy(self) -> list[str]:
        refused: list[str] = self.page.evaluate("refusedByPolicy")
        return refused

    def layout_shift(self) -> float:
        return float(self.page.evaluate("layoutShift"))

    def is_wider_than_the_screen(self) -> bool:
        return is_wider_than_the_screen(self.page)

    def accessibility_problems(self) -> list[str]:
        return accessibility_problems(self.page)


def answering(body: str) -> Callable[[Route], None]:
    def fulfill(route: Route) -> None:
        if route.request.method == "GET":
            route.fulfill(body=body, content_type="application/json")
        else:
            route.fallback()

    return fulfill


def cells(row: Locator) -> list[str]:
    """Return the text of each cell of a table's row; lines within a cell are separated by line feeds."""
    return [cell.strip() for cell in row.inner_text().split("\t")]


def is_wider_than_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def accessibility_problems(page: Page) -> list[str]:
    """Return what axe finds: the rule, and where it is broken."""
    source = (node_modules(AXE) / AXE.name / "axe.min.js").read_text(encoding="utf-8")
    page.evaluate(f"{source};0")  # not as a script tag, which the policy refuses
    found: list[dict[str, Any]] = page.evaluate("axe.run().then((results) => results.violations)")
    return [
        f"{problem['id']}: {problem['help']} at {', '.join(node['html'][:160] for node in problem['nodes'])}"
        for problem in found
    ]


@contextmanager
def visit(
    browser: Browser,
    site: Site,
    role: str | None = "member",
    *,
    scheme: Scheme = "light",
    width: int = DESK,
    language: str = "en-GB",
    token: str | None = None,
) -> Iterator[Visit]:
    """Open a browser of one's own. `role`: who is signed in; None: nobody yet. `token`: instead of theirs."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, locale=language, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(WATCH)
    if role:
        expires = (time.time() + 3000) * 1000
        login = "members" if role == "member" else "staff"
        tokens = json.dumps({"login": login, "id": token or site.token(role), "refresh": "none", "expires": expires})
        context.add_init_script(f'sessionStorage.getItem("ladder.tokens") ?? {STORE.format(tokens=json.dumps(tokens))}')
    page = context.new_page()
    visited = Visit(page, site)
    page.on("pageerror", lambda error: visited.errors.append(str(error)))
    page.on("request", lambda request: visited.requests.append(request.url))
    try:
        yield visited
    finally:
        context.close()
