"""`ladder openapi`: the API's OpenAPI document, with what has no login: webhooks, and the calendar feed."""

import json
import os
import re
from dataclasses import fields
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
import yaml

from admin.settings import Settings as Admin
from credentials.settings import Settings as Credentials
from ladder.messages.render import languages
from ladder.settings import to_env
from progress.settings import Settings as Progress
from publishing.settings import Settings as Publishing
from supervision.settings import Settings as Supervision

WEBHOOK = Path(__file__).with_name("webhook.openapi.yaml")
LOGIN = "login"
OPEN = "/issuers/"  # to everybody who verifies a credential
LANGUAGES = (
    "What is said to a person has a reason code with parameters, and a text in the language that the request accepts "
    f"best: send the header `Accept-Language` ({', '.join(languages())}). The header `content-language` of the answer "
    "says which one it is."
)
ACCEPT_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "examples": ["de, en;q=0.5"]},
    "description": "The languages in which the answer may say something to a person.",
}
REFERENCE = re.compile(r'"#/components/schemas/([^"]+)"')


@click.command()
def openapi() -> int:
    """Print the API's OpenAPI document."""
    print(json.dumps(document(), indent=2))
    return 0


def document() -> dict[str, Any]:
    """Return the routes of the functions that serve people, each from the function itself, and those without a login.

    Raises ValueError if two of them mean different things by one name.
    """
    parts = [
        _routes("progress.handler", Progress),
        _routes("credentials.handler", Credentials),
        _routes("supervision.handler", Supervision),
        _routes("admin.handler", Admin),
        _routes("publishing.handler", Publishing),
    ]
    for part in parts:
        for path, route in part["paths"].items():
            for operation in route.values():
                operation["security"] = [] if path.startswith(OPEN) else [{LOGIN: []}]
                operation["parameters"] = [*operation.get("parameters", ()), ACCEPT_LANGUAGE]
    parts.append(yaml.safe_load(WEBHOOK.read_text(encoding="utf-8")))
    paths, schemas = dict[str, Any](), dict[str, Any]()
    for part in parts:
        described = part["components"]["schemas"]
        if clashes := [name for name in described.keys() & schemas.keys() if described[name] != schemas[name]]:
            raise ValueError(f"two things are called {', '.join(clashes)}")
        paths |= part["paths"]
        schemas |= described
    # only those that are referenced: Powertools also describes errors that are never sent
    used, waiting = dict[str, Any](), REFERENCE.findall(json.dumps(paths))
    while waiting:
        name = waiting.pop()
        if name not in used:
            used[name] = schemas[name]
            waiting += REFERENCE.findall(json.dumps(schemas[name]))
    security = parts[-1]["components"]["securitySchemes"]
    return {
        **parts[0],
        "info": {**parts[0]["info"], "description": LANGUAGES},
        "paths": paths,
        "components": {"schemas": dict(sorted(used.items())), "securitySchemes": security},
    }


def _routes(module: str, settings: type[Any]) -> dict[str, Any]:
    """Describe the routes of a function. They need no table, but its module reads its settings when it is imported."""
    blank = settings(**{field.name: "none" for field in fields(settings)})
    with patch.dict(os.environ, to_env(blank)):
        app = import_module(module).app
    described: dict[str, Any] = json.loads(app.get_openapi_json_schema(title="Ladder", version=version("ladder")))
    return described
