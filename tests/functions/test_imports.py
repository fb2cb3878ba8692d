"""Who may import whom: the rules of the tree, read off the sources themselves."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT

FUNCTIONS = ROOT / "functions"
LAMBDAS = sorted(folder.name for folder in FUNCTIONS.iterdir() if folder.is_dir() and folder.name != "ladder")
STANDARD = set(sys.stdlib_module_names)
POWERTOOLS = "aws_lambda_powertools"


def imported(file: Path) -> set[str]:
    """The dotted names that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def imported_modules(file: Path) -> Iterator[str]:
    """What a file imports, and each name as well: it may be a module of its package."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))


def offences(folder: Path, allowed: tuple[str, ...], *, ours_only: bool = False) -> Iterator[str]:
    ours = {"ladder", "infra", "tests", *LAMBDAS}
    for file in sorted(folder.rglob("*.py") if folder.is_dir() else [folder]):
        for name in sorted(imported(file)):
            top = name.split(".")[0]
            if top in STANDARD or (ours_only and top not in ours):
                continue
            if not any(name == each or name.startswith(f"{each}.") for each in allowed):
                yield f"{file.relative_to(ROOT)} imports {name}"


def test_the_domain_imports_the_standard_library_numpy_annotated_types_and_itself() -> None:
    assert not list(offences(FUNCTIONS / "ladder" / "domain", ("ladder.domain", "numpy", "annotated_types")))


def test_the_domain_has_no_clock_no_chance_and_no_network() -> None:
    forbidden = {"time", "random", "secrets", "os", "socket", "urllib", "http", "logging"}
    for file in (FUNCTIONS / "ladder" / "domain").rglob("*.py"):
        assert not {name.split(".")[0] for name in imported(file)} & forbidden, file


SUBJECTS = (  # each imports those before it, and none after it
    "message",
    "errors",
    "validation",
    "audit",
    "members",
    "activities",
    "calendar",
    "challenges",
    "points",
    "judging",
    "credentials",
    "delivery",
    "programs",
    "reviews",
)


def test_the_domain_has_these_subjects_and_no_other_file() -> None:
    folder = FUNCTIONS / "ladder" / "domain"
    found = {each.stem for each in folder.iterdir() if each.name not in {"__init__.py", "__pycache__"}}
    assert found == set(SUBJECTS)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_of_the_domain_imports_only_subjects_before_it(subject: str) -> None:
    folder = FUNCTIONS / "ladder" / "domain"
    files = [folder / f"{subject}.py"] if (folder / f"{subject}.py").exists() else [*(folder / subject).rglob("*.py")]
    known = {subject, *SUBJECTS[: SUBJECTS.index(subject)]}
    for file in files:
        used = {name.split(".")[2] for name in imported(file) if name.startswith("ladder.domain.")}
        assert used <= known, f"{file.relative_to(ROOT)} imports {sorted(used - known)}"


def test_adapters_know_the_domain_but_no_function_and_no_infra() -> None:
    allowed = (
        "ladder.adapters",
        "ladder.domain",
        "ladder.messages",  # the problems of a metric file are text
        "ladder.usage",
    )
    assert not list(offences(FUNCTIONS / "ladder" / "adapters", allowed, ours_only=True))


def test_each_file_is_part_of_some_function_and_none_serves_the_command_line_alone() -> None:
    waiting, parts = [f"{function}.handler" for function in LAMBDAS], set[Path]()
    while waiting:
        module = FUNCTIONS.joinpath(*waiting.pop().split("."))
        file = module / "__init__.py" if module.is_dir() else module.with_suffix(".py")
        if file.exists() and file not in parts:
            parts.add(file)
            waiting += imported_modules(file)
    files = {file for file in FUNCTIONS.rglob("*.py") if file.name != "__init__.py"}
    assert sorted(str(file.relative_to(FUNCTIONS)) for file in files - parts) == []


@pytest.mark.parametrize("function", LAMBDAS)
def test_a_function_knows_ladder_and_itself_never_another_function(function: str) -> None:
    assert not list(offences(FUNCTIONS / function, ("ladder", function), ours_only=True))


@pytest.mark.parametrize("function", LAMBDAS)
def test_only_a_handler_knows_adapters_and_aws(function: str) -> None:
    for file in (FUNCTIONS / function).rglob("*.py"):
        if file.name != "handler.py":
            assert not {name for name in imported(file) if name.startswith(("ladder.adapters", "boto"))}, file


def test_what_translates_http_knows_powertools_and_no_act_does() -> None:
    """A handler, the files of routes that it is made of, and the part that is the same in each: `ladder/web`."""
    web = FUNCTIONS / "ladder" / "web"
    for file in FUNCTIONS.rglob("*.py"):
        translates = file.name == "handler.py" or file.name.endswith("_routes.py") or file.parent == web
        assert translates or not any(name.startswith(POWERTOOLS) for name in imported(file)), file


def test_constructs_know_of_a_function_only_its_settings() -> None:
    for file in (ROOT / "infra").glob("*.py"):
        known = {name for name in imported(file) if name.split(".")[0] in {*LAMBDAS, "ladder"}}
        assert all(name.endswith(".settings") for name in known), file


@pytest.mark.slow
@pytest.mark.parametrize(("module", "unwanted"), [("activation.activate", "numpy"), ("activation.verify", "numpy")])
def test_a_function_that_has_no_use_for_numpy_does_not_load_it(module: str, unwanted: str) -> None:
    probe = f"import sys, {module}; sys.exit({unwanted!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0  # noqa: S603
