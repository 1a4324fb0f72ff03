"""The same functions with the same input on Penstock and on Open WebUI: `python -m bench.parity FILE... [--out FILE]`.

Open WebUI is found as for the other measurements (see bench/README.md). The report lists for each function what is
equal and shows both sides of what is not. It is no test: an Open WebUI is a gigabyte that CI does not install.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.parity_drive import Seen, drive
from bench.parity_servers import Side, side
from bench.servers import OPEN_WEBUI, PENSTOCK

PLAIN: tuple[tuple[str, str], ...] = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<id>"),
    (r"\b[0-9a-f]{32}\b", "<id>"),
    (r"http://(?:127\.0\.0\.1|localhost):\d+", "<server>"),
    (r"\d{4}-\d\d-\d\d[T _]\d\d[:-]\d\d[:-]\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?", "<time>"),
    (r"\b\d{8}_?\d{6}\b", "<time>"),
    (r"\b\d\d:\d\d(?::\d\d)?\b", "<time>"),
    (r"\b1[6-9]\d{8}(?:\.\d+)?\b", "<time>"),
    (r"\b\d+(?:\.\d+)? ?(ms|s|sec|secs|seconds)\b", r"<n> \1"),
    (r"\b\d+\.\d+ (tokens|t|T)/s", r"<n> \1/s"),
    (r"ProxyError\('Unable to connect to proxy', OSError\('Tunnel [^']*is not known'\)\)", "<no such name>"),
    (r"NameResolutionError\(.*?Name or service not known\)\"\)", "<no such name>"),
)
NOT_COMPARED = frozenset({"timestamp", "created", "interaction_id", "model_item", "session_id", "info"})
LONGEST = 900  # characters of a value in the report


@dataclass
class Compared:
    """One function on both sides."""

    path: str
    kind: str = ""
    equal: list[str] = field(default_factory=list)
    different: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)  # by side: why it could not be driven


def plain(value: Any) -> Any:
    """The value without what differs from run to run: ids, times, addresses, durations."""
    if isinstance(value, str):
        for pattern, instead in PLAIN:
            value = re.sub(pattern, instead, value)
        return value.rstrip()
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items() if key not in NOT_COMPARED}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


async def compare(path: str, source: str, sides: list[Side]) -> Compared:
    found = Compared(path)
    function_id = re.sub(r"\W", "_", Path(path).stem).lower()
    function_id = function_id if function_id.isidentifier() else f"f_{function_id}"
    seen: dict[str, Seen] = {}
    for each in sides:
        try:
            found.kind = await each.install(function_id, source)
            seen[each.name] = plain(await drive(each, function_id, found.kind))
        except Exception as error:  # noqa: BLE001 - whatever it was is the outcome, and the others go on
            found.failed[each.name] = f"{type(error).__name__}: {error}"
        finally:
            await each.remove(function_id)
    if len(seen) == len(sides):
        ours, theirs = seen[PENSTOCK], seen[OPEN_WEBUI]
        for name in dict.fromkeys([*ours, *theirs]):
            if ours.get(name) == theirs.get(name):
                found.equal.append(name)
            else:
                found.different[name] = ours.get(name), theirs.get(name)
    return found


async def run(sources: dict[str, str], keep: Callable[[str], object]) -> list[Compared]:
    done: list[Compared] = []
    async with AsyncExitStack() as ends:
        sides = [await ends.enter_async_context(side(name)) for name in (PENSTOCK, OPEN_WEBUI)]
        for path, source in sources.items():
            done.append(await compare(path, source, sides))
            last = done[-1]
            state = f"{len(last.equal)} equal, {len(last.different)} different, {len(last.failed)} failed"
            print(f"{path}: {last.kind}, {state}", file=sys.stderr)
            keep(report(done))
    return done


def report(done: list[Compared]) -> str:
    """Markdown: a table, then both sides of every difference."""
    lines = ["| function | kind | equal | different | |", "|---|---|---|---|---|"]
    for each in done:
        why = "; ".join(f"{name}: {said[:200]}" for name, said in each.failed.items()).replace("|", "/")
        lines.append(f"| {Path(each.path).name} | {each.kind} | {len(each.equal)} | {len(each.different)} | {why} |")
    for each in done:
        for name, (ours, theirs) in each.different.items():
            lines += ["", f"## {Path(each.path).name}: {name}", "", "Penstock:", "", _shown(ours)]
            lines += ["", "Open WebUI:", "", _shown(theirs)]
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _shown(value: Any) -> str:
    return f"```\n{json.dumps(value, ensure_ascii=False, indent=1)[:LONGEST]}\n```"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.parity", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=Path("parity.md"))
    given = parser.parse_args()
    sources = {str(path): path.read_text("utf-8") for path in given.files}
    done = asyncio.run(run(sources, given.out.write_text))
    same = sum(not each.different and not each.failed for each in done)
    print(f"{same} of {len(done)} behave alike; {given.out} shows the rest.", file=sys.stderr)


if __name__ == "__main__":
    main()
