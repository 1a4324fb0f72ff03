"""A database of Open WebUI, opened for reading alone; it and its folder stay as they are."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from penstock.errors import ImportRefused
from penstock.flows.openwebui.rows import Row

HEADER = b"SQLite format 3\x00"
SIBLINGS = ("-wal", "-journal")  # where SQLite keeps what is not in the file itself yet
TRIES = 3
WANTED = {"user", "chat", "function"}
DAMAGED = "Stop Open WebUI and copy its data folder anew, or mend the copy with `sqlite3 webui.db .recover`."


class Source:
    """Tables and rows as they are. Rows are dicts with the columns that this version of Open WebUI has."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path
        found = self._all("SELECT name FROM sqlite_master WHERE type = 'table'")
        self.tables = {str(row["name"]) for row in found if not str(row["name"]).startswith("sqlite_")}

    def rows(self, table: str) -> Iterator[Row]:
        """All rows of a table, in the order in which they were written; none where there is no such table."""
        return self._rows(table, "ORDER BY rowid")

    def where(self, table: str, column: str, value: str) -> Iterator[Row]:
        return self._rows(table, f'WHERE "{column}" = ? ORDER BY rowid', value)

    def count(self, table: str) -> int:
        if table not in self.tables:
            return 0
        return int(self._all(f'SELECT count(*) AS n FROM "{table}"')[0]["n"])

    def _rows(self, table: str, rest: str, *values: str) -> Iterator[Row]:
        if table not in self.tables:
            return
        with _readable(self.path):
            yield from map(dict, self._connection.execute(f'SELECT * FROM "{table}" {rest}', values))

    def _all(self, statement: str) -> list[Any]:
        with _readable(self.path):
            return self._connection.execute(statement).fetchall()


def is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(HEADER)) == HEADER


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """Raises `ImportRefused` for what cannot be read, or is of another program."""
    with tempfile.TemporaryDirectory(prefix="penstock-import-") as folder:
        readable = _copied(path, Path(folder)) if _has_more(path) else path
        connection = sqlite3.connect(f"{readable.resolve().as_uri()}?mode=ro", uri=True)
        try:
            connection.row_factory = sqlite3.Row
            connection.text_factory = lambda data: data.decode("utf-8", "replace")
            source = Source(connection, path)
            _require_open_webui(source)
            yield source
        finally:
            connection.close()


def _has_more(path: Path) -> bool:
    """Whether reading it where it lies could write beside it."""
    with path.open("rb") as file:
        is_wal = file.read(20)[18:20] == b"\x02\x02"
    return is_wal or any(_sibling(path, ending).exists() for ending in SIBLINGS)


def _sibling(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _copied(path: Path, folder: Path) -> Path:
    """A copy with what belongs to it, all of the same moment."""
    for _ in range(TRIES):
        before = _state(path)
        for file in _files(path):
            shutil.copyfile(file, folder / file.name)
        if before == _state(path):
            return folder / path.name
    raise ImportRefused(f"{path} changes while it is read.", hint="Stop Open WebUI first, or import a copy.")


def _files(path: Path) -> list[Path]:
    return [path, *(_sibling(path, ending) for ending in SIBLINGS if _sibling(path, ending).exists())]


def _state(path: Path) -> list[tuple[str, int, int]]:
    return [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in _files(path)]


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise ImportRefused(f"{path} cannot be read: {error}.", hint=DAMAGED) from error


def _require_open_webui(source: Source) -> None:
    if "versions" in source.tables and "functions" in source.tables:
        raise ImportRefused(f"{source.path} is a database of Penstock.", hint="Use it as the data folder instead.")
    if not source.tables & WANTED:
        some = ", ".join(sorted(source.tables)[:5]) or "none"
        raise ImportRefused(
            f"{source.path} is a database, but not Open WebUI's: its tables are {some}.",
            hint="Open WebUI keeps its data in `webui.db`, in its data folder.",
        )
