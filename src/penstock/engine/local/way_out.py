"""The gate of one worker and its runs: whose attempt was refused, and what the run's log says of it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from penstock.engine.local.egress import Gate, Refusal
from penstock.engine.local.load_log import LoadLog
from penstock.errors import BadHost
from penstock.functions.hosts import normal_host
from penstock.functions.refusals import SOURCE, refusal_line
from penstock.protocol.frames import Connecting

LogLine = tuple[float, str, str, str]
HOSTS_TOLD = 100  # of one run
RUNS_COUNTED = 512
ADDRESSES_SEEN = 64
MORE_HOSTS = "further hosts were refused; they are not named here"


class Told(Protocol):
    """A run that can be told something."""

    @property
    def over(self) -> bool: ...

    def tell(self, line: LogLine) -> None: ...


class WayOut:
    """Takes the gate over; `runs` are those of the worker just now, `log` is for what nobody's run has caused."""

    def __init__(self, gate: Gate, runs: Mapping[str, Told], log: LoadLog) -> None:
        self._gate = gate
        self._runs = runs
        self._log = log
        self._counts: dict[str, dict[tuple[str, int, str], int]] = {}
        self._seen: set[str] = set()
        gate.on_refused = self._hear

    def connecting(self, frame: Connecting) -> None:
        self._gate.connecting(frame.port, frame.run)

    def begun(self, context: Mapping[str, Any]) -> None:
        """A run begins, and with it the address by which its request has found the server."""
        request = context.get("request")
        address = request.get("base_url") if isinstance(request, dict) else None
        if isinstance(address, str) and address not in self._seen and len(self._seen) < ADDRESSES_SEEN:
            self._seen.add(address)
            self._know_as(address)

    def outcome(self, run: str) -> None:
        """The outcome of a run comes next: say how often what was refused."""
        if len(self._runs) == 1:
            self._gate.settle()
        for (host, port, reason), count in self._counts.get(run, {}).items():
            if not _is_told_at_once(count):
                self._tell([run], refusal_line(host, port, reason, count))

    def close(self) -> None:
        self._gate.close()

    def _know_as(self, address: str) -> None:
        try:
            parts = urlsplit(address)
            if parts.scheme == "http" and parts.hostname:
                self._gate.known_as(normal_host(parts.hostname), parts.port or 80)
        except (ValueError, BadHost):
            return  # whoever asked by that name cannot be asked back

    def _hear(self, refusal: Refusal) -> None:
        if refusal.run is not None:
            self._count(refusal, refusal.run)
        elif self._runs:
            for run in list(self._runs):
                self._count(refusal, run)
        else:
            self._log.append(_line(refusal_line(refusal.host, refusal.port, refusal.reason)))

    def _count(self, refusal: Refusal, run: str) -> None:
        if run not in self._counts and len(self._counts) >= RUNS_COUNTED:
            self._counts = {each: self._counts[each] for each in self._runs if each in self._counts}
        counts = self._counts.setdefault(run, {})
        key = refusal.host, refusal.port, refusal.reason
        if key not in counts and len(counts) >= HOSTS_TOLD:
            if len(counts) == HOSTS_TOLD:
                counts["", 0, ""] = 1
                self._tell([run], MORE_HOSTS)
            return
        counts[key] = count = counts.get(key, 0) + 1
        if _is_told_at_once(count):
            self._tell([run], refusal_line(*key, count))

    def _tell(self, runs: Iterable[str], text: str) -> None:
        for run in runs:
            told = self._runs.get(run)
            if told is not None and not told.over:
                told.tell(_line(text))


def _is_told_at_once(count: int) -> bool:
    """The first time, the tenth, the hundredth."""
    return str(count).rstrip("0") == "1"


def _line(text: str) -> LogLine:
    return time.time(), "warning", text, SOURCE
