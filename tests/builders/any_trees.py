"""Any tree that a file or a draft can hold, and the words of libraries that no problem may show."""

from typing import Any

from hypothesis import strategies as st

from tests.builders.program_files import GOOD

WORDS = sorted({*GOOD, "file", "AHT", "tier_1", "points", "metric", "up", "conditions", "when", "where", "in", "count"})


KEYS = st.sampled_from(WORDS) | st.text(max_size=4)

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)


FOREIGN = ("pydantic", "Input should", "validation error", "Traceback", "yaml.", "None")  # not words of this product

TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


def places(tree: Any) -> Any:
    """Each value of a tree by what holds it."""
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in entries:
        yield tree, key
        yield from places(value)
