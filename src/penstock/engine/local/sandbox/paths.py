"""What any worker may read: the system's programs and libraries, Python, this package. No configuration, no homes."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import penstock
from penstock.engine.local.surroundings import CERTIFICATES

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store")
CONFIGURATION = tuple(
    f"/etc/{name}"
    for name in (
        "alternatives",
        "ca-certificates",
        "crypto-policies",
        "fonts",
        "ld.so.cache",
        "ld.so.conf",
        "ld.so.conf.d",
        "localtime",
        "mime.types",
        "pki/ca-trust",
        "pki/tls/certs",
        "pki/tls/cert.pem",
        "protocols",
        "services",
        "ssl/certs",
        "ssl/cert.pem",
        "ssl/openssl.cnf",
        "static",
    )
)
CACHES = ("/sys/devices/system/cpu", "/var/cache/fontconfig", "/var/lib/texmf")
HOPS = 20


@dataclass(frozen=True, slots=True)
class Readable:
    paths: tuple[str, ...]
    links: Mapping[str, str]  # symbolic links on the way to them


@cache
def readable() -> Readable:
    python = [sys.prefix, sys.base_prefix, sys.exec_prefix, *sysconfig.get_paths().values()]
    named = [os.environ[name] for name in CERTIFICATES if os.environ.get(name)]
    package = str(Path(penstock.__file__).parent)
    links: dict[str, str] = {}
    wanted = [*SYSTEM, *CONFIGURATION, *CACHES, *python, *named, package, sys.executable]
    found = [path for path in (_without_links(path, links) for path in wanted) if path not in ("", "/")]
    paths = _outermost(found)
    return Readable(paths, {link: to for link, to in links.items() if not _inside(link, paths)})


def _without_links(path: str, links: dict[str, str]) -> str:
    """Where a path leads to, noting each symbolic link on the way; empty where there is nothing."""
    path = os.path.abspath(path)
    for _ in range(HOPS):
        link = next((str(part) for part in (*reversed(Path(path).parents), Path(path)) if os.path.islink(part)), None)
        if link is None:
            return path if os.path.exists(path) else ""
        links[link] = os.readlink(link)
        target = os.path.normpath(os.path.join(os.path.dirname(link), links[link]))
        path = os.path.normpath(target + path[len(link) :])
    return ""


def _outermost(paths: Iterable[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for path in sorted(set(paths), key=len):
        if not _inside(path, kept):
            kept.append(path)
    return tuple(kept)


def _inside(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)


def inside_readable(path: Path) -> bool:
    """Whether a folder of ours lies where workers can read."""
    return _inside(str(path.resolve()), readable().paths)
