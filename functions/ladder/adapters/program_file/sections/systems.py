"""platform and sources: the systems that a program speaks to, and those that report to it."""

from typing import Annotated, Literal

from pydantic import BeforeValidator

from ladder.adapters.program_file.sections.kinds import Shape, Text, as_text, says, written
from ladder.domain.program import Membership
from ladder.domain.source import Source, SourceKind


class PlatformShape(Shape):
    kind: Annotated[Literal["wem"], says("Write wem.", stand_in="wem")]
    membership: Annotated[
        Membership | None,
        says("Write adds when a new group leaves the member in the old one, replaces when it does not."),
    ] = None
    one_active_per_metric: Annotated[
        bool | None,
        says("Write true when the platform allows one active challenge per metric and day, else false."),
    ] = None


class SourceShape(Shape):
    """academy: {kind: docebo, events: {…}, options: {…}}"""

    kind: Annotated[SourceKind, says("Write the kind of system, such as standard or docebo.", stand_in="standard")]
    events: Annotated[
        dict[str, Text] | None,
        says('Write what the system says and what it is here: {"issue_closed": task.completed}.'),
    ] = None
    options: Annotated[
        dict[str, Annotated[str, BeforeValidator(as_text)]] | None, says("Write what this kind of system is told.")
    ] = None


def source(key: str, shape: SourceShape) -> Source:
    return Source(key=key, **written(shape))
