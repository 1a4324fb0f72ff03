"""Resolves the requirements into hashed lock files that name no registry: `make lock`."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from uv import find_uv_bin

HERE = Path(__file__).parent
ROOT = HERE.parent
COMPILE = [
    "pip",
    "compile",
    "--quiet",
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-find-links",
]
LOCKS = {
    "serve.txt": ["pyproject.toml", "requirements/build.in"],
    "dev.txt": ["pyproject.toml", "--extra", "cluster", "requirements/build.in", "requirements/dev.in"],
    "node.txt": ["requirements/node.in"],
}


def pinned(lock: str, name: str) -> str:
    """One requirement of a lock, with its hashes."""
    found = re.search(rf"^{name}==[^\n]*(?:\n +--hash=[^\n]*)+\n", lock, re.MULTILINE)
    if not found:
        raise SystemExit(f"{name} is not in the lock")
    return found.group(0)


def main() -> None:
    for target, sources in LOCKS.items():
        command = [find_uv_bin(), *COMPILE, *sources, "--output-file", f"requirements/{target}"]
        subprocess.run(command, cwd=ROOT, check=True)
    (HERE / "bootstrap.txt").write_text(pinned((HERE / "serve.txt").read_text(), "uv"))


if __name__ == "__main__":
    main()
