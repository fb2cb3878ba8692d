"""The kinds of write, each with the condition that makes it safe to repeat and to race."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ladder.adapters.dynamodb.items import Item, Value, encode

EXPIRES_AT = "expires_at"  # the table's time-to-live attribute


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that must hold of the stored item; joined with `&`, all of them; with `|`, any."""

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __and__(self, other: "Clause") -> "Clause":
        return Clause(f"({self.text}) AND ({other.text})", {**self.values, **other.values})

    def __or__(self, other: "Clause") -> "Clause":
        return Clause(f"({self.text}) OR ({other.text})", {**self.values, **other.values})


ABSENT = Clause("attribute_not_exists(pk)")  # whoever writes first has written


def unchanged_since(version: int) -> Clause:
    """Nobody wrote since it was read; version 0: there was nothing."""
    return Clause("attribute_not_exists(pk) OR version = :before", {":before": version})


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A whole item; `table` where it is not the one it is written through."""

    item: Item
    only_if: Clause | None  # None: another write of the transaction guards it
    table: str | None = None
    kind: Literal["Put"] = "Put"

    @property
    def key(self) -> str:
        return str(self.item["sk"])

    def until(self, moment: int) -> "Put":
        """The same, to be deleted by the table after that second since 1970."""
        return replace(self, item={**self.item, EXPIRES_AT: moment})

    def request(self, table: str) -> dict[str, Any]:
        target = {"TableName": self.table or table, "Item": encode(self.item)}
        return target | _condition(self.only_if) | _values(self.only_if.values if self.only_if else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Some attributes of an item, or some entries of its map `inside`; those in `drop` go.

    `table` where it is not the one it is written through.
    """

    pk: str
    sk: str
    changes: Mapping[str, Value]
    inside: str | None = None
    drop: tuple[str, ...] = ()
    only_if: Clause | None = None
    table: str | None = None
    kind: Literal["Update"] = "Update"

    @property
    def key(self) -> str:
        return self.sk

    def until(self, moment: int) -> "Update":
        return replace(self, changes={**self.changes, EXPIRES_AT: moment})

    def request(self, table: str) -> dict[str, Any]:
        names = {f"#c{place}": name for place, name in enumerate(self.changes)}
        values = {f":c{place}": value for place, value in enumerate(self.changes.values())}
        within = f"{self.inside}." if self.inside else ""
        setting = ", ".join(f"{within}#c{place} = :c{place}" for place in range(len(values)))
        return {
            "TableName": self.table or table,
            "Key": encode({"pk": self.pk, "sk": self.sk}),
            "UpdateExpression": f"SET {setting}" + (f" REMOVE {', '.join(self.drop)}" if self.drop else ""),
            "ExpressionAttributeNames": names,
            **_condition(self.only_if),
            **_values(values | dict(self.only_if.values if self.only_if else {})),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Of a whole item; one that is not there is deleted already."""

    pk: str
    sk: str
    only_if: Clause | None = None
    kind: Literal["Delete"] = "Delete"

    @property
    def key(self) -> str:
        return self.sk

    def until(self, moment: int) -> "Delete":  # noqa: ARG002 - it is gone before any moment
        return self

    def request(self, table: str) -> dict[str, Any]:
        target = {"TableName": table, "Key": encode({"pk": self.pk, "sk": self.sk})}
        return target | _condition(self.only_if) | _values(self.only_if.values if self.only_if else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What must hold of an item that a transaction does not write. It has no meaning alone."""

    pk: str
    sk: str
    only_if: Clause
    kind: Literal["ConditionCheck"] = "ConditionCheck"

    @property
    def key(self) -> str:
        return self.sk

    def until(self, moment: int) -> "Check":  # noqa: ARG002 - it writes nothing that could expire
        return self

    def request(self, table: str) -> dict[str, Any]:
        target = {"TableName": table, "Key": encode({"pk": self.pk, "sk": self.sk})}
        return target | _condition(self.only_if) | _values(self.only_if.values)


type Write = Put | Update | Delete | Check


def _condition(only_if: Clause | None) -> dict[str, Any]:
    """The stored item, which a refused write returns free of charge, says why."""
    if only_if is None:
        return {}
    return {"ConditionExpression": only_if.text, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def _values(values: Mapping[str, Value]) -> dict[str, Any]:
    return {"ExpressionAttributeValues": encode(values)} if values else {}
