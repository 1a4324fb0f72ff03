"""A source, read once for everything that is to be found out about it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

_TYPING = "TYPE_CHECKING"
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Text(NamedTuple):
    value: str
    lineno: int


@dataclass(frozen=True)
class Code:
    """A source that parses."""

    tree: ast.Module
    source: str

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @cached_property
    def functions(self) -> list[Function]:
        return [node for node in self.nodes if isinstance(node, Function)]

    @cached_property
    def aliases(self) -> dict[str, str]:
        """What imported names stand for: `{"np": "numpy", "get": "requests.get"}`."""
        found: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    found[alias.asname or top] = alias.name if alias.asname else top
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        return found

    @cached_property
    def texts(self) -> list[Text]:
        """Constant texts, without docstrings."""
        documented = ast.Module | ast.ClassDef | Function
        bodies = [node.body for node in self.nodes if isinstance(node, documented) and node.body]
        docstrings = {id(body[0].value) for body in bodies if isinstance(body[0], ast.Expr)}
        return [
            Text(node.value, node.lineno)
            for node in self.nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
        ]

    @cached_property
    def guarded_lines(self) -> frozenset[int]:
        """Lines within the body of a `try` that catches everything, or what is missing."""
        lines: set[int] = set()
        for node in self.nodes:
            if isinstance(node, ast.Try | ast.TryStar) and any(map(_is_broad, node.handlers)):
                for statement in node.body:
                    lines |= set(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
        return frozenset(lines)

    @cached_property
    def for_type_checkers(self) -> frozenset[int]:
        """Ids of what stands under `if TYPE_CHECKING`, and never runs."""
        blocks = [node for node in self.nodes if isinstance(node, ast.If) and dotted(node.test).endswith(_TYPING)]
        return frozenset(id(inner) for block in blocks for each in block.body for inner in ast.walk(each))

    def full_name(self, node: ast.expr) -> str:
        """`time.sleep` for whatever the source calls it; empty for what is no dotted name."""
        name = dotted(node)
        first, dot, rest = name.partition(".")
        return f"{self.aliases.get(first, first)}{dot}{rest}" if name else ""

    def calls(self, function: Function) -> Iterator[ast.Call]:
        """Calls that happen in that function itself, in the order of the source."""
        yield from (node for node in own_nodes(function) if isinstance(node, ast.Call))


def dotted(node: ast.expr) -> str:
    """`a.b.c`, or nothing where the expression is more than that."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """What belongs to a function, without the bodies of functions and classes in it."""
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Function | ast.Lambda | ast.ClassDef):
            waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def _is_broad(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    broad = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
    return any(each is None or dotted(each).rpartition(".")[2] in broad for each in caught)
