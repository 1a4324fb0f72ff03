"""Tiny wheels made by hand, so that tests need no network."""

from __future__ import annotations

import base64
import hashlib
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path


def make_wheel(
    folder: Path,
    name: str,
    version: str,
    requires: Sequence[str] = (),
    *,
    platform: str = "any",
    extra: str = "",
    ballast: int = 0,
    package: Path | None = None,
) -> Path:
    """A wheel with one module that knows its version, and so many bytes that cannot be packed; or with that package."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{name}-{version}"
    needs = "".join(f"Requires-Dist: {need}\n" for need in requires)
    files = {
        f"{name}/__init__.py": f"VERSION = {version!r}\n",
        f"{stem}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}{extra}",
        f"{stem}.dist-info/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-{platform}\n",
    }
    if package is not None:
        modules = (path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc")
        files |= {f"{name}/{path.relative_to(package)}": path.read_text("utf-8") for path in modules}
    if ballast:
        files[f"{name}/ballast.txt"] = os.urandom(ballast // 2).hex()
    record = "".join(f"{path},sha256={_digest(text)},{len(text)}\n" for path, text in files.items())
    path = folder / f"{stem}-py3-none-{platform}.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for inner, text in {**files, f"{stem}.dist-info/RECORD": f"{record}{stem}.dist-info/RECORD,,\n"}.items():
            wheel.writestr(inner, text)
    return path


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
