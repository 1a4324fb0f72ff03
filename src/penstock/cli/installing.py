"""Packages being installed, shown on stderr: a line that moves on a terminal, plain lines elsewhere."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

KEPT = "Installed"  # the line that says what was done stays


class Installing:
    """A context, and the function that takes lines meanwhile."""

    def __init__(self, console: Console, name: str = "") -> None:
        self._console = console
        self._name = f"{name}: " if name else ""
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        self._display = Progress(*columns, console=console, transient=True)
        self._task = self._display.add_task("", total=None, visible=False)
        self._moves = console.is_terminal and not console.is_dumb_terminal

    def __enter__(self) -> Installing:
        if self._moves:
            self._display.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._moves:
            self._display.stop()

    def __call__(self, line: str) -> None:
        if self._moves:
            self._display.update(self._task, description=f"{self._name}{line}", visible=True)
        if not self._moves or line.startswith(KEPT):
            self._console.print(f"{self._name}{line}", style="dim", markup=False, highlight=False)
