"""The worker itself: takes frames, keeps the runs."""

from __future__ import annotations

import asyncio
import contextvars
import faulthandler
import os
import socket
import threading
import time
from collections import deque
from typing import Any

from penstock.protocol.frames import (
    Call,
    Cancel,
    Close,
    Feed,
    Frame,
    Health,
    HostFrame,
    Load,
    Loaded,
    Log,
    More,
    Reply,
    Returned,
)
from penstock.protocol.framing import encode
from penstock.worker import host, logs, network
from penstock.worker.attribution import follow_threads
from penstock.worker.channel import Channel
from penstock.worker.children import follow_children
from penstock.worker.chunks import ChunkSender
from penstock.worker.emitter import Voices
from penstock.worker.exhaustion import know
from penstock.worker.interrupts import Interrupter
from penstock.worker.invoker import Feeds, Invoker
from penstock.worker.loader import LoadError, load
from penstock.worker.loop import LoopPerThread, WorkerLoop
from penstock.worker.pending import Replies
from penstock.worker.runs import LOG_LIMIT, LogLine, Run, current
from penstock.worker.search_path import prepare_search_path
from penstock.worker.threads import HookThreads

HEALTH_SECONDS = 1.0
HEALTH_AFTER_CANCEL = 0.6  # so that the host knows by when it acts whether other runs go on
BLOCKED_SECONDS = 0.1  # a loop that is later than that is not there
LOOK_SECONDS = 0.025
LOOKS = 4  # that find a call which has not begun, before it is given back
OUTPUT_LIMIT = 16 * 2**20


class _Waiting:
    """A call that has not begun."""

    __slots__ = ("call", "looks")

    def __init__(self, call: Call) -> None:
        self.call, self.looks = call, 0


