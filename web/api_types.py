"""Writes the page's types of the API from its description: `make api-types`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent / "src" / "lib" / "api" / "schema.d.ts"
HEAD = "/** The API as `/api/openapi.json` describes it. Written by `make api-types`: change the server instead. */\n"
METHODS = {"get": "Get", "post": "Post", "delete": "Delete"}
PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
JSON, FORM = "application/json", "multipart/form-data"

Schema = Mapping[str, Any]


def written(description: Mapping[str, Any]) -> str:
    """The whole file."""
    schemas = description["components"]["schemas"]
    parts = [
        HEAD,
        *_schemas(schemas),
        "export interface Schemas {",
        *(f"  {name}: {name};" for name in schemas),
        "}",
        "",
    ]
    for method, name in METHODS.items():
        calls = {path: each[method] for path, each in sorted(description["paths"].items()) if method in each}
        parts += [f"/** What can be asked with {method.upper()}. */", f"export interface {name} {{"]
        parts += [line for path, call in calls.items() for line in _call(path, call)]
        parts += ["}", ""]
    return "\n".join(parts)


def _schemas(schemas: Mapping[str, Schema]) -> Iterator[str]:
    for name, schema in sorted(schemas.items()):
        yield from _comment(schema.get("description", ""), "")
        yield f"export type {name} = {_type(schema, '')};\n"


def _comment(text: str, indent: str) -> Iterator[str]:
    if text:
        yield f"{indent}/** {' '.join(text.split())} */"


def _call(path: str, call: Schema) -> Iterator[str]:
    yield from _comment(call.get("summary", ""), "  ")
    yield f"  {json.dumps(path)}: {{"
    for place in ("path", "query"):
        if found := [each for each in call.get("parameters", ()) if each["in"] == place]:
            fields = [_field(each["name"], each["schema"], each.get("required", False), "    ") for each in found]
            needed = any(each.get("required") for each in found)
            yield f"    {place}{'' if needed else '?'}: {{ {' '.join(fields)} }};"
    if body := call.get("requestBody"):
        yield f"    body{'' if body.get('required') else '?'}: {_body(body['content'])};"
    yield f"    answer: {_answer(call['responses']['200'])};"
    yield "  };"


def _body(content: Mapping[str, Schema]) -> str:
    return _type(content[JSON]["schema"], "    ") if JSON in content else "FormData"


def _answer(response: Schema) -> str:
    content = response.get("content", {})
    return _type(content[JSON]["schema"], "    ") if JSON in content else "Blob"


def _type(schema: Schema, indent: str) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(map(json.dumps, schema["enum"]))
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(dict.fromkeys(_type(each, indent) for each in options))
    kind = schema.get("type")
    if kind == "array":
        return _list(schema, indent)
    if kind == "object":
        return _object(schema, indent)
    return PLAIN.get(str(kind), "unknown")


def _list(schema: Schema, indent: str) -> str:
    item = _type(schema.get("items", {}), indent)
    return f"({item})[]" if " | " in item and not item.endswith("}") else f"{item}[]"


def _object(schema: Schema, indent: str) -> str:
    more = schema.get("additionalProperties")
    if not (properties := schema.get("properties")):
        return f"Record<string, {_type(more, indent) if isinstance(more, dict) else 'unknown'}>"
    required, inner = schema.get("required", ()), indent + "  "
    lines = [
        line
        for name, each in sorted(properties.items())
        for line in (*_comment(each.get("description", ""), inner), inner + _field(name, each, name in required, inner))
    ]
    if more is True:
        lines.append(f"{inner}[name: string]: unknown;")
    return "{\n" + "\n".join(lines) + f"\n{indent}}}"


def _field(name: str, schema: Schema, required: bool, indent: str) -> str:
    key = name if name.isidentifier() else json.dumps(name)
    return f"{key}{'' if required else '?'}: {_type(schema, indent)};"


if __name__ == "__main__":
    from penstock.cli.reference import openapi_description

    TARGET.write_text(written(openapi_description()), "utf-8")
