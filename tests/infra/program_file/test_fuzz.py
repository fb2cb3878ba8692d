"""Whatever stands in a program file, reading it gives a program or problems: never an exception, never a riddle."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ladder.domain.programs.program import Program
from ladder.domain.validation.constraints import Holds, Within
from ladder.program_file.read import CheckedProgram
from ladder.program_file.tree import parse
from ladder.program_validation import Kind, keys_of
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


TINY, HUGE = (5e-324, 2.2250738585e-313, 1e-7), (1e13, 1e300, 1.7976931348623157e308, 2**63, 10**400)
FAR = (*TINY, *HUGE, 1e-6, 10**12)  # some of them are allowed in some places: then each check must bear them


@pytest.mark.parametrize("value", FAR)
@pytest.mark.parametrize("whole", [WHOLE, SCHOOL], ids=["bank", "academy"])
def test_a_number_of_any_size_in_any_place_is_read(whole: Any, value: float) -> None:
    for number in range(len(list(places(whole)))):
        tree = json.loads(json.dumps(whole))
        holder, key = list(places(tree))[number]
        if isinstance(holder[key], int | float):
            holder[key] = value
            judge(json.dumps(tree))


@pytest.mark.parametrize("value", TINY)
def test_a_step_that_divides_into_infinity_is_refused_by_its_place(value: float) -> None:
    tree = json.loads(json.dumps(WHOLE))
    tree["metrics"]["AHT"]["step"] = value
    (problem,) = told(json.dumps(tree)).problems
    assert problem.path == ("metrics", "AHT", "step")
    assert problem.message == f"{value:.12g} is closer to 0 than 0.000001"


def numbers_of(part: type, path: str = "") -> Iterator[tuple[str, Kind]]:
    """Every kind of number that a file can hold, with its path."""
    for key in keys_of(part):
        kind, place = key.kind, f"{path}.{key.name}"
        while get_args(kind.type) and get_origin(kind.type) in {tuple, dict}:
            kind = kind.item()
        if kind.is_whole:
            yield from numbers_of(kind.type, place)
        elif kind.type in {int, float}:
            yield place, kind


def test_every_number_of_a_file_is_bounded_on_both_sides() -> None:
    numbers = list(numbers_of(Program))
    assert len(numbers) > 50
    for place, kind in numbers:
        assert any(
            isinstance(bound, Holds)
            or (isinstance(bound, Within) and bound.most is not None and (bound.least, bound.above) != (None, None))
            for bound in kind.bounds
        ), place


@pytest.mark.parametrize("value", [1e-313, 2**53 + 1, 10**400])
def test_an_attribute_is_compared_with_no_number_that_an_event_cannot_bring(value: float) -> None:
    tree = json.loads(json.dumps(SCHOOL))
    rule = next(iter(tree["rules"].values()))
    for test in (value, {"in": [1, value]}):
        rule["where"] = {"score": test}
        problems = [problem for problem in told(json.dumps(tree)).problems if problem.severity == "error"]
        assert [problem.path[3] for problem in problems] == ["score"]


def test_the_good_program_itself_is_playable() -> None:
    assert told(json.dumps(WHOLE)).problems == ()
