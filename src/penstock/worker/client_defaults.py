"""aiohttp looks at `HTTP_PROXY` only when it is told to: here it is, unless its user says otherwise."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

MODULE = "aiohttp.client"


def use_environment() -> None:
    """Change the default of aiohttp, now or when it is imported."""
    module = sys.modules.get(MODULE)
    if module is not None:
        _trust_environment(module)
    else:
        sys.meta_path.insert(0, _Finder())


def _trust_environment(module: ModuleType) -> None:
    session: Any = module.ClientSession
    make = session.__init__

    def make_trusting(self: Any, *args: Any, **options: Any) -> None:
        options.setdefault("trust_env", True)
        make(self, *args, **options)

    make_trusting.__wrapped__ = make  # type: ignore[attr-defined]
    session.__init__ = make_trusting


class _Finder(importlib.abc.MetaPathFinder):
    """Lets others find the module, and changes it once it is loaded."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != MODULE:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(importlib.abc.Loader):
    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        made: ModuleType | None = self._loader.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        _trust_environment(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)
