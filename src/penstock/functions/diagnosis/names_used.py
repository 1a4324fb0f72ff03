"""Which names of `open_webui` a source uses, and which of them cannot work here."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from penstock.functions.diagnosis.code import Code, dotted
from penstock.functions.diagnosis.finding import Finding, Severity
from penstock.functions.diagnosis.offered import Lack, Offered, below

Statement = ast.Import | ast.ImportFrom


def find(code: Code, offered: Offered) -> Iterator[Finding]:
    """Names that do not exist, where they are imported, and names that stand for nothing, where they are used."""
    for node in code.nodes:
        if id(node) in code.for_type_checkers:
            continue
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            path = below(node.module)
            for alias in node.names if path is not None else ():
                yield from _imported_name(code, offered, node, path or "", alias)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                path = below(alias.name) if alias.name.startswith("open_webui") else None
                if path and not offered.has(path):
                    yield _unknown(code, node, f"There is no module `open_webui.{path}` here.")


def _imported_name(
    code: Code, offered: Offered, node: ast.ImportFrom, path: str, alias: ast.alias
) -> Iterator[Finding]:
    name, bound = alias.name, alias.asname or alias.name
    if offered.has(f"{path}.{name}".strip(".")):
        return
    module = offered.modules.get(path)
    if module is None:
        if _is_table(offered, name) and offered.lack_of(path) is not None:
            return
        if (lack := offered.lack_of(path)) is not None:
            yield from _lacking(code, node, f"open_webui.{path}.{name}", bound, lack)
        else:
            yield _unknown(code, node, f"There is no module `open_webui.{path}` here.")
    elif name in module.names:
        if known := module.methods.get(name):
            yield from _methods(code, bound, name, known)
    elif (lack := module.lacking.get(name) or module.any_name) is not None:
        if not (module.any_name and _is_table(offered, name)):
            yield from _lacking(code, node, f"open_webui.{path}.{name}", bound, lack)
    elif not module.open and name != "*":
        yield _unknown(code, node, f"`open_webui.{path}` offers no `{name}` here.")


def _is_table(offered: Offered, name: str) -> bool:
    """Modules that stand for nothing still give the tables that Open WebUI's own modules import."""
    own = offered.modules.get(f"models.{name.lower()}")
    return own is not None and name in own.names


def _unknown(code: Code, node: Statement, said: str) -> Finding:
    severity: Severity = "warning" if node.lineno in code.guarded_lines else "error"
    fix = "Take the import out, or put it into a `try` with what to do without it."
    return Finding("no_such_name", severity, said, node.lineno, fix)


def _lacking(code: Code, node: Statement, path: str, bound: str, lack: Lack) -> Iterator[Finding]:
    line = _first_use(code, bound)
    if line is None:
        said = f"`{path}` is imported and not used; Penstock has nothing behind it."
        yield Finding("absent_name", "note", said, node.lineno, lack.hint)
        return
    said = f"`{path}` needs {lack.what}, which Penstock does not provide to functions; it can be imported, not used."
    severity: Severity = "warning" if line in code.guarded_lines else "error"
    yield Finding("absent_name", severity, said, line, lack.hint)


def _first_use(code: Code, name: str) -> int | None:
    """The first line that loads the name other than to annotate."""
    notes = {id(inner) for each in code.nodes for part in _annotations(each) for inner in ast.walk(part)}
    lines = [
        node.lineno
        for node in code.nodes
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load) and id(node) not in notes
    ]
    return min(lines, default=None)


def _annotations(node: ast.AST) -> list[ast.expr]:
    found = [getattr(node, name, None) for name in ("annotation", "returns")]
    return [each for each in found if isinstance(each, ast.expr)]


def _methods(code: Code, bound: str, table: str, known: frozenset[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for node in code.nodes:
        if not isinstance(node, ast.Attribute) or dotted(node.value) != bound:
            continue
        if node.attr in known or node.attr in seen or node.attr.startswith("_"):
            continue
        seen.add(node.attr)
        severity: Severity = "warning" if node.lineno in code.guarded_lines else "error"
        said = f"`{table}.{node.attr}` does not exist here."
        near = sorted(name for name in known if not name.startswith("_"))
        yield Finding("no_such_method", severity, said, node.lineno, f"There are: {', '.join(near)}.")
