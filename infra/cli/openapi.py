"""`ladder openapi`: the API's OpenAPI document, with the webhook that systems post to."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from importlib import import_module
from importlib.metadata import version
from typing import Any
from unittest.mock import patch

import click

from admin.settings import Settings as Admin
from ladder.settings import to_env
from progress.settings import Settings as Progress

HOOK = "/hooks/{program}/{source}"
JSON, PROBLEM = "application/json", "application/problem+json"

SIGNATURES: dict[str, Any] = {
    "standardWebhooks": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Standard Webhooks 1.0: HMAC-SHA256 over `webhook-id`, `webhook-timestamp` and the body.",
    },
    "bodySignature": {
        "type": "apiKey",
        "in": "header",
        "name": "x-hub-signature",
        "description": "Jira and others: HMAC-SHA256 over the body, in a header that the source's kind names.",
    },
    "hubspotSignature": {
        "type": "apiKey",
        "in": "header",
        "name": "x-hubspot-signature-v3",
        "description": "HubSpot: HMAC-SHA256 over method, address, body and `x-hubspot-request-timestamp`.",
    },
    "basic": {"type": "http", "scheme": "basic", "description": "xAPI and others: user and password of the source."},
}

SCHEMAS: dict[str, Any] = {
    "Event": {
        "type": "object",
        "required": ["id", "type", "occurred_at", "member"],
        "properties": {
            "id": {"type": "string", "minLength": 1, "maxLength": 200},
            "type": {"type": "string", "minLength": 1, "maxLength": 64, "examples": ["learner.completed_module"]},
            "occurred_at": {"type": "string", "format": "date-time"},
            "member": {
                "type": "string",
                "minLength": 1,
                "maxLength": 200,
                "description": "The source's own id of the user; only a keyed hash of it is stored.",
            },
            "attributes": {
                "type": "object",
                "maxProperties": 24,
                "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
            },
        },
    },
    "Events": {
        "type": "object",
        "required": ["events"],
        "properties": {"events": {"type": "array", "maxItems": 1000, "items": {"$ref": "#/components/schemas/Event"}}},
    },
    "Taken": {
        "type": "object",
        "required": ["accepted", "ignored", "unreadable"],
        "properties": {
            "accepted": {"type": "integer"},
            "ignored": {"type": "integer"},
            "unreadable": {
                "type": "integer",
                "description": "Unreadable or out of bounds, and in quarantine. All others are accepted.",
            },
            "refused": {
                "type": "array",
                "maxItems": 20,
                "items": {"type": "string"},
                "description": "Where each of them is and what to send instead; the first twenty.",
            },
        },
    },
}

REFUSED = {
    400: "Signature valid, payload malformed; see detail",
    401: "The signature is missing, wrong, too old or too new, or there is no such webhook; it is not said which",
    413: "The body is too large",
    415: "Unsupported content encoding, or a CloudEvent in binary mode: send it in structured mode",
    500: "Internal error: send it again",
    503: "Busy: send it again after the seconds that `retry-after` says",
}
BY_GATEWAY = {413, 500, 503}
OWN_FORMAT = "The vendor's own format, where the source is of a vendor's kind."


def hook() -> dict[str, Any]:
    """Accept events. The answer is 2xx only when everything in the body is queued. Safe to repeat."""
    return {
        "post": {
            "operationId": "postEvents",
            "summary": "Report what people did",
            "description": hook.__doc__,
            "security": [{name: []} for name in SIGNATURES],
            "parameters": [_in_path("program"), _in_path("source")],
            "requestBody": {"required": True, "content": {JSON: {"schema": _body()}}},
            "responses": {
                "200": _answer("Accepted; the ids of the statements, in their order (xAPI)", _ids()),
                "202": _answer("Accepted", {"$ref": "#/components/schemas/Taken"}),
                **{str(status): _refusal(status, words) for status, words in REFUSED.items()},
                "429": _answer("Too Many Requests", {"$ref": "#/components/schemas/GatewayMessage"}),
            },
        }
    }


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[a-z0-9-]+$"}}


def _body() -> dict[str, Any]:
    ours = [{"$ref": f"#/components/schemas/{name}"} for name in ("Event", "Events")]
    return {"anyOf": [*ours, {"type": ["object", "array"], "description": OWN_FORMAT}]}


def _ids() -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string"}}


def _answer(words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": words, "content": {JSON: {"schema": schema}}}


def _refusal(status: int, words: str) -> dict[str, Any]:
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    if status in BY_GATEWAY:
        content[JSON] = {"schema": {"$ref": "#/components/schemas/GatewayMessage"}}
    return {"description": words, "content": content}


LOGIN = "login"
SECURITY: dict[str, Any] = {
    LOGIN: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The id token of the user pool; its claim `custom:program` names the program."
        " The admin's routes take one of a viewer, reviewer or admin (`cognito:groups`).",
    },
    **SIGNATURES,
}
REFERENCE = re.compile(r'"#/components/schemas/([^"]+)"')


@click.command()
def openapi() -> int:
    """Print the API's OpenAPI document."""
    print(json.dumps(document(), indent=2))
    return 0


def document() -> dict[str, Any]:
    """Return the routes of the functions that serve people, each from the function itself, and the webhook."""
    parts = [_document(*each) for each in (("progress.handler", Progress), ("admin.handler", Admin))]
    told: dict[str, Any] = {
        **parts[0],
        "paths": {path: route for part in parts for path, route in part["paths"].items()},
    }
    for route in told["paths"].values():
        for operation in route.values():
            operation["security"] = [{LOGIN: []}]
    told["paths"][HOOK] = hook()
    schemas = _merged([*(part["components"]["schemas"] for part in parts), SCHEMAS])
    told["components"] = {"schemas": dict(sorted(_used(told["paths"], schemas))), "securitySchemes": SECURITY}
    return told


def _document(module: str, settings: type[Any]) -> dict[str, Any]:
    """The routes need no table, but the module reads its settings when it is imported."""
    blank = settings(**{field.name: "none" for field in fields(settings)})
    with patch.dict(os.environ, to_env(blank)):
        app = import_module(module).app
    told: dict[str, Any] = json.loads(app.get_openapi_json_schema(title="Ladder", version=version("ladder")))
    return told


def _merged(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Raises ValueError if two of them mean different things by one name."""
    merged = dict[str, Any]()
    for part in parts:
        clash = [name for name in part.keys() & merged.keys() if part[name] != merged[name]]
        if clash:
            raise ValueError(f"two things are called {', '.join(clash)}")
        merged |= part
    return merged


def _used(paths: dict[str, Any], schemas: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the schemas that are referenced: Powertools also describes errors that are never sent."""
    found, waiting = set[str](), REFERENCE.findall(json.dumps(paths))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += REFERENCE.findall(json.dumps(schemas[name]))
            yield name, schemas[name]
