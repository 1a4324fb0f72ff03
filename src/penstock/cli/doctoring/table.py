"""The report for people, in a terminal: a line for each function, what was found below, shares at the end."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from penstock.cli.doctoring.report import OUTCOMES, TO_AN_END, Examined, Report, shares
from penstock.functions.description import KINDS

VERDICTS = {"works": "[green]works[/]", "look": "[yellow]look[/]", "fails": "[red]fails[/]"}
COLOURS = {"error": "red", "warning": "yellow", "note": "dim"}
MOST_NAMES = 6


def show(report: Report, *, notes: bool = True) -> None:
    """Print it."""
    console = Console(highlight=False, soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("function", "kind", "version", "verdict", "needs"):
        table.add_column(column, overflow="fold")
    folder = common_folder([each.subject.place for each in report.functions])
    if folder:
        console.print(f"in {escape(folder)}", style="dim")
    for each in report.functions:
        place, kind, version = each.subject.place, each.kind or "?", each.diagnosis.version or "-"
        needs = "; ".join(needs_of(each)) or "-"
        table.add_row(escape(place.removeprefix(folder)), kind, escape(version), VERDICTS[each.verdict], escape(needs))
    console.print(table)
    for each in report.functions:
        _findings(console, each, notes)
    _sums(console, report)


def common_folder(places: list[str]) -> str:
    """The folder, with its slash, that several places share; it is named once instead of in every line."""
    if len(places) < 2:
        return ""
    first, last = (place.split("/")[:-1] for place in (min(places), max(places)))
    shared = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(f"{part}/" for part, _ in shared)


def needs_of(examined: Examined) -> Iterator[str]:
    """In a few words: packages, hosts, rights, names of `open_webui`."""
    needs = examined.diagnosis.needs
    if packages := [*needs.requirements, *(f"{name} (implied)" for name in needs.implied)]:
        yield f"packages: {_few(packages)}"
    if needs.hosts:
        yield f"hosts: {_few([each.host for each in needs.hosts])}"
    if rights := [each.right for each in needs.rights if each.right != "network"]:
        yield f"rights: {_few(rights)}"
    if needs.open_webui:
        yield f"open_webui: {_few(needs.open_webui)}"


def outcome_line(examined: Examined) -> str:
    """`inlet ok, outlet failed`."""
    return ", ".join(f"{run.hook} {run.outcome}" for run in examined.runs or ())


def _few(names: list[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _findings(console: Console, examined: Examined, notes: bool) -> None:
    place = examined.subject.place
    for finding in examined.diagnosis.findings:
        if finding.severity == "note" and not notes:
            continue
        where = f"{place}/{finding.file}" if finding.file else place
        where += f":{finding.line}" if finding.line else ""
        console.print(f"[{COLOURS[finding.severity]}]{finding.severity}[/] {escape(where)}", f"[dim]{finding.code}[/]")
        console.print(f"  {finding.message}", markup=False)
        if finding.fix:
            console.print(f"  {finding.fix}", markup=False, style="dim")
    for run in examined.runs or ():
        colour = "green" if run.outcome in TO_AN_END else "yellow" if run.outcome == "needs_service" else "red"
        line = f", line {run.line}" if run.line else ""
        host = f" ({run.host})" if run.host else ""
        console.print(f"[{colour}]{run.outcome}[/] {escape(place)} {escape(run.hook)}{line}{escape(host)}", end=" ")
        events = ", ".join(f"{count} {kind}" for kind, count in run.events.items())
        asked = f"; asked: {', '.join(run.questions)}" if run.questions else ""
        console.print(f"{run.seconds:.2f} s; {events or 'no events'}{asked}", markup=False, style="dim")
        if run.said and run.outcome != "ok":
            console.print(f"  {run.said}", markup=False)


def _sums(console: Console, report: Report) -> None:
    counts = {verdict: sum(each.verdict == verdict for each in report.functions) for verdict in VERDICTS}
    parts = [f"{count} {VERDICTS[verdict]}" for verdict, count in counts.items()]
    over = f"; {report.passed_over} Python files are no functions" if report.passed_over else ""
    stopped = " [red]Interrupted: the rest was not looked at.[/]" if report.interrupted else ""
    console.print(f"\n{len(report.functions)} functions: {', '.join(parts)}{over}.{stopped}")
    if not report.has_run:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("kind", "functions", "load", "hooks", "to an end", "or want a service"):
        table.add_column(column, justify="left" if column in ("kind", "hooks") else "right")
    for kind in (*KINDS, "all"):
        sums = shares(report.of_kind(kind))
        if not sums["functions"]:
            continue
        hooks = ", ".join(f"{sums['hooks'][outcome]} {outcome}" for outcome in OUTCOMES if sums["hooks"].get(outcome))
        ends = [_percent(sums["to_an_end"]), _percent(sums["to_an_end_or_service"])]
        table.add_row(kind, str(sums["functions"]), _percent(sums["loads"]), hooks, *ends)
    console.print(table)
    for outcome, meaning in OUTCOMES.items():
        console.print(f"[dim]{outcome:>14}  {meaning}[/]")
    console.print("[dim]     to an end  share of hooks with ok or said, of all but packages and not_asked[/]")


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
