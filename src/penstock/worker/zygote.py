"""The parent of all workers: imports the usual libraries once and forks a child for each version.

What every worker needs is imported at the start; what only most need, after the first worker was ordered and
whenever there is nothing else to do: a server whose functions nobody uses does not pay for it.

Started as `python -m penstock.worker.zygote <descriptor> <parent>`; `penstock.protocol.orders` says what is said.
It runs no author's code, has one thread and ends with the server.
"""

from __future__ import annotations

import array
import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys

import msgspec
from pydantic import BaseModel, Field

from penstock.protocol.framing import HEADER
from penstock.protocol.orders import News, Order
from penstock.worker import launch, logs
from penstock.worker.isolation import die_with_parent
from penstock.worker.launch import Child, kill_group
from penstock.worker.search_path import prepare_search_path

USUAL = (
    "fastapi",
    "fastapi.responses",
    "penstock.worker.request",
    "requests",
    "loguru",
    "aiohttp",
    "httpx",
    # What two thirds of the functions that use `open_webui` import (20 ms that each worker saves)
    "open_webui.env",
    "open_webui.main",
    "open_webui.models.chats",
    "open_webui.models.files",
    "open_webui.models.users",
    "open_webui.utils.misc",
)
RECEIVE = 256 * 1024


class Zygote:
    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._buffer = bytearray()
        self._descriptors: list[int] = []
        self._children: dict[int, Child] = {}
        self._to_import = list(USUAL)
        self._in_use = False
        self._orders = msgspec.msgpack.Decoder(Order)
        self._wake_read, wake_write = os.pipe()
        os.set_blocking(wake_write, False)
        os.set_blocking(self._wake_read, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)

    def tell(self, news: News) -> None:
        body = msgspec.msgpack.encode(news)
        with contextlib.suppress(ConnectionError):  # the host has hung up; `serve` sees it next
            self._control.sendall(HEADER.pack(len(body)) + body)

    def serve(self) -> None:
        """Until the host hangs up."""
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._wake_read, select.POLLIN)
        while True:
            ready = poll.poll(0 if self._in_use and self._to_import else None)
            for descriptor, _ in ready:
                if descriptor == self._wake_read:
                    os.read(self._wake_read, 4096)
                elif not self._read():
                    return
            self._reap()
            if not ready:
                self._import_next()

    def _import_next(self) -> None:
        with contextlib.suppress(ImportError):
            importlib.import_module(self._to_import.pop(0))
        logs.capture_loguru()
        if not self._to_import:
            settle()

    def _read(self) -> bool:
        data, ancillary, _flags, _address = self._control.recvmsg(RECEIVE, socket.CMSG_SPACE(16 * 4))
        for level, kind, content in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                received = array.array("i")
                received.frombytes(content[: len(content) - len(content) % received.itemsize])
                self._descriptors.extend(received)
        self._buffer += data
        while len(self._buffer) >= HEADER.size:
            (length,) = HEADER.unpack_from(self._buffer)
            if len(self._buffer) < HEADER.size + length:
                break
            order = self._orders.decode(self._buffer[HEADER.size : HEADER.size + length])
            del self._buffer[: HEADER.size + length]
            self._obey(order)
        return bool(data)

    def _obey(self, order: Order) -> None:
        if order.order == "kill" and order.pid in self._children:
            kill_group(order.pid)
        elif order.order == "probe":
            self.tell(News("probed", order.id, why=launch.probe(order)))
        elif order.order == "start":
            self._start(order)

    def _start(self, order: Order) -> None:
        wanted = 3 if order.hands_over else 2
        descriptors, self._descriptors = self._descriptors[:wanted], self._descriptors[wanted:]
        child = launch.start(order, descriptors)
        self._children[child.pid] = child
        for descriptor in descriptors:
            os.close(descriptor)
        self.tell(News("started", order.id, child.pid))
        self._in_use = True

    def _reap(self) -> None:
        while self._children:
            with contextlib.suppress(ChildProcessError):
                pid, status = self._ended_child()
                if pid:
                    self._children_ended(pid, status)
                    continue
            return

    def _children_ended(self, pid: int, status: int) -> None:
        child = self._children.pop(pid, None)
        if child is not None:
            self.tell(News("ended", pid=pid, status=child.status(os.waitstatus_to_exitcode(status))))
        launch.end_strays(self._children)

    def _ended_child(self) -> tuple[int, int]:
        """A child that has ended, reaped; whatever it started itself is ended first."""
        if hasattr(os, "waitid"):
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT | os.WNOHANG)
            if found is None:
                return 0, 0
            if found.si_pid in self._children:
                kill_group(found.si_pid)
            return os.waitpid(found.si_pid, 0)
        return os.waitpid(-1, os.WNOHANG)


class _Warm(BaseModel):
    """Built once here, so that the first model of each worker is quick."""

    text: str = Field(default="", description="any", json_schema_extra={"input": {"type": "select"}})
    number: int | None = None


def warm_up() -> None:
    prepare_search_path(None)
    _Warm(text="a").model_dump()
    _Warm.model_json_schema()
    settle()


def settle() -> None:
    """Keep the collector of a child from touching, and so copying, what it shares with this process."""
    gc.collect()
    gc.freeze()


def top_names() -> list[str]:
    """Packages that are imported, or will be."""
    return sorted({name.partition(".")[0] for name in (*sys.modules, *USUAL)})


def main() -> None:
    control, parent = int(sys.argv[1]), int(sys.argv[2])
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    launch.adopt_strays()
    zygote = Zygote(socket.socket(fileno=control))
    warm_up()
    zygote.tell(News("ready", modules=top_names()))
    with contextlib.suppress(ConnectionError, BrokenPipeError):
        zygote.serve()
    for pid in list(zygote._children):
        kill_group(pid)


if __name__ == "__main__":
    main()
