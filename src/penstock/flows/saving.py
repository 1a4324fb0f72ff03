"""The way of a source from text to something that is known to load: inspect, install, load in a fresh worker (L4)."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any

from penstock.engine.base import Engine, VersionSource
from penstock.environments import Environment, Environments, Progress, silent
from penstock.errors import SourceError
from penstock.flows.granted import Granted, default_rights
from penstock.flows.serving import data_folder, source_fields
from penstock.functions import package_inspection
from penstock.functions.cautions import Caution, is_unknown
from penstock.functions.description import Description
from penstock.functions.inspection import Inspection
from penstock.functions.packages import Package
from penstock.functions.rights import Rights
from penstock.functions.shipped_packages import likely_distribution
from penstock.settings import Settings

_NO_MODULE = re.compile(r"No module named '(?P<module>[\w.]+)'")
_NO_NAME = re.compile(r"cannot import name '(?P<name>\w+)' from '(?P<module>open_webui[\w.]*)'")
_PLACE_OF_MODULE = re.compile(r"(?<=') \((?:unknown location|/[^)]*|[A-Z]:[^)]*)\)$")


@dataclass(frozen=True, slots=True)
class Checked:
    """A source that loads. `version_id` is the one that it was loaded under, so that its worker may go on to serve."""

    version_id: str
    source: str | Package
    inspection: Inspection
    description: Description
    requirements: list[str]
    environment: Environment | None

    @property
    def warnings(self) -> list[Caution]:
        """Without doubts that loading has settled."""
        settled = {found.line for found in self.inspection.imports if not found.deferred and is_unknown(found)}
        return [
            each.placed()
            for each in self.inspection.warnings
            if each.code != "unknown_import" or each.file or each.line not in settled
        ]


class SourceCheck:
    """Checks sources; stores nothing."""

    def __init__(
        self, engine: Engine, environments: Environments, settings: Settings, granted: Granted | None = None
    ) -> None:
        """Without `granted`, every source is loaded under the server's default rights."""
        self.under_way: Counter[str] = Counter()  # checks that go on, by function
        self._granted = granted
        self._engine = engine
        self._environments = environments
        self._settings = settings

    async def check(
        self,
        function_id: str,
        source: str | Package,
        *,
        valves: dict[str, Any] | None = None,
        version_id: str | None = None,
        draft_of: str | None = None,
        progress: Progress = silent,
    ) -> Checked:
        """With `draft_of`, it has the name and the rights of that function, and `function_id` is not one.

        Raises `SourceError` (and `RequirementsError`) with phase, line, column and the cause.
        """
        self.under_way[function_id] += 1
        try:
            return await self._check(function_id, source, valves, version_id, draft_of, progress)
        finally:
            self.under_way[function_id] -= 1
            if not self.under_way[function_id]:
                del self.under_way[function_id]

    async def _check(
        self,
        function_id: str,
        source: str | Package,
        valves: dict[str, Any] | None,
        version_id: str | None,
        draft_of: str | None,
        progress: Progress,
    ) -> Checked:
        inspected = await asyncio.to_thread(package_inspection.inspect, source)
        requirements = [*inspected.manifest.requirements, *inspected.implied_requirements]
        environment = await self.install(requirements, progress)
        if environment is not None:
            progress("Loading it in a process of its own")
        folder = data_folder(self._settings.data_dir, function_id)
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        version = VersionSource(
            function_id=function_id,
            version_id=version_id or str(uuid.uuid4()),
            **source_fields(draft_of or function_id, source),
            site_packages=environment.site_packages if environment else None,
            packages=environment.packages if environment else frozenset(),
            environment_id=environment.id if environment else None,
            data_dir=str(folder),
            valves=valves,
            rights=await self.rights_of(draft_of or function_id),
        )
        try:
            description = await self._engine.check(version, self._settings.load_deadline)
        except SourceError as error:
            raise explained(error, source) from error
        return Checked(version.version_id, source, inspected, description, requirements, environment)

    async def rights_of(self, function_id: str) -> Rights:
        return await self._granted.of(function_id) if self._granted else default_rights(self._settings)

    async def install(self, requirements: list[str], progress: Progress = silent) -> Environment | None:
        if not requirements or not self._settings.environments:
            return None
        return await self._environments.ensure(requirements, progress)


def explained(error: SourceError, source: str | Package = "") -> SourceError:
    """A failed load with its place in front, and with what to do where a package is missing."""
    message, fields, hint = _PLACE_OF_MODULE.sub("", error.message), error.fields, error.hint
    line, column = fields.get("line"), fields.get("column")
    if line and not re.match(r"(?:[^:,]+, )?line \d+", message):
        message = f"line {line}, column {column}: {message}" if column else f"line {line}: {message}"
    if found := _NO_MODULE.search(message):
        hint = _hint_for(found["module"], source)
    elif found := _NO_NAME.search(message):
        hint = f"`{found['name']}` is not among what Penstock offers of `{found['module']}`."
    return type(error)(message, hint=hint, **fields)


def _hint_for(module: str, source: str | Package) -> str:
    top = module.partition(".")[0]
    if isinstance(source, Package) and (f"{top}.py" in source.files or f"{top}/__init__.py" in source.files):
        return f"It is a file of this package: import it with a dot, `from .{top} import ...`."
    package = likely_distribution(module)
    return f"If it is a package, name it in the docstring at the top: `requirements: {package}`."
