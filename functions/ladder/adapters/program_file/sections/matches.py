"""when and where: which activities are meant.

when: task.completed, or [task.completed, peer.assisted]
where: {passed: true, score: {at_least: 80}, track: {in: [fraud, loans]}}
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field

from ladder.adapters.program_file.sections.kinds import Number, Plain, Shape, Text, one_or_more, plain, says, written
from ladder.domain.rules import Match, Test


class TestShape(Shape):
    equals: Annotated[Plain, says("Write text, a number, true or false.")] = None
    one_of: Annotated[list[Plain] | None, says("Write a list of values, such as [fraud, loans].", key="in")] = None
    at_least: Annotated[Number | None, says("Write the smallest number that will do.")] = None
    at_most: Annotated[Number | None, says("Write the largest number that will do.")] = None


def _test(value: object) -> object:
    """A plain value means equals."""
    return value if value is None or isinstance(value, Mapping) else {"equals": plain(value)}


Tests = dict[Text, Annotated[TestShape, BeforeValidator(_test)]]


class MatchShape(Shape):
    when: Annotated[
        Annotated[list[Text], Field(min_length=1)],
        BeforeValidator(one_or_more),
        says("Write a type such as task.completed, or a list of types.", stand_in=["task.completed"]),
    ]
    where: Annotated[
        Tests | None, says("Write attributes with a value each, or with {at_least: 80}, {at_most: 5} or {in: [a, b]}.")
    ] = None


def match(shape: MatchShape) -> Match:
    return Match(types=tuple(shape.when), where=tests(shape.where))


def tests(shapes: Tests | None) -> tuple[Test, ...]:
    return tuple(Test(attribute=attribute, **written(shape)) for attribute, shape in (shapes or {}).items())
