"""What a source does that cannot work, or may surprise, in a process of its own; said when it is saved."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator

from msgspec import Struct, structs

from penstock.functions.compatibility import OPEN_WEBUI_VERSION, demands_newer
from penstock.functions.imports import Import
from penstock.functions.manifest import Manifest
from penstock.functions.requirement_list import name_of
from penstock.functions.shipped_packages import ALWAYS_THERE, distribution_for, likely_distribution

_DATABASE_NAMES = {
    "get_db",
    "get_db_context",
    "get_async_db",
    "get_async_db_context",
    "get_session",
    "get_async_session",
}
_DATABASE_NAMES |= {"Session", "SessionLocal", "AsyncSessionLocal", "ScopedSession", "engine", "async_engine", "Base"}
_TABLES = {"Chat", "File", "Folder", "Function", "Group", "Knowledge", "Memory", "Model", "Tag", "Tool", "ChatFile"}
_ROUTE_METHODS = {"add_api_route", "add_route", "add_websocket_route", "add_api_websocket_route", "add_middleware"}
_APP_METHODS = {"include_router", "mount", "get", "post", "put", "delete", "middleware"}


class Caution(Struct, frozen=True):
    """A sentence for the author or admin that does not stop a save."""

    code: str
    message: str
    line: int | None = None
    file: str = ""  # within a function of several files

    def placed(self) -> Caution:
        """For those who know of one file only: the place in another one stands in the sentence."""
        if not self.file:
            return self
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return structs.replace(self, message=f"{place}: {self.message}", line=None)


def find(tree: ast.Module, source: str, imports: list[Import], manifest: Manifest) -> list[Caution]:
    """All cautions about a source, in order of lines."""
    found = [
        *_about_manifest(manifest),
        *_about_packages(imports, manifest),
        *_about_database(imports),
        *(_about_server_code(tree) if _may_touch_server(source, imports) else ()),
    ]
    return sorted(dict.fromkeys(found), key=lambda caution: caution.line or 0)


def _about_manifest(manifest: Manifest) -> Iterator[Caution]:
    for problem in manifest.problems:
        yield Caution("manifest", problem)
    if demands_newer(manifest.required_version):
        yield Caution(
            "newer_version",
            f"The function asks for Open WebUI {manifest.required_version}; Penstock works like {OPEN_WEBUI_VERSION}."
            " It may use something that is not there.",
        )


def _about_packages(imports: list[Import], manifest: Manifest) -> Iterator[Caution]:
    """Modules that nothing known provides. A requirement that no import accounts for may provide any of them."""
    unknown = [found for found in imports if is_unknown(found)]
    named = {name_of(requirement) or requirement for requirement in manifest.requirements}
    modules = {name.replace("-", "_").lower() for name in named}
    missing = [found for found in unknown if found.top.lower() not in modules]
    if len(named) > len(unknown) - len(missing):
        return
    for found in missing:
        if not found.optional:
            yield Caution(
                "unknown_import",
                f"`{found.top}` is neither in the standard library nor among the requirements; if it is a package,"
                f" add it: `requirements: {likely_distribution(found.module)}`.",
                found.line,
            )


def is_unknown(found: Import) -> bool:
    """Whether nothing that is always there, or that Open WebUI ships, provides this module."""
    top = found.top
    known = top in sys.stdlib_module_names or top in ALWAYS_THERE or top == "open_webui"
    return not known and distribution_for(found.paths()) is None


def _about_database(imports: list[Import]) -> Iterator[Caution]:
    for found in imports:
        if found.module.startswith("open_webui.models.") and (tables := _TABLES & set(found.names)):
            yield Caution(
                "direct_sql",
                f"`{', '.join(sorted(tables))}` stands for a table of the server's, which cannot be queried from here:"
                " use the methods of `open_webui.models`, such as `Chats.get_chat_by_id`.",
                found.line,
            )
        if found.module == "open_webui.internal.db" and _DATABASE_NAMES & set(found.names):
            yield Caution(
                "direct_sql",
                "The database that the function opens here is its own, without the server's tables: for chats, users"
                " and files use the methods of `open_webui.models`.",
                found.line,
            )


def _may_touch_server(source: str, imports: list[Import]) -> bool:
    """Spares most sources a walk over their whole tree."""
    return any(found.top == "open_webui" for found in imports) or any(name in source for name in _ROUTE_METHODS)


def _about_server_code(tree: ast.Module) -> Iterator[Caution]:
    names = _server_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            targets: Iterable[ast.expr] = node.targets
        elif isinstance(node, ast.AugAssign):
            targets = [node.target]
        elif isinstance(node, ast.Call):
            targets = []
            if (caution := _about_call(node, names)) is not None:
                yield caution
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Attribute) and _root(target) in names:
                yield _patched(ast.unparse(target), node.lineno)


def _about_call(node: ast.Call, names: set[str]) -> Caution | None:
    function = node.func
    if isinstance(function, ast.Name) and function.id == "setattr" and node.args and _root(node.args[0]) in names:
        return _patched(ast.unparse(node.args[0]), node.lineno)
    if not isinstance(function, ast.Attribute):
        return None
    of_app = isinstance(function.value, ast.Name) and function.value.id == "app" and "app" in names
    if function.attr in _ROUTE_METHODS or (of_app and function.attr in _APP_METHODS):
        return Caution(
            "server_routes",
            f"`{ast.unparse(function)}` has no effect: a process of its own cannot change the server's routes.",
            node.lineno,
        )
    return None


def _patched(what: str, line: int) -> Caution:
    return Caution(
        "monkey_patch", f"`{what}` is replaced in this function's own process only; the server stays as it is.", line
    )


def _server_names(tree: ast.Module) -> set[str]:
    """Names in the source that stand for parts of the server."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in ("open_webui", "main", "apps"):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.asname or "open_webui" for alias in node.names if alias.name.startswith("open_webui")}
    return names


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
