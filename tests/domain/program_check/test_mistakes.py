"""Each rule of a program, broken once: the problem names its path and its hint."""

import pytest

from tests.builders.program_mistakes import DOUBTS, DRAFTS, rulebooks
from tests.builders.program_problems import check, found_at


@pytest.mark.parametrize("mistake", DRAFTS)
def test_a_mistake_is_refused_with_its_path_and_its_hint(mistake: str) -> None:
    wrong, place, message, hint = DRAFTS[mistake]
    problem = found_at(place, wrong)
    assert problem.severity == "error"
    assert message in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize("doubt", DOUBTS)
def test_a_doubtful_program_is_warned_of_and_not_refused(doubt: str) -> None:
    doubtful, place, message = DOUBTS[doubt]
    problem = found_at(place, doubtful)
    assert message in problem.message
    assert problem.hint
    assert {one.severity for one in check(doubtful)} == {"warning"}


@pytest.mark.parametrize("doubt", rulebooks.DOUBTS)
def test_a_doubtful_rulebook_has_no_other_problem(doubt: str) -> None:
    doubtful, place, _ = rulebooks.DOUBTS[doubt]
    assert check(doubtful) == (found_at(place, doubtful),)
