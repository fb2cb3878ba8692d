"""A member is erased while somebody exports them: the export tells of nobody else, and later nothing names them."""

import pytest

from infra.local.emulator import Emulator
from tests.builders.erasure import AL, MARKERS
from tests.builders.erasure_meanwhile import ErasureMeanwhile, erasure_meanwhile
from tests.builders.stores import EMULATED
from tests.fakes.fault_injection import Fate, Meanwhile, When

pytestmark = EMULATED


def told(here: ErasureMeanwhile, fate: Fate | None = None) -> str:
    document = repr(here.export(fate))
    assert AL not in document
    assert "al wrote" not in document
    return document


def named(document: str) -> list[str]:
    return [marker for marker in MARKERS if marker in document]


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_export_during_which_they_are_erased_tells_of_nobody_else_and_the_next_one_of_nobody(
    aws: Emulator, when: When
) -> None:
    counted = Fate()
    assert named(told(erasure_meanwhile(aws, f"exported-{when}"), counted)) == list(MARKERS)
    for at, call in enumerate(counted.calls):
        here = erasure_meanwhile(aws, f"export-{when}-{at}")
        told(here, Meanwhile(at=at, when=when, act=here.setup.erase))
        assert (named(told(here)), here.wrong()) == ([], []), call


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_export_at_any_call_of_their_erasure_keeps_nothing_from_being_forgotten(aws: Emulator, when: When) -> None:
    counted, exported = Fate(), list[str]()
    erasure_meanwhile(aws, f"erased-{when}").setup.erase(counted)
    for at, call in enumerate(counted.calls):
        here = erasure_meanwhile(aws, f"erasing-{when}-{at}")
        here.setup.erase(Meanwhile(at=at, when=when, act=lambda: exported.append(told(here))))  # noqa: B023
        assert (named(told(here)), here.wrong()) == ([], []), call
    assert len(exported) == len(counted.calls)
    assert [named(exported[0]), named(exported[-1])] == [list(MARKERS), []]
