"""A function of several files, seen from within: its modules are compiled as its first file is (spec M5, M6)."""

from __future__ import annotations

import ast
import functools
import importlib
import linecache
import os
import sys
import types
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location

from penstock.functions import awaiting
from penstock.functions.legacy import map_imports
from penstock.worker.runs import author_files


def author_code(source: str, filename: str, *, tolerant: bool) -> types.CodeType:
    """The code of one file of an author; tracebacks show it as `filename`.

    With `tolerant`, awaiting what is already there works.
    """
    lines = source.splitlines(keepends=True)
    linecache.cache[filename] = (len(source), None, lines, filename)
    author_files.add(filename)
    if not tolerant:
        return compile(source, filename, "exec", dont_inherit=True)
    return compile(awaiting.tolerate_plain_awaits(ast.parse(source, filename)), filename, "exec", dont_inherit=True)


def make_package(module: types.ModuleType, folder: str, filename: str, own_name: str) -> AuthorModules:
    """Let `module` be the package in `folder`: relative imports, `__file__` and `importlib.resources` work.

    Its modules may also import it as `own_name`, where nothing else is called that.
    """
    modules = AuthorModules(module.__name__, folder, os.path.dirname(filename), own_name)
    init = os.path.join(folder, "__init__.py")
    spec = spec_from_file_location(
        module.__name__, init, loader=modules.loader(module.__name__, init), submodule_search_locations=[folder]
    )
    module.__spec__, module.__package__, module.__path__, module.__file__ = spec, module.__name__, [folder], init
    module.__loader__ = spec.loader if spec else None
    sys.meta_path.insert(0, modules)
    sys.meta_path.append(OwnName(own_name, module.__name__))
    return modules


class AuthorModules:
    """Finds the modules of one package."""

    def __init__(self, package: str, folder: str, shown: str, own_name: str) -> None:
        self._package = package
        self._folder = folder
        self._shown = shown  # what tracebacks show for the folder
        self._own_name = own_name

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.startswith(f"{self._own_name}.") and sys.modules.get(self._own_name) is sys.modules[self._package]:
            return same_module(fullname, self._own_name, self._package)
        if not fullname.startswith(f"{self._package}."):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = self.loader(fullname, spec.loader.path)
        return spec

    def loader(self, fullname: str, path: str) -> AuthorLoader:
        shown = f"{self._shown}/{os.path.relpath(path, self._folder)}"
        return AuthorLoader(fullname, path, shown, self)

    @functools.cached_property
    def tolerant(self) -> bool:
        """Whether any of the modules can meet values that are awaited although they are there."""
        return any(awaiting.concerns(map_imports(_read(path))) for path in _sources(self._folder))


class OwnName:
    """Finds the package under the name that it has outside of Penstock, after everything else of that name."""

    def __init__(self, name: str, package: str) -> None:
        self._name = name
        self._package = package

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        return same_module(fullname, self._name, self._package) if fullname == self._name else None


def same_module(fullname: str, own_name: str, package: str) -> ModuleSpec:
    """Leads a name below `own_name` to the module itself, so that there are no two of it."""
    return ModuleSpec(fullname, SameModule(package + fullname.removeprefix(own_name)))


class SameModule(Loader):
    """Gives a module that has another name already."""

    def __init__(self, name: str) -> None:
        self._name = name

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        module = importlib.import_module(self._name)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        module.__spec__ = self._spec


class AuthorLoader(SourceFileLoader):
    """Reads no compiled files, and shows each module under a name that its author knows."""

    def __init__(self, fullname: str, path: str, shown: str, modules: AuthorModules) -> None:
        super().__init__(fullname, path)
        self._shown = shown
        self._modules = modules

    def get_code(self, fullname: str) -> types.CodeType:
        return author_code(map_imports(_read(self.path)), self._shown, tolerant=self._modules.tolerant)


def _sources(folder: str) -> list[str]:
    return [os.path.join(inner, name) for inner, _, names in os.walk(folder) for name in names if name.endswith(".py")]


def _read(path: str) -> str:
    with open(path, encoding="utf-8-sig") as file:
        return file.read()
