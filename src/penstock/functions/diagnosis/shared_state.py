"""What one function leaves in the server's application for another: each has an application of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from penstock.functions.diagnosis.code import Code, dotted
from penstock.functions.diagnosis.finding import Finding

_STATE = ("app.state", "app.state._state")
SAID = "What is left in `app.state` stays in this function's own process: no other function finds it there."
FIX = 'In a filter put it into `body["metadata"]`: the pipe reads it as `__metadata__`.'


def find(code: Code) -> Iterator[Finding]:
    """The first line that writes to `app.state`, whatever the source calls it; settings of `config` are no such."""
    names = _names(code)
    lines = [node.lineno for node in code.nodes if isinstance(node, ast.stmt | ast.Call) and _writes(node, names)]
    if lines:
        yield Finding("shared_state", "warning", SAID, min(lines), FIX)


def _names(code: Code) -> frozenset[str]:
    """What `app.state` is assigned to."""
    found: set[str] = set()
    for node in code.nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and _is_state(node.value, ()):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(found)


def _is_state(node: ast.expr, names: frozenset[str] | tuple[()]) -> bool:
    name = dotted(node)
    return any(f".{name}".endswith(f".{known}") for known in _STATE) or name.removesuffix("._state") in names


def _writes(node: ast.stmt | ast.Call, names: frozenset[str]) -> bool:
    if isinstance(node, ast.Call):
        return dotted(node.func) == "setattr" and bool(node.args) and _is_state(node.args[0], names)
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return any(
        isinstance(target, ast.Attribute | ast.Subscript) and _is_state(target.value, names) for target in targets
    )
