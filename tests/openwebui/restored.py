"""The data folder of an Open WebUI as `fill.py` left it."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

HERE = Path(__file__).parent


def restored(folder: Path) -> Path:
    """Put `webui.db` with its uploads into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "webui.db"
    with sqlite3.connect(path) as database:
        database.executescript((HERE / "webui.sql").read_text())
    shutil.copytree(HERE / "uploads", folder / "uploads")
    return path


def changed(path: Path, script: str) -> Path:
    """The same database after some SQL."""
    with sqlite3.connect(path) as database:
        database.executescript(script)
    database.close()
    return path


def halve(path: Path) -> None:
    """What is left when a copy broke off."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def oddly(path: Path, value: str) -> None:
    """Put a value into every column that holds JSON, but for one row of each table."""
    with sqlite3.connect(path) as database:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for column in database.execute(f'PRAGMA table_info("{table}")').fetchall():
                if column[2] == "JSON" or column[1] in ("meta", "params", "valves"):
                    database.execute(f'UPDATE "{table}" SET "{column[1]}" = ? WHERE rowid > 1', (value,))
    database.close()
