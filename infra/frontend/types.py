"""The API's types for the pages: TypeScript of our OpenAPI document, made anew whenever the pages are checked."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from infra.cli.openapi import document

BUILT_IN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
JSON = "application/json"
HEAD = "// Made of our OpenAPI document: do not edit.\n"

type Schema = Mapping[str, Any]


def api_types() -> str:
    """Return a module: a type for each schema, and `Routes` with the parameters, body and answer of each route."""
    described = document()
    schemas = described["components"]["schemas"]
    types = [f"export type {name} = {_type(schema)};" for name, schema in schemas.items()]
    return "\n".join([HEAD, *types, "export interface Routes {", *_routes(described["paths"]), "}", ""])


def _routes(paths: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for path, methods in paths.items():
        for method, route in methods.items():
            parameters = "; ".join(
                f"{json.dumps(parameter['name'])}{'' if parameter['required'] else '?'}: "
                f"{_type(parameter['schema'])}{'' if parameter['required'] else ' | undefined'}"
                for parameter in route.get("parameters", ())
                if parameter["in"] != "header"
            )
            body = _content(route["requestBody"]) if "requestBody" in route else "undefined"
            answers = [answer for status, answer in route["responses"].items() if status.startswith("2")]
            is_file = not all(JSON in answer.get("content", {}) for answer in answers)
            answer = "Blob" if is_file else " | ".join(dict.fromkeys(_content(answer) for answer in answers))
            key = json.dumps(f"{method.upper()} {path}")
            yield f"  {key}: {{ parameters: {{ {parameters} }}; body: {body}; answer: {answer} }};"


def _content(described: Schema) -> str:
    """Return the type of a body. One that is no JSON is what another system sends: no page asks for its route."""
    content = described["content"]
    return _type(content[JSON]["schema"]) if JSON in content else "never"


def _type(schema: Schema) -> str:
    if reference := schema.get("$ref"):
        return str(reference).rpartition("/")[2]
    if values := schema.get("enum", [schema["const"]] if "const" in schema else None):
        return " | ".join(map(json.dumps, values))
    if options := schema.get("anyOf", schema.get("oneOf")):
        return " | ".join(dict.fromkeys(map(_type, options)))
    if parts := schema.get("allOf"):
        return " & ".join(map(_type, parts))
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(_type({**schema, "type": one}) for one in kind)
    if kind == "array":
        if items := schema.get("prefixItems"):
            return f"readonly [{', '.join(map(_type, items))}]"
        return f"readonly ({_type(schema.get('items', {}))})[]"
    if kind == "object":
        return _object(schema)
    return BUILT_IN.get(kind or "", "unknown")


def _object(schema: Schema) -> str:
    """Return the type of an object. What has a default is in every answer, and may be left out of a request."""
    if "properties" not in schema:
        values = schema.get("additionalProperties")
        return f"Readonly<Record<string, {_type(values) if isinstance(values, dict) else 'unknown'}>>"
    required = set(schema.get("required", ()))
    fields = (
        f"readonly {json.dumps(name)}{'' if name in required else '?'}: {_type(field)}"
        for name, field in schema["properties"].items()
    )
    return f"{{ {'; '.join(fields)} }}"
