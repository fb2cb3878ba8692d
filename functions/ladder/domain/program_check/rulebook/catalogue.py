"""The catalogue: what points buy costs something, and there is a countable number of it."""

from collections.abc import Iterator

from ladder.domain.program import Program
from ladder.domain.program_check.problem import Problem, error


def check_catalogue(program: Program) -> Iterator[Problem]:
    for item in program.rulebook.catalogue:
        at = ("catalogue", item.key)
        if item.price < 1:
            yield error((*at, "price"), f"a price of {item.price} is none", "Write 1 point or more.")
        if item.stock is not None and item.stock < 0:
            mend = "Write 0 or more, or leave it out where there is no end."
            yield error((*at, "stock"), f"there cannot be {item.stock} of it", mend)
