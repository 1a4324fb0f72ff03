"""What serves just now: functions with their versions, ready to be run, read again only when something changed."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from penstock.engine.base import VersionSource
from penstock.environments import Environment, Environments
from penstock.flows.granted import Granted
from penstock.flows.redaction import default_values
from penstock.functions import valves as valve_fields
from penstock.functions.archives import stored
from penstock.functions.description import KINDS, Description
from penstock.functions.legacy import map_imports
from penstock.functions.packages import INIT, Package
from penstock.functions.rights import Rights
from penstock.store import Store
from penstock.store.records import Function, FunctionVersion

NOT_INSTALLED = "Its packages are not installed here."


@dataclass(frozen=True, slots=True)
class Serving:
    """A function with the version that serves."""

    function: Function
    version: FunctionVersion
    source: VersionSource
    description: Description
    priority: float = 0
    missing: tuple[str, ...] = ()  # required valves without a value (L7)
    lacks: str = ""  # why its packages are not installed here
    layers: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)  # of groups and models (V6)
    per_user: frozenset[str] = frozenset()  # fields of `Valves` that each user may set for themselves
    has_default_secrets: bool = False  # whether its class of valves brings secrets along (V5)

    @property
    def has_user_valves(self) -> bool:
        """Whether users may set anything for themselves."""
        return self.description.user_valves_schema is not None or bool(self.per_user)

    @property
    def id(self) -> str:
        return self.function.id


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything as it was at one revision."""

    revision: int
    functions: Mapping[str, Function] = field(default_factory=dict)
    servings: Mapping[str, Serving] = field(default_factory=dict)  # active or not, all that have a version
    active: Mapping[str, tuple[Serving, ...]] = field(default_factory=dict)  # by kind, in order (L10)


@dataclass(frozen=True, slots=True)
class _Loaded:
    version: FunctionVersion
    description: Description
    source: Mapping[str, Any]  # of a `VersionSource`
    environment: Environment | None
    valves: Mapping[str, Any]  # what a `Serving` says of its classes of valves

    @property
    def lacks_environment(self) -> bool:
        return self.version.environment_id is not None and self.environment is None


def source_of(version: FunctionVersion) -> str | Package:
    return version.source if version.package is None else stored(version.package)


def is_same(version: FunctionVersion, source: str | Package) -> bool:
    """Whether a version holds just this source."""
    if isinstance(source, str):
        return version.package is None and version.source == source
    return version.package == source.zipped


def hash_of(source: str | Package) -> str:
    """The sha256 of a source, as an address that holds it would give it."""
    return hashlib.sha256(source.encode() if isinstance(source, str) else source.zipped).hexdigest()


def source_fields(function_id: str, source: str | Package) -> dict[str, Any]:
    """The source as a `VersionSource` holds it; `filename` is what tracebacks show."""
    if isinstance(source, str):
        return {"source": map_imports(source), "filename": f"{function_id}.py"}
    return {
        "source": map_imports(source.source),
        "filename": f"{function_id}/{INIT}",
        "package": source.zipped,
    }


def data_folder(data_dir: Path, function_id: str) -> Path:
    """The private folder of a function."""
    return data_dir / "functions" / function_id


class ServingIndex:
    """The present `Snapshot`. Versions never change, so that only new ones are read again."""

    def __init__(self, store: Store, environments: Environments, data_dir: Path, granted: Granted) -> None:
        self._store = store
        self._granted = granted
        self._environments = environments
        self._data_dir = data_dir
        self._snapshot = Snapshot(revision=-1)
        self._loaded: dict[str, _Loaded] = {}
        self._lacks: dict[str, str] = {}
        self._turn = asyncio.Lock()

    async def current(self) -> Snapshot:
        if self._snapshot.revision == self._store.revision:
            return self._snapshot
        async with self._turn:
            if self._snapshot.revision != self._store.revision:
                self._snapshot = await self._build(self._store.revision)
            return self._snapshot

    def lacks_environment(self, version_id: str) -> bool:
        """Whether the packages of a version are gone (a new machine, a new Python)."""
        loaded = self._loaded.get(version_id)
        return loaded is not None and loaded.lacks_environment

    def lacks(self, version_id: str, reason: str) -> None:
        """Note why the packages of a version are not there."""
        self._lacks[version_id] = reason
        self._snapshot = Snapshot(revision=-1)

    def forget(self, version_id: str) -> None:
        """Read this version again, since its state or its environment changed."""
        self._loaded.pop(version_id, None)
        self._lacks.pop(version_id, None)
        self._snapshot = Snapshot(revision=-1)

    async def _build(self, revision: int) -> Snapshot:
        functions = {function.id: function for function in await self._store.functions.list()}
        valves, rights = await self._store.valves.own(), await self._granted.all()
        layers = await self._store.layered_valves.shared()
        servings: dict[str, Serving] = {}
        for function in functions.values():
            if (loaded := await self._load(function.version_id)) is not None:
                serving = self._serving(
                    function, loaded, valves.get(function.id), rights.get(function.id, self._granted.defaults)
                )
                servings[function.id] = replace(serving, layers=layers.get(function.id, {}), **loaded.valves)
        used = {serving.version.id for serving in servings.values()}
        self._loaded = {version_id: loaded for version_id, loaded in self._loaded.items() if version_id in used}
        return Snapshot(revision, functions, servings, _in_order(servings))

    async def _load(self, version_id: str | None) -> _Loaded | None:
        if version_id is None:
            return None
        if (known := self._loaded.get(version_id)) is not None:
            return known
        version = await self._store.versions.get(version_id)
        if version is None:
            return None
        environment = self._environments.get(version.environment_id) if version.environment_id else None
        description = msgspec.convert(version.description, Description, strict=False)
        loaded = _Loaded(
            version,
            description,
            source_fields(version.function_id, source_of(version)),
            environment,
            valve_facts(description),
        )
        self._loaded[version_id] = loaded
        return loaded

    def _serving(self, function: Function, loaded: _Loaded, valves: dict[str, Any] | None, rights: Rights) -> Serving:
        environment = loaded.environment
        source = VersionSource(
            function_id=function.id,
            version_id=loaded.version.id,
            **loaded.source,
            site_packages=environment.site_packages if environment else None,
            packages=environment.packages if environment else frozenset(),
            environment_id=environment.id if environment else None,
            data_dir=str(data_folder(self._data_dir, function.id)),
            valves=valves,
            rights=rights,
        )
        missing = valve_fields.missing(loaded.description.required_valves, valves)
        priority = _priority(valves, loaded.description)
        lacks = self._lacks.get(loaded.version.id, NOT_INSTALLED) if loaded.lacks_environment else ""
        return Serving(function, loaded.version, source, loaded.description, priority, tuple(missing), lacks)


def _in_order(servings: Mapping[str, Serving]) -> dict[str, tuple[Serving, ...]]:
    ordered = sorted(servings.values(), key=lambda serving: (serving.priority, serving.id))
    return {
        kind: tuple(each for each in ordered if each.function.is_active and each.description.kind == kind)
        for kind in KINDS
    }


def valve_facts(description: Description) -> dict[str, Any]:
    """What a `Serving` says of its classes of valves."""
    schemas = (description.valves_schema, description.user_valves_schema)
    return {
        "per_user": frozenset(valve_fields.per_user_fields(description.valves_schema)),
        "has_default_secrets": any(map(default_values, schemas)),
    }


def _priority(valves: Mapping[str, Any] | None, description: Description) -> float:
    value = (valves or {}).get("priority", description.priority)
    return value if isinstance(value, int | float) else description.priority
