"""Whatever stands in a program file, reading it gives a program or problems: never an exception, never a riddle."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.cli.program_file import CheckedProgram
from infra.cli.program_file.tree import parse
from tests.builders.any_trees import FOREIGN, TREES, places
from tests.builders.program_files import ACADEMY, BANK, GOOD, LIBRARY, RULE, read

pytestmark = pytest.mark.slow  # hundreds of files each

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

SPRINT = json.loads(LIBRARY)["challenge_library"]["AHT_SPRINT"]
WHOLE: dict[str, Any] = {**GOOD, "challenge_library": {"AHT_SPRINT": SPRINT}, "reward_rules": [json.loads(RULE)]}
SCHOOL = parse(ACADEMY, "academy.yaml").value
WHOLE["selection"] = {"per_night": 1, "categories": {"AHT_SPRINT": {"weight": 1}}, "always": ["AHT_SPRINT"]}
WHOLE["tiers"] = {
    "up": [51, 76],
    "down": [43, 68],
    "previous_kept_days": 120,
    "return_margin": 3,
    "targets": [25, 50, 75],
}


def told(text: str) -> CheckedProgram:
    with TemporaryDirectory() as folder:
        return read(Path(folder), text)


def judge(text: str) -> None:
    checked = told(text)
    foreign = [word for word in FOREIGN if word not in text]  # what was written may be quoted
    refused = [problem for problem in checked.problems if problem.severity == "error"]
    assert (checked.program is None) == bool(refused)
    for problem in checked.problems:
        assert problem.file
        assert problem.message
        assert problem.hint.endswith((".", "?"))
        assert not any(word in problem.message for word in foreign)


@FEW
@given(tree=st.dictionaries(st.sampled_from(sorted(GOOD)), TREES, max_size=8) | TREES)
def test_any_tree_is_read(tree: Any) -> None:
    judge(json.dumps(tree))


@FEW
@given(text=st.text(max_size=60) | st.text(alphabet="ab:-?&*!|>{}[],'\"#%@`\n\t 0", max_size=40))
def test_any_text_is_read(text: str) -> None:
    judge(text)


@FEW
@given(data=st.data())
def test_the_good_program_with_one_value_exchanged_is_read(data: st.DataObject) -> None:
    tree = json.loads(json.dumps(data.draw(st.sampled_from((WHOLE, SCHOOL)))))
    holder, key = data.draw(st.sampled_from(list(places(tree))))
    holder[key] = data.draw(TREES)
    judge(json.dumps(tree))


@FEW
@given(data=st.data())
def test_the_good_program_with_one_key_removed_is_read(data: st.DataObject) -> None:
    tree = json.loads(json.dumps(data.draw(st.sampled_from((WHOLE, SCHOOL)))))
    holder, key = data.draw(st.sampled_from(list(places(tree))))
    del holder[key]
    judge(json.dumps(tree))


@FEW
@given(at=st.integers(0, len(BANK) - 1), length=st.integers(0, 30), instead=st.text(max_size=3))
def test_the_good_text_with_a_piece_cut_out_is_read(at: int, length: int, instead: str) -> None:
    judge(BANK[:at] + instead + BANK[at + length :])


def test_the_good_program_itself_is_playable() -> None:
    assert told(json.dumps(WHOLE)).problems == ()
