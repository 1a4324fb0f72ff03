"""Trying on this machine which walls can be put up."""

from __future__ import annotations

import contextlib
import os
import platform
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from penstock.engine.base import Layer
from penstock.engine.local.sandbox.groups import Groups
from penstock.engine.local.sandbox.layers import NAMES, layer
from penstock.engine.local.sandbox.paths import readable
from penstock.engine.local.sandbox.users import free_user
from penstock.engine.local.zygote import Zygote
from penstock.errors import BadRequest
from penstock.protocol.orders import Limits, Walls

if TYPE_CHECKING:
    from penstock.settings import Settings

LEFT_OUT = "It was left out by the setting `walls_without`."
NEEDS_LINUX = "It needs Linux on x86-64 or ARM64."
NEEDS_ROOT = "The server does not run as root, so its workers have its own user."
NEEDS_NAMESPACES = "It needs the layer `namespaces`."
NO_CGROUP = "No control group of the server's own is set (`cgroup`)."
FLAGS = ("namespaces", "network", "landlock", "seccomp")


def left_out(settings: Settings) -> frozenset[str]:
    """What the settings leave out. Raises `BadRequest` for a name that is no layer."""
    names = frozenset(name.strip() for name in settings.walls_without.split(",") if name.strip())
    if unknown := sorted(names - set(NAMES)):
        raise BadRequest(f"`walls_without` names no layer: {', '.join(unknown)}.", hint=f"Layers: {', '.join(NAMES)}.")
    return names


async def probe(settings: Settings) -> list[Layer]:
    """The layers of this machine, with a zygote of its own (for `penstock doctor`)."""
    zygote = Zygote()
    try:
        return await probe_with(zygote, left_out(settings), settings.cgroup)
    finally:
        await zygote.stop()


async def probe_with(zygote: Zygote, without: Collection[str], cgroup: Path | None) -> list[Layer]:
    missing = dict.fromkeys(without, LEFT_OUT)
    if "cgroup" not in missing and (why := NO_CGROUP if cgroup is None else Groups(cgroup).prepare()):
        missing["cgroup"] = why
    if platform.system() != "Linux" or platform.machine() not in ("x86_64", "aarch64"):
        return [layer(name, missing.get(name, "" if name == "limits" else NEEDS_LINUX)) for name in NAMES]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        await _find_missing(zygote, Path(home), missing)
    return [layer(name, missing.get(name, "")) for name in NAMES]


async def _find_missing(zygote: Zygote, home: Path, missing: dict[str, str]) -> None:
    everything = _walls(home, [name for name in FLAGS if name not in missing])
    if await zygote.probe(everything, Limits()):
        for name in FLAGS:
            if name not in missing and (why := await zygote.probe(_walls(home, [name]), Limits())):
                missing[name] = f"{why}."
        everything = _walls(home, [name for name in FLAGS if name not in missing])
    if "uid" in missing:
        return
    if os.geteuid() != 0:
        missing["uid"] = NEEDS_ROOT
    elif "namespaces" in missing:
        missing["uid"] = NEEDS_NAMESPACES
    else:
        await _probe_user(zygote, home, everything, missing)


async def _probe_user(zygote: Zygote, home: Path, walls: Walls, missing: dict[str, str]) -> None:
    user = free_user("probe")
    if user is None:
        missing["uid"] = "The server's own user name space has no users to spare."
        return
    with contextlib.suppress(FileNotFoundError):
        (home / "probe").unlink()
    os.chown(home, user, user)
    if why := await zygote.probe(msgspec.structs.replace(walls, uid=user), Limits()):
        missing["uid"] = f"{why}."


def _walls(home: Path, names: Collection[str]) -> Walls:
    can_read = readable()
    return Walls(
        namespaces="namespaces" in names,
        network="network" in names,
        landlock="landlock" in names,
        seccomp="seccomp" in names,
        read=can_read.paths,
        write=(str(home),),
        links=dict(can_read.links),
        home=str(home),
    )
