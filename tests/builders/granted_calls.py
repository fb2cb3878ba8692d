"""Which calls of AWS a function made, and whether the synthesised policies let it: the emulator asks nobody."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

type Call = tuple[str, str, str, Mapping[str, Any]]  # function, service, operation, request

PREFIX = {"stepfunctions": "states", "bedrock-runtime": "bedrock"}  # of actions, where it is not the service's name
ACTION = {
    "Converse": "InvokeModel",
    "SendMessageBatch": "SendMessage",
    "ListObjectsV2": "ListBucket",
    "HeadObject": "GetObject",
    "ListObjectVersions": "ListBucketVersions",
}
OF_ITEM = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
SUFFIX = "-a1B2c3"  # as Secrets Manager ends every ARN: a policy has to leave room for it
NAMED = ("QueueUrl", "SecretId", "UserPoolId", "modelId", "stateMachineArn", "executionArn", "Bucket", "KeyId")


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """`resource`: a logical id of the template; of a table's index `table/index/name`; else as the call names it."""

    function: str
    action: str
    resource: str


def read_calls(file: Path) -> list[Call]:
    return [tuple(json.loads(line)) for line in file.read_text().splitlines()] if file.exists() else []


def uses(calls: Iterable[Call], logical: Mapping[str, str]) -> set[Use]:
    """`logical`: ids of the template by the names of the resources."""
    found = set[Use]()
    for function, service, operation, request in calls:
        for action, name in touched(operation, request):
            told = f"{PREFIX.get(service, service)}:{ACTION.get(action, action)}"
            found.add(Use(function, told, _logical(name, logical)))
    return found


def denied(used: Iterable[Use], template: Mapping[str, Any]) -> list[Use]:
    """What no policy of the function's role allows."""
    allowed = {name: list(_allowed(name, template)) for name in {use.function for use in used}}
    return sorted(use for use in used if not any(_allows(*each, use) for each in allowed[use.function]))


def _allows(actions: Collection[str], resource: str, use: Use) -> bool:
    return use.action in actions and _covers(resource, use.resource)


def touched(operation: str, request: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Actions as IAM has them, and what each is on: a transaction asks for the action of each of its items."""
    if operation == "TransactWriteItems":
        for item in request["TransactItems"]:
            for kind, told in item.items():
                yield OF_ITEM[kind], told["TableName"]
    elif operation in {"BatchGetItem", "BatchWriteItem"}:
        yield from ((operation, table) for table in request["RequestItems"])
    elif "TableName" in request:
        index = request.get("IndexName")
        yield operation, f"{request['TableName']}/index/{index}" if index else request["TableName"]
    elif operation == "PutEvents":
        yield from ((operation, entry.get("EventBusName", "default")) for entry in request["Entries"])
    else:
        yield operation, next(str(request[name]) for name in NAMED if name in request)


def _logical(name: str, logical: Mapping[str, str]) -> str:
    if ":execution:" in name:
        machine, _, execution = name.replace(":execution:", ":stateMachine:").rpartition(":")
        return f"{logical.get(machine, machine)}:{execution}"
    if ":key/" in name:
        name = name.rpartition("/")[2]
    table, index, rest = name.partition("/index/")
    return logical.get(table, table) + index + rest


def _allowed(function: str, template: Mapping[str, Any]) -> Iterator[tuple[set[str], str]]:
    """Actions and a resource as text; the function's role is the one of its construct."""
    role = f"{function.title()}Role"
    for each in template["Resources"].values():
        if each["Type"] != "AWS::IAM::Policy":
            continue
        if not any(ref["Ref"][:-8] == role for ref in each["Properties"]["Roles"]):
            continue
        for line in each["Properties"]["PolicyDocument"]["Statement"]:
            for resource in _listed(line["Resource"]):
                yield {*_listed(line["Action"])}, _text(resource)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(resource: Any) -> str:
    """With logical ids where the template refers to something."""
    if isinstance(resource, str):
        return resource
    if "Ref" in resource:
        return str(resource["Ref"])
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    glue, parts = resource["Fn::Join"]
    return str(glue).join(map(_text, parts))


def _covers(resource: str, used: str) -> bool:
    """By logical id, or by the name at the end of an ARN, which may be a pattern."""
    if used in {resource, resource.removesuffix("/*")}:
        return True
    if "secret:" in resource and fnmatchcase(f"{used}{SUFFIX}", resource.partition("secret:")[2]):
        return True
    kinds = "event-bus/", "foundation-model/", "inference-profile/", "secret:", "execution:"
    return any(fnmatchcase(used, resource.partition(kind)[2]) for kind in kinds if kind in resource)
