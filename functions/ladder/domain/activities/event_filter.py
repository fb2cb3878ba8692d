"""Which activities a rule, a goal or a judged badge means: by type, and by tests of attributes."""

from dataclasses import dataclass
from typing import Annotated

from ladder.domain.validation.constraints import Compared, Length, Number, Says, Text, Within


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing that must hold of an attribute; an attribute that is absent never passes.

    Exactly one of the four is set. `equals` and `one_of` compare values of one kind: 1 is not "1", and not true.
    """

    attribute: Annotated[str, Length(1, 1000)]
    equals: Annotated[Compared, Says("Write text, a number, true or false.")] = None
    one_of: Annotated[tuple[Compared, ...], Says("Write a list of values, such as [fraud, loans].", name="in")] = ()
    at_least: Annotated[Number | None, Says("Write the smallest number that will do.")] = None
    at_most: Annotated[Number | None, Says("Write the largest number that will do.")] = None


Tests = Annotated[
    tuple[Condition, ...],
    Says(
        "Write attributes with a value each, or with {at_least: 80}, {at_most: 5} or {in: [a, b]}.",
        by="attribute",
        short="equals",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Activities of any of these types of which every test holds."""

    types: Annotated[
        tuple[Text, ...],
        Length(1),
        Says("Write a type such as task.completed, or a list of types.", name="when", one=True),
    ]
    where: Tests = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Perseverance:
    """Pays for finishing what was failed before: a match after `after_failures` failed tries at the same `subject`."""

    subject: Annotated[Text, Says("Name the attribute of what is tried, such as module.")]
    failed: Annotated[EventFilter, Says("Write what a failed try is: {when: …, where: {passed: false}}.")]
    after_failures: Annotated[int, Within(1, 20), Says("Write how many failed tries come before it; 2 is usual.")] = 2
