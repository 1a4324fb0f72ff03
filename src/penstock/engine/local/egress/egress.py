"""The way out for all workers of one engine."""

from __future__ import annotations

import socket

from penstock.engine.local.egress.dialing import Dial, dial
from penstock.engine.local.egress.exchange import Limits
from penstock.engine.local.egress.gate import Gate
from penstock.engine.local.egress.own import Own
from penstock.engine.local.egress.resolver import Lookup, Resolver
from penstock.functions.rights import Rights

BACKLOG = 256
LIMITS = Limits()
MARK = "PENSTOCK_EGRESS"
"""Says to the worker that the proxy is the server's, and not one that its function was given."""


class Egress:
    """Opens a gate for each worker; what they find out about names is shared.

    `own` gives the addresses under which the server listens or is known. `lookup` and `connect` are for tests.
    """

    def __init__(
        self,
        own: Own,
        *,
        lookup: Lookup | None = None,
        connect: Dial = dial,
        limits: Limits = LIMITS,
    ) -> None:
        self._own = own
        self._resolver = Resolver(lookup)
        self._connect = connect
        self._limits = limits
        self._gates: list[Gate] = []

    def open(self, listener: socket.socket, rights: Rights) -> Gate:
        """Serve what connects to the listener, which is the gate's from now on. Raises `BadHost`."""
        self._gates = [gate for gate in self._gates if not gate.over]
        gate = Gate(listener, rights, self._own, self._resolver, self._connect, self._limits)
        self._gates.append(gate)
        return gate

    def listen(self) -> socket.socket:
        """A listener on the machine's own loopback, for workers without a network of their own."""
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(BACKLOG)
        return listener

    async def stop(self) -> None:
        for gate in self._gates:
            gate.close()
        for gate in self._gates:
            await gate.closed()
        self._resolver.close()


def proxy_environment(port: int) -> dict[str, str]:
    """What tells libraries in a worker where the proxy is. There is no `NO_PROXY`: everything goes through it."""
    url = f"http://127.0.0.1:{port}"
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    return {MARK: f"127.0.0.1:{port}", **dict.fromkeys(names, url), **dict.fromkeys(map(str.lower, names), url)}
