"""Pages lead somewhere: every link to a file or a heading, and every path of the repository that a page names."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import FUNCTIONS, ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED = re.compile(r"`((?:functions|infra|tests|docs|domain|adapters|\.ci)/[\w./-]*\w/?)`")


def headings(page: Path) -> set[str]:
    """The anchors of a page, as repository hosts write them."""
    titles = re.findall(r"(?m)^#+ (.+)$", page.read_text())
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def broken(page: Path) -> Iterator[str]:
    for target in LINK.findall(page.read_text()):
        file, _, anchor = target.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        there = (page.parent / file).resolve() if file else page
        if not there.exists() or (anchor and there.suffix == ".md" and anchor not in headings(there)):
            yield target
    for path in NAMED.findall(page.read_text()):
        if not any((base / path).exists() for base in (ROOT, FUNCTIONS, FUNCTIONS / "ladder")):
            yield path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_every_path_that_a_page_names_leads_somewhere(page: Path) -> None:
    assert list(broken(page)) == []


def test_every_decision_stands_in_the_list_of_decisions() -> None:
    folder = ROOT / "docs" / "adr"
    numbered = sorted(file.name for file in folder.glob("[0-9]*.md"))
    assert re.findall(r"\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text()) == numbered
