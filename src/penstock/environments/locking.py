"""From requirements to exact packages with their hashes."""

from __future__ import annotations

import asyncio
import hashlib
import re
import sys
import sysconfig
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from penstock.environments import uv
from penstock.environments.complaints import explain, too_slow
from penstock.environments.requirements import installed
from penstock.environments.shelf import Shelf

RESOLVE_DEADLINE = 120.0
BARE_PIN = re.compile(r"^(?P<name>[^\s=@]+)==(?P<version>[^\s;\\]+)$")
PLANNED = re.compile(r"^ [+~] (?P<name>[^\s=@]+)(?:==(?P<version>\S+))?(?: (?:\(from |@ )(?P<url>[^\s)]+)\)?)?$")


@dataclass(frozen=True, slots=True)
class Lock:
    """Exact packages. `text` is a requirements file with hashes; empty where the interpreter has everything."""

    text: str
    packages: frozenset[str]  # normalised names
    pins: tuple[str, ...] = ()  # `name==version` or `name @ address`

    @property
    def id(self) -> str:
        """The same for the same packages on the same platform and Python."""
        platform = (sysconfig.get_platform(), sys.implementation.cache_tag or "", self.text)
        return hashlib.sha256("\n".join(platform).encode()).hexdigest()[:32]


NOTHING = Lock("", frozenset())


async def resolve(
    requirements: Sequence[Requirement],
    folder: Path,
    shelf: Shelf,
    line: Callable[[str], None] = lambda _: None,
) -> Lock:
    """What must be installed beside what the interpreter has, which is kept wherever it fits.

    Raises `RequirementsError`.
    """
    lines = "\n".join(map(str, requirements))
    try:
        plan = await uv.run(
            ["pip", "install", "--dry-run", "--break-system-packages", *shelf.options(), "-r", "-"],
            folder=folder,
            deadline=RESOLVE_DEADLINE,
            given=lines,
            line=line,
        )
        pins = _pins(plan.err)
        if not pins:
            return NOTHING
        own = {name: built for name, built in shelf.by_name().items() if name in pins}
        others = [pin for name, pin in pins.items() if name not in own]
        hashed = await _hashed(others, folder, shelf) if others else ""
    except uv.UvFailed as failure:
        raise explain(failure.output, requirements, shelf.wheels) from failure
    except uv.UvTooSlow as failure:
        raise too_slow(RESOLVE_DEADLINE, requirements) from failure
    text = hashed + "".join(f"{built.locked}\n" for _, built in sorted(own.items()))
    return Lock(text, frozenset(pins), tuple(own[name].pin if name in own else pin for name, pin in pins.items()))


async def _hashed(pins: Sequence[str], folder: Path, shelf: Shelf) -> str:
    compiled = ["pip", "compile", "--no-deps", "--generate-hashes", "--no-header", "--no-annotate"]
    said = await uv.run(
        [*compiled, *shelf.options(), "-"], folder=folder, deadline=RESOLVE_DEADLINE, given="\n".join(pins)
    )
    if shelf.wheels is None:
        return said.out
    return await asyncio.to_thread(_with_hashes, said.out, shelf.wheels)


def requirements_key(requirements: Sequence[Requirement]) -> str:
    """Names what is asked for, and what the interpreter has, which the answer depends on."""
    asked = sorted(str(requirement) for requirement in requirements)
    has = sorted(f"{name}=={version}" for name, version in installed().items())
    return hashlib.sha256("\n".join([*asked, "", *has, sys.version]).encode()).hexdigest()[:32]


def _with_hashes(text: str, wheels: Path) -> str:
    """The lock with the hashes of local wheels, which uv leaves out."""
    lines: list[str] = []
    for line in text.splitlines():
        pin = BARE_PIN.match(line)
        hashes = _hashes(wheels, canonicalize_name(pin["name"]), Version(pin["version"])) if pin else []
        lines.append(" \\\n    ".join([line, *(f"--hash=sha256:{digest}" for digest in hashes)]))
    return "\n".join(lines) + "\n"


def _hashes(wheels: Path, name: str, version: Version) -> list[str]:
    found: list[str] = []
    for wheel in sorted(wheels.glob("*.whl")):
        try:
            of_name, of_version, _, _ = parse_wheel_filename(wheel.name)
        except InvalidWheelFilename:
            continue
        if (of_name, of_version) == (name, version):
            found.append(hashlib.sha256(wheel.read_bytes()).hexdigest())
    return found


def _pins(plan: str) -> dict[str, str]:
    """By normalised name what uv would install."""
    pins: dict[str, str] = {}
    for line in plan.splitlines():
        if found := PLANNED.match(line):
            name, version, url = found["name"], found["version"], found["url"]
            pins[canonicalize_name(name)] = f"{name} @ {url}" if url else f"{name}=={version}"
    return pins
