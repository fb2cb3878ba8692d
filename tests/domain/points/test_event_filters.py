import pytest

from ladder.domain.activities.activity import number
from ladder.domain.activities.event_filter import Condition as Holds
from ladder.domain.points.compiled import fingerprint, predicate, same
from ladder.domain.validation.constraints import Plain

KINDS: list[Plain] = [1, True, "1", 0, False, "", "0", None, 1.5, "true"]


@pytest.mark.parametrize("value", KINDS)
@pytest.mark.parametrize("wanted", [each for each in KINDS if each is not None])
def test_values_are_equal_only_within_their_kind(value: Plain, wanted: Plain) -> None:
    expected = repr(value) == repr(wanted)
    assert predicate([Holds(attribute="a", equals=wanted)])({"a": value}) == expected
    assert predicate([Holds(attribute="a", one_of=(wanted, "no"))])({"a": value}) == expected


def test_a_whole_number_is_the_same_with_and_without_a_point() -> None:
    assert same(1, 1.0)
    assert predicate([Holds(attribute="a", equals=1.0)])({"a": 1})
    assert not same(True, 1.0)  # noqa: FBT003


@pytest.mark.parametrize("test", [Holds(attribute="a", at_least=1), Holds(attribute="a", at_most=1)])
@pytest.mark.parametrize(("value", "passes"), [(1, True), (1.0, True), (True, False), ("1", False), (None, False)])
def test_bounds_are_of_numbers_only_and_their_ends_pass(test: Holds, value: Plain, passes: bool) -> None:  # noqa: FBT001
    assert predicate([test])({"a": value}) == passes
    assert not predicate([test])({})


def test_an_attribute_that_is_absent_passes_no_test_and_all_tests_must_pass() -> None:
    both = predicate([Holds(attribute="a", equals=1), Holds(attribute="b", one_of=("x", "y"))])
    assert both({"a": 1, "b": "y", "c": 3})
    assert not both({"a": 1})
    assert not both({"a": 1, "b": "z"})
    assert predicate([])({})


def test_true_is_no_number() -> None:
    assert [number(each) for each in (1, 1.5, True, False, "1", None)] == [1, 1.5, None, None, None, None]


def test_marks_differ_by_rule_by_subject_and_by_kind_of_subject() -> None:
    told = [("A", "m1"), ("A", "m2"), ("B", "m1"), ("A", 1), ("A", True), ("A", "1"), ("Am", "1"), ("A", None), ("A",)]
    assert len({fingerprint(*each) for each in told}) == len(told)
    assert fingerprint("A", "é") == fingerprint("A", "é")
