"""What a process of ours gets to see: a clean environment and folders of its own."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from penstock.engine.base import VersionSource
from penstock.engine.local.removal import remove
from penstock.engine.local.unpacking import Unpacking
from penstock.settings import Settings

CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name by what a server is known to be the right one."""
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", *CERTIFICATES)


def clean_environment() -> dict[str, str]:
    """The few variables that any program may know; none of the server's own, no secrets."""
    found = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    found.setdefault("PATH", os.defpath)
    found.setdefault("LANG", "C.UTF-8")
    if sys.platform == "darwin":
        found["OBJC_DISABLE_INITIALIZE_FORK_SAFETY"] = "YES"  # workers are forked
    return found


def _nothing() -> None:
    return


@dataclass(frozen=True, slots=True)
class Folder:
    """The private folder of one worker: its working and temporary files, gone when it ends."""

    path: Path
    removals: set[asyncio.Future[None]]  # those that go on, of all workers
    let_go: Callable[[], None] = _nothing
    package: Path | None = None  # the files of a function that has several; shared, read-only
    give_back: Callable[[], None] = _nothing

    def leave(self) -> None:
        """Have it removed on a thread. Called on the server's loop."""
        removal = asyncio.get_running_loop().run_in_executor(None, self._remove)
        self.removals.add(removal)
        removal.add_done_callback(self.removals.discard)

    def _remove(self) -> None:
        self.let_go()
        self.give_back()
        remove(self.path)


class Surroundings:
    """Makes folders and environments for workers."""

    def __init__(self, settings: Settings) -> None:
        self._root = settings.data_dir / "workers"
        self._removals: set[asyncio.Future[None]] = set()
        self._unpacking = Unpacking(settings.data_dir / "packages")
        self._secret = settings.secret_key.get_secret_value().encode()
        self._key_file = settings.data_dir / "worker.key"
        names = [name.strip() for name in settings.worker_environment.split(",")]
        self._passed_on = {name: os.environ[name] for name in names if name in os.environ}

    def prepare(self) -> None:
        """Remove what an earlier server left, and make sure that there is a key."""
        remove(self._root)
        self._unpacking.prepare()
        self._root.mkdir(parents=True, mode=0o700)
        if not self._secret:
            self._secret = _kept_key(self._key_file)

    def folder(self, version: VersionSource) -> Folder:
        """A new folder for a worker; the function's own is made sure of."""
        if version.data_dir:
            Path(version.data_dir).mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._root / secrets.token_hex(6)
        path.mkdir(mode=0o700, parents=True)
        if version.package is None:
            return Folder(path, self._removals)
        package = self._unpacking.take(version.package)
        return Folder(path, self._removals, package=package, give_back=partial(self._unpacking.give_back, package))

    async def remove_all(self) -> None:
        """After those that go on: two at the same folders would take them out of each other's hands, and leave some."""
        if self._removals:
            await asyncio.wait(self._removals)
        await asyncio.to_thread(remove, self._root)
        await asyncio.to_thread(self._unpacking.prepare)

    def environment(self, version: VersionSource, folder: Folder) -> dict[str, str]:
        data_dir = version.data_dir or str(folder.path)
        return {
            **clean_environment(),
            **self._passed_on,
            "HOME": str(folder.path),
            "TMPDIR": str(folder.path),
            "DATA_DIR": data_dir,
            "WEBUI_SECRET_KEY": self._key_for(version.function_id),
        }

    def _key_for(self, function_id: str) -> str:
        """A secret that only this function has, the same after a restart."""
        return hmac.new(self._secret, b"function " + function_id.encode(), hashlib.sha256).hexdigest()


def function_secret(settings: Settings) -> bytes:
    """What the secrets of functions are made from: the server's key, or one that its data folder keeps."""
    return settings.secret_key.get_secret_value().encode() or _kept_key(settings.data_dir / "worker.key")


def _kept_key(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        key = secrets.token_hex(32).encode()
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(key)
        return key


def zygote_command(descriptor: int) -> list[str]:
    return [sys.executable, "-P", "-m", "penstock.worker.zygote", str(descriptor), str(os.getpid())]
