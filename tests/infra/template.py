"""A synthesised template, as its tests read it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from infra.local.synthesis import Assembly

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Template:
    resources: dict[str, Resource]
    outputs: dict[str, Resource]

    def all(self, resource_type: str) -> dict[str, Resource]:
        return {name: each for name, each in self.resources.items() if each["Type"] == f"AWS::{resource_type}"}

    def one(self, resource_type: str, name: str = "") -> Resource:
        [found] = [each for key, each in self.all(resource_type).items() if key.startswith(name)]
        properties: Resource = found["Properties"]
        return properties

    def grants(self, role: str) -> dict[str, set[str]]:
        """What the policies of a role allow, by the first resource (or the literal) that each statement names."""
        policies = (each["Properties"] for each in self.all("IAM::Policy").values())
        mine = (each for each in policies if any(ref["Ref"].startswith(role) for ref in each["Roles"]))
        statements = [line for each in mine for line in each["PolicyDocument"]["Statement"]]
        assert {line["Effect"] for line in statements} == {"Allow"}
        grants: dict[str, set[str]] = {}
        for line in statements:
            grants.setdefault(self._subject(line["Resource"]), set()).update(_listed(line["Action"]))
        return grants

    def _subject(self, resource: object) -> str:
        text = json.dumps(resource)
        return next((name for name in self.resources if f'"{name}"' in text), text)

    def definition(self) -> Resource:
        [_, parts] = self.one("StepFunctions::StateMachine")["DefinitionString"]["Fn::Join"]
        read: Resource = json.loads("".join(part if isinstance(part, str) else "token" for part in parts))
        return read


def _listed(value: str | Iterable[str]) -> Iterable[str]:
    return [value] if isinstance(value, str) else value


def template_of(assembly: Assembly) -> Template:
    return Template(resources=assembly.template["Resources"], outputs=assembly.template["Outputs"])
