"""What uv says when it fails, in one sentence for the author."""

from __future__ import annotations

import re
from collections.abc import Sequence

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from penstock.environments.requirements import refuse
from penstock.errors import RequirementsError

NO_NETWORK = re.compile(r"failed to fetch|error sending request|timed out|dns error|connection refused", re.I)
NO_WHEEL = re.compile(r"no wheels|no usable wheels|no compatible wheels|building source distributions .*disabled", re.I)
CONCLUSIONS = re.compile(
    r",? (?:and thus )?(?:we can conclude|it follows) that your requirements are unsatisfiable\.?$", re.I
)
IN_BETWEEN = re.compile(r",? (?:and thus )?we can conclude that .*?\. (?:And|and) because ")
ASKED = re.compile(r" and you require (?P<asked>\S+)$")
NO_SOLUTION = "No solution found"
FRAME = re.compile(r"^\s*(?:×|╰─▶|├─▶|│|error:|cause:|Caused by:)\s*")
MARKS = re.compile(r"^\s*(?:╰─▶|├─▶|cause:|Caused by:|hint:)")
CHATTER = re.compile(r"^(?:Using |Resolved |Updating |warning:|\s*Downloading )")


def explain(output: str, requirements: Sequence[Requirement]) -> RequirementsError:
    """The error for uv's message about these requirements."""
    paragraphs = _paragraphs(output)
    hint = " ".join(text[len("hint:") :].strip() for text in paragraphs if text.startswith("hint:"))
    causes = [text for text in paragraphs if not text.startswith("hint:")]
    reason = _reason(causes)
    package = _culprit(reason, requirements)
    if not _unsolvable(causes) and NO_NETWORK.search(" ".join(causes)):
        hint = "Check the server's network, or give it a folder with wheels."
        return refuse(f"The package index cannot be reached: {causes[-1].rstrip('.')}.", package=package, hint=hint)
    if NO_WHEEL.search(reason):
        hint = "Only wheels are installed; choose a version that has one for this platform."
    named = package is None or reason.startswith(package)
    return refuse(f"{reason}." if named else f"{package}: {reason}.", package=package, hint=hint)


def too_slow(deadline: float, requirements: Sequence[Requirement]) -> RequirementsError:
    names = ", ".join(requirement.name for requirement in requirements)
    return refuse(
        f"{names}: not resolved and installed within {deadline:.0f} s; the package index is too slow.",
        package=requirements[0].name if len(requirements) == 1 else None,
        hint="Try again, or give the server a folder with wheels.",
    )


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


def _unsolvable(causes: Sequence[str]) -> bool:
    return any(text.startswith(NO_SOLUTION) for text in causes)


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
    return requirements[0].name if len(requirements) == 1 else None
