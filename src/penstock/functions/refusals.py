"""How a refused connection stands in the log of a run: written by the engine, read where it can be allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

SOURCE = "egress"
"""What stands in a log line where others have the name of their thread."""

_LINE = re.compile(r"(\S+) was refused(?: (\d+) times)?: (.*)", re.DOTALL)


class RefusedHost(msgspec.Struct, frozen=True):
    """A host that a run could not reach for want of a right."""

    host: str
    port: int  # 0 where only the name was asked for
    reason: str
    count: int


def refusal_line(host: str, port: int, reason: str, count: int = 1) -> str:
    """`10.0.0.5:80 was refused: <reason>`, from the second time on with the count."""
    name = f"[{host}]" if ":" in host else host
    target = f"{name}:{port}" if port else name
    return f"{target} was refused: {reason}" if count == 1 else f"{target} was refused {count} times: {reason}"


def refused_hosts(lines: Iterable[str]) -> list[RefusedHost]:
    """What such lines say, each host once, in the order of their first refusal."""
    found: dict[tuple[str, int], RefusedHost] = {}
    for line in lines:
        if (refused := _read(line)) is None:
            continue
        key = refused.host, refused.port
        if key not in found or found[key].count < refused.count:
            found[key] = refused
    return list(found.values())


def _read(line: str) -> RefusedHost | None:
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    target, count, reason = match.groups()
    host, colon, port = target.rpartition(":")
    if not colon or not port.isdigit():
        host, port = target, "0"
    return RefusedHost(host.strip("[]"), int(port), reason, int(count or 1))
