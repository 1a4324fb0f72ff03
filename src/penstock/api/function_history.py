"""Versions of functions: `/api/v1/functions/id/{id}/history` (spec L5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from penstock.api.access import AdminUser, ServicesDep
from penstock.api.answers.functions import FunctionSource
from penstock.api.answers.versions import PackageFile, VersionDiff, VersionItem
from penstock.api.documented import documented
from penstock.api.function_wire import version_wire, with_source
from penstock.api.progress_stream import EVENTS, WithProgress
from penstock.environments import Progress
from penstock.errors import Conflict, SourceError
from penstock.flows.comparing import changed_files, files_of
from penstock.flows.serving import source_of
from penstock.functions.packages import Package, as_text

router = APIRouter(prefix="/api/v1/functions/id/{function_id}", tags=["functions"])

PAGE = 30


class VersionChoice(BaseModel):
    version_id: str


@router.get("/history")
@documented("List versions", list[VersionItem])
async def history(
    function_id: str, _: AdminUser, services: ServicesDep, page: Annotated[int, Query(ge=0)] = 1
) -> list[dict[str, Any]]:
    """Newest first, without sources."""
    function = await services.registry.get(function_id)
    versions = await services.store.versions.list(function_id, skip=max(page - 1, 0) * PAGE, limit=PAGE)
    authors = {author_id: await services.store.users.get(author_id) for author_id in {v.author_id for v in versions}}
    return [version_wire(version, function, authors[version.author_id], source=False) for version in versions]


@router.get("/history/diff")
@documented("Compare two versions", VersionDiff)
async def diff(function_id: str, from_id: str, to_id: str, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """What changed between two versions: files as a unified diff, the manifest by key, requirements, the lock."""
    old = await services.registry.version(function_id, from_id)
    new = await services.registry.version(function_id, to_id)
    files = changed_files(files_of(old), files_of(new), function_id, f"version {old.number}", f"version {new.number}")
    return {
        "from_id": from_id,
        "to_id": to_id,
        "content_diff": "\n".join(each.diff for each in files if each.diff),
        "line_endings_only": bool(files) and all(each.change == "line_endings" for each in files),
        "files": [{"path": each.path, "change": each.change} for each in files],
        "metadata": _differences(old.manifest, new.manifest),
        "requirements": _only_in(old.requirements, new.requirements),
        "lock": _only_in(old.description.get("lock", []), new.description.get("lock", [])),
    }


def _only_in(before: Sequence[str], after: Sequence[str]) -> dict[str, list[str]]:
    added = [each for each in after if each not in before]
    return {"added": added, "removed": [each for each in before if each not in after]}


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: {"before": before.get(key), "after": after.get(key)}
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    }


@router.get("/files")
@documented("Read the files of a version", list[PackageFile])
async def files(function_id: str, _: AdminUser, services: ServicesDep, version_id: str = "") -> list[dict[str, Any]]:
    """All files of a version, of the one that serves unless said otherwise; `content` is null for what is no text."""
    version_id = version_id or (await services.registry.get(function_id)).version_id or ""
    source = source_of(await services.registry.version(function_id, version_id))
    contents = source.files if isinstance(source, Package) else {"": source.encode()}
    return [{"path": path, "size": len(content), "content": as_text(content)} for path, content in contents.items()]


@router.get("/history/{version_id}")
@documented("Read a version with its source", VersionItem)
async def version(function_id: str, version_id: str, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    function = await services.registry.get(function_id)
    found = await services.registry.version(function_id, version_id)
    author = await services.store.users.get(found.author_id)
    return version_wire(found, function, author, source=True)


@router.delete("/history/{version_id}")
@documented("Delete a version", bool, errors=[Conflict])
async def delete_version(function_id: str, version_id: str, admin: AdminUser, services: ServicesDep) -> bool:
    await services.registry.delete_version(function_id, version_id, admin)
    return True


@router.post("/update/version", response_model=None)
@documented(
    "Let another version serve",
    FunctionSource,
    errors=[SourceError],
    streams=EVENTS,
)
async def roll_back(
    function_id: str, choice: VersionChoice, admin: AdminUser, services: ServicesDep, answer: WithProgress
) -> dict[str, Any] | Response:
    """Let this version serve, once it was checked again."""

    async def serve(progress: Progress) -> dict[str, Any]:
        function = await services.registry.roll_back(function_id, choice.version_id, admin, progress)
        snapshot = await services.registry.index.current()
        return with_source(function, snapshot.servings.get(function_id))

    return await answer(serve)
