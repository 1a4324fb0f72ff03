"""What authors write behind `requirements:`, taken apart into single requirements (spec M4)."""

from __future__ import annotations

import re

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

_EMPTY = {"", "-", "--", "n/a", "na", "nil", "null", "no", "nothing", "optional", "tbd", "todo", "[]", "()", "{}"}
_PLACEHOLDERS = {
    "requirements",
    "requirement",
    "packages",
    "package",
    "dependencies",
    "list",
    "pip",
    "optional",
    "none",
}
_NONE = re.compile(r"\(?none\b", re.IGNORECASE)
_COMMENT = re.compile(r"\s#.*$")
_SPECIFIER = re.compile(r"[<>=!~]")


def split(text: str) -> list[str]:
    """The requirements in `text`, separated by commas or whitespace, without repetitions.

    Placeholders give none. What cannot be read as a requirement stays as it is, so that the resolver can name it.
    """
    text = _COMMENT.sub("", text).strip().strip(";").strip()
    if text.lower() in _EMPTY or _NONE.match(text):
        return []
    if text[0] + text[-1] in ("[]", "<>", "()", "{}"):
        return _bracketed(text[1:-1])
    return _unique(_requirements(text))


def name_of(requirement: str) -> str | None:
    """The normalised name of the distribution, or None for an address without a name."""
    try:
        return canonicalize_name(Requirement(requirement).name)
    except InvalidRequirement:
        return None


def _bracketed(text: str) -> list[str]:
    pieces = [_unquoted(piece.strip()) for piece in text.split(",")]
    if any(name_of(piece) is None or piece.lower() in _PLACEHOLDERS for piece in pieces if piece):
        return []
    return _unique([piece for piece in pieces if piece])


def _requirements(text: str) -> list[str]:
    found: list[str] = []
    for piece in _comma_separated(text):
        found += _space_separated(_unquoted(piece.strip().removeprefix("- ").strip()))
    return found


def _comma_separated(text: str) -> list[str]:
    """Split at commas, but not within brackets, and not where the next part goes on with a version."""
    pieces, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character in "[(") - (character in "])")
        if character in ",\n" and depth <= 0 and not _SPECIFIER.match(text[position + 1 :].lstrip()):
            pieces.append(text[start:position])
            start = position + 1
    return [*pieces, text[start:]]


def _space_separated(piece: str) -> list[str]:
    """Cut `foo >= 1 bar; python_version < '4'` where requirements end: each takes as many words as it can."""
    words = piece.split()
    found: list[str] = []
    while words:
        length = next(
            (size for size in range(len(words), 0, -1) if name_of(" ".join(words[:size])) is not None),
            1,
        )
        found.append(" ".join(words[:length]))
        words = words[length:]
    return found


def _unquoted(text: str) -> str:
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _unique(requirements: list[str]) -> list[str]:
    return list(dict.fromkeys(requirements))
