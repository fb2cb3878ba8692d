"""The policy that is synthesised for a function, asked before each call that the function makes of AWS.

moto evaluates the statements; `granted_calls` knows which actions a call needs, and on what. moto's own enforcement
(`set_initial_no_auth_action_count`) cannot do it: it compares the resource of a statement with `*` for all services but
SQS, S3 and STS, so that a policy which names a table denies everything, and it asks for `dynamodb:TransactWriteItems`,
an action that IAM does not have. Neither knows conditions such as leading keys; the policies have none.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from moto.iam.access_control import IAMPolicy, PermissionResult

from tests.builders.granted_calls import ACTION, PREFIX, SUFFIX, touched

ACCOUNT, REGION = "000000000000", "us-east-1"
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::URLSuffix": "amazonaws.com"}
SERVICES = {"AWS::Cognito::UserPool": "cognito-idp"}  # where it is not the middle of the type


@dataclass(frozen=True, slots=True)
class FunctionPolicy:
    """`names`: what the function's environment calls the resources that its template refers to, by logical id."""

    function: str
    template: Mapping[str, Any]
    names: Mapping[str, str]

    @classmethod
    def of(cls, function: str, template: Mapping[str, Any], environment: Mapping[str, str]) -> "FunctionPolicy":
        (properties,) = (
            each["Properties"]
            for each in template["Resources"].values()
            if each["Type"] == "AWS::Lambda::Function" and _is_role(each["Properties"]["Role"], function)
        )
        names = {
            value["Ref"]: environment[name]
            for name, value in properties["Environment"]["Variables"].items()
            if isinstance(value, dict) and "Ref" in value and name in environment
        }
        return cls(function, template, names)

    def check(self, service: str, operation: str, request: Mapping[str, Any]) -> None:
        """Raise what AWS answers where no statement allows the call."""
        policies = list(self._policies())
        for called, name in touched(operation, request):
            action = f"{PREFIX.get(service, service)}:{ACTION.get(called, called)}"
            resource = _arn(service, f"{name}/{request['Key']}" if service == "s3" and "Key" in request else name)
            answers = [policy.is_action_permitted(action, resource) for policy in policies]
            if PermissionResult.PERMITTED not in answers or PermissionResult.DENIED in answers:
                denied = f"{self.function} is not authorized to perform {action} on {resource}"
                raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": denied}}, operation)

    def _policies(self) -> Iterator[IAMPolicy]:
        for each in self.template["Resources"].values():
            if each["Type"] == "AWS::IAM::Policy" and any(
                _is_role(role, self.function) for role in each["Properties"]["Roles"]
            ):
                statements = each["Properties"]["PolicyDocument"]["Statement"]
                resolved = [{**line, "Resource": self._resolved(line["Resource"])} for line in statements]
                yield IAMPolicy({"policy_document": json.dumps({"Statement": resolved})})

    def _resolved(self, value: Any) -> Any:
        """Return the value with names of the environment instead of references; without one, the logical id stays."""
        if isinstance(value, list):
            return [self._resolved(each) for each in value]
        if isinstance(value, str):
            return value
        if "Fn::Join" in value:
            glue, parts = value["Fn::Join"]
            return glue.join(self._resolved(parts))
        logical, attribute = (value["Ref"], "") if "Ref" in value else value["Fn::GetAtt"]
        if logical in PSEUDO:
            return PSEUDO[logical]
        name, kind = self.names.get(logical, logical), self.template["Resources"][logical]["Type"]
        if attribute == "Arn" or kind == "AWS::SecretsManager::Secret":
            return _arn(SERVICES.get(kind, kind.split("::")[1].lower()), name)
        return name.rpartition(":")[2] if attribute == "Name" else name


def _is_role(reference: Mapping[str, Any], function: str) -> bool:
    logical = reference["Ref"] if "Ref" in reference else reference["Fn::GetAtt"][0]
    return bool(logical[:-8] == f"{function.title()}Role")


def _arn(service: str, name: str) -> str:
    """Return the ARN of what a call names: a table, a queue by its URL, an object, a secret."""
    if name.startswith("arn:"):
        return name
    if service == "s3":
        return f"arn:aws:s3:::{name}"
    kinds = {
        "bedrock-runtime": "inference-profile/",
        "cognito-idp": "userpool/",
        "dynamodb": "table/",
        "events": "event-bus/",
        "secretsmanager": "secret:",
    }
    suffix = SUFFIX if service == "secretsmanager" else ""
    local = name.rpartition("/")[2] if service == "sqs" else name
    return f"arn:aws:{PREFIX.get(service, service)}:{REGION}:{ACCOUNT}:{kinds.get(service, '')}{local}{suffix}"
