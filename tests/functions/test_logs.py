"""No function logs what it was called with: that holds tokens, signatures, and texts of members."""

import ast
from pathlib import Path

import pytest

from tests.paths import FUNCTIONS

HANDLERS = sorted(FUNCTIONS.glob("*/handler.py"))


@pytest.mark.parametrize("file", HANDLERS, ids=lambda file: file.parent.name)
def test_no_handler_logs_its_event_even_where_the_environment_asks_for_it(file: Path) -> None:
    tree = ast.parse(file.read_text())
    logged = [
        decorator
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if "inject_lambda_context" in ast.unparse(decorator)
    ]
    if "inject_lambda_context" in ast.unparse(tree) or "Logger(" in ast.unparse(tree):
        assert [ast.unparse(decorator) for decorator in logged] == ["logger.inject_lambda_context(log_event=False)"]
