"""`penstock functions ...`: the functions of a running server, listed, switched, exported, imported."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from penstock.cli.remote import URL, Key, Remote, Url, report, stop
from penstock.errors import PenstockError

functions = typer.Typer(
    help="The functions of a running server: list, switch, copy, export, import. See also `push` and `pull`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Ids = Annotated[list[str], typer.Argument(help="Ids of functions.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


@contextmanager
def connected(url: str, key: str) -> Iterator[Remote]:
    """A server; what it refuses ends the command with a sentence."""
    try:
        with Remote(url, key) as remote:
            yield remote
    except PenstockError as error:
        stop(error)


@functions.command("list")
def list_(url: Url = URL, key: Key = "", as_json: AsJson = False) -> None:
    """All functions with kind, version and state."""
    with connected(url, key) as remote:
        found = remote.get("/list")
    if as_json:
        _print(found)
        return
    for each in found:
        switched = "on" if each["is_active"] else "off"
        where = "global" if each["is_global"] else "chosen"
        number = each["version_number"] or "-"
        reason = f"  {each['reason']}" if each["reason"] else ""
        typer.echo(f"{each['id']:<28} {each['kind']:<7} {switched:<4}{where:<7} v{number:<4} {each['state']}{reason}")


@functions.command()
def show(function_id: str, url: Url = URL, key: Key = "") -> None:
    """One function as the API gives it, as JSON."""
    with connected(url, key) as remote:
        _print(remote.get(f"/id/{function_id}"))


@functions.command()
def history(function_id: str, url: Url = URL, key: Key = "") -> None:
    """Its versions, newest first."""
    with connected(url, key) as remote:
        for each in remote.get(f"/id/{function_id}/history"):
            mark = "*" if each["is_current"] else " "
            author = (each["user"] or {}).get("name", "")
            typer.echo(f"{mark} {each['number']:<4} {each['state']:<12} {author:<20} {each['commit_message']}")


@functions.command("roll-back")
def roll_back(function_id: str, number: int, url: Url = URL, key: Key = "") -> None:
    """Let an earlier version serve, by its number."""
    with connected(url, key) as remote:
        versions = {each["number"]: each["id"] for each in remote.get(f"/id/{function_id}/history")}
        chosen = {"version_id": versions.get(number, str(number))}
        served = remote.post(f"/id/{function_id}/update/version", chosen)
    typer.echo(f"{function_id}  version {served['version_number']} serves")


@functions.command()
def clone(function_id: str, new_id: str = "", url: Url = URL, key: Key = "") -> None:
    """Copy a function under another id; the copy is off."""
    with connected(url, key) as remote:
        typer.echo(remote.post(f"/id/{function_id}/clone", {"id": new_id})["id"])


@functions.command()
def on(ids: Ids, url: Url = URL, key: Key = "") -> None:
    """Switch functions on."""
    _switch(ids, url, key, "toggle", "is_active", wanted=True)


@functions.command()
def off(ids: Ids, url: Url = URL, key: Key = "") -> None:
    """Switch functions off; their processes end."""
    _switch(ids, url, key, "toggle", "is_active", wanted=False)


@functions.command("global")
def global_(ids: Ids, url: Url = URL, key: Key = "") -> None:
    """Let functions apply to all models."""
    _switch(ids, url, key, "toggle/global", "is_global", wanted=True)


@functions.command()
def chosen(ids: Ids, url: Url = URL, key: Key = "") -> None:
    """Let functions apply only to models that list them."""
    _switch(ids, url, key, "toggle/global", "is_global", wanted=False)


@functions.command()
def delete(ids: Ids, url: Url = URL, key: Key = "", yes: Yes = False) -> None:
    """Delete functions with their versions, valves and data."""
    if not yes:
        typer.confirm(f"Delete {', '.join(ids)} with all versions, valves and data?", abort=True)
    _each(ids, url, key, lambda remote, function_id: remote.delete(f"/id/{function_id}/delete") and "deleted")


@functions.command()
def export(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of functions; all without any.")] = None,
    url: Url = URL,
    key: Key = "",
    valves: Annotated[bool, typer.Option("--valves", help="With valves; secrets are masked.")] = False,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File to write; else it is printed.")] = None,
) -> None:
    """Export functions as JSON, as Open WebUI does; packages come along."""
    with connected(url, key) as remote:
        ways = [f"/id/{each}/export" for each in ids] if ids else ["/export"]
        found = [item for way in ways for item in remote.get(way, include_valves=valves)]
    text = json.dumps(found, indent=2, ensure_ascii=False)
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text, encoding="utf-8")
        typer.echo(f"{out}  {len(found)} function{'s' * (len(found) != 1)}")


@functions.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Exports, Python files, zips.", exists=True, dir_okay=False)],
    url: Url = URL,
    key: Key = "",
) -> None:
    """Import exports and files: what is good comes in, the rest is listed. Ends with 1 where something did not."""
    try:
        with Remote(url, key) as remote:
            done = remote.send("/import", files)
    except PenstockError as error:
        if not (listed := error.fields.get("errors")):
            stop(error)
        done = {"functions": [], "created": [], "errors": listed}
    for each in done["functions"]:
        typer.echo(f"{each['id']}  {'created, off' if each['id'] in done['created'] else 'updated'}")
    _report_all(done["errors"])
    raise typer.Exit(1 if done["errors"] else 0)


@functions.command()
def sync(
    files: Annotated[list[Path], typer.Argument(help="Exports.", exists=True, dir_okay=False)],
    url: Url = URL,
    key: Key = "",
    yes: Yes = False,
) -> None:
    """Make the set of functions exactly that of these exports, or change nothing."""
    from penstock.flows.transfer_items import rows_of_file

    rows: list[Any] = []
    for file in files:
        if errors := rows_of_file(file.name, file.read_bytes()).errors:
            _report_all(errors)
            raise typer.Exit(1)
        found = json.loads(file.read_text("utf-8-sig"))
        rows += found if isinstance(found, list) else found.get("functions", [found])
    try:
        with Remote(url, key) as remote:
            gone = sorted({each["id"] for each in remote.get("/list")} - {str(row.get("id")).lower() for row in rows})
            if gone and not yes:
                typer.confirm(f"Delete {', '.join(gone)}, which the exports do not have?", abort=True)
            done = remote.post("/sync", {"functions": rows})
    except PenstockError as error:
        if not (listed := error.fields.get("errors")):
            stop(error)
        _report_all(listed)
        typer.echo("Nothing was changed.", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{len(done)} functions, {len(gone)} deleted")


@functions.command()
def update(ids: Ids, url: Url = URL, key: Key = "", yes: Yes = False) -> None:
    """Look for updates where functions came from, show the difference, and take it if wanted."""
    _each(ids, url, key, lambda remote, function_id: _update(remote, function_id, yes))


def _update(remote: Remote, function_id: str, yes: bool) -> str:
    found = remote.get(f"/id/{function_id}/origin")
    if not found["changed"]:
        return f"nothing new at {found['url']}"
    typer.echo(found["content_diff"])
    if found["edited"]:
        typer.echo("It was changed here since it came; that is lost from the new version.", err=True)
    if not yes and not typer.confirm(f"Make this a new version of {function_id}?"):
        return "left as it is"
    taken = remote.post(f"/id/{function_id}/origin/update", {"sha256": found["sha256"]})
    return f"version {taken['version_number']} serves"


def _switch(ids: list[str], url: str, key: str, way: str, field: str, *, wanted: bool) -> None:
    def switch(remote: Remote, function_id: str) -> str:
        if remote.get(f"/id/{function_id}")[field] == wanted:
            return "as it was"
        remote.post(f"/id/{function_id}/{way}")
        return "done"

    _each(ids, url, key, switch)


def _each(ids: list[str], url: str, key: str, work: Callable[[Remote, str], str]) -> None:
    """Each for itself; ends with 1 where one failed."""
    failed = False
    with connected(url, key) as remote:
        for function_id in ids:
            try:
                typer.echo(f"{function_id}  {work(remote, function_id)}")
            except PenstockError as error:
                report(function_id, error.as_dict())
                failed = True
    raise typer.Exit(1 if failed else 0)


def _report_all(errors: list[dict[str, Any]]) -> None:
    for each in errors:
        row = f"row {each['row']}" if each.get("row") else ""
        report(" ".join(filter(None, (each.get("id") or each.get("name") or each.get("upload", ""), row))), each)


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))