class Worker:
    """One version in one process: frames come in on the socket's thread, author code runs on the loop's."""

    def __init__(self, sock: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self.channel = Channel(sock, self._receive, _end)
        self._replies = Replies()
        self._threads = HookThreads()
        self._interrupter = Interrupter(self._loop, self.channel)
        self._feeds = Feeds()
        self._runs: dict[str, Run] = {}
        self._chunks: dict[str, ChunkSender] = {}
        self._inbox: deque[_Waiting] = deque()
        self._inbox_watched = False
        self._invoker: Invoker | None = None
        self._voices: Voices | None = None
        self._limit = OUTPUT_LIMIT
        self._log_limit = LOG_LIMIT
        self._lag = 0.0
        self._pinged: float | None = None
        self._watching = False
        self._receivers: dict[type[Frame], Any] = {
            Call: self._on_call,
            Reply: self._replies.settle,
            More: self._on_more,
            Feed: lambda frame: self._loop.call_soon_threadsafe(self._feeds.put, frame),
            Cancel: self._on_cancel,
            Load: lambda frame: self._loop.call_soon_threadsafe(self._load, frame),
            Close: lambda frame: self._loop.call_soon_threadsafe(self._close, frame),
        }
        host.connect(self._replies)

    # The socket's thread

    def _receive(self, frame: HostFrame) -> None:
        self._receivers[type(frame)](frame)

    def _on_call(self, frame: Call) -> None:
        self._inbox.append(_Waiting(frame))
        self._loop.call_soon_threadsafe(self._begin)
        if not self._inbox_watched:
            self._inbox_watched = True
            self.channel.call_later(LOOK_SECONDS, self._watch_inbox)
        if not self._watching:
            self._watching = True
            self.channel.call_later(HEALTH_SECONDS, self._report_health)

    def _watch_inbox(self) -> None:
        """Give back what the loop does not come to: it is blocked by some other run.

        Looks are counted, not seconds: where the whole machine stood still, the loop was kept from nothing.
        """
        waiting = list(self._inbox)
        for call in waiting:
            call.looks += 1
        if waiting and waiting[0].looks >= LOOKS:
            self._give_back()
        self._inbox_watched = bool(self._inbox)
        if self._inbox_watched:
            self.channel.call_later(LOOK_SECONDS, self._watch_inbox)

    def _give_back(self) -> None:
        self._ping()
        for _ in range(len(self._inbox)):
            try:
                waiting = self._inbox.popleft()
            except IndexError:
                return
            if waiting.call.feed:
                self._inbox.append(waiting)  # items for it are on their way already
            else:
                self.send(Returned(waiting.call.run))

    def _on_more(self, frame: More) -> None:
        if chunks := self._chunks.get(frame.run):
            chunks.grant(frame.chunks)

    def _on_cancel(self, frame: Cancel) -> None:
        run = self._runs.get(frame.run)
        if run is None:
            self._loop.call_soon_threadsafe(self._cancel_late, frame)
            return
        run.cancel_reason = frame.reason
        self._interrupter.stop(run)
        self._ping()
        self.channel.call_later(HEALTH_AFTER_CANCEL, self._tell_health)

    def _report_health(self) -> None:
        self._watching = bool(self._runs)
        self._tell_health()
        self._ping()
        if self._watching:
            self.channel.call_later(HEALTH_SECONDS, self._report_health)

    def _tell_health(self) -> None:
        lag = self._lag if self._pinged is None else time.monotonic() - self._pinged
        self.send(Health(lag, resident_memory()))

    def _ping(self) -> None:
        if self._pinged is None:
            self._pinged = time.monotonic()
            self._loop.call_soon_threadsafe(self._pong, self._pinged)

    # The loop's thread

    def send(self, frame: Frame) -> None:
        self.channel.enqueue(None, encode(frame))

    def log(self, run: Run | None, line: LogLine) -> None:
        """Take a line from any thread."""
        if run is None or run.over:
            self.send(Log("", [line]))
        else:
            run.log(line)

    def forget(self, run: Run) -> None:
        self._runs.pop(run.id, None)
        self._chunks.pop(run.id, None)
        self._interrupter.forget(run)
        self._replies.drop(run)

    def leave_to_parent(self) -> None:
        """In a process that author code forked: the socket and the log belong to the parent."""
        self.channel.abandon()
        logs.release()

    def _load(self, frame: Load) -> None:
        know(frame.limits)
        self._limit = frame.limits.get("output", OUTPUT_LIMIT)
        self._log_limit = frame.limits.get("log", LOG_LIMIT)
        prepare_search_path(frame.site_packages)
        host.loading(frame)
        self._voices = Voices(self.channel, self._replies, self._limit)
        try:
            function = load(frame)
        except LoadError as error:
            self.send(error.frame)
            return
        host.loaded(function.instance)
        logs.capture_loguru()
        self._invoker = Invoker(function, self._threads, self._interrupter, self._feeds, self._limit)
        self.send(Loaded(description_fields(function.description)))

    def _begin(self) -> None:
        if self._invoker is None or self._voices is None:
            return
        try:
            call = self._inbox.popleft().call
        except IndexError:
            return  # given back
        run = Run(call, self.channel, self, self._log_limit)
        chunks = ChunkSender(run, self.channel, self._limit)
        run.on_cancel.append(lambda: self._replies.drop(run))
        if call.feed:
            self._feeds.open(call.run)
        self._runs[call.run] = run
        self._chunks[call.run] = chunks
        values = dict(call.context)
        values["event_emitter"] = self._voices.emitter(run)
        values["event_call"] = self._voices.caller(run)
        context = contextvars.copy_context()
        task = self._loop.create_task(self._invoker.execute(run, chunks, values), context=context)
        context.run(current.set, run)
        run.attach(task)

    def _cancel_late(self, frame: Cancel) -> None:
        """A cancel that overtook its call on the way to the loop."""
        if run := self._runs.get(frame.run):
            run.cancel_reason = frame.reason
            self._interrupter.stop(run)

    def _close(self, frame: Close) -> None:
        deadline = time.monotonic() + frame.grace

        def look() -> None:
            if not self._runs or time.monotonic() >= deadline:
                self.channel.call_later(0, _end)
            else:
                self._loop.call_later(0.02, look)

        look()

    def _pong(self, pinged: float) -> None:
        lag = time.monotonic() - pinged
        self._pinged = None
        self._lag = lag if lag < BLOCKED_SECONDS else 0.0
        if lag >= BLOCKED_SECONDS:
            self.send(Health(0.0, resident_memory()))  # the loop is there again


def description_fields(description: Any) -> dict[str, Any]:
    import msgspec

    fields: dict[str, Any] = msgspec.to_builtins(description)
    return fields


def resident_memory() -> int:
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _end() -> None:
    """The host is gone, or has said that this worker may end. No exit handler of an author runs."""
    os._exit(0)


def serve(sock: socket.socket) -> None:
    """The life of a worker. Does not return."""
    asyncio.set_event_loop_policy(LoopPerThread())
    faulthandler.enable(2)  # to the output pipe, whose reader tells what a crash was
    loop = WorkerLoop()
    asyncio.set_event_loop(loop)
    loop.call_soon(_start, sock)
    loop.serve()


def _start(sock: socket.socket) -> None:
    worker = Worker(sock)
    logs.capture(worker.log)
    threading.Thread(target=worker.channel.serve, name="penstock", daemon=True).start()
    follow_threads()
    follow_children()
    network.install(worker.channel, worker.log)
    os.register_at_fork(after_in_child=worker.leave_to_parent)
