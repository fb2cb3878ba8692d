"""What sections are made of: values with their mends, and what the file leaves out."""

import math
import re
from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.fields import FieldInfo

LARGEST = 10**12  # no number of a program is larger
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def says(mend: str, *, stand_in: object = None, key: str | None = None) -> Any:
    """The mend of a key; `key` is how the file writes it where Python keeps the word for itself."""
    return Field(description=mend, examples=[stand_in], alias=key)


def _day(value: object) -> object:
    """YAML 1.2 knows no dates: they come as text, quoted or not."""
    written = value if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else ""
    try:
        return date.fromisoformat(written)
    except ValueError as unknown:
        raise ValueError("is not a date") from unknown


def _clock(value: object) -> object:
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("is not a time of day")
    return time(int(found[1]), int(found[2]))


def _whole(value: object) -> object:
    """JSON may write 50 as 50.0."""
    return int(value) if isinstance(value, float) and math.isfinite(value) and value.is_integer() else value


def by_key(value: object) -> object:
    """Keys alone may be written as a list."""
    if not isinstance(value, list):
        return value
    twice = next((key for place, key in enumerate(value) if key in value[:place]), None)
    if twice is not None:
        raise ValueError(f"names {twice} twice")
    if not all(isinstance(key, str) for key in value):
        raise ValueError("holds something that is no text")
    return {key: {} for key in value}


def as_text(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("is neither text nor a number")  # noqa: TRY004 - pydantic listens to ValueError
    return str(value)


def plain(value: object) -> object:
    """As it stands: 1, 1.0, "1" and true are four values."""
    if not isinstance(value, str | int | float) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError("is neither text, a number, true nor false")
    return value


def _weekday(value: object) -> object:
    """ISO: Monday is 1."""
    if isinstance(value, str) and value.casefold() in _DAYS:
        return _DAYS.index(value.casefold()) + 1
    if isinstance(value, bool) or value not in range(1, 8):
        raise ValueError("is no day of the week")
    return value


def one_or_more(value: object) -> object:
    """A list of one may be written as the one."""
    return [value] if isinstance(value, str) else value


def short_for(key: str, value: object) -> object:
    """A set of keys of which only one matters may be written as that one: `once_per: module`."""
    return {key: value} if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Day = Annotated[date, BeforeValidator(_day)]
Clock = Annotated[time, BeforeValidator(_clock)]
Whole = Annotated[int, Field(ge=-LARGEST, le=LARGEST), BeforeValidator(_whole)]
Number = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]
Plain = Annotated[Any, BeforeValidator(plain)]
Weekday = Annotated[int, BeforeValidator(_weekday)]
Pair = Annotated[list[Number], Field(min_length=2, max_length=2)]
Triple = Annotated[list[Number], Field(min_length=3, max_length=3)]


class Shape(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


def keys_of(shape: type[Shape]) -> Mapping[str, FieldInfo]:
    """As the file writes them."""
    return {field.alias or name: field for name, field in shape.model_fields.items()}


def written(shape: BaseModel | None, keys: set[str] | None = None) -> dict[str, Any]:
    """What the file says, by key, with tuples for lists; what it leaves out is not there."""
    values = shape.model_dump(include=keys, exclude_none=True) if shape else {}
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
