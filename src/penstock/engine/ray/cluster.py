"""The connection to Ray: a cluster that is there, or one of our own on this machine."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from penstock import __version__
from penstock.engine.ray.versions import Facts, complaint, probe
from penstock.errors import CannotStart, EngineError, WorkerLost
from penstock.settings import Settings

T = TypeVar("T")

CONNECT_SECONDS = 5.0
JOIN_SECONDS = 60.0
OBJECT_STORE = 128 * 2**20  # for batches that are too large to travel within a message
ACTOR_MEMORY = 256 * 2**20  # what Ray sets aside for an actor when it chooses a node
OWN_PROCESSORS = 2  # how many processes a cluster of our own keeps ready
NAMESPACE = "penstock"
PREFIX = "penstock-ray-"

QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is told to anybody
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",  # actors run in the Python that is there
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}
ALONE = {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # on any system: listen on the loopback address alone
    "RAY_AUTH_MODE": "token",
    "RAY_memory_monitor_refresh_ms": "0",  # budgets of functions are Penstock's to enforce
}

_COMMON: dict[str, Any] = {
    "namespace": NAMESPACE,
    "log_to_driver": False,
    "configure_logging": False,
}


class Cluster:
    """Ray's calls block for moments, and it ends what it started with the thread that did: all are made on one."""

    def __init__(self, settings: Settings) -> None:
        self.errors: tuple[type[Exception], ...] = ()
        self._address = settings.ray_address
        self._most = settings.ray_actors
        self._thread = ThreadPoolExecutor(1, "ray")
        self._ray: Any = None
        self._mine = False
        self._temporary = ""
        self._note = settings.data_dir / "ray.session"  # leads to the files of a Ray of our own

    async def connect(self) -> None:
        """Raises `CannotStart` with a sentence for whatever stands in the way."""
        await self._do(self._connect)
        _take_signals_back()
        if self._address:
            await self._compare_nodes()

    def _connect(self) -> None:
        os.environ.update(QUIET)
        if not self._address:
            os.environ.update(ALONE)
            os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
        elif not _answers(self._address):
            raise CannotStart(
                f"The Ray cluster at {self._address} cannot be reached.",
                hint="Start one with `ray start --head`, or let PENSTOCK_RAY_ADDRESS name the one that runs.",
            )
        self._ray = _imported()
        logging.getLogger("ray").setLevel(logging.ERROR)
        self.errors = (self._ray.exceptions.RayError,)
        if not self._ray.is_initialized():
            self._join() if self._address else self._begin()

    def _begin(self) -> None:
        self._remove_files()  # of a server that crashed
        self._temporary = tempfile.mkdtemp(prefix=PREFIX)  # its sockets need a short path
        self._note.symlink_to(self._temporary)
        self._mine = True
        try:
            self._ray.init(
                num_cpus=min(OWN_PROCESSORS, os.cpu_count() or 1),
                _memory=(self._most + 1) * ACTOR_MEMORY,
                object_store_memory=OBJECT_STORE,
                include_dashboard=False,
                _temp_dir=self._temporary,
                **_COMMON,
            )
        except Exception as error:
            self._leave()
            raise CannotStart(f"Ray could not be started here: {_told(error)}") from error

    def _join(self) -> None:
        self._mine = True
        try:
            self._ray.init(address=self._address, **_COMMON)
        except Exception as error:
            self._leave()
            raise CannotStart(
                f"The Ray cluster at {self._address} cannot be used: {_told(error)}",
                hint="The server runs on a machine of the cluster (`ray start --address=...` joins it), "
                "with the same Python and Ray.",
            ) from error

    async def disconnect(self) -> None:
        await self._do(self._leave)
        self._thread.shutdown(wait=False)

    def _leave(self) -> None:
        if self._mine:
            self._mine = False
            self._ray.shutdown()
        if self._temporary:
            self._remove_files()

    def _remove_files(self) -> None:
        if self._note.is_symlink():
            if self._note.readlink().name.startswith(PREFIX):
                shutil.rmtree(self._note.readlink(), ignore_errors=True)
            self._note.unlink()

    # Actors

    def actor(self, kind: type, name: str, arguments: tuple[Any, ...]) -> Any:
        """A new one, wherever the cluster has room. It is never started again, nor are its calls ever repeated."""
        remote = self._ray.remote(kind).options(
            name=name,
            namespace=NAMESPACE,
            num_cpus=0,
            memory=ACTOR_MEMORY,
            max_restarts=0,
            max_task_retries=0,
            scheduling_strategy="SPREAD",
        )
        return remote.remote(*arguments)

    async def greet(self, actor: Any, seconds: float) -> Facts:
        """What it tells of itself.

        Raises `TimeoutError`, `WorkerLost` when its process or node is gone, `EngineError` where it cannot work with
        this server.
        """
        try:
            async with asyncio.timeout(seconds):
                found = await actor.hello.remote()
        except self._ray.exceptions.ActorDiedError as error:
            raise WorkerLost(f"An actor ended while it started: {_told(error)}") from error
        except self.errors as error:
            raise EngineError(f"An actor could not be started: {_told(error)}") from error
        if wrong := complaint(found):
            raise EngineError(wrong)
        return Facts(**found)

    def end(self, actor: Any) -> None:
        """End its process, wherever it is."""
        self._thread.submit(self._end, actor)

    def _end(self, actor: Any) -> None:
        if self._ray.is_initialized():
            self._ray.kill(actor)

    async def is_alive(self, node_id: str) -> bool:
        nodes = await self._do(self._ray.nodes)
        return any(node["NodeID"] == node_id and node["Alive"] for node in nodes)

    async def _compare_nodes(self) -> None:
        """Raises `CannotStart` where a node has another Python or Penstock."""
        try:
            async with asyncio.timeout(JOIN_SECONDS):
                found = await asyncio.gather(*await self._do(self._ask_nodes))
        except TimeoutError as error:
            raise await self._refuse(f"The nodes did not answer within {JOIN_SECONDS:g} seconds.") from error
        except self.errors as error:
            raise await self._refuse(f"A node did not answer: {_told(error)}") from error
        if wrong := [each for each in map(complaint, found) if each]:
            raise await self._refuse(" ".join(wrong))

    def _ask_nodes(self) -> list[Any]:
        affinity = self._ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy
        ask = self._ray.remote(probe())
        alive = [node["NodeID"] for node in self._ray.nodes() if node["Alive"]]
        return [
            ask.options(num_cpus=0, max_retries=0, scheduling_strategy=affinity(node, soft=False)).remote()
            for node in alive
        ]

    async def _refuse(self, sentence: str) -> CannotStart:
        await self.disconnect()
        return CannotStart(
            f"The Ray cluster at {self._address} cannot be used. {sentence}",
            hint=f"Every node needs Penstock {__version__} and the server's Python.",
        )

    async def _do(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)


def _imported() -> Any:
    try:
        import ray
        import ray.util.scheduling_strategies
    except ImportError as error:
        raise CannotStart(
            "PENSTOCK_ENGINE=ray needs Ray, which is not installed.", hint="Install it: pip install 'penstock[cluster]'"
        ) from error
    return ray


def _take_signals_back() -> None:
    """Ray's library writes a stack trace whenever the process is asked to end. Only the main thread may mend that."""
    handler = signal.getsignal(signal.SIGTERM)
    if handler is not None and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, handler)


def _answers(address: str) -> bool:
    """Whether anybody listens there; Ray itself would try for minutes."""
    host, _, port = address.rpartition(":")
    if not host or "/" in host or not port.isdecimal():
        raise CannotStart(
            f"PENSTOCK_RAY_ADDRESS is {address}, which is not an address of a Ray cluster.",
            hint="It is `host:port` of the head node, as `ray start --head` prints it.",
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
    except OSError:
        return False
    return True


def _told(error: BaseException) -> str:
    """What Ray says, without its tracebacks."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, Exception):
        return f"{type(cause).__name__}: {cause}"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if not lines:
        return type(error).__name__
    return lines[-1] if any(line.startswith("Traceback") for line in lines) else lines[0]
