"""The `penstock` command. Each command stands in a file of its own, which is read only when it is called."""

from __future__ import annotations

from importlib import import_module
from keyword import iskeyword
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from penstock import __version__

__all__ = ["app"]

COMMANDS = {
    "serve": "penstock.cli.serve",
    "run": "penstock.cli.run",
    "check": "penstock.cli.check",
    "doctor": "penstock.cli.doctor",
    "import": "penstock.cli.importing",
    "push": "penstock.cli.push",
    "pull": "penstock.cli.pull",
    "functions": "penstock.cli.functions",
    "environments": "penstock.cli.environments",
    "settings": "penstock.cli.reference",
    "openapi": "penstock.cli.reference",
}


class LazyCommands(TyperGroup):
    """Commands by name: the function of that name in its module."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        found = _function(import_module(COMMANDS[cmd_name]), cmd_name)
        if isinstance(found, typer.Typer):  # with commands of its own
            return typer.main.get_command(found)
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        single.command(cmd_name)(found)
        return typer.main.get_command(single)


def _function(module: Any, name: str) -> Any:
    """A command that is a word of Python is a function with an underscore behind it."""
    return getattr(module, f"{name}_" if iskeyword(name) else name)


app = typer.Typer(
    name="penstock",
    cls=LazyCommands,
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
