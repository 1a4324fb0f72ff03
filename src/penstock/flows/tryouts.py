"""Trying a source that is not saved: one hook of it, in a worker and a folder of its own that are gone afterwards."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from penstock.engine.base import VersionSource
from penstock.engine.local.removal import remove
from penstock.errors import BadRequest
from penstock.flows.action_once import Answered
from penstock.flows.context import Services
from penstock.flows.context_values import RequestInfo
from penstock.flows.live_run import LiveRun
from penstock.flows.promotion import new_version
from penstock.flows.run_order import RunListener
from penstock.flows.saving import Checked
from penstock.flows.serving import Serving, data_folder, source_fields, valve_facts
from penstock.flows.trying import Attempt
from penstock.functions import valves as valve_fields
from penstock.functions.packages import Package
from penstock.store.records import Function, User

if TYPE_CHECKING:
    from penstock.environments import Progress

DRAFT_CHAT = "temporary:try-"
"""How the id of a chat begins in which something is tried; the page answers its questions beside the editor."""

RequestMaker = Callable[[], RequestInfo]


@dataclass(frozen=True, slots=True)
class Draft:
    """What to try. `valves` lie over those that are stored; without a `hook` the source is only loaded."""

    function_id: str
    name: str
    source: str | Package
    hook: str = ""
    body: Any = None
    sub_id: str | None = None  # of the button, or of the pipe's model
    valves: dict[str, Any] | None = None


class Tryouts:
    """Everything is as in a run of a saved function, its rights, walls and budgets included; nothing serves it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def run(
        self,
        draft: Draft,
        user: User,
        request: RequestMaker,
        listener: RunListener,
        on_start: Callable[[LiveRun], None],
    ) -> Answered:
        """What the hook gave. Tells `progress`, `loaded`, then what the run does.

        Raises `SourceError` where it does not load, `BadRequest` without such a hook, and what the run raises.
        """
        own_id = f"{draft.function_id}.try-{secrets.token_hex(4)}"
        started: list[LiveRun] = []

        def begun(run: LiveRun) -> None:
            started.append(run)
            on_start(run)

        try:
            serving = await self._load(draft, own_id, user, lambda text: listener("progress", {"text": text}))
            listener("loaded", _facts(serving))
            if not draft.hook:
                return Answered({"value": None}, 200)
            _require_hook(serving, draft.hook)
            if draft.hook == "action":
                body = self._in_draft_chat(draft.body)
                given = await self._services.actions.try_out(
                    serving, draft.sub_id, body, user, request, listener, begun
                )
                return Answered({"value": given.value}, 200)
            attempt = Attempt(self._services, serving, draft.hook, self._in_draft_chat(draft.body), user, draft.sub_id)
            return Answered({"value": await attempt.run(request, listener, begun)}, 200)
        finally:
            await asyncio.shield(self._clear_away(own_id, started))

    async def _load(self, draft: Draft, own_id: str, user: User, progress: Progress) -> Serving:
        services = self._services
        stored = await services.store.valves.get(draft.function_id) or {}
        given = {name: value for name, value in (draft.valves or {}).items() if value != valve_fields.MASK}
        valves = {**stored, **given} or None
        checked = await services.registry.source_check.check(
            own_id, draft.source, valves=valves, draft_of=draft.function_id, progress=progress
        )
        source = VersionSource(
            function_id=own_id,
            version_id=checked.version_id,
            **source_fields(draft.function_id, draft.source),
            site_packages=checked.environment.site_packages if checked.environment else None,
            packages=checked.environment.packages if checked.environment else frozenset(),
            environment_id=checked.environment.id if checked.environment else None,
            data_dir=str(data_folder(services.settings.data_dir, own_id)),
            valves=valves,
            rights=await services.registry.rights.of(draft.function_id),
        )
        return await self._serving(draft, checked, source, user)

    async def _serving(self, draft: Draft, checked: Checked, source: VersionSource, user: User) -> Serving:
        snapshot = await self._services.registry.index.current()
        present = snapshot.servings.get(draft.function_id)
        known = snapshot.functions.get(draft.function_id) or Function(
            id=draft.function_id, user_id=user.id, kind="", name=draft.name
        )
        name = draft.name or checked.inspection.manifest.title or known.name or draft.function_id
        missing = valve_fields.missing(checked.description.required_valves, source.valves)
        return Serving(
            msgspec.structs.replace(known, kind=checked.description.kind, name=name),
            new_version(draft.function_id, checked, user, ""),
            source,
            checked.description,
            missing=tuple(missing),
            layers=present.layers if present else {},
            **valve_facts(checked.description),
        )

    def _in_draft_chat(self, body: Any) -> Any:
        """Tried in a chat of its own, so that nothing of it comes into a stored one."""
        if not isinstance(body, dict):
            return body
        chat_id = str(body.get("chat_id") or "")
        return body if chat_id.startswith(DRAFT_CHAT) else {**body, "chat_id": f"{DRAFT_CHAT}{secrets.token_hex(8)}"}

    async def _clear_away(self, own_id: str, started: list[LiveRun]) -> None:
        services = self._services
        for run in started:
            if services.runs.is_live(run.id):
                await run.cancel("The try is over.")
        await services.engine.retire(own_id)
        await services.store.kv.clear(own_id)
        await asyncio.to_thread(remove, data_folder(services.settings.data_dir, own_id))


def _facts(serving: Serving) -> dict[str, Any]:
    """What the page needs to know of what was loaded."""
    described = serving.description
    return {
        "kind": described.kind,
        "hooks": list(described.hooks),
        "actions": [msgspec.structs.asdict(button) for button in described.actions],
        "missing": list(serving.missing),
        "valves": described.valves_schema,
        "profile": serving.source.rights.profile,
        "data": serving.source.rights.data,
    }


def _require_hook(serving: Serving, hook: str) -> None:
    hooks = list(serving.description.hooks)
    if hook not in hooks:
        there = ", ".join(f"`{each}`" for each in hooks) or "none"
        raise BadRequest(f"This source has no hook `{hook}`.", hint=f"It has {there}.", field="hook")
