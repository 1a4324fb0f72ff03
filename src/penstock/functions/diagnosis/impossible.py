"""What rests on living in the server's own process, on its disk, or among its other functions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from penstock.functions.cautions import Caution
from penstock.functions.diagnosis.code import Code
from penstock.functions.diagnosis.finding import Finding, Severity

_DATA = re.compile(r"^(?:file://|sqlite:///+)?/?app/backend/data(?:/|$)")
_SERVER_FOLDER = re.compile(r"^(?:file://|sqlite:///+)?/?app/backend(?:/|$)")
_SERVER_FILES = re.compile(r"/(?:uploads|webui\.db|vector_db)(?:/|$)")
_SERVER_TABLES = re.compile(
    r"\b(?:from|into|update|join)\s+\"?(?:user|auth|chat|function|model|file|folder|group|memory|tool|knowledge|config)"
    r"\"?(?=[\s;)]|$)",
    re.IGNORECASE,
)
_SQL = re.compile(r"^\s*(?:select|insert|update|delete|alter|create|drop)\b", re.IGNORECASE)
_OTHER = re.compile(r"^(?:function|tool)_\w+$")
_CAUTIONS: dict[str, tuple[Severity, str]] = {
    "direct_sql": ("warning", "Tables of your own are fine; for the server's, use `open_webui.models`."),
    "server_routes": ("error", "Give people an action, or a pipe; files out are made with `__event_emitter__`."),
    "monkey_patch": ("error", "Write a filter for what the server should do differently."),
    "unknown_import": ("warning", ""),
    "several_kinds": ("note", "Put each class into a function of its own."),
    "newer_version": ("note", ""),
    "manifest": ("warning", ""),
}
NO_TABLES = "The server's tables are in no process of a function."


def from_caution(caution: Caution) -> Finding:
    """What a save says, with what it means for whoever wants to install the function."""
    severity, fix = _CAUTIONS.get(caution.code, ("warning", ""))
    return Finding(caution.code, severity, caution.message, caution.line, fix, caution.file)


def find(code: Code) -> Iterator[Finding]:
    """Other functions' modules, the server's folders, its tables in SQL, its environment."""
    yield from _other_functions(code)
    for text in code.texts:
        if _SERVER_FOLDER.match(text.value):
            yield _server_folder(text.value, text.lineno)
        elif _SQL.match(text.value) and _SERVER_TABLES.search(text.value) and _uses_server_database(code):
            fix = "Use `open_webui.models` (`Users`, `Chats`, `Files`, ...)."
            yield Finding(
                "server_tables", "error", f"This SQL reads the server's tables. {NO_TABLES}", text.lineno, fix
            )
    yield from _environment(code)


def _server_folder(path: str, line: int) -> Finding:
    severity: Severity = "error" if _SERVER_FILES.search(path) else "note" if _DATA.match(path) else "warning"
    where = "and not here" if severity == "warning" else "here the function's own folder, without what the server keeps"
    fix = "Use `open_webui.env.DATA_DIR`, or the working folder: both are the function's own."
    return Finding("server_folder", severity, f"`{_short(path)}` is in Open WebUI's container, {where}.", line, fix)


def _uses_server_database(code: Code) -> bool:
    return any(name.startswith("open_webui.internal.db") for name in code.aliases.values()) or any(
        "webui.db" in text.value for text in code.texts
    )


def _other_functions(code: Code) -> Iterator[Finding]:
    said = "Every function is alone in its process: the module of another one is not there."
    fix = "Ask it by its model (`generate_chat_completion`), or by its action (`__event_call__` with `action`)."
    for node in code.nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            if any(_OTHER.match(module) and module.startswith("function_") for module in modules):
                yield Finding("other_function", "error", said, node.lineno, fix)
        elif isinstance(node, ast.Subscript) and code.full_name(node.value) == "sys.modules":
            if isinstance(node.slice, ast.Constant) and _OTHER.match(str(node.slice.value)):
                yield Finding("other_function", "error", said, node.lineno, fix)
        elif isinstance(node, ast.Call) and code.full_name(node.func) in ("sys.modules.get", "importlib.import_module"):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and _OTHER.match(str(first.value)):
                yield Finding("other_function", "error", said, node.lineno, fix)


def environment(code: Code) -> dict[str, int]:
    """Variables of the server's environment that are read, with the first line."""
    found: dict[str, int] = {}
    for node in code.nodes:
        name: ast.expr | None = None
        if isinstance(node, ast.Call) and code.full_name(node.func) in ("os.getenv", "os.environ.get") and node.args:
            name = node.args[0]
        elif isinstance(node, ast.Subscript) and code.full_name(node.value) == "os.environ":
            name = node.slice if isinstance(node.ctx, ast.Load) else None
        if isinstance(name, ast.Constant) and isinstance(name.value, str) and name.value not in _ALWAYS_SET:
            found.setdefault(name.value, name.lineno)
    return found


def _environment(code: Code) -> Iterator[Finding]:
    for name, line in environment(code).items():
        said = f"`{name}` of the server's environment is not seen by functions, unless an operator names it."
        fix = f"Make it a valve, or set PENSTOCK_WORKER_ENVIRONMENT={name}."
        yield Finding("server_environment", "note", said, line, fix)


_ALWAYS_SET = frozenset({"HOME", "PATH", "LANG", "TZ", "TMPDIR", "USER", "GLOBAL_LOG_LEVEL", "DATA_DIR"})


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
