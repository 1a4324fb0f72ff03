"""`penstock pull ID...`: functions of a server as files on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from penstock.cli.remote import URL, Key, Remote, Url, report, stop
from penstock.errors import Conflict, PenstockError

if TYPE_CHECKING:
    from penstock.functions.packages import Package


def pull(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of functions; all without any.")] = None,
    url: Url = URL,
    key: Key = "",
    into: Annotated[Path, typer.Option(help="Folder for the files.", file_okay=False)] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Replace files that differ.")] = False,
) -> None:
    """Write functions as `ID.py`, and those of several files as a folder `ID`.

    Files that differ are left as they are without `--force`. Ends with 0 when all are there, else with 1.
    """
    failed = False
    try:
        with Remote(url, key) as remote:
            chosen = ids or [each["id"] for each in remote.get("/list")]
            into.mkdir(parents=True, exist_ok=True)
            for function_id in chosen:
                failed |= not _pull(remote, function_id, into, force)
    except PenstockError as error:
        stop(error)
    raise typer.Exit(1 if failed else 0)


def _pull(remote: Remote, function_id: str, into: Path, force: bool) -> bool:
    from penstock.cli import local_sources

    try:
        (exported,) = remote.get(f"/id/{function_id}/export")
        source = _source(exported)
        known = local_sources.present(into, exported["id"], source)
        if known is False and not force:
            raise Conflict("There is something else by that name already.", hint="--force replaces it.")
        written = local_sources.write(into, exported["id"], source)
    except PenstockError as error:
        report(function_id, error.as_dict())
        return False
    typer.echo(f"{written}  {'unchanged' if known else 'written'}")
    return True


def _source(exported: dict[str, Any]) -> str | Package:
    from penstock.flows.transfer_items import package_of

    return package_of(exported["package"]) if exported.get("package") else str(exported["content"])
