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

from admin.settings import Settings as Admin
from infra.local import openapi_hooks
from ladder.settings import to_env
from progress.settings import Settings as Progress

LOGIN = "login"
SECURITY: dict[str, Any] = {
    LOGIN: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The id token of the user pool; its claim `custom:program` names the program."
        " The admin's routes take one of a viewer, reviewer or admin (`cognito:groups`).",
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
    """The routes of the functions that serve people, each from the function itself, and the hooks beside them."""
    parts = [_document(*each) for each in (("progress.handler", Progress), ("admin.handler", Admin))]
    told: dict[str, Any] = {
        **parts[0],
        "paths": {path: route for part in parts for path, route in part["paths"].items()},
    }
    for route in told["paths"].values():
        for operation in route.values():
            operation["security"] = [{LOGIN: []}]
    told["paths"][openapi_hooks.HOOK] = openapi_hooks.hook()
    schemas = _merged([*(part["components"]["schemas"] for part in parts), openapi_hooks.SCHEMAS])
    told["components"] = {"schemas": dict(sorted(_used(told["paths"], schemas))), "securitySchemes": SECURITY}
    return told


def _document(module: str, settings: type[Any]) -> dict[str, Any]:
    """Its routes need no table; its settings must be there to be read."""
    blank = settings(**{field.name: "none" for field in fields(settings)})
    with patch.dict(os.environ, to_env(blank)):
        app = import_module(module).app
    told: dict[str, Any] = json.loads(app.get_openapi_json_schema(title="Ladder", version=version("ladder")))
    return told


def _merged(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Raises ValueError where two of them mean different things by one name."""
    merged = dict[str, Any]()
    for part in parts:
        clash = [name for name in part.keys() & merged.keys() if part[name] != merged[name]]
        if clash:
            raise ValueError(f"two things are called {', '.join(clash)}")
        merged |= part
    return merged


def _used(paths: dict[str, Any], schemas: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Powertools describes its own errors too, which are never sent."""
    found, waiting = set[str](), REFERENCE.findall(json.dumps(paths))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += REFERENCE.findall(json.dumps(schemas[name]))
            yield name, schemas[name]
