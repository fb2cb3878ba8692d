"""What editors and people are told of a program file: as the model has it, and as the reader takes it."""

import json

import jsonschema_rs
import pytest
from click.testing import CliRunner

from infra.cli.main import main
from infra.cli.program.reference import reference, schema
from ladder.program_file.tree import parse
from tests.builders.program_files import ACADEMY, BANK, BARE, GOALS, edited
from tests.builders.program_mistakes import FILES
from tests.paths import DOCS

PAGE = DOCS / "program-reference.md"
SHORT = (
    "work_days: [sun, Mon, 2]\nholidays: [2026-12-25]\nmetrics: {}\ncontact_types: {NE: {seconds: s}}\n"
    "sources: {lms: {kind: jira, options: {minutes: 5}}}\ntiers: {rule: literal, up_after_days: 3}\n"
).replace("[sun, Mon, 2]", "[sun, mon, 2]")


@pytest.fixture(scope="module")
def validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(CliRunner().invoke(schema).output))


@pytest.mark.parametrize("text", [BANK, ACADEMY, BARE + GOALS, BARE + SHORT], ids=["bank", "academy", "goals", "short"])
def test_an_editor_finds_nothing_wrong_with_what_the_reader_takes(
    text: str, validator: jsonschema_rs.Draft202012Validator
) -> None:
    assert [f"{list(fault.instance_path)}: {fault.message}" for fault in validator.iter_errors(tree(text))] == []


@pytest.mark.parametrize(
    "mistake",
    [
        "a bad literal", "a missing value", "a misspelt key", "text for a number", "a fraction for a whole",
        "a number for text", "yes for true", "a bad time", "a list of the wrong length", "a word for a metric",
        "blank text", "false alarms without end", "usual contacts that are hard", "an address in capitals",
        "a source of no kind", "a rule of no type", "a list to equal", "a misspelt test", "a date in words",
        "every so many without days", "a streak of months", "a level in words", "a requirement misspelt",
        "a share in per cent", "a price of nothing", "an eighth day", "no work day", "events that are too late",
    ],
)  # fmt: skip
def test_an_editor_marks_what_the_reader_refuses_by_itself(
    mistake: str, validator: jsonschema_rs.Draft202012Validator
) -> None:
    old, new, *_ = FILES[mistake]
    assert not validator.is_valid(tree(edited(old, new)))


def tree(text: str) -> object:
    return parse(text, "program.yaml").value


def test_the_reference_page_is_the_model_s() -> None:
    assert PAGE.read_text() == CliRunner().invoke(reference).output, (
        "write it anew: uv run ladder program reference > docs/program-reference.md"
    )


@pytest.mark.parametrize(
    ("command", "words"), [("schema", '"$ref": "#/$defs/Platform"'), ("reference", "## `platform`")]
)
def test_both_are_printed(command: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["program", command]) == 0
    assert words in capsys.readouterr().out
