"""One socket of the proxy, read and written without a buffer that could grow."""

from __future__ import annotations

import asyncio
import contextlib
import socket

PIECE = 64 * 1024
LINGER_SECONDS = 2.0
LINGER_BYTES = 64 * 2**20


class TooLong(Exception):
    """Raised when the end of a head does not come within its limit."""


class Ended(Exception):
    """Raised when the other side hangs up in the middle of something."""


class Stream:
    """What is read is passed on before more is read: a slow reader slows down who writes to it."""

    def __init__(self, sock: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self._socket = sock
        self._ahead = b""  # read, but not yet asked for
        self.touched = self._loop.time()
        self.written = 0
        self.broken = False  # nothing more can be written
        sock.setblocking(False)
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def read(self, most: int = PIECE) -> bytes:
        """Up to `most` bytes; none at the end."""
        if self._ahead:
            piece, self._ahead = self._ahead[:most], self._ahead[most:]
            return piece
        piece = await self._loop.sock_recv(self._socket, min(most, PIECE))
        self.touched = self._loop.time()
        return piece

    async def until(self, end: bytes, most: int) -> bytes:
        """Everything up to and including `end`. Raises `TooLong`, `Ended`."""
        found, looked_at = bytearray(self._ahead), 0
        while (at := found.find(end, looked_at)) < 0:
            if len(found) > most:
                raise TooLong
            looked_at = max(0, len(found) - len(end) + 1)
            self._ahead = b""
            piece = await self.read(4096)
            if not piece:
                raise Ended
            found += piece
        at += len(end)
        if at > most:
            raise TooLong
        self._ahead = bytes(found[at:])
        return bytes(found[:at])

    async def write(self, data: bytes) -> None:
        self.written += len(data)
        try:
            await self._loop.sock_sendall(self._socket, data)
        except OSError:
            self.broken = True
            raise
        self.touched = self._loop.time()

    def finish(self) -> None:
        """Say that nothing more will be written."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    async def linger(self) -> None:
        """Hang up so that what was written last is read: closing with unread bytes would throw it away."""
        self.finish()
        with contextlib.suppress(OSError):  # a timeout is an OSError as well
            async with asyncio.timeout(LINGER_SECONDS):
                dropped = 0
                while dropped < LINGER_BYTES and (piece := await self.read()):
                    dropped += len(piece)

    def close(self) -> None:
        self._socket.close()
