"""The network as author code finds it: one proxy, and whatever does not know of it led there.

The walls decide what is possible; this makes it convenient. Libraries that heed `HTTP_PROXY` need nothing. Sockets that
are connected directly, blocking or on an event loop of asyncio, are led through `CONNECT`, and names are asked of the
proxy. What cannot be led there fails with an error that says why.
"""

from __future__ import annotations

import _socket
import asyncio
import asyncio.selector_events
import contextlib
import errno
import ipaddress
import os
import socket
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Literal

from penstock.protocol.frames import Connecting
from penstock.protocol.framing import encode
from penstock.worker.channel import Channel
from penstock.worker.client_defaults import use_environment
from penstock.worker.runs import LogLine, Run, current
from penstock.worker.tunnels import NAMES_SECONDS, Tunnels

MARK = "PENSTOCK_EGRESS"
"""Where the server's proxy is (`127.0.0.1:3128`), or `closed` where there is no network."""

NOT_DIRECTLY = (
    "direct connections are not possible here: TCP and HTTP go through the server's proxy, other protocols nowhere "
    "(the profile `trusted` lifts that)"
)
CLOSED = "this function has no network (its profile is `closed`)"
NOT_THERE = (ConnectionRefusedError, PermissionError)
"""Nothing of the function's own is at that port, or (without a network of its own) no port may be reached directly."""

KEPT_NAMES = 4096
TOLD = 1000
Kind = Literal["plain", "proxy", "loopback", "outside", "datagram"]
Sink = Callable[["Run | None", LogLine], None]

_getaddrinfo = socket.getaddrinfo
_sock_connect = asyncio.selector_events.BaseSelectorEventLoop.sock_connect


def install(channel: Channel, log: Sink) -> None:
    """Where this process has the server's proxy, lead its connections there."""
    where = os.environ.get(MARK)
    if not where:
        return
    port = where.rpartition(":")[2]
    network = Network(Tunnels(int(port)) if port.isdigit() else None, channel, log)
    sockets: Any = socket.socket
    sockets.connect = lambda sock, address: network.connect(sock, address)
    sockets.connect_ex = lambda sock, address: network.connect_ex(sock, address)
    socket.getaddrinfo = network.getaddrinfo
    socket.gethostbyname = network.gethostbyname
    socket.gethostbyname_ex = network.gethostbyname_ex
    loops: Any = asyncio.selector_events.BaseSelectorEventLoop
    loops.sock_connect = lambda loop, sock, address: network.sock_connect(loop, sock, address)
    if network.tunnels is not None:
        use_environment()


