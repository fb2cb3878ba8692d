"""DynamoDB's client in memory: the calls, conditions and key expressions that `adapters.dynamodb.table` makes.

A call costs microseconds instead of the milliseconds of an emulator, so that thousands of programs can go through a
deployed handler. It keeps to one thread, has no limits of size, and bills nothing.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

type EncodedItem = dict[str, Any]  # encoded attributes

NO_UNITS = {"CapacityUnits": 0.0}
TOKENS = re.compile(r"(attribute_not_exists|attribute_exists)\((\w+)\)|(:\w+)|(\b(?!AND\b|OR\b)[a-z_]\w*)")
WORDS = {"<>": "!=", "AND": "and", "OR": "or"}


class Missing:
    """An attribute that an item does not have: no comparison with it holds, but that it is unequal."""

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    def __lt__(self, other: object) -> bool:
        return False

    __gt__ = __le__ = __ge__ = __lt__
    __hash__ = None  # type: ignore[assignment]


MISSING = Missing()


@cache
def compiled(expression: str) -> Callable[[Mapping[str, Any], Mapping[str, Any]], bool]:
    """Return a condition as a function of an item and the values, both plain."""

    def token(match: re.Match[str]) -> str:
        function, attribute, value, name = match.groups()
        if function:
            return f"({attribute!r} {'not in' if 'not' in function else 'in'} item)"
        return f"values[{value!r}]" if value else f"item.get({name!r}, MISSING)"

    text = TOKENS.sub(token, re.sub(r"(\w+) BETWEEN (:\w+) AND (:\w+)", r"(\1 >= \2 AND \1 <= \3)", expression))
    for word, operator in WORDS.items():
        text = re.sub(rf"(?<!\w){word}(?!\w)", operator, text)
    text = re.sub(r"(?<![<>=!])=(?!=)", "==", text)
    test = eval(f"lambda item, values: {text}", {"MISSING": MISSING})  # noqa: S307 - of our own expressions only
    return lambda item, values: bool(test(item, values))


def plain(attributes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: _plain(next(iter(attribute.items()))) for name, attribute in attributes.items()}


def _plain(attribute: tuple[str, Any]) -> Any:
    kind, value = attribute
    return int(value) if kind == "N" else plain(value) if kind == "M" else None if kind == "NULL" else value


class MemoryDynamoDB:
    """`tables`: the items by table and by partition and sort key."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[tuple[str, str], EncodedItem]] = {}

    def create_table(self, *, TableName: str, **_: object) -> None:  # noqa: N803
        self.tables[TableName] = {}

    def get_item(self, *, TableName: str, Key: EncodedItem, **_: object) -> dict[str, Any]:  # noqa: N803
        item = self.tables[TableName].get(_place(Key))
        return {"ConsumedCapacity": NO_UNITS, **({"Item": dict(item)} if item else {})}

    def batch_get_item(self, *, RequestItems: Mapping[str, Any], **_: object) -> dict[str, Any]:  # noqa: N803
        found = {
            table: [dict(item) for key in asked["Keys"] if (item := self.tables[table].get(_place(key)))]
            for table, asked in RequestItems.items()
        }
        return {"Responses": found}

    def query(
        self,
        *,
        TableName: str,  # noqa: N803
        KeyConditionExpression: str,  # noqa: N803
        ExpressionAttributeValues: EncodedItem,  # noqa: N803
        ExpressionAttributeNames: Mapping[str, str] | None = None,  # noqa: N803
        IndexName: str | None = None,  # noqa: N803
        ScanIndexForward: bool = True,  # noqa: N803
        **_: object,
    ) -> dict[str, Any]:
        names = ExpressionAttributeNames or {}
        expression = re.sub(r"#\w+", lambda match: names[match[0]], KeyConditionExpression)
        matches, values = compiled(expression), plain(ExpressionAttributeValues)
        sort = names["#s"] if IndexName else "sk"
        items = self.tables[TableName].items()
        partition = values.get(":pk")  # of the table's own key
        found = [item for (pk, _), item in items if partition in {None, pk} and matches(plain(item), values)]
        found.sort(key=lambda item: (plain(item)[sort], plain(item)["pk"]), reverse=not ScanIndexForward)
        return {"Items": [dict(item) for item in found], "ConsumedCapacity": NO_UNITS}

    def scan(self, *, TableName: str, **_: object) -> dict[str, Any]:  # noqa: N803
        items = [dict(item) for item in self.tables[TableName].values()]
        return {"Items": items, "Count": len(items), "ConsumedCapacity": NO_UNITS}

    def put_item(self, **request: Any) -> dict[str, Any]:
        return self._single("Put", request)

    def update_item(self, **request: Any) -> dict[str, Any]:
        return self._single("Update", request)

    def delete_item(self, **request: Any) -> dict[str, Any]:
        return self._single("Delete", request)

    def transact_write_items(self, *, TransactItems: Sequence[Mapping[str, Any]], **_: object) -> dict[str, Any]:  # noqa: N803
        """Write all or nothing. Two writes of one item are refused, as DynamoDB does."""
        writes = [(kind, request) for write in TransactItems for kind, request in write.items()]
        places = [(request["TableName"], _place(request.get("Key") or request["Item"])) for _, request in writes]
        if len(set(places)) < len(places):
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "one item twice"}}, "TransactWrite")
        reasons = [self._refusal(request) or {"Code": "None"} for _, request in writes]
        if any(reason["Code"] != "None" for reason in reasons):
            error: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise ClientError(error, "TransactWriteItems")
        for kind, request in writes:
            self._write(kind, request)
        return {"ConsumedCapacity": []}

    def _single(self, kind: str, request: Mapping[str, Any]) -> dict[str, Any]:
        if refusal := self._refusal(request):
            error: Any = {"Error": {"Code": "ConditionalCheckFailedException"}, **refusal}
            raise ClientError(error, kind)
        self._write(kind, request)
        return {"ConsumedCapacity": NO_UNITS}

    def _refusal(self, request: Mapping[str, Any]) -> dict[str, Any] | None:
        stored = self.tables[request["TableName"]].get(_place(request.get("Key") or request["Item"]))
        expression = request.get("ConditionExpression")
        values = plain(request.get("ExpressionAttributeValues", {}))
        if expression is None or compiled(expression)(plain(stored or {}), values):
            return None
        return {"Code": "ConditionalCheckFailed", **({"Item": dict(stored)} if stored else {})}

    def _write(self, kind: str, request: Mapping[str, Any]) -> None:
        table = self.tables[request["TableName"]]
        place = _place(request.get("Key") or request["Item"])
        if kind == "Put":
            table[place] = dict(request["Item"])
        elif kind == "Delete":
            table.pop(place, None)
        elif kind == "Update":
            item = table.setdefault(place, dict(request["Key"]))
            assignments, _, removed = request["UpdateExpression"].removeprefix("SET ").partition(" REMOVE ")
            for assignment in assignments.split(", "):
                path, value = assignment.split(" = ")
                *inside, name = path.split(".")
                target = item[inside[0]]["M"] if inside else item
                target[request["ExpressionAttributeNames"][name]] = request["ExpressionAttributeValues"][value]
            for name in filter(None, removed.split(", ")):
                item.pop(name, None)


def _place(key: Mapping[str, Any]) -> tuple[str, str]:
    return key["pk"]["S"], key["sk"]["S"]
