"""Functions: `/api/v1/functions`, with the paths and bodies of Open WebUI (spec L2)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from penstock.api.access import AdminUser, CurrentUser, ServicesDep
from penstock.api.answers.functions import FunctionShown, FunctionSource, ListedFunction
from penstock.api.documented import documented
from penstock.api.function_wire import for_users, functions_wire, user_wire, with_source, with_troubles
from penstock.api.progress_stream import EVENTS, WithProgress
from penstock.api.sent_source import SentSource
from penstock.environments import Progress
from penstock.errors import ChangedMeanwhile, NeedsConfiguration, SourceError
from penstock.flows.context import Services
from penstock.store.records import Function

router = APIRouter(prefix="/api/v1/functions", tags=["functions"])


class FunctionForm(SentSource):
    id: str = ""
    name: str = ""
    meta: dict[str, Any] = Field(default_factory=dict)
    commit_message: str | None = None
    origin_url: str = ""
    origin_hash: str = ""  # sha256 of what the address held
    expected_version_id: str = ""  # an update is refused where another version serves


class CloneForm(BaseModel):
    id: str = ""
    name: str = ""


@router.get("/")
@documented("List functions", list[FunctionShown])
async def functions(user: CurrentUser, services: ServicesDep) -> list[dict[str, Any]]:
    """All for admins; for others the active ones."""
    wires = functions_wire(await services.registry.index.current())
    if user.role == "admin":
        return wires
    return [for_users(wire) for wire in wires if wire["is_active"]]


@router.get("/list")
@documented("List functions with who made them", list[ListedFunction])
async def functions_with_users(_: AdminUser, services: ServicesDep) -> list[dict[str, Any]]:
    wires = functions_wire(await services.registry.index.current())
    users = {wire["user_id"]: None for wire in wires}
    found = {user_id: user_wire(await services.store.users.get(user_id)) for user_id in users}
    troubles = services.engine.troubles()
    return [{**with_troubles(wire, troubles), "user": found[wire["user_id"]]} for wire in wires]


@router.post("/create", response_model=None)
@documented(
    "Save a new function",
    FunctionSource,
    errors=[SourceError],
    streams=EVENTS,
)
async def create(
    form: FunctionForm, admin: AdminUser, services: ServicesDep, answer: WithProgress
) -> dict[str, Any] | Response:
    async def save(progress: Progress) -> dict[str, Any]:
        function = await services.registry.save(
            form.id,
            form.name,
            await form.required(services, form.id),
            form.meta,
            admin,
            form.commit_message or "",
            origin_url=form.origin_url,
            origin_hash=form.origin_hash,
            progress=progress,
        )
        return await _whole(function, services)

    return await answer(save)


@router.get("/id/{function_id}")
@documented("Read a function with its source", FunctionSource)
async def one(function_id: str, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    return await _whole(await services.registry.get(function_id), services)


@router.post("/id/{function_id}/update", response_model=None)
@documented(
    "Save a new version",
    FunctionSource,
    errors=[SourceError, ChangedMeanwhile],
    streams=EVENTS,
)
async def update(
    function_id: str, form: FunctionForm, admin: AdminUser, services: ServicesDep, answer: WithProgress
) -> dict[str, Any] | Response:
    """A package keeps its other files when only `content` is sent; `"package": null` makes it one file again.

    `files` are all files of a package. With `expected_version_id`, a function that somebody else has changed meanwhile
    is left alone (409, `changed_meanwhile`).
    """

    async def save(progress: Progress) -> dict[str, Any]:
        function = await services.registry.update(
            function_id,
            form.name,
            await form.required(services, function_id),
            form.meta,
            admin,
            form.commit_message or "",
            progress,
            keep_files=form.model_fields_set.isdisjoint({"package", "files"}),
            expected_version_id=form.expected_version_id,
        )
        return await _whole(function, services)

    return await answer(save)


@router.post("/id/{function_id}/packages", response_model=None)
@documented(
    "Install missing packages",
    FunctionSource,
    errors=[SourceError],
    streams=EVENTS,
)
async def install_packages(
    function_id: str, _: AdminUser, services: ServicesDep, answer: WithProgress
) -> dict[str, Any] | Response:
    """Try again to install what a function needs and this machine lacks (`needs_packages`)."""

    async def install(progress: Progress) -> dict[str, Any]:
        return await _whole(await services.registry.install_packages(function_id, progress), services)

    return await answer(install)


@router.post("/id/{function_id}/toggle")
@documented("Switch a function on or off", FunctionSource, errors=[NeedsConfiguration])
async def toggle(function_id: str, admin: AdminUser, services: ServicesDep) -> dict[str, Any]:
    return await _whole(await services.registry.toggle(function_id, admin), services)


@router.post("/id/{function_id}/toggle/global")
@documented("Offer a function everywhere, or not", FunctionSource)
async def toggle_global(function_id: str, admin: AdminUser, services: ServicesDep) -> dict[str, Any]:
    return await _whole(await services.registry.toggle_global(function_id, admin), services)


@router.post("/id/{function_id}/clone")
@documented("Copy a function", FunctionSource)
async def clone(
    function_id: str, admin: AdminUser, services: ServicesDep, form: CloneForm | None = None
) -> dict[str, Any]:
    form = form or CloneForm()
    return await _whole(await services.registry.clone(function_id, admin, form.id, form.name), services)


@router.delete("/id/{function_id}/delete")
@documented("Delete a function", bool)
async def delete(function_id: str, admin: AdminUser, services: ServicesDep) -> bool:
    await services.registry.delete(function_id, admin)
    return True


async def _whole(function: Function, services: Services) -> dict[str, Any]:
    snapshot = await services.registry.index.current()
    return with_troubles(with_source(function, snapshot.servings.get(function.id)), services.engine.troubles())
