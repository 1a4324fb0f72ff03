"""A run, drawn in a terminal: status and progress, questions with answers from the keyboard, the result."""

from __future__ import annotations

import json
import sys
from collections import deque
from typing import Any

from rich.console import Console
from rich.prompt import Confirm, Prompt

MARKS = {"success": "green", "info": "cyan", "warning": "yellow", "error": "red"}


class NobodyThere(Exception):
    """Raised when a question cannot be answered: no terminal and no answer given beforehand."""


class Terminal:
    """Draws what a run emits and answers what it asks. What the run says goes to stdout, the rest to stderr."""

    def __init__(self, answers: list[str]) -> None:
        self.out = Console(highlight=False, soft_wrap=True)
        self.err = Console(stderr=True, highlight=False, soft_wrap=True)
        self._answers = deque(answers)
        self._streamed = False

    def event(self, kind: str, data: Any) -> None:
        """Show one event of the emitter (spec E1)."""
        values = data if isinstance(data, dict) else {}
        if kind in ("status", "progress"):
            self._status(values)
        elif kind in ("message", "chat:message:delta", "replace", "chat:message"):
            self.chunk(str(values.get("content", data)))
        elif kind == "notification":
            level = str(values.get("type", "info"))
            self.err.print(f"[{MARKS.get(level, 'cyan')}]{level}[/]", str(values.get("content", "")), markup=True)
        elif kind in ("source", "citation"):
            self.err.print("[dim]source[/]", str((values.get("source") or {}).get("name", "")))
        else:
            self.err.print(f"[dim]{kind}[/]", shorten(data))

    def _status(self, values: dict[str, Any]) -> None:
        if values.get("hidden"):
            return
        done = values.get("progress", values.get("done"))
        share = done / 100 if "progress" in values and isinstance(done, int | float) else done
        if share is True or share is False or not isinstance(share, int | float):
            mark = "[green]✓[/]" if share is True else "[cyan]…[/]"
        else:
            filled = round(max(0.0, min(1.0, share)) * 20)
            mark = f"[cyan]{'━' * filled}[/][dim]{'─' * (20 - filled)}[/] {share:4.0%}"
        self.err.print(mark, str(values.get("description", "")))

    def chunk(self, text: str) -> None:
        """Write a piece of a streamed answer at once."""
        self._streamed = True
        self.out.file.write(text)
        self.out.file.flush()

    def log(self, level: str, text: str) -> None:
        self.err.print(f"[dim]{level.lower():>7}[/]", text, markup=True, style="dim")

    def result(self, value: Any) -> None:
        """Print what the hook returned: a text as it is, anything else as JSON."""
        if self._streamed:
            self.out.file.write("\n")
        if isinstance(value, str):
            self.out.print(value, markup=False)
        elif value is not None:
            self.out.print(json.dumps(value, indent=2, ensure_ascii=False), markup=False)

    def ask(self, kind: str, data: Any) -> Any:
        """Ask one question (spec E3); null where the person cancels.

        Raises `NobodyThere` where there is neither a terminal nor an answer left, `ValueError` for an answer
        that does not fit.
        """
        values = data if isinstance(data, dict) else {}
        title = " - ".join(str(values[key]) for key in ("title", "message") if values.get(key))
        if kind in ("confirmation", "confirm"):
            return self._confirm(title or "Go on?")
        if kind in ("select", "multiselect"):
            return self._select(title or "Choose", values, many=kind == "multiselect")
        if kind == "input":
            return self._text(title or "Answer", str(values.get("value") or values.get("placeholder") or ""))
        if kind == "execute":
            raise NobodyThere("there is no page here that could run JavaScript")
        return json.loads(self._line(f"{title or kind} (JSON)") or "null")

    def _line(self, prompt: str, default: str | None = None) -> str | None:
        if self._answers:
            given = self._answers.popleft()
            self.err.print(f"[bold]{prompt}[/]: {given}")
            return given
        if not sys.stdin.isatty():
            raise NobodyThere("nobody is there to answer; give the answers with --answer, in their order")
        return Prompt.ask(f"[bold]{prompt}[/]", console=self.err, default=default)

    def _text(self, prompt: str, default: str) -> str | None:
        return self._line(prompt, default or None)

    def _confirm(self, prompt: str) -> bool:
        if self._answers:
            return (self._line(prompt) or "").lower() in ("y", "yes", "true", "1")
        if not sys.stdin.isatty():
            raise NobodyThere("nobody is there to answer; give the answers with --answer, in their order")
        return Confirm.ask(f"[bold]{prompt}[/]", console=self.err)

    def _select(self, prompt: str, values: dict[str, Any], *, many: bool) -> Any:
        options = [_option(each) for each in values.get("options") or []]
        for number, (label, _) in enumerate(options, 1):
            self.err.print(f"  [cyan]{number}[/] {label}")
        line = self._line(f"{prompt} (number{'s' if many else ''})", _default(options, values.get("default")))
        if not line:
            return [] if many else None
        picked = [_pick(options, part.strip()) for part in line.split(",")]
        return picked if many else picked[0]


def _option(each: Any) -> tuple[str, Any]:
    if isinstance(each, dict):
        value = each.get("value", each.get("label"))
        return str(each.get("label", value)), value
    return str(each), each


def _default(options: list[tuple[str, Any]], default: Any) -> str | None:
    return next((str(n) for n, (_, value) in enumerate(options, 1) if value == default), None)


def _pick(options: list[tuple[str, Any]], line: str) -> Any:
    if line.isdigit() and 1 <= int(line) <= len(options):
        return options[int(line) - 1][1]
    for label, value in options:
        if line in (str(value), label):
            return value
    raise ValueError(f"{line!r} is none of the {len(options)} options")


def shorten(value: Any, limit: int = 300) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text)} characters)"
