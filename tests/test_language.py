"""The glossary holds in everything that is shipped: words that it has replaced name nothing, and people are "they"."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT

SHIPPED = [*sorted((ROOT / "functions").rglob("*.py")), *sorted((ROOT / "infra").rglob("*.py")), ROOT / "app.py"]
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), *ROOT.glob("*.md"), *sorted((ROOT / "infra").rglob("*.yaml"))]
PERSON = re.compile(r"(?<![a-z])(he|him|his|himself|she|hers?|herself)(?![a-z])", re.IGNORECASE)
TESTS = [file for file in sorted((ROOT / "tests").rglob("*.py")) if file.name != "test_language.py"]
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def forbidden() -> set[str]:
    """The last column of the glossary's tables, in lower case."""
    rows = [line.split("|") for line in (ROOT / "docs" / "glossary.md").read_text().splitlines() if line[:1] == "|"]
    return {word.strip().lower() for row in rows for word in row[3].split(",")} - {"", "not", "---"}


def names(file: Path) -> Iterator[tuple[int, str]]:
    """Every name that the file defines, with its line: functions, classes, parameters, variables, fields, itself."""
    yield 0, file.stem
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


def test_the_glossary_forbids_some_words() -> None:
    assert {"desk", "clerk", "court", "rung", "oracle"} <= forbidden()


def test_a_name_is_taken_apart_into_its_words() -> None:
    assert [word.lower() for word in WORDS.findall("RewardDesk_of_SQSQueue")] == [
        "reward",
        "desk",
        "of",
        "sqs",
        "queue",
    ]


@pytest.mark.parametrize("root", ["functions", "infra"])
def test_no_shipped_name_holds_a_word_that_the_glossary_has_replaced(root: str) -> None:
    banned = forbidden()
    found = [
        f"{file.relative_to(ROOT)}:{line} {name}"
        for file in SHIPPED
        if file.is_relative_to(ROOT / root)
        for line, name in names(file)
        if banned & {word.lower() for word in WORDS.findall(name)}
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("file", [*SHIPPED, *PAGES, *TESTS], ids=lambda file: str(file.relative_to(ROOT)))
def test_people_are_they(file: Path) -> None:
    found = [
        f"{number}: {line.strip()}"
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if PERSON.search(line)
    ]
    assert not found, "\n".join(found)
