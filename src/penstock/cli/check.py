"""`penstock check FILE|FOLDER...`: what a server would say of functions when they are saved, without a server."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from penstock.cli.error_place import place
from penstock.cli.installing import Installing
from penstock.errors import PenstockError

if TYPE_CHECKING:
    from penstock.flows.saving import Checked, SourceCheck


@dataclass(frozen=True)
class Verdict:
    """What became of one file."""

    file: Path
    kind: str = ""
    hooks: list[str] = field(default_factory=list)
    requirements: list[str] = field(default_factory=list)
    required_valves: list[str] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    error: dict[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "file": str(self.file),
            "ok": self.error is None,
            "kind": self.kind,
            "hooks": self.hooks,
            "requirements": self.requirements,
            "required_valves": self.required_valves,
            "warnings": self.warnings,
            "error": self.error,
        }


def check(
    files: Annotated[
        list[Path], typer.Argument(help="Functions: Python files, folders or zips of packages.", exists=True)
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
    strict: Annotated[bool, typer.Option(help="Take warnings for errors.")] = False,
) -> None:
    """Inspect functions and load each in a worker, as saving it would.

    Ends with 0 when all of them load, else with 1.
    """
    verdicts = asyncio.run(_check_all(files))
    if as_json:
        typer.echo(json.dumps([verdict.as_dict() for verdict in verdicts], indent=2, ensure_ascii=False))
    else:
        _show(verdicts)
    bad = any(verdict.error or (strict and verdict.warnings) for verdict in verdicts)
    raise typer.Exit(1 if bad else 0)


async def _check_all(files: Sequence[Path]) -> list[Verdict]:
    from penstock.engine.local import LocalEngine
    from penstock.engine.local.workshop import workshop
    from penstock.environments import Environments
    from penstock.flows.saving import SourceCheck
    from penstock.settings import Settings

    own = Settings()
    with tempfile.TemporaryDirectory(prefix="penstock-check-") as folder:
        settings = own.model_copy(update={"data_dir": Path(folder)})
        engine = LocalEngine(settings)
        await engine.start()
        try:
            # Packages stay where a server of the same person finds them.
            source_check = SourceCheck(engine, Environments(own.data_dir, own.wheels, workshop(own)), settings)
            return [await _check(file, source_check) for file in files]
        finally:
            await engine.stop(0)


async def _check(file: Path, source_check: SourceCheck) -> Verdict:
    from penstock.cli import local_sources

    progress = Console(stderr=True, highlight=False)
    try:
        item = await asyncio.to_thread(local_sources.read, file)
        with Installing(progress, file.name) as installing:
            checked = await source_check.check(item.id.lower(), item.source, progress=installing)
    except PenstockError as error:
        return Verdict(file, error=error.as_dict())
    return _good(file, checked)


def _good(file: Path, checked: Checked) -> Verdict:
    return Verdict(
        file,
        kind=checked.description.kind,
        hooks=list(checked.description.hooks),
        requirements=checked.requirements,
        required_valves=checked.description.required_valves,
        warnings=[{"code": each.code, "message": each.message, "line": each.line} for each in checked.warnings],
    )


def _show(verdicts: Sequence[Verdict]) -> None:
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("file", "kind", "hooks", "outcome"):
        table.add_column(column, overflow="fold")
    for verdict in verdicts:
        table.add_row(str(verdict.file), verdict.kind, ", ".join(verdict.hooks), _outcome(verdict))
    console.print(table)
    for verdict in verdicts:
        for warning in verdict.warnings:
            console.print(f"[yellow]{place(str(verdict.file), warning)}[/]", end=" ")
            console.print(warning["message"], markup=False)
        if verdict.error is not None:
            console.print(f"[red]{place(str(verdict.file), verdict.error)}[/]", end=" ")
            console.print(verdict.error["detail"], verdict.error["hint"], markup=False)
            if trace := verdict.error.get("traceback"):
                console.print(trace, markup=False, style="dim")


def _outcome(verdict: Verdict) -> str:
    if verdict.error is not None:
        return f"[red]does not load ({verdict.error.get('phase', verdict.error['code'])})[/]"
    said = "[green]loads[/]"
    if verdict.required_valves:
        said += f", needs {', '.join(verdict.required_valves)}"
    if verdict.warnings:
        said += f", [yellow]{len(verdict.warnings)} warning{'s' * (len(verdict.warnings) > 1)}[/]"
    return said
