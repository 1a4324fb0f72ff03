"""What uv says when it fails, in one sentence for the author."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from penstock.environments.requirements import BUILD_HINT, refuse
from penstock.errors import RequirementsError

NO_NETWORK = re.compile(
    r"failed to fetch|error sending request|timed out|dns error|connection refused|request failed after"
    r"|reading a body from connection|end of file before message|connection reset|network connectivity is disabled",
    re.I,
)
NO_SPACE = re.compile(r"no space left on device|disk quota exceeded|os error (?:28|122)\b", re.I)
WRONG_HASH = re.compile(r"hash mismatch|does not match the hash|hashes? (?:do|does) not match", re.I)
NO_WHEEL = re.compile(r"no wheels|no usable wheels|no compatible wheels|building source distributions .*disabled", re.I)
NOT_FOUND = re.compile(r"(?:was|were) not found in the (?:package registry|provided package locations|cache)")
NO_VERSION = re.compile(r"there (?:is|are) no versions? of")
WANTED_WHEEL = re.compile(r"Wheels are required for `(?P<name>[^`\[=<>!~ ]+)")
DEPENDS = re.compile(r"(?:depends? on|you require) (?P<asked>[A-Za-z0-9][^\s;]*)")
CONCLUSIONS = re.compile(
    r",? (?:and thus )?(?:we can conclude|it follows) that your requirements are unsatisfiable\.?$", re.I
)
IN_BETWEEN = re.compile(r",? (?:and thus )?we can conclude that .*?\. (?:And|and) because ")
ASKED = re.compile(r" and you require (?P<asked>\S+)$")
NO_SOLUTION = "No solution found"
FRAME = re.compile(r"^\s*(?:×|╰─▶|├─▶|│|error:|cause:|Caused by:)\s*")
MARKS = re.compile(r"^\s*(?:╰─▶|├─▶|cause:|Caused by:|hint:)")
CHATTER = re.compile(r"^(?:Using |Resolved |Prepared |Updating |warning:|\s*Downloading |\s*Downloaded )")
NAMED = re.compile(r"(?:Failed to (?:download|install|fetch)[^`(]*?[`(]+)(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*?)[=` @)]")


@dataclass(frozen=True, slots=True)
class _Failure:
    """What uv said, taken apart."""

    causes: Sequence[str]
    hints: str
    asked: Sequence[Requirement]

    @property
    def all(self) -> str:
        return " ".join(self.causes)

    @property
    def unsolvable(self) -> bool:
        return any(text.startswith(NO_SOLUTION) for text in self.causes)

    @property
    def last(self) -> str:
        return self.causes[-1].rstrip(".") if self.causes else "uv gave no reason"


def explain(output: str, requirements: Sequence[Requirement], wheels: Path | None = None) -> RequirementsError:
    """The error for uv's message about these requirements; `wheels` is the folder that they come from, if any."""
    paragraphs = _paragraphs(output)
    hints = " ".join(text[len("hint:") :].strip() for text in paragraphs if text.startswith("hint:"))
    failure = _Failure([text for text in paragraphs if not text.startswith("hint:")], hints, requirements)
    if not failure.unsolvable:
        if NO_SPACE.search(failure.all):
            return _disk_full(failure)
        if WRONG_HASH.search(failure.all):
            return _wrong_hash(failure)
        if NO_NETWORK.search(failure.all):
            return _no_network(failure, wheels)
    if WANTED_WHEEL.search(hints) or NO_WHEEL.search(failure.all):
        return _no_wheel(failure)
    return _unsolvable(failure, wheels)


def disk_full(requirements: Sequence[Requirement], error: OSError) -> RequirementsError:
    """The error for a file of our own that could not be written."""
    return refuse(
        f"{_names(requirements)}: not installed, since a file could not be written: {error.strerror}.",
        package=_only(requirements),
        hint="Make room on the server's disk; `penstock environments collect` removes packages that nobody uses.",
        cause="disk",
    )


def too_slow(deadline: float, requirements: Sequence[Requirement]) -> RequirementsError:
    return refuse(
        f"{_names(requirements)}: not resolved and installed within {deadline:.0f} s; the package index is too slow.",
        package=_only(requirements),
        hint="Try again, or give the server a folder with wheels.",
        cause="slow",
    )


def specifiers(error: RequirementsError, package: str, requirements: Sequence[Requirement]) -> SpecifierSet:
    """Which versions of a package could have been used, as far as the requirements and the resolver's reason say."""
    found = SpecifierSet()
    for requirement in requirements:
        if canonicalize_name(requirement.name) == package:
            found &= requirement.specifier
    for asked in DEPENDS.finditer(error.message):
        try:
            requirement = Requirement(asked["asked"].rstrip(".,"))
        except InvalidRequirement:
            continue
        if canonicalize_name(requirement.name) == package:
            found &= requirement.specifier
    return found


