"""`penstock environments`: the packages that are installed for functions, and removing those that nobody needs."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.table import Table

from penstock.errors import PenstockError

if TYPE_CHECKING:
    from penstock.environments import Installed
    from penstock.settings import Settings

SHOWN = 12  # letters of an id


class What(StrEnum):
    list = "list"
    collect = "collect"
    forget = "forget"


def environments(
    what: Annotated[
        What, typer.Argument(help="list them, collect those that nobody needs, or forget locks")
    ] = What.list,
    package: Annotated[str, typer.Argument(help="For forget: what leads to this package is locked anew.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
    days: Annotated[float, typer.Option(help="For collect: spare what was asked for in so many days.", min=0)] = 1,
) -> None:
    """Show, collect or forget the packages that functions asked for.

    Environments that any stored version names stay, since every version can be rolled back to.
    """
    console = Console(highlight=False)
    try:
        if what is What.forget:
            asyncio.run(_forget(package, console))
        else:
            asyncio.run(_look(console, what, as_json, days))
    except PenstockError as error:
        Console(stderr=True, highlight=False).print(f"[red]{error.message}[/]", error.hint)
        raise typer.Exit(1) from error


async def _look(console: Console, what: What, as_json: bool, days: float) -> None:
    from penstock.environments import Environments
    from penstock.environments.environments import DAY
    from penstock.settings import Settings

    settings = Settings()
    kept = Environments(settings.data_dir, settings.wheels)
    used = await _used(settings)
    found = await kept.collect(used, days * DAY) if what is What.collect else kept.installed()
    if as_json:
        typer.echo(json.dumps([_as_dict(each, used.get(each.id, ())) for each in found], indent=2))
    elif what is What.collect:
        _show_collected(console, found)
    else:
        _show(console, found, used)


async def _used(settings: Settings) -> dict[str, set[str]]:
    """The environments that versions name, each with its functions; nothing where no server has run yet."""
    from penstock.store import Store
    from penstock.store.database import DATABASE_FILE

    if not settings.database_url and not (settings.data_dir / DATABASE_FILE).exists():
        return {}
    store = await Store.open(settings)
    try:
        return await store.versions.environments()
    finally:
        await store.close()


async def _forget(package: str, console: Console) -> None:
    from penstock.environments import Environments
    from penstock.settings import Settings

    if not package:
        raise typer.BadParameter("Name the package: penstock environments forget NAME")
    settings = Settings()
    gone = await Environments(settings.data_dir, settings.wheels).forget(package)
    console.print(f"{gone} lock{'s' * (gone != 1)} with {package} forgotten; the next save looks for the package anew.")


def _show(console: Console, found: Sequence[Installed], used: Mapping[str, Collection[str]]) -> None:
    if not found:
        console.print("No packages are installed for functions.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("id", "packages", "size", "used by", "wanted"):
        table.add_column(column, overflow="fold", justify="right" if column == "size" else "left")
    for each in found:
        names = ", ".join(sorted(used.get(each.id, ()))) or "[dim]nobody[/]"
        wanted = time.strftime("%Y-%m-%d", time.localtime(each.wanted_at))
        table.add_row(each.id[:SHOWN], ", ".join(each.pins), decimal(each.size), names, wanted)
    console.print(table)
    console.print(f"{decimal(sum(each.size for each in found))} together", style="dim")


def _show_collected(console: Console, gone: Sequence[Installed]) -> None:
    for each in gone:
        console.print(f"removed {each.id[:SHOWN]}", ", ".join(each.pins), f"({decimal(each.size)})")
    console.print(f"{decimal(sum(each.size for each in gone))} freed." if gone else "Nothing to remove.")


def _as_dict(each: Installed, used_by: Collection[str]) -> dict[str, object]:
    return {
        "id": each.id,
        "packages": list(each.pins),
        "size": each.size,
        "function_ids": sorted(used_by),
        "created_at": each.created_at,
        "wanted_at": each.wanted_at,
    }
