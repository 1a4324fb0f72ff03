"""The report of an import, drawn in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from penstock.flows.openwebui.report import Noun, Report

LISTED = 50  # things that are named of each kind; --json names all
NAMED = 6


def show(report: Report, console: Console) -> None:
    """Counts, then what is different about single things, then what stays behind."""
    console.print(f"[bold]{'What would come' if report.dry_run else 'What came'} from {escape(report.file)}[/]")
    console.print(_counts(report))
    for noun in report.nouns.values():
        _remarks(noun, console)
    if report.left:
        console.print("\n[bold]Stays behind[/]")
    for left in report.left:
        more = ", ..." if left.count > len(left.names) or len(left.names) > NAMED else ""
        names = f" ({', '.join(left.names[:NAMED])}{more})" if left.names else ""
        console.print(f"  {left.what}: {left.count}{escape(names)}. {escape(left.why)}", soft_wrap=True)
    for note in report.notes:
        console.print(f"\n{escape(note)}", soft_wrap=True)
    if report.dry_run:
        console.print("\nThis was a dry run: nothing was written.")


def _counts(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    heads = ("in the file", "new", "replaced", "kept", "not taken")
    for head in heads:
        table.add_column(head, justify="right")
    for noun in report.nouns.values():
        table.add_row(noun.name, *(str(count) if count else "-" for count in noun.counts().values()))
    return table


def _remarks(noun: Noun, console: Console) -> None:
    remarkable = [item for item in noun.items if item.notes]
    if not remarkable:
        return
    console.print(f"\n[bold]{noun.name[:1].upper()}{noun.name[1:]}[/]")
    for item in remarkable[:LISTED]:
        name = f"{item.name} ({item.id})" if item.id and item.name not in ("", item.id) else item.id or item.name
        said = "; ".join(item.notes)
        console.print(
            f"  {escape(name)}: {'not taken, ' if item.outcome == 'skipped' else ''}{escape(said)}", soft_wrap=True
        )
    if len(remarkable) > LISTED:
        console.print(f"  ... and {len(remarkable) - LISTED} more; --json lists all.")
