"""Functions: `/api/v1/functions`, with the paths and bodies of Open WebUI (spec L2)."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.datastructures import UploadFile
from starlette.responses import Response

from penstock.api.access import AdminUser, CurrentUser, ServicesDep
from penstock.api.function_wire import for_users, function_wire, functions_wire, user_wire, with_source, with_troubles
from penstock.api.json_body import json_body
from penstock.api.progress_stream import WithProgress
from penstock.environments import Progress
from penstock.errors import BadRequest
from penstock.flows import source_urls
from penstock.flows.context import Services
from penstock.flows.transfer import FunctionItem, item_from_file, read_items
from penstock.store.records import Function

router = APIRouter(prefix="/api/v1/functions", tags=["functions"])


class FunctionForm(BaseModel):
    id: str = ""
    name: str = ""
    content: str
    meta: dict[str, Any] = Field(default_factory=dict)
    commit_message: str | None = None
    origin_url: str = ""


class CloneForm(BaseModel):
    id: str = ""
    name: str = ""


class Address(BaseModel):
    url: str


@router.get("/")
async def functions(user: CurrentUser, services: ServicesDep) -> list[dict[str, Any]]:
    """All for admins; for others the active ones."""
    wires = functions_wire(await services.registry.index.current())
    if user.role == "admin":
        return wires
    return [for_users(wire) for wire in wires if wire["is_active"]]


@router.get("/list")
async def functions_with_users(_: AdminUser, services: ServicesDep) -> list[dict[str, Any]]:
    wires = functions_wire(await services.registry.index.current())
    users = {wire["user_id"]: None for wire in wires}
    found = {user_id: user_wire(await services.store.users.get(user_id)) for user_id in users}
    troubles = services.engine.troubles()
    return [{**with_troubles(wire, troubles), "user": found[wire["user_id"]]} for wire in wires]


@router.get("/export")
async def export(_: AdminUser, services: ServicesDep, include_valves: bool = False) -> list[dict[str, Any]]:
    """All functions with their sources; of valves, secrets are masked (V5)."""
    snapshot = await services.registry.index.current()
    exported = []
    for function in snapshot.functions.values():
        item = _exported(function, with_source(function, snapshot.servings.get(function.id)))
        if include_valves:
            item["valves"] = await services.valves.read(function.id)
        exported.append(item)
    return exported


@router.post("/create", response_model=None)
async def create(
    form: FunctionForm, admin: AdminUser, services: ServicesDep, answer: WithProgress
) -> dict[str, Any] | Response:
    async def save(progress: Progress) -> dict[str, Any]:
        function = await services.registry.save(
            form.id,
            form.name,
            form.content,
            form.meta,
            admin,
            form.commit_message or "",
            origin_url=form.origin_url,
            progress=progress,
        )
        return await _whole(function, services)

    return await answer(save)


@router.post("/load/url")
async def load_from_url(form: Address, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """The source at an address; nothing is saved."""
    found = await source_urls.fetch(form.url, allow_private=services.settings.private_urls)
    return {"name": found.name, "content": found.content, "url": found.url, "sha256": found.sha256}


@router.post("/import", response_model=None)
async def import_functions(
    request: Request, admin: AdminUser, services: ServicesDep, answer: WithProgress
) -> dict[str, Any] | Response:
    """A JSON export, or `.py` and `.json` files as multipart. New functions are off."""
    items = await _sent_items(request)

    async def take(progress: Progress) -> dict[str, Any]:
        imported = await services.transfer.take(items, admin, progress)
        if imported.errors and not imported.functions:
            first = imported.errors[0]
            raise BadRequest(str(first["detail"]), hint=str(first["hint"]), errors=imported.errors)
        return {"functions": await _wires(imported.functions, services), "errors": imported.errors}

    return await answer(take)


@router.post("/sync")
async def sync(request: Request, admin: AdminUser, services: ServicesDep) -> list[dict[str, Any]]:
    """Make the set of functions exactly the one that is sent, or change nothing."""
    body = await json_body(request)
    if not isinstance(body, dict) or not isinstance(body.get("functions"), list):
        raise BadRequest("The body has no list `functions`.")
    return await _wires(await services.transfer.sync(read_items(body), admin), services)


@router.get("/id/{function_id}")
async def one(function_id: str, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    return await _whole(await services.registry.get(function_id), services)


@router.get("/id/{function_id}/export")
async def export_one(
    function_id: str, _: AdminUser, services: ServicesDep, include_valves: bool = False
) -> list[dict[str, Any]]:
    """A list of one, so that it can be imported like any export."""
    function = await services.registry.get(function_id)
    item = _exported(function, await _whole(function, services))
    if include_valves:
        item["valves"] = await services.valves.read(function_id)
    return [item]


@router.post("/id/{function_id}/update", response_model=None)
async def update(
    function_id: str, form: FunctionForm, admin: AdminUser, services: ServicesDep, answer: WithProgress
) -> dict[str, Any] | Response:
    async def save(progress: Progress) -> dict[str, Any]:
        message = form.commit_message or ""
        function = await services.registry.update(
            function_id, form.name, form.content, form.meta, admin, message, progress
        )
        return await _whole(function, services)

    return await answer(save)


@router.post("/id/{function_id}/packages", response_model=None)
async def install_packages(
    function_id: str, _: AdminUser, services: ServicesDep, answer: WithProgress
) -> dict[str, Any] | Response:
    """Try again to install what a function needs and this machine lacks (`needs_packages`)."""

    async def install(progress: Progress) -> dict[str, Any]:
        return await _whole(await services.registry.install_packages(function_id, progress), services)

    return await answer(install)


@router.post("/id/{function_id}/toggle")
async def toggle(function_id: str, admin: AdminUser, services: ServicesDep) -> dict[str, Any]:
    return await _whole(await services.registry.toggle(function_id, admin), services)


@router.post("/id/{function_id}/toggle/global")
async def toggle_global(function_id: str, admin: AdminUser, services: ServicesDep) -> dict[str, Any]:
    return await _whole(await services.registry.toggle_global(function_id, admin), services)


@router.post("/id/{function_id}/clone")
async def clone(
    function_id: str, admin: AdminUser, services: ServicesDep, form: CloneForm | None = None
) -> dict[str, Any]:
    form = form or CloneForm()
    return await _whole(await services.registry.clone(function_id, admin, form.id, form.name), services)


@router.delete("/id/{function_id}/delete")
async def delete(function_id: str, admin: AdminUser, services: ServicesDep) -> bool:
    await services.registry.delete(function_id, admin)
    return True


async def _whole(function: Function, services: Services) -> dict[str, Any]:
    snapshot = await services.registry.index.current()
    return with_troubles(with_source(function, snapshot.servings.get(function.id)), services.engine.troubles())


async def _wires(functions: list[Function], services: Services) -> list[dict[str, Any]]:
    snapshot = await services.registry.index.current()
    return [function_wire(function, snapshot.servings.get(function.id)) for function in functions]


def _exported(function: Function, wire: dict[str, Any]) -> dict[str, Any]:
    kept = ("id", "user_id", "name", "type", "content", "is_active", "is_global", "updated_at", "created_at")
    return {key: wire[key] for key in kept} | {"meta": {**function.meta}}


async def _sent_items(request: Request) -> list[FunctionItem]:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return read_items(await json_body(request))
    items: list[FunctionItem] = []
    async with request.form() as form:
        for _, value in form.multi_items():
            if isinstance(value, UploadFile):
                items += _items_of_file(value.filename or "", await value.read())
    if not items:
        raise BadRequest("No file was sent.", hint="Send `.py` or `.json` files as multipart/form-data.")
    return items


def _items_of_file(name: str, content: bytes) -> list[FunctionItem]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadRequest(f"{name} is not a text file.", hint="Send a `.py` file, or a `.json` export.") from None
    if name.lower().endswith(".json"):
        return read_items(_decoded(name, text))
    return [item_from_file(name, text)]


def _decoded(name: str, text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise BadRequest(f"{name} is not JSON: {error}.") from error
