"""Functions that come in, loaded in a worker each, so that what serves afterwards is known to load."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from penstock.engine.base import Engine, HookCall, VersionSource
from penstock.environments import Environments, Progress, silent
from penstock.errors import PenstockError, RequirementsError, SourceError
from penstock.flows.granted import default_rights
from penstock.flows.openwebui.function_rows import FunctionFound
from penstock.flows.promotion import new_version, with_version
from penstock.flows.saving import Checked, SourceCheck
from penstock.flows.serving import data_folder, source_fields
from penstock.functions import inspection
from penstock.functions.description import KINDS
from penstock.protocol.frames import Failed, Result
from penstock.settings import Settings
from penstock.store.function_set import FunctionChange
from penstock.store.records import Function, FunctionVersion, User

MESSAGE = "Imported from Open WebUI"
CHECK_DEADLINE = 15.0

Values = dict[str, Any]


@dataclass(slots=True)
class FunctionReady:
    """A function as it will stand here. `change` is None where not even its kind is known."""

    change: FunctionChange | None
    user_valves: dict[str, Values] = field(default_factory=dict)  # by user
    notes: list[str] = field(default_factory=list)


class FunctionChecks:
    """Stores nothing. `settings.environments` says whether packages are installed meanwhile."""

    def __init__(self, engine: Engine, environments: Environments, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self._source_check = SourceCheck(engine, environments, settings)

    async def ready(
        self,
        found: FunctionFound,
        author: User,
        present: Function | None,
        user_valves: Mapping[str, Values],
        progress: Progress = silent,
    ) -> FunctionReady:
        """Load it and check its valves. One that does not load comes along switched off, with the reason."""
        try:
            checked = await self._check(found, progress)
        except PenstockError as error:
            return self._failed(found, author, present, user_valves, error)
        version = structs.replace(new_version(found.id, checked, author, MESSAGE), created_at=found.updated_at)
        ready = FunctionReady(None)
        source = self._version_source(found, checked)
        try:
            valves = await self._fitting(source, "valves:check", found.valves, "valves", ready.notes)
            for user_id, values in user_valves.items():
                fitting = await self._fitting(source, "user_valves:check", values, "valves of a user", ready.notes)
                if fitting:
                    ready.user_valves[user_id] = fitting
        finally:
            await self._engine.retire(found.id)
        function = with_version(_function(found, author, present), version, found.meta, valves)
        if function.state == "needs_configuration":
            ready.notes.append(function.reason)
        ready.change = FunctionChange(function=function, version=version, valves=valves or None, is_new=present is None)
        return ready

    async def _check(self, found: FunctionFound, progress: Progress) -> Checked:
        inspected = inspection.inspect(found.source)
        wanted = [*inspected.manifest.requirements, *inspected.implied_requirements]
        if wanted and not self._settings.environments:
            names = ", ".join(wanted)
            raise RequirementsError(f"Its packages ({names}) are not installed yet.", phase="install")
        return await self._source_check.check(found.id, found.source, progress=progress)

    def _failed(
        self,
        found: FunctionFound,
        author: User,
        present: Function | None,
        user_valves: Mapping[str, Values],
        error: PenstockError,
    ) -> FunctionReady:
        kind = found.kind or _kind_of(found.source)
        if kind not in KINDS:
            return FunctionReady(None, notes=[error.message])
        reason = error.message
        version = FunctionVersion(
            id=str(uuid.uuid4()),
            function_id=found.id,
            author_id=author.id,
            number=0,
            source=found.source,
            message=MESSAGE,
            description={"kind": kind, "hooks": {}},
            state="quarantined",
            reason=reason,
            created_at=found.updated_at,
        )
        function = _function(found, author, present)
        note = f"switched off, since it does not load: {reason}"
        if present is not None and present.version_id is not None and present.state != "failed":
            function = structs.replace(present, state="quarantined", reason=reason)
            note = f"the version here goes on to serve, since the new one does not load: {reason}"
        else:
            meta = found.meta | ({"deactivated": {"at": int(time.time()), "reason": reason}} if found.is_active else {})
            shown = {"kind": kind, "meta": meta, "version_id": version.id, "reason": reason}
            function = structs.replace(function, is_active=False, state="failed", **shown)
        change = FunctionChange(function=function, version=version, valves=found.valves or None, is_new=present is None)
        return FunctionReady(change, dict(user_valves), [note])

    def _version_source(self, found: FunctionFound, checked: Checked) -> VersionSource:
        environment = checked.environment
        return VersionSource(
            function_id=found.id,
            version_id=checked.version_id,
            **source_fields(found.id, found.source),
            site_packages=environment.site_packages if environment else None,
            packages=environment.packages if environment else frozenset(),
            environment_id=environment.id if environment else None,
            data_dir=str(data_folder(self._settings.data_dir, found.id)),
            rights=default_rights(self._settings),
        )

    async def _fitting(self, source: VersionSource, hook: str, given: Values, noun: str, notes: list[str]) -> Values:
        """What of the values fits their class; what does not is noted."""
        values = {name: value for name, value in given.items() if value is not None}
        while values:
            answer = await self._ask(source, HookCall(str(uuid.uuid4()), hook, values, deadline=CHECK_DEADLINE))
            if answer["ok"]:
                return dict(answer["values"])
            wrong = {str(each["field"]).partition(".")[0] for each in answer["errors"]} & values.keys()
            said = "; ".join(f"{each['field']}: {each['message']}".removeprefix(": ") for each in answer["errors"])
            notes.append(f"{noun} left out ({said})")
            if not wrong:
                return {}
            values = {name: value for name, value in values.items() if name not in wrong}
        return {}

    async def _ask(self, source: VersionSource, call: HookCall) -> dict[str, Any]:
        try:
            async for frame in await self._engine.run(source, call):
                if isinstance(frame, Result):
                    return dict(frame.value)
                if isinstance(frame, Failed):
                    return _refused(f"{frame.type}: {frame.message}")
        except PenstockError as error:
            return _refused(error.message)
        return _refused("the check ended without an answer")


def _refused(message: str) -> dict[str, Any]:
    return {"ok": False, "errors": [{"field": "", "message": message}]}


def _function(found: FunctionFound, author: User, present: Function | None) -> Function:
    """As it was there; its kind and state follow from its version."""
    if present is not None:
        return structs.replace(present, name=found.name, is_active=found.is_active, is_global=found.is_global)
    return Function(
        id=found.id,
        user_id=author.id,
        kind=found.kind,
        name=found.name,
        is_active=found.is_active,
        is_global=found.is_global,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def _kind_of(source: str) -> str:
    try:
        return inspection.inspect(source).kind
    except SourceError:
        return ""
