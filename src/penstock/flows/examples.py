"""The functions that come with Penstock: listed from the package (or the checkout), installed on demand."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import penstock
from penstock.errors import NotFound
from penstock.flows.registry import Registry
from penstock.functions import inspection
from penstock.store import Store
from penstock.store.records import Function, User


@dataclass(frozen=True, slots=True)
class Example:
    """One example; `global_` is what its frontmatter says behind `install:`."""

    id: str
    name: str
    kind: str
    description: str
    icon_url: str
    source: str
    global_: bool


class Examples:
    def __init__(self, registry: Registry, store: Store) -> None:
        self._registry = registry
        self._store = store

    async def offered(self) -> list[tuple[Example, bool]]:
        """All examples, and whether each is installed."""
        present = {function.id for function in await self._store.functions.list()}
        return [(example, example.id in present) for example in shipped()]

    async def install(self, ids: Sequence[str] | None, author: User) -> list[Function]:
        """Save and switch on those that are not there yet; None means all. Raises `NotFound` for an unknown id."""
        known = {example.id: example for example in shipped()}
        for unknown in [each for each in ids or () if each not in known]:
            raise NotFound(f"There is no example `{unknown}`.")
        chosen = list(known) if ids is None else list(dict.fromkeys(ids))
        return [await self._install(known[function_id], author) for function_id in chosen]

    async def _install(self, example: Example, author: User) -> Function:
        present = await self._store.functions.get(example.id)
        if present is not None:
            return present
        return await self._registry.save(
            example.id,
            example.name,
            example.source,
            {"description": example.description},
            author,
            "Installed from the examples",
            is_active=True,
            is_global=example.global_,
        )


@functools.cache
def shipped() -> tuple[Example, ...]:
    """In order of kind (pipes first), then name."""
    folder = examples_folder()
    files = sorted(folder.glob("*.py")) if folder is not None else []
    order = ["pipe", "filter", "action", "event"]
    return tuple(sorted(map(_read, files), key=lambda example: (order.index(example.kind), example.name)))


def examples_folder() -> Path | None:
    """In an installed package beside the code; in a checkout beside `src`."""
    package = Path(penstock.__file__).parent
    candidates = (package / "examples" / "functions", package.parents[1] / "examples" / "functions")
    return next((folder for folder in candidates if folder.is_dir()), None)


def _read(file: Path) -> Example:
    source = file.read_text(encoding="utf-8")
    inspected = inspection.inspect(source)
    manifest = inspected.manifest
    return Example(
        id=manifest.id or file.stem,
        name=manifest.title or file.stem,
        kind=inspected.kind,
        description=manifest.description,
        icon_url=manifest.icon_url,
        source=source,
        global_=manifest.meaning("install") == "global",
    )
