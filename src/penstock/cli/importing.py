"""`penstock import openwebui FILE`: take over what an Open WebUI holds, while no server runs on the data folder."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from penstock.cli.import_report import show
from penstock.cli.installing import Installing
from penstock.errors import CannotStart, ImportRefused, PenstockError

if TYPE_CHECKING:
    from penstock.flows.openwebui.job import Choices
    from penstock.flows.openwebui.report import Report
    from penstock.settings import Settings
    from penstock.store import Store


class Origin(StrEnum):
    """Which server the file comes from."""

    openwebui = "openwebui"


def import_(
    origin: Annotated[Origin, typer.Argument(help="Where the file comes from.", show_default=False)],
    file: Annotated[Path, typer.Argument(help="A webui.db, or an export of functions (JSON).", show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come along, and write nothing.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the outcome as JSON, with every single thing.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Make what is there already as it is in FILE, instead of keeping it.")
    ] = False,
    off: Annotated[bool, typer.Option("--off", help="Let functions come switched off.")] = False,
    packages: Annotated[
        bool, typer.Option(help="Install what functions need now; else the server does it when it starts.")
    ] = True,
    secret_key: Annotated[
        str, typer.Option(envvar="WEBUI_SECRET_KEY", help="Secret of the other server, for valves that it encrypted.")
    ] = "",
    uploads: Annotated[
        Path | None, typer.Option(help="Folder with uploaded files; default: `uploads` beside FILE.", file_okay=False)
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Data folder of this server.")] = None,
) -> None:
    """Take over users, chats, functions, models and more from Open WebUI.

    All or nothing is written. Ends with 0, also where single things could not come along (they are listed), and with
    1 when nothing was imported. See docs/moving.md.
    """
    from penstock.cli.serve import read_settings
    from penstock.flows.openwebui.job import Choices

    choices = Choices(dry_run=dry_run, replace=replace, off=off, secret=secret_key, uploads=uploads)
    try:
        settings = read_settings({} if data_dir is None else {"data_dir": data_dir})
        report = asyncio.run(_import(file, settings, choices, packages=packages and not dry_run))
    except PenstockError as error:
        if as_json:
            typer.echo(json.dumps(error.as_dict(), ensure_ascii=False))
        typer.echo("\n".join(["Nothing was imported.", error.message, *filter(None, [error.hint])]), err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(report.as_dict(), indent=2, ensure_ascii=False))
    else:
        show(report, Console(highlight=False))


async def _import(file: Path, settings: Settings, choices: Choices, *, packages: bool) -> Report:
    from penstock.engine.local import LocalEngine
    from penstock.engine.local.workshop import workshop
    from penstock.environments import Environments
    from penstock.flows.openwebui.function_checks import FunctionChecks
    from penstock.flows.openwebui.importing import import_file
    from penstock.flows.openwebui.job import Job
    from penstock.flows.openwebui.report import Report

    async with _store(settings, choices) as store:
        with tempfile.TemporaryDirectory(prefix="penstock-import-") as folder:
            trial = settings.model_copy(
                update={"data_dir": Path(folder), "environments": settings.environments and packages}
            )
            engine = LocalEngine(trial)
            await engine.start()
            try:
                environments = Environments(settings.data_dir, settings.wheels, workshop(settings))
                report = Report(str(file), choices.dry_run)
                with Installing(Console(stderr=True, highlight=False)) as progress:
                    job = Job(file, store, settings, choices, report, progress)
                    await import_file(job, FunctionChecks(engine, environments, trial))
            finally:
                await engine.stop(0)
    return report


@asynccontextmanager
async def _store(settings: Settings, choices: Choices) -> AsyncIterator[Store]:
    """The store of the settings, for this command alone; for a dry run a copy of it, where it can be copied."""
    from penstock.api.lock import DataFolder
    from penstock.store import Store

    if choices.dry_run and not settings.database_url:
        with tempfile.TemporaryDirectory(prefix="penstock-import-") as folder:
            async with _opened(Store, _copied(settings, Path(folder))) as store:
                yield store
        return
    lock = DataFolder(settings.data_dir)
    try:
        lock.claim()
    except CannotStart as error:
        hint = "Stop that server for the import, or see first with --dry-run what would come along."
        raise ImportRefused(error.message, hint=hint) from error
    try:
        async with _opened(Store, settings) as store:
            yield store
    finally:
        lock.release()


@asynccontextmanager
async def _opened(kind: type[Store], settings: Settings) -> AsyncIterator[Store]:
    store = await kind.open(settings)
    try:
        yield store
    finally:
        await store.close()


def _copied(settings: Settings, folder: Path) -> Settings:
    """Settings of a copy of the database with its keys; a server may be running meanwhile."""
    from penstock.store.database import DATABASE_FILE
    from penstock.store.keyring import KEY_FILE

    database, keys = settings.data_dir / DATABASE_FILE, settings.data_dir / KEY_FILE
    if database.exists():
        with sqlite3.connect(database) as present, sqlite3.connect(folder / DATABASE_FILE) as copy:
            present.backup(copy)
    if keys.exists():
        shutil.copyfile(keys, folder / KEY_FILE)
    return settings.model_copy(update={"data_dir": folder})
