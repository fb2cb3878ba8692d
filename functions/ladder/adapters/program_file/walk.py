"""From a path of the file to the keys of the schema along it."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from ladder.adapters.program_file.schema import ProgramShape
from ladder.adapters.program_file.sections.kinds import Shape, keys_of
from ladder.domain.program_check import Path


def keys_along(path: Path) -> Iterator[tuple[Path, FieldInfo]]:
    """Each key of the schema on the way, with the path that ends on it."""
    shape: type[Shape] | None = ProgramShape
    own = 0  # so many steps are not of the schema: a metric's key, a place in a list
    for depth, step in enumerate(path, start=1):
        if own:
            own -= 1
            continue
        field = keys_of(shape).get(str(step)) if shape else None
        if field is None:
            return
        yield path[:depth], field
        shape, own = shape_in(field.annotation), own_steps(field.annotation)


def shape_at(path: Path) -> type[Shape] | None:
    """The shape whose keys stand directly under a path."""
    fields = [field for _, field in keys_along(path)]
    return shape_in(fields[-1].annotation) if fields else ProgramShape


def shape_in(annotation: Any) -> type[Shape] | None:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return annotation
    return next((shape for part in get_args(annotation) if (shape := shape_in(part))), None)


def own_steps(annotation: Any) -> int:
    """How many steps follow that the file chose itself, such as a metric's key or a place in a list."""
    return (get_origin(annotation) in {dict, list}) + max(map(own_steps, get_args(annotation)), default=0)
