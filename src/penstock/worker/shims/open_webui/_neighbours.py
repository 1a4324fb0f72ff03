"""Other functions, as far as they can be reached from this one: each runs in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from open_webui._bridge import call
from open_webui._missing import NotProvidedName
from penstock.worker import host

CLASSES = frozenset({"Pipe", "Filter", "Action", "Event"})
HINT = "Ask a pipe by generate_chat_completion; keep what both need in a file, or in the chat."


class Neighbour:
    """Stands for another function: its module, its class and the object made of it in one."""

    def __init__(self, id: str) -> None:
        self.id = id
        self.__name__ = f"function_{id}"

    @property
    def valves(self) -> SimpleNamespace:
        """Those in force, defaults included, without secrets."""
        return SimpleNamespace(**(call("functions.valves", id=self.id, defaults=True) or {}))

    def __call__(self) -> Neighbour:
        return self

    def __getattr__(self, name: str) -> Any:
        if name in CLASSES:
            return self
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotProvidedName(
            f"`{name}` of the function `{self.id}` cannot be reached: it runs in a process of its own, of which only"
            " the valves can be read.",
            hint=HINT,
        )


def find(id: str) -> Any:
    """The function with this id, this very one or a stand-in for another; None where there is none."""
    own = host.own_instance(id)
    if own is not None:
        return own
    return Neighbour(id) if call("functions.get", id=id) is not None else None


class LoadedFunctions(Mapping[str, Any]):
    """`app.state.FUNCTIONS`: the functions of the server by id."""

    def __getitem__(self, id: str) -> Any:
        found = find(id)
        if found is None:
            raise KeyError(id)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter([each["id"] for each in call("functions.list", active_only=True)])

    def __len__(self) -> int:
        return sum(1 for _ in self)
