"""The import: everything is read and checked, then written in one transaction, or nothing is."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from penstock.errors import ImportRefused
from penstock.flows.openwebui import source as sources
from penstock.flows.openwebui.catalog import take_connections, take_models, take_settings
from penstock.flows.openwebui.chats import ChatIntake, take_folders, take_memories
from penstock.flows.openwebui.files import FileIntake
from penstock.flows.openwebui.function_checks import FunctionChecks
from penstock.flows.openwebui.function_rows import Sealed, rows_of_export, secret_beside
from penstock.flows.openwebui.functions import (
    plan_functions,
    take_functions,
    take_user_valves,
    user_valves_of,
)
from penstock.flows.openwebui.job import Job
from penstock.flows.openwebui.leftovers import left_behind
from penstock.flows.openwebui.people import EVERYBODY, plan_users, take_people
from penstock.flows.openwebui.source import Source
from penstock.store import tables

ORDER = (
    "users", "groups", "API keys", "functions", "user valves", "models", "connections", "settings", "folders",
    "chats", "shared chats", "files", "memories",
)  # fmt: skip


async def import_file(job: Job, checks: FunctionChecks) -> None:
    """Take in what `job.file` holds; its report tells. Raises `ImportRefused`, and then nothing has changed."""
    _require_file(job.file)
    if sources.is_database(job.file):
        with sources.opened(job.file) as source:
            await _import_database(job, source, checks)
        job.report.nouns = {name: job.report.noun(name) for name in ORDER}
    else:
        await _import_export(job, checks)


def _require_file(path: Path) -> None:
    if path.is_dir():
        hint = "Give its webui.db." if (path / "webui.db").exists() else "Give a webui.db, or an export of functions."
        raise ImportRefused(f"{path} is a folder.", hint=hint)
    try:
        with path.open("rb") as file:
            if file.read(1):
                return
    except OSError as error:
        raise ImportRefused(f"{path} cannot be read: {error.strerror}.") from error
    raise ImportRefused(f"{path} is empty.")


async def _import_export(job: Job, checks: FunctionChecks) -> None:
    admins = [user for user in await job.store.users.list(limit=EVERYBODY) if user.role == "admin"]
    job.admin = admins[0] if admins else None
    planned = await plan_functions(job, rows_of_export(job.file), Sealed(job.choices.secret), {}, checks)
    async with job.store.intake.open(rehearsal=job.choices.dry_run) as arrivals:
        await take_functions(job, planned, arrivals)
    del job.report.nouns["user valves"]


async def _import_database(job: Job, source: Source, checks: FunctionChecks) -> None:
    accounts = await plan_users(job, source)
    sealed = Sealed(job.choices.secret or secret_beside(job.file))
    user_valves = user_valves_of(job, source, sealed)
    planned = await plan_functions(job, source.rows("function"), sealed, user_valves, checks)
    fresh = {each.found.id for each in planned}
    files = FileIntake.of(job, source)
    try:
        async with job.store.intake.open(rehearsal=job.choices.dry_run) as arrivals:
            await take_people(job, source, accounts, arrivals)
            await take_functions(job, planned, arrivals)
            await take_user_valves(job, {k: v for k, v in user_valves.items() if k not in fresh}, arrivals)
            await take_models(job, source, arrivals)
            await take_connections(job, source, arrivals)
            await take_settings(job, source, arrivals)
            await ChatIntake(job, source, arrivals, await take_folders(job, source, arrivals)).take()
            await take_memories(job, source, arrivals)
            await files.take(arrivals, await arrivals.ids(tables.files))
    except BaseException as error:
        files.undo()
        if isinstance(error, SQLAlchemyError | OSError):
            raise ImportRefused(f"Nothing was imported, since it could not be written: {_reason(error)}.") from error
        raise
    job.report.left.extend(left_behind(source))


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error)
