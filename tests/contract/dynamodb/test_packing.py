"""Columns and values as bytes: nothing is lost, and little is stored."""

import math
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, fields, is_dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ladder.adapters.dynamodb.histories import pack_row, unpack_row
from ladder.adapters.dynamodb.packing import from_json, pack, to_json, unpack
from ladder.adapters.dynamodb.table import Value, decode, encode
from ladder.domain.activities.event_filter import Condition as Holds
from ladder.domain.challenges.history import Row
from ladder.domain.challenges.rotation import Rotation
from ladder.domain.challenges.rules import QualityGate
from ladder.domain.programs.program import Program
from ladder.domain.validation.constraints import Plain
from tests.builders.full_program import GATE, claim, full_rotation, program

MEMBERS = 4_096


def measured(*, mean: float, spread: float, places: int) -> Row:
    """A metric as it is measured: rounded, and unknown for the quarter that did not work."""
    rng = np.random.default_rng(5)
    values = np.round(rng.normal(mean, spread, MEMBERS), places)
    return np.where(rng.random(MEMBERS) < 0.25, np.nan, values).astype(np.float32)


@given(hnp.arrays(np.float32, st.integers(0, 40), elements=st.floats(width=32)))
def test_a_row_of_any_numbers_comes_back(row: Row) -> None:
    assert np.array_equal(unpack_row(pack_row(row)), row, equal_nan=True)


@given(st.integers(0, 3), st.lists(st.integers(-(10**6), 10**6) | st.none(), max_size=40))
def test_a_row_of_decimal_numbers_comes_back(places: int, whole: list[int | None]) -> None:
    row = np.array([np.nan if n is None else n / 10**places for n in whole], dtype=np.float32)
    assert np.array_equal(unpack_row(pack_row(row)), row, equal_nan=True)


@pytest.mark.parametrize(
    ("row", "most"),
    [
        (measured(mean=450, spread=160, places=1), 6_800),
        (measured(mean=450, spread=160, places=0), 5_200),
        (measured(mean=85, spread=7, places=0), 2_700),
        (measured(mean=450, spread=160, places=6), 12_600),
    ],
    ids=["seconds with a decimal", "whole seconds", "a score", "any float"],
)
def test_a_measured_row_takes_few_bytes_of_its_sixteen_kilobytes(row: Row, most: int) -> None:
    assert len(pack_row(row)) <= most


@given(st.binary(max_size=64), st.sampled_from([1, 2, 4]))
def test_bytes_come_back(raw: bytes, width: int) -> None:
    whole = raw[: len(raw) // width * width]
    assert unpack(pack(whole, width=width), width=width) == whole


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.binary(max_size=5)


@given(st.recursive(SCALARS, lambda inner: st.dictionaries(st.text(max_size=5), inner), max_leaves=6))
def test_an_item_comes_back(value: Value) -> None:
    assert decode(encode({"value": value})) == {"value": value}


@pytest.mark.parametrize("example", [program(), full_rotation(claim())], ids=["program", "rotation"])
def test_the_examples_set_every_field_to_something_that_is_not_its_default(example: object) -> None:
    seen = set(_fields(example))
    assert {name for name, _ in seen} == {name for name, is_default in seen if not is_default}


def test_a_number_without_bounds_comes_back() -> None:
    boundless = replace(GATE, at_most=math.inf)
    assert from_json(QualityGate, to_json(boundless)) == boundless


PLAIN = st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)


@given(PLAIN | st.sampled_from([1, 1.0, True, "1", 0, 0.0, -0.0, False, "0", "", "true", "null", "2026-03-01"]))
def test_a_value_that_a_rule_compares_with_comes_back_as_what_it_was(value: Plain) -> None:
    """1, 1.0, true and "1" are equal to Python, or look alike in JSON."""
    tested = Holds(attribute="passed", equals=value, one_of=(value, 1, 1.0, True, "1"))
    again = from_json(Holds, to_json(tested))
    assert [repr(each) for each in (again.equals, *again.one_of)] == [repr(each) for each in (value, *tested.one_of)]


def test_a_field_that_a_newer_version_wrote_is_left_out() -> None:
    newer = to_json(program()).replace(b'"key":"berlin-voice"', b'"key":"berlin-voice","mood":"good"')
    assert from_json(Program, newer) == program()


def test_a_rotation_comes_back_from_json() -> None:
    assert from_json(Rotation, to_json(full_rotation(claim()))) == full_rotation(claim())


@pytest.mark.slow
@pytest.mark.parametrize("module", ["assignments", "rotations", "programs"])
def test_a_store_without_columns_is_imported_without_numpy_and_pydantic(module: str) -> None:
    code = (
        f"import ladder.adapters.dynamodb.{module}, sys; sys.exit(' '.join({{'numpy', 'pydantic'}} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.stderr.strip() == ""


@pytest.mark.slow
def test_a_stored_program_is_read_without_pydantic() -> None:
    code = (
        "import sys; from ladder.adapters.dynamodb.packing import from_json;"
        "from ladder.domain.programs.program import Program;"
        "from_json(Program, sys.stdin.read()); sys.exit(' '.join({'pydantic', 'annotated_types'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], input=to_json(program()), capture_output=True, check=False)  # noqa: S603
    assert done.stderr.strip() == b""


def _fields(value: object) -> Iterator[tuple[str, bool]]:
    """The fields at any depth, and whether they are as they would be if nobody had set them."""
    if isinstance(value, Iterable) and not isinstance(value, str):
        parts = value.values() if isinstance(value, dict) else value
        for part in parts:
            yield from _fields(part)
    if is_dataclass(value):
        for each in (field for field in fields(value) if field.compare):
            found = getattr(value, each.name)
            usual = each.default if each.default_factory is MISSING else each.default_factory()
            yield f"{type(value).__name__}.{each.name}", found == usual
            yield from _fields(found)
