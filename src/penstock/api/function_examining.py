"""Looking at a source before anything of it runs: `/api/v1/functions/examine`."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from fastapi import APIRouter

from penstock.api.access import AdminUser, ServicesDep
from penstock.api.answers.functions import Examined
from penstock.api.documented import documented
from penstock.api.sent_source import SentSource
from penstock.errors import SourceError
from penstock.flows.offered_names import offered_names
from penstock.functions.diagnosis.diagnose import Diagnosis, diagnose
from penstock.functions.diagnosis.finding import Finding
from penstock.functions.packages import Package

router = APIRouter(prefix="/api/v1/functions", tags=["functions"])

MOST_FILES = 500


class ExamineForm(SentSource):
    id: str = ""  # of the function that files `from` belong to


@router.post("/examine")
@documented("Examine a source", Examined)
async def examine(form: ExamineForm, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """What a source needs (packages, hosts, rights) and what cannot work here, with lines. Nothing is run or saved.

    `files` holds every file as a text, for looking at a package.
    """
    try:
        source = await form.required(services, form.id)
    except SourceError as error:
        return _unreadable(error)
    found = await asyncio.to_thread(lambda: diagnose(source, offered_names()))
    return _wire(found, source)


def _wire(found: Diagnosis, source: str | Package) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(found)
    return {**built, "works": found.works, "files": _files(source)}


def _unreadable(error: SourceError) -> dict[str, Any]:
    """A zip that holds no package is no mistake of who asks; what is wrong with it is what was asked for."""
    said = Diagnosis(findings=[Finding("package", "error", error.message, None, error.hint)])
    return {**_wire(said, ""), "files": []}


def _files(source: str | Package) -> list[dict[str, str]]:
    if isinstance(source, str):
        return [{"path": "", "content": source}]
    texts = [(path, content) for path, content in source.files.items()][:MOST_FILES]
    return [{"path": path, "content": content.decode("utf-8", "replace")} for path, content in texts]
