"""A correction by a reviewer: facts that the entry has, and no more points than a person may give at once."""

from collections.abc import Mapping, Sequence

from ladder.domain.activities.activity import Activity, Key
from ladder.domain.points.amendments import Amendments
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.entry import Entry
from ladder.domain.points.replay import CompiledVersions, balance, replay
from ladder.domain.points.state import State
from ladder.domain.programs.rules import Plain


def misfit_of_attributes(recorded: Sequence[Entry], key: Key, attributes: Mapping[str, Plain]) -> str:
    """Why these attributes do not correct the entry of that key; "" where they do."""
    entry = next((each for each in recorded if each.key == key), None)
    if entry is None:
        return "attributes: the member has no such entry any more"
    known = Amendments.among(each.activity for each in recorded).applied(entry.activity).attributes
    for name, value in attributes.items():
        if name not in known:
            return f"attributes.{name}: the entry has none of that name; it has {', '.join(sorted(known)) or 'none'}"
        if not _is_alike(known[name], value):
            return f"attributes.{name}: the entry has {_kind(known[name])} there: give another of that kind"
    return ""


def gain(correction: Activity, recorded: Sequence[Entry], *, books: CompiledVersions, now: CompiledProgram) -> int:
    """Points, paid or held, that the member's whole ledger comes to with the correction, less those without it."""
    after, _ = replay(books, now, State(), recorded, [correction], allowances={})
    earned, _, held = balance(recorded)
    return after.earned + after.held - earned - held


def _is_alike(was: Plain, now: Plain) -> bool:
    return was is None or now is None or _kind(was) == _kind(now)


def _kind(value: Plain) -> str:
    if isinstance(value, bool):
        return "true or false"
    return "a text" if isinstance(value, str) else "a number"
