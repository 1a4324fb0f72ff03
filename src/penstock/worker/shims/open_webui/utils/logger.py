"""The format of the server's log, for authors who add a loguru sink."""

from __future__ import annotations

from typing import Any


def stdout_format(record: dict[str, Any]) -> str:
    """A loguru format: time, level, place, message, and what was bound to it."""
    if record["extra"]:
        record["extra"]["extra_json"] = " ".join(
            f"{key}={value!r}" for key, value in record["extra"].items() if key != "extra_json"
        )
    bound = " - {extra[extra_json]}" if record["extra"] else ""
    return (
        "<green>{time:YYYY-MM-DD HH:mm:ss.SSS}</green> | <level>{level: <8}</level> | "
        "<cyan>{name}</cyan>:<cyan>{function}</cyan>:<cyan>{line}</cyan> - <level>{message}</level>"
        + bound
        + "\n{exception}"
    )


def start_logger(*_: Any, **__: Any) -> None:
    """Nothing to start: all that is printed or logged is captured."""
