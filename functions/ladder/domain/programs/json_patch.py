"""Apply a JSON Patch to plain values, such as a program in its stored form.

Sources: RFC 6902, of whose operations those that say what they change (add, remove, replace, test), and RFC 6901. One
step of a path may also be the `key` of an item of a list: `/rulebook/rules/QUIZ/points` stays right where rules move.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

from ladder.domain.errors import InvalidRequest
from ladder.domain.message import Message

PatchOperation = Literal["add", "remove", "replace", "test"]
END = "-"  # of a list, to add there


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchStep:
    op: PatchOperation
    path: str
    value: Any = None


def patched(document: Mapping[str, Any], steps: Sequence[PatchStep]) -> dict[str, Any]:
    """Return a changed copy: all steps or none.

    Raises InvalidRequest with the number and the path of the first step that leads nowhere, or whose test fails.
    """
    changed: dict[str, Any] = deepcopy(dict(document))
    for number, step in enumerate(steps, start=1):
        try:
            _apply(changed, step)
        except (KeyError, IndexError, ValueError, TypeError) as error:
            where: dict[str, str | int] = {"number": number, "op": step.op, "path": step.path[:200]}
            raise InvalidRequest(Message("admin.patch_leads_nowhere", where)) from error
    return changed


def _apply(document: Any, step: PatchStep) -> None:
    *parents, last = _steps(step.path)
    holder = document
    for part in parents:
        holder = holder[_place(holder, part)]
    if step.op == "add":
        if isinstance(holder, list):
            holder.insert(len(holder) if last == END else _index(last, len(holder) + 1), deepcopy(step.value))
        else:
            holder[last] = deepcopy(step.value)
        return
    place = _place(holder, last)
    before = holder[place]
    if step.op == "remove":
        del holder[place]
    elif step.op == "replace":
        holder[place] = deepcopy(step.value)
    elif before != step.value or isinstance(before, bool) != isinstance(step.value, bool):
        raise ValueError("the test does not hold")


def _steps(path: str) -> list[str]:
    if not path.startswith("/"):
        raise ValueError("a path begins with a slash; the whole program is not replaced")
    return [part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/")]


def _place(holder: Any, part: str) -> Any:
    """Return the place of a part in what holds it: a name, a number, or the number of the item with that key."""
    if not isinstance(holder, list):
        return part
    keyed = [place for place, item in enumerate(holder) if isinstance(item, dict) and item.get("key") == part]
    return keyed[0] if keyed else _index(part, len(holder))


def _index(part: str, below: int) -> int:
    """Return a number as RFC 6901 writes it. Raises ValueError for -1 or 01, IndexError for one that is too large."""
    if not (part.isascii() and part.isdigit()) or (part.startswith("0") and part != "0"):
        raise ValueError("not a place in a list")
    if int(part) >= below:
        raise IndexError("the list is shorter")
    return int(part)
