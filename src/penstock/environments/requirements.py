"""What a function asks for, and what of it the server's own interpreter has already."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable, Mapping
from functools import cache

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from penstock.errors import RequirementsError


def refuse(message: str, *, package: str | None = None, hint: str = "") -> RequirementsError:
    return RequirementsError(message, hint=hint, phase="requirements", line=None, column=None, package=package)


def read(lines: Iterable[str]) -> list[Requirement]:
    """Those that apply to this interpreter. Raises `RequirementsError` for what is not a requirement or not a wheel."""
    read_lines = [_read_line(line) for line in lines if line.strip()]
    return [requirement for requirement in read_lines if requirement.marker is None or requirement.marker.evaluate()]


def _read_line(line: str) -> Requirement:
    line = line.strip()
    if line.startswith("git+"):
        raise _from_git(line.rpartition("/")[2].partition("@")[0].removesuffix(".git"))
    try:
        requirement = Requirement(line)
    except InvalidRequirement as error:
        reason = str(error).partition("\n")[0]
        raise refuse(f"`{line}` is not a requirement: {reason}.", hint="Write `name`, or `name>=1.2`.") from error
    url = requirement.url or ""
    if url.startswith("git+"):
        raise _from_git(requirement.name)
    if url and not url.startswith(("https://", "http://")):
        raise refuse(f"{requirement.name}: only http and https addresses are allowed.", package=requirement.name)
    return requirement


def _from_git(package: str) -> RequirementsError:
    return refuse(
        f"{package}: comes as source from git, and installing source runs its code.",
        package=package,
        hint="Only wheels are installed. Name a release, or the https address of a wheel.",
    )


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
