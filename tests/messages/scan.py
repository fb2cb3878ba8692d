"""Which messages the sources say, and what the catalogues hold of each: read off the files themselves."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ladder.messages.pattern import Argument, Pattern, parse

ROOT = Path(__file__).parents[2]
CATALOGUES = ROOT / "functions" / "ladder" / "messages"
TOOLS = ROOT / "infra" / "cli"
SOURCES = [
    file
    for root in ("functions", "infra")
    for file in sorted((ROOT / root).rglob("*.*"))
    if file.suffix in {".py", ".jinja"}
    and file != TOOLS / "texts.py"  # it takes the code as an argument; the tools' own texts have a test of their own
    and not {"__pycache__", "messages"} & set(file.relative_to(ROOT).parts)
]
QUOTED = re.compile(r"""["']([a-z_]+\.[a-z0-9_]+)["']""")


@dataclass(frozen=True, slots=True)
class Said:
    """A `Message(...)` in the sources. `parameters`: None where they are not written out there."""

    where: str
    codes: tuple[str, ...]  # several where an expression chooses one; none where it is not seen which
    parameters: frozenset[str] | None


def said(file: Path) -> Iterator[Said]:
    tree = ast.parse(file.read_text())
    tables = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Dict)
    } | {
        node.target.id: node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and isinstance(node.value, ast.Dict)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message" and node.args:
            where = f"{file.relative_to(ROOT)}:{node.lineno}"
            yield Said(where, tuple(_codes(node.args[0], tables)), _parameters(node))


def _codes(node: ast.expr, tables: Mapping[str, ast.Dict]) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(code)):
            yield code
        case ast.IfExp():
            yield from (*_codes(node.body, tables), *_codes(node.orelse, tables))
        case ast.Subscript(value=ast.Name(id=name)) if name in tables:
            for value in tables[name].values:
                yield from _codes(value, tables)


def _parameters(node: ast.Call) -> frozenset[str] | None:
    if len(node.args) == 1 and not node.keywords:
        return frozenset()
    given = node.args[1] if len(node.args) > 1 else None
    if not isinstance(given, ast.Dict) or not all(isinstance(key, ast.Constant) for key in given.keys):
        return None
    return frozenset(str(key.value) for key in given.keys if isinstance(key, ast.Constant))


def quoted(file: Path) -> set[str]:
    """Every text of the file that may be a code."""
    return set(QUOTED.findall(file.read_text()))


@cache
def catalogue_text(language: str) -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads((CATALOGUES / f"{language}.json").read_text(encoding="utf-8"))
    return read


def messages(language: str) -> dict[str, str]:
    subjects = catalogue_text(language)["messages"]
    return {f"{subject}.{name}": text for subject, texts in subjects.items() for name, text in texts.items()}


def tool_texts() -> dict[str, str]:
    """The texts of the command line, which stand apart from those that a Lambda function needs."""
    subjects = json.loads((TOOLS / "messages" / "en.json").read_text(encoding="utf-8"))
    return {f"{subject}.{name}": text for subject, texts in subjects.items() for name, text in texts.items()}


def arguments(pattern: Pattern) -> Iterator[Argument]:
    """Every argument of a pattern, those within its plural forms too."""
    for part in pattern:
        if isinstance(part, Argument):
            yield part
            for option in part.options.values():
                yield from arguments(option)


def kinds(text: str) -> dict[str, str]:
    """The parameters of a pattern, and what each must be; a plural asks for a number."""
    as_numbers = {"plural": "number"}
    return {each.name: as_numbers.get(each.kind, each.kind) for each in arguments(parse(text))}