def _disk_full(failure: _Failure) -> RequirementsError:
    package = _named(failure)
    return refuse(
        f"{package or _names(failure.asked)}: not installed, since no space is left on the server's disk.",
        package=package,
        hint="Make room; `penstock environments collect` removes packages that nobody uses.",
        cause="disk",
    )


def _wrong_hash(failure: _Failure) -> RequirementsError:
    package = _named(failure)
    return refuse(
        f"{package or _names(failure.asked)}: the package is not the one that was locked: its hash differs.",
        package=package,
        hint=f"If that is right, `penstock environments forget {package or 'NAME'}` lets it be locked anew.",
        cause="hash",
    )


def _no_network(failure: _Failure, wheels: Path | None) -> RequirementsError:
    package = _named(failure)
    if wheels is not None:
        said = f"{package or _names(failure.asked)}: comes from an address, but packages come from {wheels} alone."
        return refuse(said, package=package, hint="Put its wheel there and ask for it by name.", cause="network")
    broken = re.search(r"Failed to download", failure.all)
    what = f"{package}: its download broke off" if broken and package else "The package index cannot be reached"
    hint = "Check the server's network and try again, or give the server a folder with wheels."
    return refuse(f"{what}: {failure.last}.", package=package, hint=hint, cause="network")


def _no_wheel(failure: _Failure) -> RequirementsError:
    wanted = WANTED_WHEEL.search(failure.hints)
    reason = _reason(failure.causes)
    package = _culprit(reason, failure.asked)
    hint = f"Choose a version that has a wheel for this platform. {BUILD_HINT}"
    error = refuse(_sentence(reason, package), package=package, hint=hint, cause="no_wheel")
    error.fields["needs_wheel"] = canonicalize_name(wanted["name"]) if wanted else None
    return error


def _unsolvable(failure: _Failure, wheels: Path | None) -> RequirementsError:
    reason = _reason(failure.causes)
    package = _culprit(reason, failure.asked)
    missing = NOT_FOUND.search(reason) or NO_VERSION.search(reason)
    if wheels is not None:
        reason = NOT_FOUND.sub(f"has no wheel in {wheels}", reason)
    hint = failure.hints if wheels is None else f"Packages come from {wheels} alone."
    cause = "unknown" if missing else "conflict"
    return refuse(_sentence(reason, package), package=package, hint=hint, cause=cause)


def _sentence(reason: str, package: str | None) -> str:
    return f"{reason}." if package is None or reason.startswith(package) else f"{package}: {reason}."


def _paragraphs(output: str) -> list[str]:
    """The message without its frame, wrapped lines joined."""
    found: list[str] = []
    for line in output.splitlines():
        text = FRAME.sub("", line).strip()
        if not text or CHATTER.match(line):
            continue
        if found and not MARKS.match(line) and not line.lstrip().startswith(("×", "error:")):
            found[-1] = f"{found[-1]} {text}"
        else:
            found.append(text)
    return found


def _reason(causes: Sequence[str]) -> str:
    told = [text for text in causes if not text.startswith(NO_SOLUTION)]
    if not told:
        return "the packages could not be installed"
    reason = CONCLUSIONS.sub("", ": ".join(text.rstrip(".:") for text in told)).removeprefix("Because ").strip()
    reason = IN_BETWEEN.sub("; ", " ".join(reason.split()))
    asked = ASKED.search(reason)
    return reason[: asked.start()] if asked and asked["asked"] in reason[: asked.start()] else reason


def _named(failure: _Failure) -> str | None:
    found = NAMED.search(failure.all)
    return canonicalize_name(found["name"]) if found else _culprit(failure.all, failure.asked)


def _names(requirements: Sequence[Requirement]) -> str:
    return ", ".join(requirement.name for requirement in requirements)


def _only(requirements: Sequence[Requirement]) -> str | None:
    return requirements[0].name if len(requirements) == 1 else None


def _culprit(reason: str, requirements: Sequence[Requirement]) -> str | None:
    """The requirement that the reason names first."""
    words = [canonicalize_name(word) for word in re.findall(r"[A-Za-z0-9][A-Za-z0-9._-]*", reason)]
    places = {
        requirement.name: words.index(name)
        for requirement in requirements
        if (name := canonicalize_name(requirement.name)) in words
    }
    if places:
        return min(places, key=lambda name: places[name])
    return _only(requirements)
