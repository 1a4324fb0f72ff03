"""What an engine is: the place where runs happen. One interface for this machine and for a cluster."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from penstock.functions.description import Description
from penstock.functions.rights import STANDARD, Rights
from penstock.protocol.frames import RunFrame


@dataclass(frozen=True, slots=True)
class VersionSource:
    """One immutable version, ready to be loaded by a worker."""

    function_id: str
    version_id: str
    source: str  # legacy imports already mapped
    filename: str
    package: bytes | None = None  # the zip of a function of several files (M6); `source` is its `__init__.py`
    site_packages: str | None = None
    packages: frozenset[str] = frozenset()  # distributions in `site_packages`, normalised names
    environment_id: str | None = None  # what `site_packages` belongs to
    data_dir: str | None = None
    valves: dict[str, Any] | None = None
    rights: Rights = STANDARD


@dataclass(frozen=True, slots=True)
class HookCall:
    """One invocation, as the engine needs it; see `penstock.protocol.frames.Call`."""

    run_id: str
    hook: str
    body: Any = None
    context: dict[str, Any] = field(default_factory=dict)
    valves: dict[str, Any] | None = None
    user_valves: dict[str, Any] | None = None
    deadline: float = 600.0  # seconds from now; while a question is open, the clock stands still
    feed: bool = False


class Run(Protocol):
    """One run, seen from the host. Exactly one consumer iterates over it."""

    id: str

    def __aiter__(self) -> AsyncIterator[RunFrame]:
        """Frames in order. `Result` or `Failed` comes once; iteration ends when nothing of the run is left.

        A lost worker, a broken protocol and a passed deadline end the iteration by raising the matching
        `EngineError` or `DeadlineExceeded`, also where a `Result` has already come (background work was lost).
        Taking `Chunk` frames from the iterator grants the worker room for as many more (backpressure).
        """
        ...

    async def reply(self, call: int, value: Any = None, error: dict[str, Any] | None = None) -> None:
        """Answer an `Ask` or `HostCall`. Nothing happens when the run is already over."""
        ...

    async def feed(self, items: Sequence[Any], last: bool = False) -> None:
        """Send items to a run that was called with `feed`."""
        ...

    async def cancel(self, reason: str) -> None:
        """Stop the run; it ends within a second with `Failed(type="Cancelled")`, whatever its code does."""
        ...


@dataclass(frozen=True, slots=True)
class WorkerState:
    """One worker, for the admin page: `state` is starting, ready, blocked, draining or ended."""

    function_id: str
    version_id: str
    pid: int
    state: str
    runs: int
    background: int
    lag: float  # seconds that its event loop is late
    memory: int  # bytes, with everything that it started
    started_at: float
    queue: int = 0  # calls that it has not begun
    cpu: float = 0.0  # processors that it used when last looked at
    processes: int = 1
    generation: int = 1  # the how-manieth worker of its version
    last_end: str = ""  # how the last one of its version ended
    node: str = ""  # of the cluster; empty on the server's own machine
    environment_id: str | None = None  # the packages that it uses


@dataclass(frozen=True, slots=True)
class Trouble:
    """A version whose workers died again and again, and which gets no new one for a while."""

    function_id: str
    version_id: str
    crashes: int
    reason: str  # how the last one died
    retry_at: float  # epoch seconds; a call after that tries again


@dataclass(frozen=True, slots=True)
class Layer:
    """One wall around workers, as it stands on this machine."""

    name: str  # as the setting `walls_without` names it
    active: bool
    what: str  # what it does
    why_not: str = ""  # what stands in its way, where it is not active
    means: str = ""  # what a function can do where it is missing


class Engine(Protocol):
    """Where runs happen. Made once per server; `start` and `stop` frame its life."""

    async def start(self) -> None: ...

    async def stop(self, grace: float) -> None:
        """Let runs finish for `grace` seconds, then end every worker."""
        ...

    async def check(self, version: VersionSource, deadline: float) -> Description:
        """Load in a fresh worker that serves nobody (L4). Raises `SourceError`, with what was logged in `log`."""
        ...

    async def run(self, version: VersionSource, call: HookCall) -> Run:
        """Call a hook in a worker of that version, starting one where there is none.

        Raises `SourceError` when the version does not load here, `EngineError` when no worker can be had.
        """
        ...

    async def retire(self, function_id: str, *, keep_version: str | None = None) -> None:
        """Drain the workers of all versions but one: no new runs, an end when the last one is over (L8)."""
        ...

    def workers(self) -> list[WorkerState]: ...

    def end_worker(self, pid: int) -> bool:
        """End that worker now; its runs fail with a `WorkerLost`. False where there is none."""
        ...

    def troubles(self) -> list[Trouble]:
        """Versions that are not started just now, since their workers kept dying."""
        ...

    def layers(self) -> list[Layer]:
        """The walls around workers; empty before `start` is done and for engines without any."""
        ...
