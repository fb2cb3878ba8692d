"""Who imports whom among the tests, and that each helper has one home."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT

TESTS = sorted((ROOT / "tests").rglob("*.py"))
SHARED = {"builders", "fakes", "paths", "reference"}


def imported(file: Path) -> Iterator[list[str]]:
    """Each name that the file imports from tests, as its parts without `tests`."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "tests":
            yield from ([*node.module.split(".")[1:], alias.name] for alias in node.names)


def of(file: Path) -> str:
    """The folder of the tests that the file belongs to."""
    return file.relative_to(ROOT / "tests").parts[0].removesuffix(".py")


@pytest.mark.parametrize("folder", sorted({of(file) for file in TESTS}))
def test_a_test_imports_from_its_own_folder_and_from_what_tests_share(folder: str) -> None:
    allowed = SHARED if folder in SHARED else SHARED | {folder}
    foreign = [
        f"{file.relative_to(ROOT)}: {'.'.join(name)}"
        for file in TESTS
        if of(file) == folder
        for name in imported(file)
        if name[0] not in allowed
    ]
    assert foreign == []


def test_nothing_is_imported_from_a_test_or_a_conftest() -> None:
    tests = [
        f"{file.relative_to(ROOT)}: {'.'.join(name)}"
        for file in TESTS
        for name in imported(file)
        if any(part.startswith("test_") or part == "conftest" for part in name[:-1])
    ]
    assert tests == []


def test_a_helper_is_defined_once() -> None:
    classes = Counter(
        node.name for file in TESTS for node in ast.parse(file.read_text()).body if isinstance(node, ast.ClassDef)
    )
    assert [name for name, times in classes.items() if times > 1] == []
