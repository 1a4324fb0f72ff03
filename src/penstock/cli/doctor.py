"""`penstock doctor`: a look at this machine, or, with places, at functions before they are installed."""

from __future__ import annotations

import asyncio
import json
import signal
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from penstock.cli.checkup import Checkup
    from penstock.cli.doctoring.examining import Pace, Progress
    from penstock.cli.doctoring.report import Examined, Report
    from penstock.settings import Settings

SHOWN = {"good": "[green]good[/]", "warning": "[yellow]look[/]", "broken": "[red]broken[/]"}
BAD_ARGUMENTS = 2


def doctor(
    places: Annotated[
        list[str] | None, typer.Argument(help="Functions: files, folders, exports (.json), packages, zips, addresses.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write the report on functions as one HTML file.")] = None,
    run: Annotated[bool, typer.Option("--run", help="Load each function and drive its hooks.")] = False,
    only: Annotated[str, typer.Option(help="Only functions whose place or id has this text.")] = "",
    limit: Annotated[int, typer.Option(min=0, help="At most this many functions; 0: all.")] = 0,
    parallel: Annotated[int, typer.Option(min=1, max=16, help="Functions that run at the same time.")] = 2,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that a hook may take.")] = 60,
    notes: Annotated[bool, typer.Option(help="Show notes too, not only errors and warnings.")] = True,
) -> None:
    """Look at this machine as a server would; or, with places, at functions before they are installed.

    Without places it ends with 0 when a server can run here, else with 1. With places: 0 when all functions work or
    have only warnings, 1 when something cannot work, 2 when nothing was found. See docs/doctor.md.
    """
    if not places:
        if html or run or only or limit:
            _refuse("--html, --run, --only and --limit are about functions: name a file, a folder or an address.")
        _machine(as_json)
    from penstock.cli.doctoring.examining import Pace

    _functions(places or [], as_json, html, run, only, limit, Pace(parallel, timeout), notes)


def _functions(
    places: list[str],
    as_json: bool,
    html: Path | None,
    run: bool,
    only: str,
    limit: int,
    pace: Pace,
    notes: bool,
) -> NoReturn:
    from penstock.cli.doctoring.page import page
    from penstock.cli.doctoring.table import show
    from penstock.cli.serve import read_settings
    from penstock.errors import PenstockError

    if html is not None and not html.absolute().parent.is_dir():
        _refuse(f"{html} cannot be written: there is no folder {html.absolute().parent}.")
    try:
        settings = read_settings({})
        report = _interruptible(places, settings, run, only, limit, pace)
    except PenstockError as error:
        _refuse(f"{error.message} {error.hint}".strip())
    if not report.functions:
        over = f" ({report.passed_over} Python files are none)" if report.passed_over else ""
        _refuse(f"There is no function in {', '.join(places)}{over}.")
    if html is not None:
        try:
            html.write_text(page(report), "utf-8")
        except OSError as error:
            _refuse(f"{html} cannot be written: {error.strerror or error}.")
    if as_json:
        typer.echo(json.dumps(report.as_dict(), indent=2, ensure_ascii=False, default=str))
    else:
        show(report, notes=notes)
    if report.interrupted:
        raise typer.Exit(130)
    raise typer.Exit(0 if report.ok else 1)


def _interruptible(places: list[str], settings: Settings, run: bool, only: str, limit: int, pace: Pace) -> Report:
    """The report; what there is of it where somebody interrupts."""
    from penstock.cli.doctoring.report import Report

    report = Report([])

    async def main() -> None:
        task = asyncio.current_task()
        assert task is not None

        def stop() -> None:
            report.interrupted = True
            task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        await _examine(report, places, settings, run, only, limit, pace)

    try:
        asyncio.run(main())
    except (asyncio.CancelledError, KeyboardInterrupt):
        report.interrupted = True
    if report.interrupted and run:
        report.functions = [each for each in report.functions if each.runs is not None]
    return report


async def _examine(
    report: Report, places: list[str], settings: Settings, run: bool, only: str, limit: int, pace: Pace
) -> None:
    from penstock.cli.doctoring import examining, subjects

    found = await subjects.find(places, allow_private=settings.private_urls)
    report.passed_over = found.passed_over
    chosen = [each for each in found.subjects if only in each.place or only in each.id]
    for subject in chosen[: limit or None]:
        report.functions.append(await asyncio.to_thread(examining.read, subject))
    if run and report.functions:
        await examining.run_all(report.functions, settings, pace, _progress(report))


def _progress(report: Report) -> Progress:
    done: list[str] = []

    def tell(examined: Examined) -> None:
        from penstock.cli.doctoring.table import outcome_line

        done.append(examined.subject.id)
        count = f"{len(done)}/{len(report.functions)}"
        typer.echo(f"{count} {examined.subject.place}: {outcome_line(examined)}", err=True)

    return tell


def _refuse(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(BAD_ARGUMENTS)


def _machine(as_json: bool) -> NoReturn:
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
