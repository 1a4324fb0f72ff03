"""Speaking to the proxy by hand: for connections whose authors know nothing of proxies."""

from __future__ import annotations

import _socket
import asyncio
import errno
import json
import re
import socket
from typing import Any
from urllib.parse import urlencode

ANSWER_LIMIT = 64 * 1024
NAMES_SECONDS = 20.0
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ?([^\r\n]*)")
_END = b"\r\n\r\n"


class Tunnels:
    """Opens ways through the proxy at `port` of this worker's own loopback."""

    def __init__(self, port: int) -> None:
        self.port = port

    def proxy_for(self, family: int) -> tuple[Any, ...]:
        """The address of the proxy, for a socket of that family."""
        return ("127.0.0.1", self.port) if family == socket.AF_INET else ("::ffff:127.0.0.1", self.port, 0, 0)

    def open(self, sock: socket.socket, target: str) -> None:
        """Turn a socket that is connected to the proxy into one to `host:port`. Raises `OSError`."""
        _socket.socket.sendall(sock, _request(target))
        head = b""
        while missing := _missing(head):
            piece = _socket.socket.recv(sock, missing)
            if not piece:
                raise _hung_up()
            head += piece
        _check(head)

    async def open_on_loop(self, loop: asyncio.AbstractEventLoop, sock: socket.socket, target: str) -> None:
        """The same for a socket that an event loop uses."""
        await loop.sock_sendall(sock, _request(target))
        head = b""
        while missing := _missing(head):
            piece = await loop.sock_recv(sock, missing)
            if not piece:
                raise _hung_up()
            head += piece
        _check(head)

    def names(self, sock: socket.socket, host: str, port: int) -> list[str]:
        """All addresses of a name that may be reached, asked over a socket connected to the proxy.

        Raises `socket.gaierror`, which says where a name was refused.
        """
        query = urlencode({"host": host, "port": port})
        _socket.socket.sendall(sock, f"GET /names?{query} HTTP/1.1\r\n\r\n".encode())
        answer = b""
        while len(answer) < ANSWER_LIMIT and (piece := _socket.socket.recv(sock, ANSWER_LIMIT)):
            answer += piece
        status, reason = _status(answer)
        if status == 200:
            found: list[str] = json.loads(answer.partition(_END)[2])
            return found
        if status == 403:
            raise socket.gaierror(socket.EAI_FAIL, reason)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def _request(target: str) -> bytes:
    return f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode("ascii")


def _missing(head: bytes) -> int:
    """How much may be read without taking anything of what the other end says after the head; 0 at its end."""
    if len(head) > ANSWER_LIMIT:
        raise _hung_up()
    begun = max(length for length in range(5) if head.endswith(_END[:length]))
    return 4 - begun


def _check(head: bytes) -> None:
    status, reason = _status(head)
    if status == 403:
        raise ConnectionRefusedError(errno.ECONNREFUSED, reason)
    if status == 504:
        raise TimeoutError(errno.ETIMEDOUT, reason)
    if status != 200:
        raise OSError(errno.EHOSTUNREACH, reason)


def _status(head: bytes) -> tuple[int, str]:
    match = _STATUS.match(head)
    if match is None:
        raise _hung_up()
    return int(match[1]), match[2].decode("ascii", "replace")


def _hung_up() -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, "the proxy of this function hung up")
