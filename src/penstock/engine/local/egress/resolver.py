"""Names to addresses: asked once, kept briefly, without holding up the server."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from penstock.functions.hosts import Address, normal_address

Lookup = Callable[[str], Awaitable[Sequence[Address]]]
"""All addresses of a name. Raises `OSError` where it has none."""

KEPT_SECONDS = 30.0
KEPT_UNKNOWN_SECONDS = 5.0
KEPT_NAMES = 1024
LOOKUP_SECONDS = 10.0
THREADS = 16  # lookups that wait for a slow name server do so here, and not where the server's own work is done


class UnknownName(Exception):
    """Raised when a name has no address, or nobody said so in time."""


class Resolver:
    """One per engine. Callers that ask for the same name share one lookup."""

    def __init__(self, lookup: Lookup | None = None) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="egress-names")
        self._lookup = lookup or self._ask_system
        self._kept: OrderedDict[str, tuple[float, tuple[Address, ...]]] = OrderedDict()
        self._asking: dict[str, asyncio.Task[tuple[Address, ...]]] = {}

    async def addresses(self, name: str) -> tuple[Address, ...]:
        """All of them, in the order of preference. Raises `UnknownName`."""
        now = asyncio.get_running_loop().time()
        until, found = self._kept.get(name, (0.0, ()))
        if now >= until:
            task = self._asking.get(name)
            if task is None:
                task = self._asking[name] = asyncio.create_task(self._ask(name))
                task.add_done_callback(lambda _: self._asking.pop(name, None))
            found = await asyncio.shield(task)
        if not found:
            raise UnknownName(name)
        return found

    def close(self) -> None:
        for task in self._asking.values():
            task.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _ask(self, name: str) -> tuple[Address, ...]:
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                found = tuple(dict.fromkeys(map(normal_address, await self._lookup(name))))
        except (OSError, UnicodeError):  # a timeout is an OSError as well
            found = ()
        loop = asyncio.get_running_loop()
        self._kept[name] = loop.time() + (KEPT_SECONDS if found else KEPT_UNKNOWN_SECONDS), found
        self._kept.move_to_end(name)
        if len(self._kept) > KEPT_NAMES:
            self._kept.popitem(last=False)
        return found

    async def _ask_system(self, name: str) -> list[Address]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _ask_system, name)


def _ask_system(name: str) -> list[Address]:
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
