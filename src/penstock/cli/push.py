"""`penstock push FILE|FOLDER...`: functions from this machine to a server, as new ones or as new versions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from penstock.cli.remote import URL, Key, Remote, Url, report, stop
from penstock.errors import BadRequest, PenstockError

if TYPE_CHECKING:
    from penstock.flows.transfer_items import FunctionItem


def push(
    paths: Annotated[
        list[Path], typer.Argument(help="Python files, folders with `__init__.py`, or zips.", exists=True)
    ],
    url: Url = URL,
    key: Key = "",
    function_id: Annotated[str, typer.Option("--id", help="Id of the function; for one file only.")] = "",
    message: Annotated[str, typer.Option("--message", "-m", help="What changed, for the list of versions.")] = "",
    on: Annotated[bool | None, typer.Option("--on/--off", help="Switch it on or off; as it is without.")] = None,
    everywhere: Annotated[
        bool | None, typer.Option("--global/--chosen", help="For all models, or those that list it; as it is without.")
    ] = None,
) -> None:
    """Create or update functions on a running server, which checks each before it serves.

    The id is that of the frontmatter, else the name of the file. Ends with 0 when all are there, else with 1.
    """
    if function_id and len(paths) > 1:
        stop(BadRequest("--id names one function, but there are several files.", hint="Push them one by one."))
    failed = False
    try:
        with Remote(url, key) as remote:
            present = {each["id"]: each for each in remote.get("/list")}
            for path in paths:
                failed |= not _push(remote, path, function_id, message, (on, everywhere), present)
    except PenstockError as error:
        stop(error)
    raise typer.Exit(1 if failed else 0)


def _push(
    remote: Remote,
    path: Path,
    function_id: str,
    message: str,
    switches: tuple[bool | None, bool | None],
    present: dict[str, Any],
) -> bool:
    from penstock.cli import local_sources

    try:
        item = local_sources.read(path)
        pushed = _send(remote, item, (function_id or item.id).lower(), message, present)
        pushed = _switched(remote, pushed, *switches)
    except PenstockError as error:
        report(str(path), error.as_dict())
        return False
    state = "on" if pushed["is_active"] else "off"
    typer.echo(f"{pushed['id']}  version {pushed['version_number']}, {state}  {pushed['name']}")
    for warning in pushed["warnings"]:
        report(str(path), {"detail": warning["message"], "line": warning["line"]})
    return True


def _send(
    remote: Remote, item: FunctionItem, function_id: str, message: str, present: dict[str, Any]
) -> dict[str, Any]:
    from penstock.cli import local_sources

    body = {**local_sources.body_of(item), "id": function_id, "commit_message": message or None}
    known = present.get(function_id)
    way = "/create" if known is None else f"/id/{function_id}/update"
    sent: dict[str, Any] = remote.post(way, {**body, "name": item.name if known is None else known["name"]})
    return sent


def _switched(remote: Remote, function: dict[str, Any], on: bool | None, everywhere: bool | None) -> dict[str, Any]:
    at = f"/id/{function['id']}"
    if on is not None and on != function["is_active"]:
        function = remote.post(f"{at}/toggle")
    if everywhere is not None and everywhere != function["is_global"]:
        function = remote.post(f"{at}/toggle/global")
    return function
