"""Packages as source, whose build runs code of the test's, so that tests need no network and no setuptools."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Sequence
from pathlib import Path

BACKEND = """
import base64, hashlib, json, os, zipfile
NAME, VERSION, NEEDS = {name!r}, {version!r}, {needs!r}
found = {{}}

{code}

def build_wheel(directory, config_settings=None, metadata_directory=None):
    needs = "".join(f"Requires-Dist: {{need}}\\n" for need in NEEDS)
    files = {{
        f"{{NAME}}/__init__.py": f"VERSION = {{VERSION!r}}\\nFOUND = {{found!r}}\\n",
        f"{{NAME}}-{{VERSION}}.dist-info/METADATA":
            f"Metadata-Version: 2.1\\nName: {{NAME}}\\nVersion: {{VERSION}}\\n{{needs}}",
        f"{{NAME}}-{{VERSION}}.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }}
    record = "".join(f"{{path}},,\\n" for path in files) + f"{{NAME}}-{{VERSION}}.dist-info/RECORD,,\\n"
    wheel = f"{{NAME}}-{{VERSION}}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(directory, wheel), "w") as opened:
        for path, text in {{**files, f"{{NAME}}-{{VERSION}}.dist-info/RECORD": record}}.items():
            opened.writestr(path, text)
    return wheel

{end}
"""


def project(
    name: str, version: str, *, code: str = "", end: str = "", needs: Sequence[str] = (), requires: Sequence[str] = ()
) -> dict[str, str]:
    """The files. `code` runs when the backend is imported; what it puts into `found`, the package has as `FOUND`."""
    system = f'[build-system]\nrequires = {list(requires)!r}\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    backend = BACKEND.format(name=name, version=version, code=code, end=end, needs=list(needs))
    return {"pyproject.toml": system, "backend.py": backend}


def make_sdist(folder: Path, name: str, version: str, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}.tar.gz"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    with tarfile.open(path, "w:gz") as archive:
        for inner, text in {**files, "PKG-INFO": metadata}.items():
            entry = tarfile.TarInfo(f"{name}-{version}/{inner}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return path
