"""The model of a program, read off the annotations of its dataclasses: keys, kinds of values, bounds, hints."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from ladder.domain.validation.constraints import Holds, Length, Says, Within

NO_HINT = Says("Write key: value, one to a line.")


@dataclass(frozen=True, slots=True)
class Kind:
    """An annotation taken apart: `type` is without None and what is said beside it; `bounds` from the outside in."""

    type: Any
    says: Says | None
    bounds: tuple[Within | Length | Holds, ...]

    @property
    def is_whole(self) -> bool:
        """It holds keys with values of its own."""
        return is_dataclass(self.type)

    @property
    def key(self) -> "Kind":
        """What the keys of a map are, which is an attribute of its items."""
        return kinds_in(self.item().type)[self.says.by if self.says and self.says.by else ""]

    def item(self, place: int = 0) -> "Kind":
        """What a tuple or a mapping holds."""
        parts = get_args(self.type)
        if get_origin(self.type) is tuple:
            return kind_of(parts[0] if Ellipsis in parts else parts[place])
        return kind_of(parts[1])


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the program file."""

    name: str
    attribute: str
    kind: Kind
    says: Says
    default: object  # MISSING where it is required


@cache
def kind_of(annotation: Any) -> Kind:
    says: Says | None = None
    bounds: list[Within | Length | Holds] = []
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *beside = get_args(annotation)
            for each in reversed(beside):
                says = says or (each if isinstance(each, Says) else None)
            bounds += [each for each in beside if isinstance(each, Within | Length | Holds)]
        elif get_origin(annotation) in {Union, UnionType} and NoneType in get_args(annotation):
            (annotation,) = (part for part in get_args(annotation) if part is not NoneType)
        else:
            return Kind(annotation, says, tuple(bounds))


@cache
def kinds_in(whole: type) -> Mapping[str, Kind]:
    """Of every attribute, whether a file can say it or not."""
    return {name: kind_of(hint) for name, hint in get_type_hints(whole, include_extras=True).items()}


@cache
def keys_of(whole: type) -> tuple[Key, ...]:
    """As the file writes them beside each other: those of inlined parts stand among the others."""
    return tuple(_keys(whole))


def _keys(whole: type) -> Iterator[Key]:
    for each in fields(whole):
        kind = kinds_in(whole)[each.name]
        if kind.says is None:
            continue
        if kind.says.inline:
            yield from keys_of(kind.type)
        elif kind.says.spread:
            for place, name in enumerate(kind.says.spread):
                yield Key(name, each.name, kind.item(place), kind.says, MISSING)
        else:
            default = each.default if each.default_factory is MISSING else each.default_factory()
            yield Key(kind.says.name or each.name, each.name, kind, kind.says, default)
