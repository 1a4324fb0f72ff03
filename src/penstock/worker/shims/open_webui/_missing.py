"""Names that may be imported although the server lacks what they stand for: the error comes at the use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, NoReturn

from penstock.errors import NotProvided

ROOT = "open_webui."
SHAPES = ("Form", "Response", "Model", "Meta", "Settings", "Status", "Export", "Valves", "Stats", "Error")
NOUNS = frozenset(["chats", "files", "folders", "functions", "groups", "memories", "models", "tools", "users"])


def refuse(name: str, lacks: str, hint: str = "") -> NoReturn:
    """Say what is missing and how to do without."""
    sentence = f"{name} needs {lacks}, which Penstock does not provide to functions."
    raise NotProvided(f"{sentence} {hint}".rstrip(), hint=hint)


class NotProvidedName(NotProvided, AttributeError):
    """The same for something that is looked up by name, so that `hasattr` and `getattr` with a default work."""


class Table:
    """The root of `Users`, `Chats` and their kin: what Open WebUI has there and Penstock has not is said by name."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        module = type(self).__module__
        owner = f"{module}.{module.rpartition('.')[2].capitalize()}"
        raise NotProvidedName(
            f"{owner} has no `{name}` in Penstock.", hint="See docs/compatibility.md for what functions may use."
        )


class StandIn(type):
    """Classes of this kind serve as annotation, base class and default; calling or going through them is refused."""

    _lacks: tuple[str, str, str]

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        refuse(*cls._lacks)

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_") or name == "is_clause_element":  # a question of SQLAlchemy's
            raise AttributeError(name)
        path, lacks, hint = cls._lacks
        return missing(f"{path.removeprefix(ROOT)}.{name}", lacks, hint)

    def __iter__(cls) -> Iterator[Any]:
        refuse(*cls._lacks)

    def __getitem__(cls, item: Any) -> Any:
        refuse(*cls._lacks)

    def __clause_element__(cls) -> Any:
        """SQLAlchemy asks for this when a table of the server's is put into a query."""
        refuse(*cls._lacks)

    def __enter__(cls) -> Any:
        refuse(*cls._lacks)

    def __exit__(cls, *exception: object) -> None:
        return None

    async def __aenter__(cls) -> Any:
        refuse(*cls._lacks)

    async def __aexit__(cls, *exception: object) -> None:
        return None


def missing(path: str, lacks: str, hint: str = "") -> Any:
    """Something at `open_webui.<path>` that can be imported and not used."""
    module, _, name = f"{ROOT}{path}".rpartition(".")
    return StandIn(name, (), {"_lacks": (f"{module}.{name}", lacks, hint), "__module__": module})


def any_shape(module: str) -> Callable[[str], Any]:
    """A module's `__getattr__` for forms, answers and tables that only the server's own routes use."""

    def find(name: str) -> Any:
        if not name.endswith(SHAPES):
            raise AttributeError(f"module '{ROOT}{module}' has no attribute {name!r}")
        return missing(f"{module}.{name}", "the server's own routes and tables", "Use the methods of the table.")

    return find


def any_name(module: str, lacks: str, hint: str = "") -> Callable[[str], Any]:
    """A module's `__getattr__` that answers every public name so, but gives the tables that Open WebUI's own
    modules import, because authors take them from there."""

    def find(name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        if name.istitle() and (noun := name.lower()) in NOUNS:
            return getattr(import_module(f"{ROOT}models.{noun}"), name)
        return missing(f"{module}.{name}", lacks, hint)

    return find
