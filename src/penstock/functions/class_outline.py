"""Which class makes a source a function, and which hooks stand in it (spec M1).

Whatever could come from elsewhere (a base class, `__getattr__`, a decorator, an assignment) is left to loading.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from penstock.errors import SourceError
from penstock.functions.cautions import Caution
from penstock.functions.description import HOOKS, KINDS
from penstock.functions.source_place import error_at

_REQUIRED = {"pipe": "pipe", "action": "action", "event": "event"}
_NESTING = (ast.If, ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.For, ast.While, ast.ExceptHandler)
_THE_FOUR = "`Pipe`, `Filter`, `Action` or `Event`"


@dataclass(frozen=True, slots=True)
class Outline:
    kind: str
    name: str
    line: int | None
    hooks: dict[str, int] = field(default_factory=dict)
    cautions: tuple[Caution, ...] = ()


def find(tree: ast.Module) -> Outline:
    """The outline of the first class of a kind; raises `SourceError` where it, or the hook it needs, is missing."""
    defined, imported, anything = _bindings(tree)
    names = [kind.capitalize() for kind in KINDS]
    chosen = next((name for name in names if name in defined), next((name for name in names if name in imported), None))
    if chosen is None:
        if anything:
            return Outline("", "", None)
        raise _no_class(tree)
    kind = chosen.lower()
    others = [name for name in names if name in defined and name != chosen]
    said = tuple(Caution("several_kinds", f"The file is a {kind}: its class `{name}` is not used.") for name in others)
    node = defined.get(chosen)
    if not isinstance(node, ast.ClassDef):
        return Outline(kind, chosen, node.lineno if node else imported.get(chosen), {}, said)
    hooks = _hooks(node, kind)
    required = _REQUIRED.get(kind)
    if required and required not in hooks and not _is_open(node, tree, required):
        raise _no_hook(node, required, tree)
    return Outline(kind, chosen, node.lineno, hooks, said)


def _bindings(tree: ast.Module) -> tuple[dict[str, ast.stmt], dict[str, int], bool]:
    """Names bound at the top level: defined here, imported (with line), and whether a star import may bring others."""
    defined: dict[str, ast.stmt] = {}
    imported: dict[str, int] = {}
    anything = False
    for node in _statements(tree.body):
        if isinstance(node, ast.ClassDef):
            defined[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            defined |= dict.fromkeys(_assigned(node), node)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            imported |= {alias.asname or alias.name: node.lineno for alias in node.names}
            anything = anything or any(alias.name == "*" for alias in node.names)
    return defined, imported, anything


def _statements(body: Iterable[ast.AST]) -> Iterator[ast.stmt]:
    """The statements of one scope, also those within `if`, `try`, `with` and loops."""
    for node in body:
        if isinstance(node, ast.stmt):
            yield node
        if isinstance(node, _NESTING):
            yield from _statements(ast.iter_child_nodes(node))


def _assigned(node: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if node.value else []
    return [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]


def _hooks(node: ast.ClassDef, kind: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for statement in _statements(node.body):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[statement.name] = statement.lineno
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            found |= dict.fromkeys(_assigned(statement), statement.lineno)
    return {hook: found[hook] for hook in HOOKS[kind] if hook in found}


def _is_open(node: ast.ClassDef, tree: ast.Module, hook: str) -> bool:
    """Whether the hook may come from somewhere that only loading shows."""
    bases = [base for base in node.bases if not (isinstance(base, ast.Name) and base.id == "object")]
    if bases or node.keywords or node.decorator_list:
        return True
    for inner in ast.walk(tree):
        if isinstance(inner, ast.FunctionDef) and inner.name in ("__getattr__", "__getattribute__"):
            return True
        if isinstance(inner, ast.Attribute) and inner.attr == hook and isinstance(inner.ctx, ast.Store):
            return True
        if isinstance(inner, ast.Name) and inner.id in ("setattr", "exec", "vars"):
            return True
        if isinstance(inner, ast.ImportFrom | ast.Import) and inner in node.body:
            return True
    return False


def _no_class(tree: ast.Module) -> SourceError:
    message = f"there is no class {_THE_FOUR} at the top level of the file"
    hint = f"A function is one of the four: write `class Action:` (or another of {_THE_FOUR}) with its hooks."
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and (remark := _near_miss(node.name)):
            return error_at(f"{message}; {remark}", "kind", node.lineno, node.col_offset + 1, hint)
    return error_at(message, "kind", None, None, hint)


def _near_miss(name: str) -> str:
    """What to say of a class that its author may have taken for a function's."""
    if name == "Tools":
        return "a class `Tools` makes a tool, which is not a function"
    if name == "Pipeline":
        return "a class `Pipeline` belongs to a pipelines server, `Pipe` is its likeness here"
    if name.lower() not in KINDS:
        return ""
    if name != name.capitalize():
        return f"`{name}` has to be written `{name.capitalize()}`"
    return f"`{name}` stands within something else"


def _no_hook(node: ast.ClassDef, hook: str, tree: ast.Module) -> SourceError:
    message = f"the class `{node.name}` has no method `{hook}`"
    hint = f"Add `async def {hook}(self, body)` to the class."
    outside = next(
        (
            inner
            for inner in ast.walk(tree)
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and inner.name == hook
        ),
        None,
    )
    if outside is not None:
        hint = f"`{hook}` in line {outside.lineno} stands outside the class: indent it to be part of `{node.name}`."
    return error_at(message, "hooks", node.lineno, node.col_offset + 1, hint)
