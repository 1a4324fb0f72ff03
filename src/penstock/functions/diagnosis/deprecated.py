"""What still works and will not for ever, or has stopped working in today's libraries."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from penstock.functions.diagnosis.code import Code, dotted
from penstock.functions.diagnosis.finding import Finding
from penstock.functions.legacy import map_module

_NAMES: Mapping[str, tuple[str, str]] = {
    "pydantic.validator": ("`validator` is from pydantic 1.", "Use `field_validator` with `@classmethod`."),
    "pydantic.root_validator": ("`root_validator` is from pydantic 1.", "Use `model_validator`."),
    "datetime.datetime.utcnow": ("`utcnow` is deprecated since Python 3.12.", "Write `datetime.now(UTC)`."),
    "datetime.datetime.utcfromtimestamp": (
        "`utcfromtimestamp` is deprecated since Python 3.12.",
        "Write `datetime.fromtimestamp(value, UTC)`.",
    ),
    "asyncio.get_event_loop": (
        "`get_event_loop` is deprecated where no loop runs.",
        "Write `asyncio.get_running_loop()`, or `asyncio.run(...)` in a thread.",
    ),
    "pkg_resources": ("`pkg_resources` is gone from new releases of setuptools.", "Use `importlib.metadata`."),
}
_GONE: Mapping[str, tuple[str, str]] = {
    "openai.ChatCompletion": ("openai 1.0 took `ChatCompletion` away.", "Use `AsyncOpenAI().chat.completions`."),
    "openai.Completion": ("openai 1.0 took `Completion` away.", "Use `AsyncOpenAI().completions`."),
    "openai.Embedding": ("openai 1.0 took `Embedding` away.", "Use `AsyncOpenAI().embeddings`."),
    "imp": ("The module `imp` is gone since Python 3.12.", "Use `importlib`."),
    "distutils": ("The module `distutils` is gone since Python 3.12.", "Use `setuptools`, or the standard library."),
}
_METHODS = {"parse_obj": "model_validate", "parse_raw": "model_validate_json", "update_forward_refs": "model_rebuild"}


def find(code: Code) -> Iterator[Finding]:
    """Deprecated and vanished names, each where it is used first."""
    seen: set[str] = set()
    for node in code.nodes:
        for key, finding in _in_node(code, node):
            if key not in seen:
                seen.add(key)
                yield finding


def _in_node(code: Code, node: ast.AST) -> Iterator[tuple[str, Finding]]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from _imported(node)
    elif isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
        yield from _used(code, node)
    elif isinstance(node, ast.ClassDef) and (inner := _config_class(node)) is not None:
        said = f"`class Config` in `{node.name}` is from pydantic 1."
        fix = "Write `model_config = ConfigDict(...)`."
        yield "config", Finding("deprecated", "note", said, inner.lineno, fix)


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, Finding]]:
    modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    if isinstance(node, ast.ImportFrom) and node.level:
        return
    for module in modules:
        if (now := map_module(module)) != module:
            said = f"`{module}` is where an early Open WebUI had it; it is read as `{now}`."
            yield module, Finding("legacy_import", "note", said, node.lineno, f"Import from `{now}`.")
        top = module.partition(".")[0]
        if top in _GONE:
            said, fix = _GONE[top]
            yield top, Finding("vanished", "warning", said, node.lineno, fix)
        elif top in _NAMES:
            said, fix = _NAMES[top]
            yield top, Finding("deprecated", "note", said, node.lineno, fix)


def _used(code: Code, node: ast.Attribute | ast.Name) -> Iterator[tuple[str, Finding]]:
    name = code.full_name(node)
    if name in _NAMES and "." in name:
        said, fix = _NAMES[name]
        yield name, Finding("deprecated", "note", said, node.lineno, fix)
    elif name in _GONE and "." in name:
        said, fix = _GONE[name]
        yield name, Finding("vanished", "error", said, node.lineno, fix)
    elif isinstance(node, ast.Attribute) and node.attr in _METHODS and dotted(node.value)[:1].isupper():
        said = f"`{node.attr}` is from pydantic 1."
        yield node.attr, Finding("deprecated", "note", said, node.lineno, f"Use `{_METHODS[node.attr]}`.")


def _config_class(node: ast.ClassDef) -> ast.ClassDef | None:
    if not any(dotted(base).rpartition(".")[2] == "BaseModel" for base in node.bases):
        return None
    inner = (each for each in node.body if isinstance(each, ast.ClassDef) and each.name == "Config")
    return next(inner, None)
