"""Where in its line the thing stands that a finding speaks of, by what its message has in backticks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import structs

from penstock.functions.diagnosis.finding import Finding

_NAMED = re.compile(r"`([^`]+)`")


def located(finding: Finding, lines: Sequence[str]) -> Finding:
    """The finding with the columns of what its message names, where its line has that; else as it is."""
    if finding.line is None or finding.column is not None or not 0 < finding.line <= len(lines):
        return finding
    named = _NAMED.findall(finding.message)
    shorter = [part for name in named for part in (name.rpartition(".")[2], name.partition(".")[0])]
    place = _last_of(named, lines[finding.line - 1]) or _last_of(shorter, lines[finding.line - 1])
    return structs.replace(finding, column=place[0] + 1, end_column=place[1] + 1) if place else finding


def _last_of(names: Sequence[str], line: str) -> tuple[int, int] | None:
    """Of several that stand in the line the last one: modules stand before what is taken from them."""
    patterns = (rf"(?<!\w){re.escape(name)}(?!\w)" for name in names if name)
    return max((found.span() for pattern in patterns if (found := re.search(pattern, line))), default=None)
