"""The description of the API as a page for people: `/docs`. Plain HTML: no script, and nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

Schema = Mapping[str, Any]

HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",
}
STYLE = """
:root { color-scheme: light dark; --soft: light-dark(#57606a, #9aa4af); --line: light-dark(#d8dee4, #30363d);
  --card: light-dark(#f6f8fa, #161b22); --link: light-dark(#0550ae, #79b8ff); }
body { font: 16px/1.55 system-ui, sans-serif; margin: 0 auto; padding: 2rem 1rem 6rem; max-width: 60rem;
  background: light-dark(#fff, #0d1117); color: light-dark(#1f2328, #e6edf3); overflow-wrap: anywhere; }
a { color: var(--link); } p, li, dd { color: var(--soft); } h1, h2 { line-height: 1.2; }
h2 { margin: 3rem 0 .25rem; padding-top: 1rem; border-top: 1px solid var(--line); }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
nav a { display: inline-block; padding: .25rem 0; }
code, pre { font: 14px/1.5 ui-monospace, monospace; }
details { border: 1px solid var(--line); border-radius: 8px; margin: .5rem 0; background: var(--card); }
summary { cursor: pointer; padding: .5rem .75rem; } details > div { padding: 0 .75rem .5rem; }
summary b { display: inline-block; min-width: 4.5rem; font: 600 13px ui-monospace, monospace; }
summary span { color: var(--soft); margin-left: .5rem; }
table { border-collapse: collapse; width: 100%; } td { padding: .25rem .75rem .25rem 0; vertical-align: top;
  border-top: 1px solid var(--line); color: var(--soft); } td:first-child { white-space: nowrap; }
"""
JSON = "application/json"


def page(description: Mapping[str, Any]) -> str:
    """The whole page."""
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>API of {escape(description['info']['title'])}</title><style>{STYLE}</style></head><body><main>",
        *_head(description),
        *_tags(description),
        *_errors(description["components"]["responses"]),
        *_shapes(description["components"]["schemas"]),
        "</main></body></html>",
    ]
    return "".join(parts)


def _errors(responses: Mapping[str, Schema]) -> Iterator[str]:
    yield '<section><h2 id="errors">Errors</h2><table>'
    for name, response in responses.items():
        yield _row(f'<span id="error-{name}">{name}</span>', _text(response["description"]))
    yield "</table></section>"


def _head(description: Mapping[str, Any]) -> Iterator[str]:
    info = description["info"]
    yield f"<h1>API of {escape(info['title'])}</h1>"
    yield from (f"<p>{_text(each)}</p>" for each in info["description"].strip().split("\n\n"))
    yield f'<p>Version {escape(info["version"])}. For programs: <a href="/openapi.json">openapi.json</a>.</p><nav>'
    names = [tag["name"] for tag in description["tags"]]
    yield from (f'<a href="#{name}">{name}</a>' for name in [*names, "errors", "shapes"])
    yield "</nav>"


def _text(text: str) -> str:
    """Words of the description, in which backticks mark code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(" ".join(text.split()), quote=False))


def _tags(description: Mapping[str, Any]) -> Iterator[str]:
    for tag in description["tags"]:
        yield f'<section><h2 id="{tag["name"]}">{tag["name"].capitalize()}</h2><p>{_text(tag["description"])}</p>'
        for path, item in description["paths"].items():
            for method, operation in item.items():
                if tag["name"] in operation["tags"]:
                    yield from _operation(method, path, operation)
        yield "</section>"


def _operation(method: str, path: str, operation: Schema) -> Iterator[str]:
    yield f'<details id="{operation["operationId"]}"><summary><b>{method.upper()}</b><code>{escape(path)}</code>'
    yield f"<span>{_text(operation['summary'])}</span></summary><div>"
    if said := operation.get("description"):
        yield f"<p>{_text(said)}</p>"
    yield "<table>"
    for each in operation.get("parameters", ()):
        needed = "" if each.get("required") else ", optional"
        yield _row(f"{each['in']} <code>{each['name']}</code>", f"{_type(each['schema'])}{needed}")
    if body := operation.get("requestBody"):
        yield _row("body", _content(body["content"]))
    for status, response in operation["responses"].items():
        if "$ref" in response:
            name = response["$ref"].rpartition("/")[2]
            yield _row(status, f'<a href="#error-{name}">{name}</a>')
        else:
            yield _row(status, _content(response["content"]) if "content" in response else response["description"])
    yield "</table></div></details>"


def _content(content: Mapping[str, Schema]) -> str:
    kinds = [_type(each["schema"]) if kind == JSON else _other(kind, each["schema"]) for kind, each in content.items()]
    return "<br>".join(kinds)


def _other(kind: str, schema: Schema) -> str:
    return f"<code>{escape(kind)}</code> {_text(schema.get('description', ''))}"


def _row(name: str, value: str) -> str:
    return f"<tr><td>{name}</td><td>{value}</td></tr>"


def _shapes(schemas: Mapping[str, Schema]) -> Iterator[str]:
    yield '<section><h2 id="shapes">Shapes</h2>'
    for name, schema in schemas.items():
        yield f'<details id="shape-{name}"><summary><code>{name}</code></summary><div>'
        if said := schema.get("description"):
            yield f"<p>{_text(said)}</p>"
        yield "<table>"
        required = schema.get("required", ())
        for field, each in schema.get("properties", {}).items():
            needed = "" if field in required else ", optional"
            yield _row(f"<code>{escape(field)}</code>", f"{_type(each)}{needed} {_text(each.get('description', ''))}")
        if schema.get("additionalProperties") is True:
            yield _row("…", "further fields of its makers")
        yield "</table></div></details>"
    yield "</section>"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f'<a href="#shape-{name}">{name}</a>'
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(map(_type, options)))
    if values := schema.get("enum"):
        return " or ".join(f"<code>{escape(str(value)) or '(empty)'}</code>" for value in values)
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if schema.get("type") == "object":
        more = schema.get("additionalProperties")
        return f"object of {_type(more)}" if isinstance(more, dict) else "object"
    return escape(str(schema.get("const", schema.get("type", "anything"))))
