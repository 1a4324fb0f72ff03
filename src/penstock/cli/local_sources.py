"""Functions as they lie on this machine: a file, a folder of a package, or its zip."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from penstock.errors import BadRequest
from penstock.flows.transfer_items import FunctionItem, encoded, rows_of_file
from penstock.functions.packages import Package, is_junk, require_room


def read(path: Path) -> FunctionItem:
    """Raises `BadRequest` or `SourceError`."""
    if path.is_dir():
        return _of_folder(path)
    if path.suffix.lower() not in (".py", ".zip"):
        raise BadRequest(f"{path} is neither a `.py` file nor a package.", hint="Exports: `penstock functions import`.")
    rows = rows_of_file(path.name, path.read_bytes())
    for error in rows.errors:
        raise BadRequest(str(error["detail"]), hint=str(error["hint"]))
    return rows.items[0]


def body_of(item: FunctionItem) -> dict[str, Any]:
    """What the API takes for it."""
    if isinstance(item.source, Package):
        return {"id": item.id, "name": item.name, "package": encoded(item.source.zipped)}
    return {"id": item.id, "name": item.name, "content": item.source, "package": None}


def write(folder: Path, function_id: str, source: str | Package) -> Path:
    """As `ID.py`, or as a folder `ID` from which files that are not in the package are taken away."""
    if isinstance(source, str):
        target = folder / f"{function_id}.py"
        target.write_text(source, encoding="utf-8", newline="")
        return target
    target = folder / function_id
    for path, content in source.files.items():
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    for path in [path for path, _ in _files(target) if path not in source.files]:
        (target / path).unlink()
    return target


def present(folder: Path, function_id: str, source: str | Package) -> bool | None:
    """Whether what lies in the folder is just this; None where nothing does."""
    target = folder / (f"{function_id}.py" if isinstance(source, str) else function_id)
    if not target.exists():
        return None
    if isinstance(source, str):
        return target.is_file() and target.read_bytes() == source.encode()
    return target.is_dir() and {path: file.read_bytes() for path, file in _files(target)} == dict(source.files)


def _of_folder(folder: Path) -> FunctionItem:
    found = list(_files(folder))
    require_room(len(found), sum(file.stat().st_size for _, file in found))
    package = Package.of({path: file.read_bytes() for path, file in found})
    (item,) = rows_of_file(f"{folder.resolve().name}.zip", package.zipped).items
    return item


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Plain files by their paths; links are not followed."""
    for inner, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not is_junk(f"{name}/x")]
        for name in names:
            file = Path(inner, name)
            path = file.relative_to(folder).as_posix()
            if not is_junk(path) and file.is_file() and not file.is_symlink():
                yield path, file
