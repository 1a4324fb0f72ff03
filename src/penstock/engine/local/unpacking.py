"""The files of functions of several files, unpacked once for all workers that use them, and gone with the last."""

from __future__ import annotations

import os
import secrets
import threading
from pathlib import Path

from penstock.engine.local.removal import remove
from penstock.functions.archives import unzip
from penstock.functions.packages import name_of_package

_FILE, _FOLDER = 0o444, 0o555


class Unpacking:
    """Folders are named by their content and cannot be written. Methods block: call them on a thread."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._used: dict[str, int] = {}
        self._turn = threading.Lock()

    def prepare(self) -> None:
        """Remove what an earlier server left."""
        remove(self._root)

    def take(self, package: bytes) -> Path:
        """The folder with the files; to be given back."""
        name = name_of_package(package)
        folder = self._root / name
        with self._turn:
            if not folder.is_dir():
                self._unpack(package, folder)
            self._used[name] = self._used.get(name, 0) + 1
        return folder

    def give_back(self, folder: Path) -> None:
        with self._turn:
            self._used[folder.name] -= 1
            if not self._used[folder.name]:
                del self._used[folder.name]
                folder.chmod(0o700)
                remove(folder)

    def _unpack(self, package: bytes, folder: Path) -> None:
        self._root.mkdir(mode=0o755, parents=True, exist_ok=True)
        aside = self._root / f".{secrets.token_hex(6)}"
        try:
            for path, content in unzip(package).items():
                file = aside / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
                file.chmod(_FILE)
            aside.rename(folder)
        finally:
            remove(aside)
        for inner, _, _ in os.walk(folder, topdown=False):
            os.chmod(inner, _FOLDER)
