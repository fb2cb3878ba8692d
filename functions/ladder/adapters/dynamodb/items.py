"""DynamoDB items as plain dictionaries: the few kinds of value Ladder stores, and no floats among them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

type Value = str | int | bool | bytes | Mapping[str, Value] | None
type Item = dict[str, Any]  # decoded: its values are Value


def encode(values: Mapping[str, Value]) -> dict[str, Any]:
    return {name: _attribute(value) for name, value in values.items()}


def decode(attributes: Mapping[str, Any]) -> Item:
    return {name: _value(attribute) for name, attribute in attributes.items()}


def _attribute(value: Value) -> dict[str, Any]:
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case bytes():
            return {"B": value}
        case _:
            return {"M": encode(value)}


def _value(attribute: Mapping[str, Any]) -> Any:
    ((kind, value),) = attribute.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return int(value) if value.lstrip("-").isdecimal() else Decimal(value)  # which we have not written
        case "M":
            return decode(value)
        case _:  # BOOL, S and B arrive as they are
            return value
