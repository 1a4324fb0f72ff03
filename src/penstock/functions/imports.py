"""Which modules a source imports, where, and whether it can do without them."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from penstock.functions.legacy import map_module

_MISSING_MODULE = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


@dataclass(frozen=True, slots=True)
class Import:
    """One import statement's module; `names` are what `from` takes of it."""

    module: str  # absolute, after legacy paths were mapped
    names: tuple[str, ...]
    line: int
    optional: bool  # within `try ... except ImportError`: the code says what it does without
    deferred: bool  # within a function: happens when it is called

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]

    def paths(self) -> list[str]:
        """Dotted paths of what is imported: the module, or each name in it."""
        return [f"{self.module}.{name}" for name in self.names] or [self.module]


def collect(tree: ast.Module) -> list[Import]:
    """All absolute imports in order of lines, but those for type checkers only."""
    collector = _Collector()
    collector.visit(tree)
    return sorted(collector.found, key=lambda found: found.line)


class _Collector(ast.NodeVisitor):
    def __init__(self) -> None:
        self.found: list[Import] = []
        self._optional = False
        self._deferred = False

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._add(alias.name, (), node.lineno)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if not node.level and node.module:
            self._add(node.module, tuple(alias.name for alias in node.names), node.lineno)

    def visit_Try(self, node: ast.Try | ast.TryStar) -> None:
        guarded = any(_catches_missing_module(handler.type) for handler in node.handlers)
        self._visit_all([*node.body, *node.handlers], optional=self._optional or guarded)
        self._visit_all([*node.orelse, *node.finalbody], optional=self._optional)

    visit_TryStar = visit_Try

    def visit_With(self, node: ast.With) -> None:
        suppressed = any(_suppresses_missing_module(item.context_expr) for item in node.items)
        self._visit_all(node.body, optional=self._optional or suppressed)

    def visit_If(self, node: ast.If) -> None:
        if not _is_type_checking(node.test):
            self._visit_all(node.body, optional=self._optional)
        self._visit_all(node.orelse, optional=self._optional)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        deferred, self._deferred = self._deferred, True
        self._visit_all(node.body, optional=False)
        self._deferred = deferred

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Expr(self, node: ast.Expr) -> None:
        """Imports are statements: nothing to find within expressions."""

    visit_Assign = visit_AnnAssign = visit_Return = visit_AugAssign = visit_Expr  # type: ignore[assignment]

    def _visit_all(self, nodes: Iterable[ast.AST], *, optional: bool) -> None:
        before, self._optional = self._optional, optional
        for node in nodes:
            self.visit(node)
        self._optional = before

    def _add(self, module: str, names: tuple[str, ...], line: int) -> None:
        self.found.append(Import(map_module(module), names, line, self._optional, self._deferred))


def _catches_missing_module(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(_last_name(name) in _MISSING_MODULE for name in names)


def _suppresses_missing_module(expression: ast.expr) -> bool:
    return (
        isinstance(expression, ast.Call)
        and _last_name(expression.func) == "suppress"
        and any(_last_name(argument) in _MISSING_MODULE for argument in expression.args)
    )


def _is_type_checking(test: ast.expr) -> bool:
    return _last_name(test) == "TYPE_CHECKING"


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
