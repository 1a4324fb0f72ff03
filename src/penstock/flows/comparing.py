"""What changed between two versions of a function, file by file (spec L5)."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from penstock.functions.archives import unzip
from penstock.functions.packages import INIT
from penstock.store.records import FunctionVersion


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """`change` is added, removed, changed or line_endings; `diff` is unified, empty where a file is no text."""

    path: str
    change: str
    diff: str = ""


def files_of(version: FunctionVersion) -> dict[str, bytes]:
    """A function of one file has it under the name of a package's first, so that the two can be compared."""
    return {INIT: version.source.encode()} if version.package is None else unzip(version.package)


def changed_files(
    old: Mapping[str, bytes], new: Mapping[str, bytes], function_id: str, old_name: str, new_name: str
) -> list[ChangedFile]:
    several = len(old.keys() | new.keys()) > 1
    found = []
    for path in sorted(old.keys() | new.keys(), key=lambda path: (path != INIT, path)):
        if old.get(path) != new.get(path):
            shown = f"{function_id}/{path}" if several else f"{function_id}.py"
            found.append(_changed(path, old.get(path), new.get(path), f"{shown} ({old_name})", f"{shown} ({new_name})"))
    return found


def _changed(path: str, old: bytes | None, new: bytes | None, old_name: str, new_name: str) -> ChangedFile:
    change = "added" if old is None else "removed" if new is None else "changed"
    before, after = _lines(old), _lines(new)
    if before is None or after is None:
        return ChangedFile(path, change)
    if change == "changed" and before == after:
        return ChangedFile(path, "line_endings")
    return ChangedFile(path, change, "\n".join(difflib.unified_diff(before, after, old_name, new_name, lineterm="")))


def _lines(content: bytes | None) -> list[str] | None:
    try:
        return (content or b"").decode().splitlines()
    except UnicodeDecodeError:
        return None
