"""One worker process, seen from the host."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from typing import cast

import msgspec

from penstock.engine.base import HookCall, VersionSource
from penstock.engine.local.ends import SENTENCES, Ending, lost
from penstock.engine.local.history import History
from penstock.engine.local.load_errors import load_error
from penstock.engine.local.load_log import LoadLog
from penstock.engine.local.output import Output
from penstock.engine.local.run import LocalRun
from penstock.engine.local.surroundings import Folder
from penstock.engine.local.way_out import WayOut
from penstock.errors import BadRequest, EngineError, PenstockError, ProtocolBroken, WorkerLost
from penstock.functions.description import Description
from penstock.protocol.frames import (
    Close,
    Connecting,
    Failed,
    Frame,
    Health,
    Load,
    Loaded,
    LoadFailed,
    Log,
    Result,
    Returned,
    RunFrame,
    WorkerFrame,
)
from penstock.protocol.framing import FrameDecoder, encode

FRAMES_HELD = 5_000  # frames that nobody took yet, before the worker is left waiting
BYTES_HELD = 64 * 2**20
END_SECONDS = 2.0
BLOCKED_SECONDS = 0.1
STATUS_SECONDS = 5.0  # how long the exit status of a process that hung up is waited for
LINGER_SECONDS = 0.5  # between the signs of an end: the socket, the output, the exit status
UNHEARD_SECONDS = 2.5  # a busy worker tells once a second how it is
LAGGING_SECONDS = 0.3
OUTLAST_SECONDS = 30.0  # how long a run that did not stop may be outlasted by others


class Worker(asyncio.Protocol):
    """Made before its process; `connected` to it by the pool."""

    def __init__(self, version: VersionSource, folder: Folder, frame_limit: int, kill: Callable[[int], None]) -> None:
        self.version = version
        self.pid = 0
        self.state = "starting"
        self.ending: Ending | None = None  # decided before the end, or found at it
        self.generation = 1
        self.history = History()  # of its version
        self.proven = False  # a run of it has succeeded
        self.memory, self.processes, self.cpu = 0, 1, 0.0  # as last looked at
        self.directory = str(folder.path)
        self.how_ended = ""
        self.runs: dict[str, LocalRun] = {}
        self.log = LoadLog(version.rights.budget.log)
        self.last_used = time.monotonic()
        self.on_end: Callable[[Worker], None] = lambda _: None
        self.on_returned: Callable[[LocalRun], None] = lambda _: None
        self.on_recovered: Callable[[], None] = lambda: None
        self.blocked = False  # some run keeps the loop from beginning others
        self.ended = asyncio.Event()
        self.output = Output(self._settle)
        self.way_out: WayOut | None = None  # of its network
        self.started_at = time.time()
        self._folder = folder
        self._kill = kill
        self._loop = asyncio.get_running_loop()
        self._decoder: FrameDecoder[WorkerFrame] = FrameDecoder(WorkerFrame, frame_limit)
        self._transport: asyncio.Transport | None = None
        self._loaded: asyncio.Future[Description] = self._loop.create_future()
        self._held = 0
        self._held_bytes = 0
        self._reading = True
        self._room: asyncio.Future[None] | None = None
        self._status: int | None = None
        self._why: PenstockError | None = None
        self._hung_up = False
        self._lag, self._heard_at = 0.0, 0.0
        self._ghosts: set[str] = set()  # runs that are over but for the worker
        self._outlasted_until = 0.0

    # Sending

    def send(self, frame: Frame) -> None:
        if self._transport is not None and not self._hung_up:
            self._transport.write(encode(frame))

    def send_value(self, frame: Frame) -> None:
        """The same with a value that others have made. Raises `BadRequest` where a frame cannot hold it."""
        try:
            self.send(frame)
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise BadRequest(f"A value could not be passed on to the function: {error}.") from error

    async def send_drained(self, frame: Frame) -> None:
        """Send a value, then wait until the worker takes more."""
        self.send_value(frame)
        while self._room is not None:
            await asyncio.shield(self._room)

    def call(self, call: HookCall) -> LocalRun:
        if call.run_id in self.runs:
            raise EngineError(f"There is a run {call.run_id} already.")
        run = LocalRun(call, self)
        self._begin(run)
        return run

    def take_over(self, run: LocalRun) -> None:
        """Begin a run that another worker has given back."""
        run.place(self)
        self._begin(run)

    def _begin(self, run: LocalRun) -> None:
        self.runs[run.id] = run
        self.last_used = time.monotonic()
        if self.way_out is not None:
            self.way_out.begun(run.context)
        try:
            self.send_value(run.call_frame())
        except BadRequest as error:
            run.fail(error)
            raise

    async def load(self, limits: dict[str, int], deadline: float) -> Description:
        """Load the version. Raises `SourceError` or `EngineError`; the worker is ended then."""
        version = self.version
        self.send(
            Load(
                function_id=version.function_id,
                version_id=version.version_id,
                source=version.source,
                filename=version.filename,
                package_dir=str(self._folder.package) if self._folder.package else None,
                site_packages=version.site_packages,
                data_dir=version.data_dir,
                valves=version.valves,
                limits=limits,
            )
        )
        try:
            async with asyncio.timeout(deadline):
                description = await asyncio.shield(self._loaded)
        except TimeoutError:
            self.end(ending="load")
            slow = LoadFailed(
                "import", "TimeoutError", f"The module was still being imported after {deadline:g} seconds."
            )
            raise load_error(slow, list(self.log)) from None
        except WorkerLost as error:
            if not self._ended_by_itself:
                raise
            raise load_error(LoadFailed("import", "", error.message), list(self.log)) from error
        except PenstockError:
            self.end(ending="load")
            raise
        self.state = "ready"
        return description

    # Receiving

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._held_bytes += len(data)
        try:
            for frame in self._decoder.feed(data):
                self._receive(frame)
        except ProtocolBroken as error:
            self.end(error, "protocol")
            return
        if self._reading and (self._held > FRAMES_HELD or self._held_bytes > BYTES_HELD) and self._held:
            self._reading = False
            if self._transport is not None:
                self._transport.pause_reading()
        elif not self._held:
            self._held_bytes = 0

    def _receive(self, frame: WorkerFrame) -> None:
        if isinstance(frame, Health):
            self._hear_health(frame)
        elif isinstance(frame, Returned):
            self._give_back(frame)
        elif isinstance(frame, Log) and not frame.run:
            self.log.extend(frame.lines)
        elif isinstance(frame, Connecting):
            self._hear_connecting(frame)
        elif isinstance(frame, (Loaded, LoadFailed)):
            self._hear_load(frame)
        else:
            self._pass_on(frame)

    def _pass_on(self, frame: RunFrame) -> None:
        run = self.runs.get(frame.run)
        if run is not None:
            if self.way_out is not None and isinstance(frame, (Result, Failed)):
                self.way_out.outcome(frame.run)
            run.receive(frame)
        elif frame.run not in self._ghosts:
            raise ProtocolBroken("The worker sent a frame for a run that it does not have.")

    def _hear_connecting(self, frame: Connecting) -> None:
        if frame.run not in self.runs and frame.run not in self._ghosts:
            raise ProtocolBroken("The worker named a connection of a run that it does not have.")
        if self.way_out is not None:
            self.way_out.connecting(frame)

    def _hear_health(self, frame: Health) -> None:
        self._lag, self._heard_at = frame.lag, time.monotonic()
        if self.blocked and frame.lag < BLOCKED_SECONDS:
            self.blocked = False
            self.on_recovered()

    def _give_back(self, frame: Returned) -> None:
        run = self.runs.get(frame.run)
        if run is None or run.begun:
            raise ProtocolBroken("The worker gave back a run that it does not have or has begun.")
        del self.runs[frame.run]
        self.blocked = True
        self._loop.call_later(UNHEARD_SECONDS, self._end_blocked)
        if run.returned():
            self.on_returned(run)

    def _end_blocked(self) -> None:
        """Nobody loses a worker whose loop is blocked by something that belongs to no run."""
        if self.blocked and not self.runs:
            self.end(ending="stuck")

    def _hear_load(self, frame: Loaded | LoadFailed) -> None:
        if self._loaded.done():
            raise ProtocolBroken("The worker said twice that it has loaded.")
        if isinstance(frame, LoadFailed):
            self._loaded.set_exception(load_error(frame, list(self.log)))
            return
        try:
            self._loaded.set_result(msgspec.convert(frame.description, Description))
        except msgspec.ValidationError as error:
            raise ProtocolBroken(f"The worker described its function wrongly: {error}") from error

    def queued(self) -> None:
        self._held += 1

    def taken(self, frames: int) -> None:
        self._held -= frames
        if not self._reading and self._held < FRAMES_HELD // 4 and self._transport is not None and not self._hung_up:
            self._reading = True
            self._held_bytes = 0
            self._transport.resume_reading()

    def pause_writing(self) -> None:
        self._room = self._loop.create_future()

    def resume_writing(self) -> None:
        if self._room is not None:
            self._room.set_result(None)
            self._room = None

    # The end

    def run_over(self, run: LocalRun) -> None:
        self.runs.pop(run.id, None)
        self.last_used = time.monotonic()
        if not self.runs:
            if self.state == "draining":
                self._close()
            elif self.blocked:
                self._loop.call_later(UNHEARD_SECONDS, self._end_blocked)

    def drain(self, ending: Ending = "replaced") -> None:
        """No new runs; an end when the last one is over."""
        if self.state in ("starting", "ready"):
            self.state = "draining"
            self.ending = self.ending or ending
            if not self.runs:
                self._close()

    def _close(self) -> None:
        if self._ghosts:
            self.end()
            return
        self.send(Close(0))
        self._loop.call_later(END_SECONDS, self.end)

    def end(self, why: PenstockError | None = None, ending: Ending | None = None) -> None:
        """End the process now."""
        if self.state != "ended":
            self._why = self._why or why
            self.ending = self.ending or ending
            if self.pid and self._status is None:
                self._kill(self.pid)
            self._finish()

    def end_stuck(self, run: LocalRun, since: float) -> None:
        """A run was cancelled at `since` and goes on: it ends with the process, at once or when others are over.

        They may finish where the worker has shown since then that it still can begin and end things.
        """
        self._ghosts.add(run.id)
        run.fail(WorkerLost("The run did not stop."))
        if self.state == "ended":
            return
        self.drain("stuck")
        if self._heard_at > since and self._lag < LAGGING_SECONDS and self.runs:
            self._outlasted_until = self._outlasted_until or time.monotonic() + OUTLAST_SECONDS
            self._outlast()
        else:
            self._end_with_stuck()

    def _outlast(self) -> None:
        """Look every now and then whether the other runs can still finish."""
        if self.state == "ended":
            return
        if not self.runs or self.lag > 1 or time.monotonic() > self._outlasted_until:
            self._end_with_stuck()
        else:
            self._loop.call_later(BLOCKED_SECONDS, self._outlast)

    def _end_with_stuck(self) -> None:
        said = "The worker was ended because another run of the same function did not stop when cancelled."
        self.end(WorkerLost(said), "stuck")

    @property
    def lag(self) -> float:
        """Seconds that its event loop is late; also when it is too busy to say so itself."""
        unheard = time.monotonic() - max(self._heard_at, self.last_used)
        return max(self._lag, unheard) if self.runs and unheard > UNHEARD_SECONDS else self._lag

    def exited(self, status: int) -> None:
        self._status = status
        self._settle()
        self._loop.call_later(LINGER_SECONDS, self._finish)

    def connection_lost(self, exc: Exception | None) -> None:
        self._hung_up = True
        if self._room is not None:
            self.resume_writing()
        self._settle()
        if self._status is None:
            self._loop.call_later(LINGER_SECONDS, self._end_hung_up)

    def _end_hung_up(self) -> None:
        """The status is still to come: from whoever started the process, once that is not busy."""
        if self.state != "ended" and self._status is None:
            if self.pid:
                self._kill(self.pid)
            self._loop.call_later(STATUS_SECONDS, self.end)

    @property
    def _ended_by_itself(self) -> bool:
        return self._status is not None and self._status != -signal.SIGKILL

    def _settle(self) -> None:
        """The end is told once all that the process sent was read."""
        if self._hung_up and self.output.ended and self._status is not None:
            self._finish()

    def _finish(self) -> None:
        if self.state == "ended":
            return
        self.state = "ended"
        self._hung_up = True
        if self._transport is not None:
            self._transport.abort()
        self.output.close()
        error = self._why or lost(self._status, self.output.text)
        if self.ending is None:
            self.ending = "load" if self._ended_by_itself and not self._loaded.done() else "crash"
        self.how_ended = SENTENCES.get(self.ending) or error.message
        for run in list(self.runs.values()):
            run.fail(error)
        if not self._loaded.done():
            self._loaded.set_exception(error)
            self._loaded.exception()
        if self.way_out is not None:
            self.way_out.close()
        self._folder.leave()
        self.ended.set()
        self.on_end(self)
