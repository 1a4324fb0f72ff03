"""`penstock doctor`: what a server would find on this machine, and which walls it could put around functions."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from penstock.cli.checkup import Checkup

SHOWN = {"good": "[green]good[/]", "warning": "[yellow]look[/]", "broken": "[red]broken[/]"}


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False) -> None:
    """Look at this machine as a server would: data folder, database, packages, and the walls around functions.

    Ends with 0 when a server can run here, else with 1. Walls that this machine lacks are told, but are no error.
    """
    from penstock.cli.checkup import examine
    from penstock.cli.serve import fail, read_settings
    from penstock.errors import PenstockError

    try:
        found = asyncio.run(examine(read_settings({})))
    except PenstockError as error:
        fail(error)
    if as_json:
        typer.echo(json.dumps({"ok": found.sound, **asdict(found)}, indent=2, ensure_ascii=False))
    else:
        _show(found)
    raise typer.Exit(0 if found.sound else 1)


def _show(found: Checkup) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    parts, walls = (Table(box=None, pad_edge=False, header_style="bold", title_justify="left") for _ in range(2))
    for column in ("part", "state", "what was found"):
        parts.add_column(column, overflow="fold")
    for finding in found.findings:
        hint = f"\n[dim]{escape(finding.hint)}[/]" if finding.hint else ""
        parts.add_row(finding.name, SHOWN[finding.state], escape(finding.said) + hint)
    for column in ("wall", "state", "what it does, or what its absence means"):
        walls.add_column(column, overflow="fold")
    for layer in found.layers:
        said = layer.what if layer.active else f"{layer.why_not}\n[dim]{escape(layer.means)}[/]"
        walls.add_row(layer.name, "[green]up[/]" if layer.active else "[yellow]missing[/]", said)
    console.print(parts)
    console.print()
    console.print(walls)
    console.print("\n[green]A server can run here.[/]" if found.sound else "\n[red]A server cannot run here.[/]")
