"""What of `open_webui` a worker offers, read from the sources of what it offers; nothing is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from penstock.functions.legacy import map_module

ROOT = "open_webui"


@dataclass(frozen=True)
class Lack:
    """What is missing behind a name that can be imported, and what to do instead."""

    what: str
    hint: str = ""


@dataclass(frozen=True)
class OfferedModule:
    """`methods` are those of its tables (`Users`, `Chats` ...), as far as all of them are known."""

    names: frozenset[str]
    lacking: Mapping[str, Lack] = field(default_factory=dict)
    any_name: Lack | None = None  # every other name can be imported, and not used
    open: bool = False  # other names are answered by code
    methods: Mapping[str, frozenset[str]] = field(default_factory=dict)
    own: frozenset[str] = frozenset()  # of its names, those that it is there for


@dataclass(frozen=True)
class Offered:
    """By dotted path below `open_webui`; `""` is the package itself."""

    modules: Mapping[str, OfferedModule]
    absent: Mapping[str, Lack]

    def has(self, module: str) -> bool:
        return module in self.modules or self.lack_of(module) is not None

    def lack_of(self, module: str) -> Lack | None:
        """What a module is about that the server lacks."""
        if module in self.absent:
            return self.absent[module]
        parts = module.split(".")
        above = (".".join(parts[:count]) + ".*" for count in range(len(parts), 1, -1))
        return next((self.absent[pattern] for pattern in above if pattern in self.absent), None)


def read(sources: Mapping[str, str], absent: str = "") -> Offered:
    """`sources` are modules by their dotted path below `open_webui`; `absent` is the one that lists what is not."""
    table = _constants(ast.parse(absent))
    listed = table.get("ABSENT", {})
    lacks = {path: _lack(value) for path, value in listed.items()} if isinstance(listed, dict) else {}
    trees = {path: ast.parse(source) for path, source in sources.items()}
    modules = {path: _module(tree, table) for path, tree in trees.items()}
    for path in sources:  # a package offers the modules in it
        parts = path.split(".")
        for length in range(len(parts)):
            modules.setdefault(".".join(parts[:length]), OfferedModule(frozenset(), open=False))
    return Offered(modules, lacks)


def below(module: str) -> str | None:
    """The path below `open_webui`, where the module is one of it today or was one."""
    now = map_module(module)
    if now != ROOT and not now.startswith(f"{ROOT}."):
        return None
    return now.removeprefix(ROOT).removeprefix(".")


def _module(tree: ast.Module, table: Mapping[str, object]) -> OfferedModule:
    names: set[str] = set()
    own: set[str] = set()
    lacking: dict[str, Lack] = {}
    any_name, is_open = None, False
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    methods: dict[str, frozenset[str]] = {}
    for node in _top(tree.body):
        for name, value in _bound(node):
            called = value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""
            if name == "__getattr__":
                any_name, is_open = _any_name(value, called, table), True
            elif called == "missing" and isinstance(value, ast.Call):
                lacking[name] = _lack(tuple(_value(each, table) for each in value.args[1:]))
            else:
                names.add(name)
                if not _is_foreign(node) and not name.startswith("_"):
                    own.add(name)
                if called in classes and (found := _methods(classes[called], classes)):
                    methods[name] = found
    return OfferedModule(frozenset(names), lacking, any_name, is_open, methods, frozenset(own))


def _is_foreign(node: ast.stmt) -> bool:
    """Whether it brings in what the module only uses."""
    if isinstance(node, ast.ImportFrom):
        return not (node.module or "").startswith(f"{ROOT}.") or "._" in (node.module or "")
    return isinstance(node, ast.Import)


def _top(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        for inner in ("body", "orelse", "handlers", "finalbody"):
            if isinstance(node, ast.If | ast.Try | ast.With):
                yield from _top([each for each in getattr(node, inner, []) if isinstance(each, ast.stmt)])


def _bound(node: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name, None
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            yield from ((each.id, node.value) for each in ast.walk(target) if isinstance(each, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id, node.value
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (((alias.asname or alias.name).partition(".")[0], None) for alias in node.names)


def _any_name(value: ast.expr | None, called: str, table: Mapping[str, object]) -> Lack | None:
    if called != "any_name" or not isinstance(value, ast.Call):
        return None
    given = [_value(each.value if isinstance(each, ast.Starred) else each, table) for each in value.args[1:]]
    flat: list[object] = []
    for each in given:
        flat.extend(each if isinstance(each, tuple) else [each])
    return _lack(tuple(flat))


def _methods(node: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> frozenset[str]:
    """Empty where a base is not known, or answers for every name. `Table` refuses what it does not know."""
    found: set[str] = set()
    for base in node.bases:
        name = base.id if isinstance(base, ast.Name) else ""
        if name in classes:
            inherited = _methods(classes[name], classes)
            if not inherited:
                return frozenset()
            found |= inherited
        elif name not in ("object", "Table"):
            return frozenset()
    for each in node.body:
        found |= {name for name, _ in _bound(each)}
    return frozenset() if "__getattr__" in found else frozenset(found)


def _constants(tree: ast.Module) -> dict[str, object]:
    table: dict[str, object] = {}
    for node in tree.body:
        for name, value in _bound(node):
            if value is not None:
                table[name] = _value(value, table)
    return table


def _value(node: ast.expr, table: Mapping[str, object]) -> object:
    """Constants, tuples and dicts of them, and names of such; None for all else."""
    if isinstance(node, ast.Name):
        return table.get(node.id)
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Tuple | ast.List):
        return tuple(_value(each, table) for each in node.elts)
    if isinstance(node, ast.Dict):
        return {str(_value(key, table)): _value(each, table) for key, each in _pairs(node)}
    return None


def _pairs(node: ast.Dict) -> Iterator[tuple[ast.expr, ast.expr]]:
    yield from ((key, value) for key, value in zip(node.keys, node.values, strict=True) if key is not None)


def _lack(value: object) -> Lack:
    parts = value if isinstance(value, tuple) else (value,)
    texts = [each for each in parts if isinstance(each, str)]
    return Lack(texts[0] if texts else "a part of the server", texts[1] if len(texts) > 1 else "")
