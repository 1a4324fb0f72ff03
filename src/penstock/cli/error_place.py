"""Where a function fails, as `file:line`, which editors and terminals make a link."""

from __future__ import annotations

from typing import Any


def place(path: str, error: dict[str, Any]) -> str:
    """The path of a function, with the file inside it where it is a package, and the line."""
    inner = f"{path}/{error['file']}" if error.get("file") else path
    return f"{inner}:{error['line']}" if error.get("line") else inner
