"""A program as JSON, at the door: every field known, every value of its kind, no number that is none."""

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ladder.domain.asked import Unreadable
from ladder.domain.program import Program
from ladder.web.door import told

if TYPE_CHECKING:
    from pydantic import BaseModel

MOST_TOLD = 20  # places to mend


def program_of(raw: Mapping[str, Any]) -> Program:
    """Raises Unreadable with the places to mend, and never with what was sent."""
    try:
        read: Any = _draft().model_validate_json(json.dumps({"program": raw}))
    except ValidationError as error:
        found = [
            told(".".join(map(str, each["loc"])) or "program", each["msg"])
            for each in error.errors(include_input=False)
        ]
        raise Unreadable("; ".join(found[:MOST_TOLD])) from error
    except (ValueError, RecursionError) as error:
        raise Unreadable("program: it cannot be read") from error
    program: Program = read.program
    return program


@cache
def _draft() -> "type[BaseModel]":
    """Made when the first draft comes: it takes a while. Its rules hold for every dataclass inside."""
    from pydantic import ConfigDict, create_model  # noqa: PLC0415

    strict = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    return create_model("Draft", __config__=strict, program=(Program, ...))
