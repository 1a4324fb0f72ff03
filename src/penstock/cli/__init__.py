"""The `penstock` command. Each command stands in a file of its own and imports what it needs when it runs."""

from __future__ import annotations

from typing import Annotated

import typer

from penstock import __version__
from penstock.cli.check import check
from penstock.cli.reference import openapi, settings
from penstock.cli.run import run
from penstock.cli.serve import serve

__all__ = ["app"]

app = typer.Typer(
    name="penstock",
    help="A self-hosted AI chat server whose behaviour people write in single Python files.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"Penstock {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """A self-hosted AI chat server whose behaviour people write in single Python files."""


for command in (serve, run, check, settings, openapi):
    app.command()(command)
