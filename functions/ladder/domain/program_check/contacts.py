"""Contact types: each counted once, under a name of its own; and what a hard mix of them adds."""

from collections.abc import Iterator

from ladder.domain.program_check.problem import Problem, error, warning
from ladder.domain.programs.program import ContactType, Program


def check_contact_types(program: Program) -> Iterator[Problem]:
    kinds = program.contact_types
    if len(kinds) == 1:
        message = "with one type every mix is the same"
        yield warning(("contact_types",), message, "Name the types that differ in length, or leave it out.")
    yield from _own_series(program)
    yield from _all_or_none(kinds)


def check_hard_contacts(program: Program) -> Iterator[Problem]:
    hard = program.hard_contacts
    if hard is None:
        return
    if not any(metric.normalise_by for metric in program.metrics):
        mend = "Write normalise_by: contact_type for one, or leave hard_contacts out."
        yield warning(("hard_contacts",), "no metric tells how hard the contacts were", mend)


def _own_series(program: Program) -> Iterator[Problem]:
    """Each series of the source is one column of the history."""
    taken = {name: f"metric {metric.key}" for metric in program.metrics for name in (metric.key, metric.measured)}
    for kind in program.contact_types:
        for field, series in (("contacts", kind.contacts), ("seconds", kind.seconds)):
            if series in taken:
                mend = "Name the column, or the metric of the platform, that belongs to this type alone."
                message = f"{series} is read for {taken[series]} already"
                yield error(("contact_types", kind.key, field), message, mend)
            elif series:
                taken[series] = f"contact type {kind.key}"


def _all_or_none(kinds: tuple[ContactType, ...]) -> Iterator[Problem]:
    without = [kind.key for kind in kinds if kind.seconds is None]
    if 0 < len(without) < len(kinds):
        message = f"seconds are of use only where every type has them, and {', '.join(without)} has none"
        yield warning(("contact_types", without[0]), message, "Add them, or leave seconds out everywhere.")
