"""A night that is killed between any two outside calls, and run again, ends as an undisturbed one."""

from contextlib import suppress
from datetime import timedelta
from functools import cache

import pytest

from ladder.domain.errors import Unavailable
from tests.builders.nights import FIRST_NIGHT, NightRunner
from tests.fakes.fault_injection import Fate, Killed, When

SECOND_NIGHT = FIRST_NIGHT + timedelta(days=1)


def after_one_night() -> NightRunner:
    runner = NightRunner()
    runner.night(FIRST_NIGHT)
    return runner


@cache
def undisturbed() -> tuple[dict[str, object], tuple[str, ...]]:
    """The state that a quiet second night leaves, and the outside calls it made."""
    runner, fate = after_one_night(), Fate()
    runner.night(SECOND_NIGHT, fate)
    return runner.state(), tuple(fate.calls)


CALLS = range(len(undisturbed()[1]))


def test_the_undisturbed_night_does_all_there_is_to_do() -> None:
    state, calls = undisturbed()
    assert state["pointer"] == f"{SECOND_NIGHT}#0001"
    assert state["completions"]
    assert {"MemoryPlatform.retire", "MemoryPlatform.add", "MemoryPlatform.launch"} <= set(calls)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", CALLS)
def test_killed_at_any_call_and_run_again_it_ends_the_same(at: int, when: When) -> None:
    runner = after_one_night()
    with pytest.raises(Killed):
        runner.night(SECOND_NIGHT, Fate(at=at, when=when))
    runner.night(SECOND_NIGHT)
    assert runner.state() == undisturbed()[0]


@pytest.mark.parametrize("at", CALLS)
def test_an_answer_lost_at_any_call_changes_nothing(at: int) -> None:
    runner = after_one_night()
    with suppress(Unavailable):  # in the tick itself: the next one goes on
        runner.night(SECOND_NIGHT, Fate(at=at, when="after", strike=Unavailable))
    runner.night(SECOND_NIGHT)
    assert runner.state() == undisturbed()[0]


def test_killed_before_it_is_live_and_then_right_after_its_own_challenge_is_retired_it_still_ends_the_same() -> None:
    """The second attempt ends what the first launched; what is retired must not be taken for active by the third."""
    runner, calls = after_one_night(), undisturbed()[1]
    with pytest.raises(Killed):
        runner.night(SECOND_NIGHT, Fate(at=calls.index("MemoryRotations.activate")))
    twin, fate = after_one_night(), Fate()
    with pytest.raises(Killed):
        twin.night(SECOND_NIGHT, Fate(at=calls.index("MemoryRotations.activate")))
    twin.night(SECOND_NIGHT, fate)
    with pytest.raises(Killed):
        runner.night(SECOND_NIGHT, Fate(at=fate.calls.index("MemoryPlatform.retire"), when="after"))
    runner.night(SECOND_NIGHT)
    assert runner.state() == undisturbed()[0]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", CALLS[::5])
def test_killed_twice_in_one_night_it_still_ends_the_same(at: int, when: When) -> None:
    runner = after_one_night()
    for _ in range(2):
        with suppress(Killed):  # the second run has less to do, and may be through before its end comes
            runner.night(SECOND_NIGHT, Fate(at=at, when=when))
    runner.night(SECOND_NIGHT)
    assert runner.state() == undisturbed()[0]
