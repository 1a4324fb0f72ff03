"""What workers offer of `open_webui`, read from the files that they get; the server never imports them."""

from __future__ import annotations

import functools
from pathlib import Path

import penstock
from penstock.functions.diagnosis import offered
from penstock.functions.diagnosis.offered import Offered

FOLDER = Path("worker", "shims", "open_webui")
ABSENT = "_absent.py"


@functools.cache
def offered_names() -> Offered:
    """Every module with its names."""
    folder = Path(penstock.__file__).parent / FOLDER
    sources: dict[str, str] = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        if not parts or not parts[-1].startswith("_"):
            sources[".".join(parts)] = path.read_text("utf-8")
    return offered.read(sources, (folder / ABSENT).read_text("utf-8"))
