"""Running uv, with a deadline and without the server's secrets."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import uv

HTTP_SETTINGS = {"UV_HTTP_TIMEOUT": "15", "UV_HTTP_RETRIES": "2"}
LONGEST_LINE = 2**20


class UvFailed(Exception):
    """Raised when uv ended with an error; `output` is what it said."""

    def __init__(self, output: str) -> None:
        super().__init__(output)
        self.output = output


class UvTooSlow(Exception):
    """Raised when uv did not end before its deadline."""


@dataclass(frozen=True, slots=True)
class Said:
    out: str
    err: str


async def run(
    arguments: Sequence[str | Path],
    *,
    folder: Path,
    deadline: float,
    given: str = "",
    line: Callable[[str], None] = lambda _: None,
    environment: Mapping[str, str] = MappingProxyType({}),
    held: Collection[int] = (),
) -> Said:
    """Run uv in `folder` with `given` as its input; `line` gets each line of its messages as it comes.

    It keeps the descriptors `held` open for as long as it lives, which may be longer than this process does.
    """
    process = await asyncio.create_subprocess_exec(
        uv.find_uv_bin(),
        *map(str, arguments),
        "--no-progress",
        "--color=never",
        cwd=folder,
        env={**_environment(), **environment},
        pass_fds=tuple(held),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
    )
    try:
        async with asyncio.timeout(deadline):
            said = await _converse(process, given, line)
            code = await process.wait()
    except TimeoutError as error:
        raise UvTooSlow from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code:
        raise UvFailed(said.err)
    return said


async def _converse(process: asyncio.subprocess.Process, given: str, line: Callable[[str], None]) -> Said:
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write(given.encode())
    process.stdin.close()
    out = asyncio.ensure_future(process.stdout.read())
    try:
        err: list[str] = []
        while raw := await process.stderr.readline():
            err.append(raw.decode(errors="replace").rstrip("\n"))
            line(err[-1])
        return Said((await out).decode(errors="replace"), "\n".join(err))
    finally:
        out.cancel()


def _environment() -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("PENSTOCK_")}
    own.pop("VIRTUAL_ENV", None)
    return HTTP_SETTINGS | own
