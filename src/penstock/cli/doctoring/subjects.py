"""From what was named on the command line to functions: files, folders, packages, zips, exports, addresses."""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from penstock.errors import NotFound, PenstockError, SourceError
from penstock.flows import source_urls
from penstock.flows.transfer_items import FunctionItem, Rows, identifier, rows_of_file
from penstock.functions import package_inspection, syntax_tree
from penstock.functions.description import KINDS
from penstock.functions.packages import INIT, LARGEST, MOST_FILES, Package, is_junk

_CLASSES = frozenset(kind.capitalize() for kind in KINDS)
_CLASS_LINE = re.compile(rf"^class (?:{'|'.join(sorted(_CLASSES))})\b", re.MULTILINE)
LARGEST_FILE = 8 * 2**20


@dataclass(frozen=True)
class Subject:
    """One function, and where it was found. Where it cannot be read, `error` says why and there is no source."""

    place: str
    id: str
    source: str | Package = ""
    name: str = ""
    error: PenstockError | None = None


@dataclass
class Found:
    """`passed_over` counts Python files in folders that are no functions."""

    subjects: list[Subject] = field(default_factory=list)
    passed_over: int = 0


async def find(places: Sequence[str], *, allow_private: bool) -> Found:
    """All functions behind the places, each place in its turn. What cannot be read becomes a subject with an error."""
    found = Found()
    for place in places:
        if place.lower().startswith(("http://", "https://")):
            found.subjects.append(await _of_url(place, allow_private))
        else:
            await asyncio.to_thread(_of_path, Path(place), place, found)
    return found


async def _of_url(url: str, allow_private: bool) -> Subject:
    try:
        fetched = await source_urls.fetch(url, allow_private=allow_private)
    except PenstockError as error:
        return Subject(url, identifier(source_urls.name_from(url)), error=error)
    source = fetched.content if isinstance(fetched.content, str | Package) else str(fetched.content)
    said = package_inspection.manifest_of(source)
    return Subject(url, said.id or identifier(fetched.name), source, said.title or fetched.name)


def _of_path(path: Path, place: str, found: Found) -> None:
    if path.is_dir():
        _of_folder(path, place, found)
    elif path.is_file():
        found.subjects.extend(_of_file(path, place))
    else:
        error = NotFound(f"There is no file or folder {place}.", hint="Name a file, a folder, or an https:// address.")
        found.subjects.append(Subject(place, identifier(path.name), error=error))


def _of_file(path: Path, place: str) -> Iterator[Subject]:
    try:
        if path.stat().st_size > LARGEST_FILE and path.suffix.lower() != ".json":
            raise SourceError(f"The file has more than {LARGEST_FILE // 2**20} MB.", phase="source")
        content = path.read_bytes()
    except SourceError as error:
        yield Subject(place, identifier(path.name), error=error)
        return
    except OSError as error:
        said = SourceError(f"The file cannot be read: {error.strerror or error}.", phase="source")
        yield Subject(place, identifier(path.name), error=said)
        return
    rows = rows_of_file(path.name, content)
    many = path.suffix.lower() == ".json"
    yield from (_of_item(item, f"{place}#{item.id}" if many else place) for item in rows.items)
    yield from _of_errors(rows, place)


def _of_item(item: FunctionItem, place: str) -> Subject:
    function_id, name = item.id.strip().lower(), item.name
    if function_id == "main" and place.endswith("main.py"):  # its folder says what it is
        function_id = identifier(Path(place).absolute().parent.name)
    return Subject(place, function_id, item.source, name if name != "main" else function_id)


def _of_errors(rows: Rows, place: str) -> Iterator[Subject]:
    for number, row in enumerate(rows.errors, 1):
        error = SourceError(str(row.get("detail", "")), hint=str(row.get("hint") or ""), phase="export")
        row_id = str(row.get("id") or "") or f"row_{number}"
        yield Subject(f"{place}#{row_id}" if place.endswith(".json") else place, row_id, error=error)


def _of_folder(folder: Path, place: str, found: Found) -> None:
    if (folder / INIT).is_file() and (package := _package(folder)) is not None:
        found.subjects.append(_of_package(package, folder, place))
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        said = SourceError(f"The folder cannot be read: {error.strerror or error}.", phase="source")
        found.subjects.append(Subject(place, identifier(folder.name), error=said))
        return
    for entry in entries:
        shown = str(Path(place) / entry.name)
        if is_junk(entry.name) or entry.is_symlink():
            continue
        if entry.is_dir():
            if not is_junk(f"{entry.name}/x") and not entry.name.startswith("."):
                _of_folder(entry, shown, found)
        elif entry.suffix == ".py":
            if _holds_function(entry):
                found.subjects.extend(_of_file(entry, shown))
            else:
                found.passed_over += 1


def _of_package(package: Package, folder: Path, place: str) -> Subject:
    said = package_inspection.manifest_of(package)
    return Subject(place, said.id or identifier(folder.resolve().name), package, said.title or folder.name)


def _package(folder: Path) -> Package | None:
    """The folder as a function of several files; None where it is none."""
    if not _may_bind_class(folder / INIT):
        return None
    files: dict[str, bytes] = {}
    size = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if is_junk(name) or path.is_symlink() or not path.is_file():
            continue
        size += path.stat().st_size
        if len(files) >= MOST_FILES or size > LARGEST:
            return None
        files[name] = path.read_bytes()
    try:
        package = Package.of(files)
        return package if package_inspection.inspect(package).kind else None
    except SourceError:
        return None


def _may_bind_class(init: Path) -> bool:
    tree = _parsed(init)
    if tree is None:
        return False
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    names |= {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    return not names.isdisjoint(_CLASSES)


def _holds_function(path: Path) -> bool:
    """Whether a Python file defines one of the four classes at its top; a broken file counts where it seems to."""
    tree = _parsed(path)
    if tree is not None:
        return any(isinstance(node, ast.ClassDef) and _is_function(node) for node in tree.body)
    try:
        return _CLASS_LINE.search(path.read_text("utf-8", "replace")) is not None
    except OSError:
        return False


def _is_function(node: ast.ClassDef) -> bool:
    """`Event` is also what many a tool calls an enumeration or a record of its own."""
    if node.name != "Event" or not (node.bases or node.decorator_list):
        return node.name in _CLASSES
    methods = (each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
    return any(method.name == "event" for method in methods)


def _parsed(path: Path) -> ast.Module | None:
    try:
        return syntax_tree.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
