"""Building a package from source, inside the walls: what runs here is the author's and the backend's code.

Started as `python -m penstock.worker.backend <order>`, with what the build needs on `PYTHONPATH`; says what it does on
its output and leaves its answer in a file.
"""

from __future__ import annotations

import importlib
import os
import sys
import tarfile
import tomllib
import zipfile
from functools import reduce
from pathlib import Path
from typing import Any

import msgspec

from penstock.protocol.building import ANSWER, BuildAnswer, BuildOrder

LEGACY_BACKEND = "setuptools.build_meta:__legacy__"  # of a project that names none (PEP 517)
LEGACY_REQUIRES = ("setuptools>=40.8.0",)


def main() -> None:
    order = msgspec.json.decode(sys.argv[1], type=BuildOrder)
    Path(order.out).mkdir(exist_ok=True)
    answer = {"look": look, "requires": requires, "wheel": wheel}[order.step](order)
    Path(order.out, ANSWER).write_bytes(msgspec.json.encode(answer))


def look(order: BuildOrder) -> BuildAnswer:
    """What the project says of its build; nothing of it is run."""
    if order.archive:
        unpack(Path(order.archive), Path(order.source))
    try:
        project = tomllib.loads((project_folder(order) / "pyproject.toml").read_text("utf-8"))
    except FileNotFoundError:
        project = {}
    system = project.get("build-system", {})
    return BuildAnswer(
        requires=tuple(system.get("requires", LEGACY_REQUIRES)),
        backend=system.get("build-backend", LEGACY_BACKEND),
        backend_path=tuple(system.get("backend-path", ())),
    )


def requires(order: BuildOrder) -> BuildAnswer:
    """What the backend needs besides (`get_requires_for_build_wheel`)."""
    ask = getattr(_backend(order), "get_requires_for_build_wheel", None)
    return BuildAnswer(requires=tuple(map(str, ask(None))) if ask is not None else ())


def wheel(order: BuildOrder) -> BuildAnswer:
    return BuildAnswer(wheel=str(_backend(order).build_wheel(order.out)))


def unpack(archive: Path, target: Path) -> None:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(target)
    else:
        with tarfile.open(archive) as opened_tar:
            # Python has had the filter since 3.11.4; before, the walls alone keep the archive where it belongs.
            opened_tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
            opened_tar.extractall(target)


def project_folder(order: BuildOrder) -> Path:
    """Archives have one folder with everything in it; a checkout has not."""
    source = Path(order.source)
    inside = list(source.iterdir())
    if order.archive and len(inside) == 1 and inside[0].is_dir():
        source = inside[0]
    return source / order.subdirectory


def _backend(order: BuildOrder) -> Any:
    """The object with the hooks, with the project as working folder (PEP 517)."""
    folder = project_folder(order)
    os.chdir(folder)
    sys.path[:0] = [str(folder / path) for path in order.backend_path]
    module, _, name = order.backend.partition(":")
    return reduce(getattr, name.split(".") if name else (), importlib.import_module(module))


if __name__ == "__main__":
    main()