class Network:
    """Stands in for the functions of `socket` that reach out."""

    def __init__(self, tunnels: Tunnels | None, channel: Channel, log: Sink) -> None:
        self.tunnels = tunnels
        self._channel = channel
        self._log = log
        self._names: OrderedDict[str, str] = OrderedDict()  # private addresses, by the names that led to them
        self._told: set[tuple[str | None, str]] = set()

    # Connections

    def connect(self, sock: socket.socket, address: Any) -> None:
        kind = self._kind(sock, address)
        if kind in ("plain", "proxy"):
            self._connect(sock, address, announced=kind == "proxy")
        elif kind == "datagram":
            self._connect_datagram(sock, address)
        elif kind == "loopback":
            try:
                _socket.socket.connect(sock, address)
            except NOT_THERE:
                if sock.gettimeout() == 0 or self.tunnels is None:
                    raise
                self._tunnel(sock, address)
        elif sock.gettimeout() == 0:
            raise self._impossible(address)
        else:
            self._tunnel(sock, address)

    def connect_ex(self, sock: socket.socket, address: Any) -> int:
        if self._kind(sock, address) == "plain":
            return _socket.socket.connect_ex(sock, address)
        try:
            self.connect(sock, address)
        except OSError as error:
            return error.errno or errno.EIO
        return 0

    async def sock_connect(self, loop: asyncio.AbstractEventLoop, sock: socket.socket, address: Any) -> None:
        """On an event loop, where a socket must not be waited for."""
        kind = self._kind(sock, address)
        if kind == "loopback" and self.tunnels is not None:
            try:
                await _sock_connect(loop, sock, address)  # type: ignore[arg-type]
            except NOT_THERE:
                await self._tunnel_on_loop(loop, sock, address)
        elif kind == "outside":
            await self._tunnel_on_loop(loop, sock, address)
        else:
            await _sock_connect(loop, sock, address)  # type: ignore[arg-type]

    def _tunnel(self, sock: socket.socket, address: Any) -> None:
        if self.tunnels is None:
            raise self._impossible(address)
        self._connect(sock, self.tunnels.proxy_for(sock.family), announced=True)
        self.tunnels.open(sock, self._target(address))

    async def _tunnel_on_loop(self, loop: asyncio.AbstractEventLoop, sock: socket.socket, address: Any) -> None:
        if self.tunnels is None:
            raise self._impossible(address)
        await _sock_connect(loop, sock, self.tunnels.proxy_for(sock.family))  # type: ignore[arg-type]
        await self.tunnels.open_on_loop(loop, sock, self._target(address))

    def _connect(self, sock: socket.socket, address: Any, *, announced: bool) -> None:
        try:
            _socket.socket.connect(sock, address)
        except ConnectionAbortedError:  # what a socket that was refused before is told once more
            _socket.socket.connect(sock, address)
        finally:
            if announced:
                self._announce(sock)

    def _connect_datagram(self, sock: socket.socket, address: Any) -> None:
        try:
            _socket.socket.connect(sock, address)
        except OSError:
            raise self._impossible(address) from None

    def _announce(self, sock: socket.socket) -> None:
        """Tell the host whose connection it is, so that a refusal is told to the right run."""
        run = current.get()
        if run is not None and not run.over:
            with contextlib.suppress(OSError):
                port = _socket.socket.getsockname(sock)[1]
                self._channel.enqueue(run, encode(Connecting(run.id, port)))

    def _kind(self, sock: socket.socket, address: Any) -> Kind:
        if sock.family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple) or len(address) < 2:
            return "plain"
        host, port = address[:2]
        if not isinstance(host, str) or not isinstance(port, int):
            return "plain"
        if _is_loopback(host):
            reaches_proxy = self.tunnels is not None and port == self.tunnels.port
            stream = sock.type == socket.SOCK_STREAM
            return "proxy" if reaches_proxy and stream else "loopback" if stream else "plain"
        return "outside" if sock.type == socket.SOCK_STREAM else "datagram"

    def _target(self, address: Any) -> str:
        """What to ask the proxy for: a private address may have been granted under its name only."""
        host, port = self._names.get(address[0], address[0]), address[1]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def _impossible(self, address: Any) -> OSError:
        why = CLOSED if self.tunnels is None else NOT_DIRECTLY
        run = current.get()
        key = (run.id if run else None, f"{address[0]}:{address[1]}")
        if key not in self._told and len(self._told) < TOLD:
            self._told.add(key)
            self._log(run, (time.time(), "warning", f"{key[1]} was not reached: {why}", "network"))
        return OSError(errno.ENETUNREACH, why)

    # Names

    def getaddrinfo(
        self, host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
    ) -> list[Any]:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if not isinstance(name, str) or flags & socket.AI_NUMERICHOST or not _is_name(name):
            return _getaddrinfo(host, port, family, type, proto, flags)
        flags = (flags | socket.AI_NUMERICHOST) & ~socket.AI_ADDRCONFIG
        found: list[Any] = []
        for address in self._addresses(name, port):
            with contextlib.suppress(socket.gaierror):  # not of the family that is asked for
                found += _getaddrinfo(address, port, family, type, proto, flags)
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return found

    def gethostbyname(self, name: str) -> str:
        found: str = self.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM)[0][4][0]
        return found

    def gethostbyname_ex(self, name: str) -> tuple[str, list[str], list[str]]:
        found = self.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM)
        return name, [], list(dict.fromkeys(each[4][0] for each in found))

    def _addresses(self, name: str, port: Any) -> list[str]:
        if self.tunnels is None:
            raise socket.gaierror(socket.EAI_FAIL, CLOSED)
        number = int(port) if isinstance(port, int) or (isinstance(port, str) and port.isdigit()) else 0
        with socket.socket() as sock:
            sock.settimeout(NAMES_SECONDS)
            self._connect(sock, self.tunnels.proxy_for(sock.family), announced=True)
            found = self.tunnels.names(sock, name, number)
        for address in found:
            self._remember(address, name)
        return found

    def _remember(self, address: str, name: str) -> None:
        if ipaddress.ip_address(address).is_global:
            return
        self._names[address] = name
        self._names.move_to_end(address)
        if len(self._names) > KEPT_NAMES:
            self._names.popitem(last=False)


def _is_loopback(host: str) -> bool:
    return host in ("", "localhost", "0.0.0.0", "::", "::1") or host.startswith(("127.", "::ffff:127."))


def _is_name(host: str) -> bool:
    """Whether it has to be asked what it means; the machine's own names mean what they always do."""
    if host in ("", socket.gethostname()) or host == "localhost" or host.endswith(".localhost") or ":" in host:
        return False
    try:
        socket.inet_aton(host)
    except (OSError, UnicodeError):
        return True
    return False
