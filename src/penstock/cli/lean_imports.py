"""Importing libraries without what they bring along for others: most of a start is imports."""

from __future__ import annotations

import importlib
import importlib.util
import sys

EXTRAS = {
    "socketio": ("aiohttp", "requests"),  # for clients
    "structlog": ("rich",),  # for coloured tracebacks
    "httpx": ("rich",),  # for its command line
    "jwt": ("cryptography",),  # for tokens with two keys; ours have one
}
NEVER = ("pydantic.v1",)  # FastAPI asks each model whether it is one of the old kind; without these it need not ask
SESSIONS = "sqlalchemy.ext.asyncio"


def import_libraries() -> None:
    """To be called before the server is imported."""
    for name in NEVER:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    for library, extras in EXTRAS.items():
        _import_without(library, extras)
    if SESSIONS not in sys.modules:
        _import_bare(SESSIONS)


def _import_without(library: str, extras: tuple[str, ...]) -> None:
    hidden = [name for name in extras if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        importlib.import_module(library)
    finally:
        for name in hidden:
            del sys.modules[name]


def _import_bare(name: str) -> None:
    """A package whose modules can be imported by their own names; the rest of it runs when somebody asks for it.

    What stands in the package itself imports SQLAlchemy's ORM; its module `engine`, which the store uses, does not.
    """
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    package, loader = importlib.util.module_from_spec(spec), spec.loader

    def rest(wanted: str) -> object:
        if wanted.startswith("__") or importlib.util.find_spec(f"{name}.{wanted}") is not None:
            raise AttributeError(wanted)
        del package.__dict__["__getattr__"]
        loader.exec_module(package)
        return getattr(package, wanted)

    package.__dict__["__getattr__"] = rest
    sys.modules[name] = package
