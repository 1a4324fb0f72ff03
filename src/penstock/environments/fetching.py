"""Getting source onto this machine without running any of it: archives from an index or address, and from git."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import msgspec
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from penstock.environments import uv
from penstock.environments.complaints import explain, too_slow
from penstock.environments.requirements import GIT, refuse
from penstock.environments.shelf import Shelf
from penstock.errors import RequirementsError

LOCATE_SECONDS = 120.0
FETCH_SECONDS = 300.0
LARGEST_ARCHIVE = 500 * 2**20
HTTP_TIMEOUT = 15.0
GIT_SETTINGS = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "https:http",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "LC_ALL": "C",
}


@dataclass(frozen=True, slots=True)
class Archive:
    """Source that can be fetched. `sha256` is empty where nobody said it."""

    name: str
    url: str
    sha256: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Source in a folder. `identity` is the same for the same bytes."""

    identity: str
    archive: str = ""  # a file; empty: the source lies there unpacked


class _Sdist(msgspec.Struct):
    url: str
    hashes: dict[str, str] = {}


class _Package(msgspec.Struct):
    name: str
    version: str = ""
    sdist: _Sdist | None = None


class _Lock(msgspec.Struct):
    packages: list[_Package] = []


async def locate(name: str, specifier: SpecifierSet, shelf: Shelf) -> Archive:
    """The newest source of a package that the index has. Raises `RequirementsError`.

    uv would build it to learn what it depends on. It is told instead, wrongly, that it depends on nothing: that does
    not matter here, and no code of the package runs.
    """
    wanted = Requirement(f"{name}{specifier}")
    told = f"[[dependency-metadata]]\nname = {msgspec.json.encode(name).decode()}\nrequires-dist = []\n"
    compiled = ["pip", "compile", "--no-deps", "--no-header", "--no-build-isolation", "--format", "pylock.toml"]
    with tempfile.TemporaryDirectory(prefix="penstock-locate-") as folder:
        await asyncio.to_thread(Path(folder, "uv.toml").write_text, told)
        try:
            said = await uv.run(
                [*compiled, *shelf.places(), "-"], folder=Path(folder), deadline=LOCATE_SECONDS, given=str(wanted)
            )
        except uv.UvFailed as failure:
            raise explain(failure.output, [wanted], shelf.wheels) from failure
        except uv.UvTooSlow as failure:
            raise too_slow(LOCATE_SECONDS, [wanted]) from failure
    package = next(iter(msgspec.convert(tomllib.loads(said.out), _Lock).packages), None)
    if package is None or package.sdist is None:
        raise refuse(f"{name}: has neither a wheel for this platform nor source.", package=name, cause="no_wheel")
    return Archive(name, package.sdist.url, package.sdist.hashes.get("sha256", ""), package.version)


async def fetch(requirement: Requirement, folder: Path) -> Fetched:
    """The source that the address of a requirement leads to. Raises `RequirementsError`."""
    url = requirement.url or ""
    if url.startswith(GIT):
        return await _clone(requirement.name, url.removeprefix("git+"), folder / "source")
    address, _, fragment = url.partition("#")
    return await download(Archive(requirement.name, address, parse_qs(fragment).get("sha256", [""])[0]), folder)


async def download(archive: Archive, folder: Path) -> Fetched:
    """Put an archive into a folder. Raises `RequirementsError`, also where its hash is another one."""
    target = folder / (Path(unquote(urlsplit(archive.url).path)).name or "archive")
    try:
        async with asyncio.timeout(FETCH_SECONDS):
            digest = await _copy(archive, target)
    except TimeoutError as error:
        message = f"{archive.name}: not downloaded within {FETCH_SECONDS:.0f} s."
        raise refuse(message, package=archive.name, cause="slow") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        message = f"{archive.name}: cannot be downloaded: {error}".rstrip(".") + "."
        raise refuse(message, package=archive.name, cause="network") from error
    if archive.sha256 and digest != archive.sha256:
        message = f"{archive.name}: the source at {archive.url} is not what was promised: its hash differs."
        raise refuse(message, package=archive.name, cause="hash")
    return Fetched(digest, str(target))


async def _copy(archive: Archive, target: Path) -> str:
    if archive.url.startswith("file://"):
        data = await asyncio.to_thread(Path(unquote(urlsplit(archive.url).path)).read_bytes)
        await asyncio.to_thread(target.write_bytes, data)
        return hashlib.sha256(data).hexdigest()
    digest, size = hashlib.sha256(), 0
    client = httpx.AsyncClient(follow_redirects=True, timeout=HTTP_TIMEOUT)
    async with client, client.stream("GET", archive.url) as answer:
        answer.raise_for_status()
        with target.open("wb") as file:
            async for piece in answer.aiter_bytes(2**18):
                size += len(piece)
                if size > LARGEST_ARCHIVE:
                    message = f"{archive.name}: its source is larger than {LARGEST_ARCHIVE // 2**20} MiB."
                    raise refuse(message, package=archive.name, cause="build")
                digest.update(piece)
                file.write(piece)
    return digest.hexdigest()


async def _clone(name: str, address: str, target: Path) -> Fetched:
    """A checkout with its history, since some backends read the version from there. Nothing of it is run."""
    address = address.partition("#")[0]
    url, _, revision = address.rpartition("@") if "@" in urlsplit(address).path else (address, "", "")
    try:
        async with asyncio.timeout(FETCH_SECONDS):
            await _git(name, "clone", "--quiet", "--no-checkout", "--", url, str(target))
            commit = await _commit(name, target, revision or "HEAD")
            await _git(name, "-C", str(target), "checkout", "--quiet", "--detach", commit)
            await _git(name, "-C", str(target), "submodule", "--quiet", "update", "--init", "--recursive")
    except TimeoutError as error:
        message = f"{name}: not cloned within {FETCH_SECONDS:.0f} s."
        raise refuse(message, package=name, cause="slow") from error
    return Fetched(f"{url}@{commit}")


async def _commit(name: str, checkout: Path, revision: str) -> str:
    """The commit that a tag, a branch or a part of a hash stands for."""
    for candidate in (revision, f"origin/{revision}"):
        with contextlib.suppress(RequirementsError):
            return await _git(name, "-C", str(checkout), "rev-parse", "--verify", f"{candidate}^{{commit}}")
    raise refuse(f"{name}: cannot be had from git: it has no `{revision}`.", package=name, cause="unknown")


async def _git(name: str, *arguments: str) -> str:
    own = {key: value for key, value in os.environ.items() if not key.startswith("PENSTOCK_")}
    try:
        process = await asyncio.create_subprocess_exec(
            "git",
            *("-c", "core.hooksPath=/dev/null", *arguments),
            env=own | GIT_SETTINGS,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except FileNotFoundError as error:
        message = f"{name}: comes from git, and this machine has no `git`."
        raise refuse(message, package=name, cause="build") from error
    try:
        out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        said = [line.partition(": ")[2] or line for line in err.decode(errors="replace").splitlines() if line.strip()]
        message = f"{name}: cannot be had from git: {(said or ['git failed'])[-1].rstrip('.')}."
        raise refuse(message, package=name, cause="network", log=err.decode(errors="replace"))
    return out.decode().strip()
