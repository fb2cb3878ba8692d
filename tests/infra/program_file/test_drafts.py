"""Whatever a draft holds, checking it gives a program or problems: never an exception, never a riddle."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.cli.program_file import load_program
from ladder.adapters.dynamodb.packing import to_json
from ladder.domain.validation.problem import Problem
from ladder.program_validation import checked
from tests.builders.any_trees import FOREIGN, TREES, places
from tests.paths import PROGRAMS

STORED = to_json(load_program(PROGRAMS / "bank.yaml"))
FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def judge(draft: Any) -> None:
    program, problems = checked(draft)
    foreign = [word for word in FOREIGN if word not in json.dumps(draft)]  # what was sent may be quoted
    assert (program is None) == bool(problems)
    for problem in problems:
        assert problem.message
        assert problem.hint.endswith((".", "?"))
        assert not any(word in problem.message for word in foreign)


@FEW
@given(data=st.data())
def test_a_stored_program_with_one_value_exchanged_is_checked(data: st.DataObject) -> None:
    draft = json.loads(STORED)
    holder, key = data.draw(st.sampled_from(list(places(draft))))
    holder[key] = data.draw(TREES)
    judge(draft)


@FEW
@given(tree=TREES)
def test_any_tree_is_checked(tree: Any) -> None:
    judge(tree)


def problem_of(draft: Any) -> Problem:
    _, (problem,) = checked(draft)
    return problem


def test_a_problem_is_told_in_the_words_of_the_program_file() -> None:
    draft = json.loads(STORED)
    draft["rulebook"]["rules"][0]["once"]["again_after_days"] = 0
    assert str(problem_of(draft)) == (
        "rules.MODULE_PASSED.once_per.again_after_days: 0 is too small. Write the days after which it pays again, such "
        "as 180, or leave it out to pay once for good. Allowed: 1 to 3650."
    )


def test_a_draft_that_still_names_a_secret_reads_where_ladder_keeps_it() -> None:
    draft = json.loads(STORED)
    draft["challenges"]["platform"]["secret"] = "ladder/other/platform"
    assert str(problem_of(draft)) == (
        "platform.secret: a program names no secret. Remove this line; Ladder reads ladder/<environment>/bank/platform"
        ", and none where its kind is ladder."
    )


def test_a_key_that_stands_twice_in_any_list_of_things_with_keys_is_refused() -> None:
    for section, where in (("metrics", "metrics.AHT"), ("categories", "challenge_library.AHT_SPRINT")):
        draft = json.loads(STORED)
        rules = draft["challenges"]
        rules[section].append(rules[section][0])
        assert str(problem_of(draft)) == f"{where}: is given twice. Give each a key of its own."


def test_the_door_of_the_file_and_the_door_of_drafts_make_the_same_program_of_the_same() -> None:
    assert checked(json.loads(STORED)) == (load_program(PROGRAMS / "bank.yaml"), [])
