"""Functions that come in and go out: imports, exports, a sync of the whole set, addresses (spec L2, L3, M6)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.datastructures import UploadFile
from starlette.responses import Response

from penstock.api.access import AdminUser, ServicesDep
from penstock.api.answers.functions import ExportedFunction, FetchedSource, FunctionItem, FunctionSet, ImportOutcome
from penstock.api.documented import documented
from penstock.api.function_wire import exported, function_wire
from penstock.api.json_body import json_body
from penstock.api.progress_stream import EVENTS, WithProgress
from penstock.environments import Progress
from penstock.errors import BadRequest, NotFound, SourceError
from penstock.flows import source_urls
from penstock.flows.context import Services
from penstock.flows.transfer_items import Rows, rows_of, rows_of_file
from penstock.store.records import Function

router = APIRouter(prefix="/api/v1/functions", tags=["functions"])


class SourceAddress(BaseModel):
    url: str


@router.get("/export")
@documented("Export all functions", list[ExportedFunction])
async def export(_: AdminUser, services: ServicesDep, include_valves: bool = False) -> list[dict[str, Any]]:
    """All functions with their sources; of valves, secrets are masked (V5)."""
    functions = (await services.registry.index.current()).functions
    return [await _exported(function, services, include_valves) for function in functions.values()]


@router.get("/id/{function_id}/export")
@documented("Export a function", list[ExportedFunction])
async def export_one(
    function_id: str, _: AdminUser, services: ServicesDep, include_valves: bool = False
) -> list[dict[str, Any]]:
    """A list of one, so that it can be imported like any export."""
    return [await _exported(await services.registry.get(function_id), services, include_valves)]


@router.get("/id/{function_id}/package")
@documented("Download the files of a function", media="application/zip")
async def package(function_id: str, _: AdminUser, services: ServicesDep) -> Response:
    """The files of a function of several, as a zip."""
    serving = await services.registry.version_of(function_id)
    if serving.version.package is None:
        raise NotFound(f"{serving.function.name} is one file.", hint="Its source is the `content` of the function.")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{function_id}.zip"}
    return Response(serving.version.package, media_type="application/zip", headers=headers)


@router.post("/load/url")
@documented("Look at the source at an address", FetchedSource)
async def load_from_url(form: SourceAddress, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """The source at an address; nothing is saved."""
    found = await source_urls.fetch(form.url, allow_private=services.settings.private_urls)
    return {"name": found.name, "content": found.content, "url": found.url, "sha256": found.sha256}


@router.post("/import", response_model=None)
@documented(
    "Import functions",
    ImportOutcome,
    body=dict[str, Any] | list[Any],
    errors=[SourceError],
    streams=EVENTS,
)
async def import_functions(
    request: Request, admin: AdminUser, services: ServicesDep, answer: WithProgress
) -> dict[str, Any] | Response:
    """A JSON export, or `.py`, `.zip` and `.json` files as multipart. New functions are off.

    Each row stands for itself: `functions` are those that are there now, `errors` the others with their reasons.
    """
    rows = await _sent_rows(request)

    async def take(progress: Progress) -> dict[str, Any]:
        imported = await services.transfer.take(rows, admin, progress)
        if imported.errors and not imported.functions:
            first = imported.errors[0]
            raise BadRequest(str(first["detail"]), hint=str(first["hint"]), errors=imported.errors)
        return {
            "functions": await _wires(imported.functions, services),
            "created": imported.created,
            "updated": imported.updated,
            "errors": imported.errors,
        }

    return await answer(take)


@router.post("/sync", response_model=None)
@documented("Make these all functions that there are", list[FunctionItem], body=FunctionSet, errors=[SourceError])
async def sync(request: Request, admin: AdminUser, services: ServicesDep) -> list[dict[str, Any]]:
    """Make the set of functions exactly the one that is sent, or change nothing.

    What stands in the way is in `errors`, one entry for each function.
    """
    body = await json_body(request)
    if not isinstance(body, dict) or not isinstance(body.get("functions"), list):
        raise BadRequest(
            "The body has no list `functions`.", hint='Send `{"functions": [...]}`, as an export has them.'
        )
    return await _wires(await services.transfer.sync(rows_of(body), admin), services)


async def _exported(function: Function, services: Services, include_valves: bool) -> dict[str, Any]:
    snapshot = await services.registry.index.current()
    item = exported(function, snapshot.servings.get(function.id))
    if include_valves:
        item["valves"] = await services.valves.read(function.id)
    return item


async def _wires(functions: list[Function], services: Services) -> list[dict[str, Any]]:
    snapshot = await services.registry.index.current()
    return [function_wire(function, snapshot.servings.get(function.id)) for function in functions]


async def _sent_rows(request: Request) -> Rows:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return rows_of(await json_body(request))
    rows, files = Rows(), 0
    async with request.form() as form:
        for _, value in form.multi_items():
            if isinstance(value, UploadFile):
                files += 1
                rows.add(rows_of_file(value.filename or "", await value.read()))
    if not files:
        raise BadRequest("No file was sent.", hint="Send `.py`, `.zip` or `.json` files as multipart/form-data.")
    return rows
