"""How far members were looked at after an edit, in memory and on DynamoDB."""

import pytest

from ladder.adapters.dynamodb.look_backs import DynamoLookBacks
from ladder.domain.points.look_back import LookBack
from ladder.domain.points.ports import LookBacks
from tests.builders.stores import Tables
from tests.fakes.look_backs import MemoryLookBacks


@pytest.fixture(params=["memory", "dynamodb"])
def look_backs(request: pytest.FixtureRequest, tables: Tables) -> LookBacks:
    return MemoryLookBacks() if request.param == "memory" else DynamoLookBacks(tables.table())


def test_of_a_program_that_was_never_looked_at_nobody_was(look_backs: LookBacks) -> None:
    assert look_backs.of("academy") == LookBack(0, 0)


@pytest.mark.parametrize("saved", [LookBack(3, 17), LookBack(3, 0), LookBack(3, None)])
def test_it_says_how_far_the_last_run_came_in_each_program(look_backs: LookBacks, saved: LookBack) -> None:
    look_backs.save("academy", LookBack(2, None))
    look_backs.save("academy", saved)
    look_backs.save("bank", LookBack(9, 1))
    assert (look_backs.of("academy"), look_backs.of("bank")) == (saved, LookBack(9, 1))
