"""What a function asks for, and what of it the server's own interpreter has already."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable, Mapping
from functools import cache

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from penstock.errors import RequirementsError

GIT = ("git+https://", "git+http://")
BUILD_HINT = "Only wheels are installed here; the setting `build` allows building from source."


def refuse(
    message: str, *, package: str | None = None, hint: str = "", cause: str = "", log: str = ""
) -> RequirementsError:
    """`cause`, for programs: `unknown`, `conflict`, `no_wheel`, `hash`, `network`, `disk`, `slow` or `build`."""
    fields = {"traceback": log} if log else {}
    return RequirementsError(
        message, hint=hint, phase="requirements", line=None, column=None, package=package, cause=cause, **fields
    )


def read(lines: Iterable[str]) -> list[Requirement]:
    """Those that apply to this interpreter. Raises `RequirementsError` for what is not a requirement."""
    read_lines = [_read_line(line) for line in lines if line.strip()]
    return [requirement for requirement in read_lines if requirement.marker is None or requirement.marker.evaluate()]


def _read_line(line: str) -> Requirement:
    line = line.strip()
    if line.startswith("git+"):
        line = f"{_repository_name(line)} @ {line}"
    try:
        requirement = Requirement(line)
    except InvalidRequirement as error:
        reason = str(error).partition("\n")[0]
        raise refuse(f"`{line}` is not a requirement: {reason}.", hint="Write `name`, or `name>=1.2`.") from error
    if requirement.url and not requirement.url.startswith(("https://", "http://", *GIT)):
        message = f"{requirement.name}: only http, https and git+https addresses are allowed."
        raise refuse(message, package=requirement.name)
    return requirement


def _repository_name(address: str) -> str:
    """What the package of a repository is most likely called; `#egg=` says so for certain."""
    address, _, fragment = address.partition("#")
    named = next((part[4:] for part in fragment.split("&") if part.startswith("egg=")), "")
    return named or address.rstrip("/").rpartition("/")[2].partition("@")[0].removesuffix(".git")


def is_source(requirement: Requirement) -> bool:
    """Whether an address leads to source, which has to be built."""
    url = (requirement.url or "").partition("#")[0]
    return url.startswith(GIT) or url.endswith((".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tar.xz"))


@cache
def installed() -> Mapping[str, Version]:
    """The distributions of the server's own interpreter, by normalised name."""
    found: dict[str, Version] = {}
    for distribution in importlib.metadata.distributions():
        try:
            found.setdefault(canonicalize_name(distribution.name), Version(distribution.version))
        except (InvalidVersion, TypeError):  # a broken installation has neither name nor version
            continue
    return found


def satisfied(requirement: Requirement) -> bool:
    """Whether the interpreter certainly has it. What names extras or an address is left to the resolver."""
    version = installed().get(canonicalize_name(requirement.name))
    if version is None or requirement.extras or requirement.url:
        return False
    return requirement.specifier.contains(version, prereleases=True)
