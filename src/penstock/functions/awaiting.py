"""Lets a function await what is already there.

Functions call for the server's data both plainly (`Users.get_user_by_id(id)`) and awaited. Penstock answers with
the plain value, which may be None or a list, and Python awaits neither. So `await x` becomes `await awaitable(x)` in
the syntax tree of a function that uses `open_webui` or `penstock`; the same for what is handed to `asyncio.gather`
and its kin. Positions in the source stay as they are.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Awaitable, Iterable
from typing import Any

MARK = "__penstock_awaiting__"
ONE_ARGUMENT = frozenset(
    {"create_task", "ensure_future", "run", "run_coroutine_threadsafe", "run_until_complete", "shield", "wait_for"}
)


async def _already_there(value: Any) -> Any:
    return value


def awaitable(value: Any) -> Awaitable[Any]:
    """The value itself where it can be awaited, else a coroutine that returns it."""
    return value if inspect.isawaitable(value) else _already_there(value)


def awaitables(values: Iterable[Any]) -> list[Awaitable[Any]]:
    """The same for each of several values."""
    return [awaitable(value) for value in values]


def concerns(source: str) -> bool:
    """Whether a source can meet such values at all."""
    return "open_webui" in source or "penstock" in source


def tolerate_plain_awaits(tree: ast.Module) -> ast.Module:
    """Change the tree in place, so that awaiting a plain value gives that value."""
    tree = _Tolerant().visit(tree)
    tree.body.insert(_first_free_place(tree.body), _import_of_mark(tree.body))
    return ast.fix_missing_locations(tree)


class _Tolerant(ast.NodeTransformer):
    def visit_Await(self, node: ast.Await) -> ast.Await:
        self.generic_visit(node)
        if not _is_surely_awaitable(node.value):
            node.value = _wrapped("awaitable", node.value)
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name in ONE_ARGUMENT and _belongs_to_a_loop(node.func) and node.args:
            if isinstance(node.args[0], ast.Call):
                node.args[0] = _wrapped("awaitable", node.args[0])
        elif name == "gather" and _belongs_to_a_loop(node.func):
            node.args = [_gathered(argument) for argument in node.args]
        return node


def _gathered(argument: ast.expr) -> ast.expr:
    if isinstance(argument, ast.Starred):
        argument.value = _wrapped("awaitables", argument.value)
        return argument
    return _wrapped("awaitable", argument)


def _is_surely_awaitable(value: ast.expr) -> bool:
    if not isinstance(value, ast.Call):
        return False
    if isinstance(value.func, ast.Name):
        return value.func.id in ("__event_emitter__", "__event_call__")
    return _belongs_to_a_loop(value.func)


def _belongs_to_a_loop(function: ast.expr) -> bool:
    if not isinstance(function, ast.Attribute):
        return False
    owner = function.value
    name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
    return name == "asyncio" or name.endswith("loop")


def _wrapped(helper: str, value: ast.expr) -> ast.Call:
    place = ast.copy_location(ast.Name(MARK, ast.Load()), value)
    function = ast.copy_location(ast.Attribute(place, helper, ast.Load()), value)
    return ast.copy_location(ast.Call(function, [value], []), value)


def _first_free_place(body: list[ast.stmt]) -> int:
    """After the docstring and the imports from `__future__`, which must come first."""
    place = 0
    for index, statement in enumerate(body):
        docstring = index == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if docstring or (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
            place = index + 1
    return place


def _import_of_mark(body: list[ast.stmt]) -> ast.ImportFrom:
    imported = ast.ImportFrom("penstock.functions", [ast.alias("awaiting", MARK)], 0)
    return ast.copy_location(imported, body[0]) if body else imported
