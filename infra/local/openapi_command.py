"""`ladder openapi`: the whole API in one OpenAPI 3.1 document, generated from what answers it."""

import argparse
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from importlib import import_module
from importlib.metadata import version
from typing import Any
from unittest.mock import patch

from infra.local import openapi_hooks
from ladder.settings import to_env
from progress.settings import Settings

LOGIN = "login"
SECURITY: dict[str, Any] = {
    LOGIN: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The id token of the user pool; its claim `custom:program` names the program.",
    },
    **openapi_hooks.SIGNATURES,
}
REFERENCE = re.compile(r'"#/components/schemas/([^"]+)"')


def run(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="ladder openapi", description="Print the API's OpenAPI document.")
    parser.parse_args(arguments)
    print(json.dumps(document(), indent=2))
    return 0


def document() -> dict[str, Any]:
    """The members' routes from the function that serves them, and the hooks beside them."""
    told: dict[str, Any] = json.loads(_members_app().get_openapi_json_schema(title="Ladder", version=version("ladder")))
    for route in told["paths"].values():
        for operation in route.values():
            operation["security"] = [{LOGIN: []}]
    told["paths"][openapi_hooks.HOOK] = openapi_hooks.hook()
    schemas = told["components"]["schemas"] | openapi_hooks.SCHEMAS
    told["components"] = {"schemas": dict(sorted(_used(told["paths"], schemas))), "securitySchemes": SECURITY}
    return told


def _members_app() -> Any:
    """Its routes need no table; its settings must be there to be read."""
    settings = Settings(**{field.name: "none" for field in fields(Settings)})
    with patch.dict(os.environ, to_env(settings)):
        return import_module("progress.handler").app


def _used(paths: dict[str, Any], schemas: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Powertools describes its own errors too, which are never sent."""
    found, waiting = set[str](), REFERENCE.findall(json.dumps(paths))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += REFERENCE.findall(json.dumps(schemas[name]))
            yield name, schemas[name]
