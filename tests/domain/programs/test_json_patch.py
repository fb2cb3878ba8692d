"""JSON Patch on plain values: the examples of its standard that it takes, keys for places, and all steps or none."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.domain.errors import InvalidRequest
from ladder.domain.programs.json_patch import PatchStep, patched

RULES: dict[str, Any] = {
    "caps": {"daily": 200, "none": None},
    "rules": [{"key": "QUIZ", "points": 50}, {"key": "VIDEO", "points": 10}],
    "days": [1, 2, 3],
}


def step(op: Any, path: str, value: Any = None) -> PatchStep:
    return PatchStep(op=op, path=path, value=value)


@pytest.mark.parametrize(
    ("document", "steps", "expected"),
    [  # RFC 6902, appendix A
        ({"foo": "bar"}, [step("add", "/baz", "qux")], {"baz": "qux", "foo": "bar"}),
        ({"foo": ["bar", "baz"]}, [step("add", "/foo/1", "qux")], {"foo": ["bar", "qux", "baz"]}),
        ({"baz": "qux", "foo": "bar"}, [step("remove", "/baz")], {"foo": "bar"}),
        ({"foo": ["bar", "qux", "baz"]}, [step("remove", "/foo/1")], {"foo": ["bar", "baz"]}),
        ({"baz": "qux", "foo": "bar"}, [step("replace", "/baz", "boo")], {"baz": "boo", "foo": "bar"}),
        ({"baz": "qux"}, [step("test", "/baz", "qux")], {"baz": "qux"}),
        ({"foo": "bar"}, [step("add", "/child", {"grandchild": {}})], {"foo": "bar", "child": {"grandchild": {}}}),
        ({"/": 9, "~1": 10}, [step("test", "/~01", 10)], {"/": 9, "~1": 10}),
        ({"foo": ["bar"]}, [step("add", "/foo/-", ["abc", "def"])], {"foo": ["bar", ["abc", "def"]]}),
    ],
)
def test_the_standards_own_examples_come_to_what_it_says(
    document: dict[str, Any], steps: list[PatchStep], expected: dict[str, Any]
) -> None:
    assert patched(document, steps) == expected


def test_an_item_is_found_by_its_key_wherever_it_stands() -> None:
    for rules in (RULES["rules"], RULES["rules"][::-1]):
        changed = patched({**RULES, "rules": rules}, [step("replace", "/rules/VIDEO/points", 20)])
        assert {rule["key"]: rule["points"] for rule in changed["rules"]} == {"QUIZ": 50, "VIDEO": 20}


@pytest.mark.parametrize(
    "wrong",
    [
        step("replace", "/caps/weekly", 1),
        step("remove", "/rules/NOBODY"),
        step("replace", "/rules/2", {}),
        step("replace", "/rules/-1", {}),
        step("replace", "/rules/01", {}),
        step("remove", "/rules/-"),
        step("add", "/rules/9", {}),
        step("add", "/nothing/there", 1),
        step("add", "/caps/daily/deeper", 1),
        step("add", "/caps/none/deeper", 1),
        step("test", "/caps/daily", 201),
        PatchStep(op="test", path="/days/0", value=True),
        step("replace", "", {}),
        step("add", "caps", 1),
    ],
)
def test_a_step_that_leads_nowhere_is_named_and_nothing_is_changed(wrong: PatchStep) -> None:
    before = {**RULES, "rules": [dict(rule) for rule in RULES["rules"]]}
    with pytest.raises(InvalidRequest) as refused:
        patched(RULES, [step("replace", "/caps/daily", 1), wrong])
    assert refused.value.args[0].parameters["number"] == 2
    assert before == RULES


@given(st.lists(st.integers(), min_size=1, max_size=6), st.data())
def test_what_is_added_to_a_list_and_removed_again_leaves_it_as_it_was(values: list[int], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(values)))
    steps = [
        step("add", f"/list/{place}", "new"),
        step("test", f"/list/{place}", "new"),
        step("remove", f"/list/{place}"),
    ]
    assert patched({"list": values}, steps) == {"list": values}
