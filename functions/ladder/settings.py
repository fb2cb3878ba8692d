"""The contract between a function and its construct.

A function declares a frozen dataclass of strings; its construct fills one and turns it into the environment
(`to_env`), the function reads it back at cold start (`from_env`). So every name exists once.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

PREFIX = "LADDER_"
YES, NO = "yes", "no"


class MissingSetting(RuntimeError):
    """A function was deployed without a setting it needs; names every missing variable."""


def to_env(settings: "DataclassInstance") -> dict[str, str]:
    return {_variable(f.name): getattr(settings, f.name) for f in fields(settings)}


def from_env[S: DataclassInstance](settings: type[S], env: Mapping[str, str]) -> S:
    """Read the settings. Raises MissingSetting where a variable is absent or empty: a setting never defaults to ""."""
    names = [f.name for f in fields(settings)]
    missing = [_variable(name) for name in names if not env.get(_variable(name))]
    if missing:
        raise MissingSetting(f"set {', '.join(missing)} in the environment of this function")
    values: dict[str, Any] = {name: env[_variable(name)] for name in names}
    return settings(**values)


def _variable(name: str) -> str:
    return PREFIX + name.upper()
