"""A function of several files: a package with `__init__.py`, relative imports and data files (spec M6)."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from penstock.errors import SourceError

INIT = "__init__.py"
MOST_FILES = 500
LARGEST = 32 * 2**20  # bytes of all files together
LARGEST_ZIP = 8 * 2**20
LONGEST_PATH = 240
LARGEST_TEXT = 2**20  # characters of a file that is edited
_JUNK_FOLDERS = frozenset({"__MACOSX", "__pycache__", ".git", ".hg", ".idea", ".vscode", ".venv", ".mypy_cache"})
_JUNK_FOLDERS |= {".ruff_cache", ".pytest_cache"}
_JUNK_FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip knows
_READABLE = 0o100644 << 16


@dataclass(frozen=True)
class Package:
    """Files by their paths below the package, in order. Made by `of` only, so that it is sound."""

    files: Mapping[str, bytes]

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Package:
        """Without what machines leave behind, and without the one folder that may stand around everything.

        Raises `SourceError` (phase `package`) for paths that lead outside, too many or too large files, and where
        there is no `__init__.py`.
        """
        kept = {path: content for path, content in files.items() if not is_junk(path)}
        for path in kept:
            require_inside(path)
        require_room(len(kept), sum(map(len, kept.values())))
        kept = _without_top_folder(kept)
        if INIT not in kept:
            raise _no_init(kept)
        _require_no_file_in_the_way(kept)
        return cls({path: kept[path] for path in sorted(kept)})

    @property
    def source(self) -> str:
        """The text of `__init__.py`. Raises `SourceError` where it is none."""
        return self.text(INIT)

    def text(self, path: str) -> str:
        try:
            return self.files[path].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise broken(f"{path} is not UTF-8 text: byte {error.start} cannot be read", file=path) from None

    def modules(self) -> Iterator[tuple[str, str]]:
        """Paths and sources of all Python files, `__init__.py` first. Raises `SourceError`."""
        for path in sorted(
            (path for path in self.files if path.endswith(".py")), key=lambda path: (path != INIT, path)
        ):
            yield path, self.text(path)

    def with_source(self, source: str) -> Package:
        """The same with another `__init__.py`."""
        return Package(dict(self.files) | {INIT: source.encode()})

    @cached_property
    def zipped(self) -> bytes:
        """Always the same bytes for the same files."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for path, content in self.files.items():
                info = zipfile.ZipInfo(path, _EPOCH)
                info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, _READABLE, 3
                archive.writestr(info, content)
        return buffer.getvalue()

    def sizes(self) -> list[dict[str, str | int]]:
        return [{"path": path, "size": len(content)} for path, content in self.files.items()]


def name_of_package(content: bytes) -> str:
    """What identifies a zipped package by its content."""
    return hashlib.sha256(content).hexdigest()[:32]


def as_text(content: bytes) -> str | None:
    """What an editor may show and give back unchanged; None for pictures, archives and other data."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text or len(text) > LARGEST_TEXT else text


def is_junk(path: str) -> bool:
    *folders, name = path.split("/")
    return not _JUNK_FOLDERS.isdisjoint(folders) or name in _JUNK_FILES or name.endswith((".pyc", ".pyo"))


def require_inside(path: str) -> None:
    parts = path.split("/")
    bad = path.startswith("/") or "\\" in path or ":" in path or not {"", ".", ".."}.isdisjoint(parts)
    if bad or any(ord(character) < 32 for character in path):
        raise broken(f"the path {path!r} leads out of the package, or is none", hint="Pack the files anew.")
    if len(path) > LONGEST_PATH:
        raise broken(f"the path {path[:60]!r}... has more than {LONGEST_PATH} characters")


def require_room(files: int, size: int) -> None:
    if files > MOST_FILES:
        raise broken(f"it has {files} files; a package may have {MOST_FILES}", hint="Leave out what is not needed.")
    if size > LARGEST:
        raise broken(
            f"its files have more than {LARGEST // 2**20} MB together",
            hint="Let the function fetch large data into its data folder instead.",
        )


def broken(message: str, *, hint: str = "", file: str = "") -> SourceError:
    fields = {"file": file} if file else {}
    return SourceError(f"The package cannot be used: {message}.", hint=hint or None, phase="package", **fields)


def _without_top_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    tops = {path.partition("/")[0] for path in files}
    if INIT in files or len(tops) != 1 or any("/" not in path for path in files):
        return files
    return _without_top_folder({path.partition("/")[2]: content for path, content in files.items()})


def _no_init(files: Mapping[str, bytes]) -> SourceError:
    inner = next((path for path in sorted(files) if path.endswith(f"/{INIT}")), "")
    modules = [path for path in sorted(files) if path.endswith(".py")]
    if inner:
        hint = f"There is one in {inner.removesuffix(INIT)}: pack that folder alone."
    elif len(modules) == 1:
        hint = f"{modules[0]} may be imported by itself, as a function of one file."
    else:
        hint = (
            "Put the class `Pipe`, `Filter`, `Action` or `Event` there, or import it there from another of the files."
        )
    return broken(f"there is no {INIT} at its top" if files else "it is empty", hint=hint)


def _require_no_file_in_the_way(files: Mapping[str, bytes]) -> None:
    for path in files:
        parts = path.split("/")
        for length in range(1, len(parts)):
            if (folder := "/".join(parts[:length])) in files:
                raise broken(f"{folder} is a file and a folder")
