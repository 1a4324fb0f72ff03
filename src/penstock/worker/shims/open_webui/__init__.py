"""The names of Open WebUI that functions import, answered by Penstock with the rights of the run.

Modules load on first import. Paths of earlier releases (`open_webui.apps.*`) lead to the present modules; modules
that stand for something the server lacks can be imported, and say so when used.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType

from open_webui._absent import lacking
from open_webui._missing import any_name
from penstock.functions.compatibility import OPEN_WEBUI_VERSION as __version__
from penstock.functions.legacy import map_module

__all__ = ["__version__"]

_OLD_PACKAGES = frozenset(
    {"apps"} | {f"apps.{name}" for name in ("webui", "web", "ollama", "openai", "images", "audio")}
)


class _Elsewhere(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds what no file stands for: modules that moved, and modules that are absent."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        module = fullname.removeprefix(f"{__name__}.")
        if module == fullname or not (module.partition(".")[0] == "apps" or lacking(module)):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        module = spec.name.removeprefix(f"{__name__}.")
        if module in _OLD_PACKAGES or lacking(module):
            return None
        try:
            present = importlib.import_module(map_module(spec.name))
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(f"No module named {spec.name!r}", name=spec.name) from error
        spec.loader_state = present.__spec__
        return present

    def exec_module(self, module: ModuleType) -> None:
        """Give an absent module its names; a moved one is complete, and keeps the place where it is now."""
        if module.__spec__ and module.__spec__.loader_state:
            module.__spec__ = module.__spec__.loader_state
            return
        path = module.__name__.removeprefix(f"{__name__}.")
        if found := lacking(path):
            module.__getattr__ = any_name(path, *found)  # type: ignore[method-assign]


sys.meta_path.insert(0, _Elsewhere())  # first, or a file would be loaded again under its earlier path
