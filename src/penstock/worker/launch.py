"""From an order to a process: cloned, surrounded by its walls, made a worker."""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import signal
import socket
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass

from penstock.protocol.orders import Order
from penstock.worker import main, process
from penstock.worker.isolation import FRAMES, Surroundings, die_with_parent, isolate
from penstock.worker.walls import build, kernel

UNKNOWN = 1 << 16  # no status that a process can end with
_PROBED_FILES = (os.__file__, build.__file__)


@dataclass(frozen=True, slots=True)
class Child:
    """A process that the zygote started: a worker, or the first process of a worker's name space."""

    pid: int
    note: mmap.mmap | None = None  # where the first process leaves the worker's status

    def status(self, own: int) -> int:
        """How the worker ended, where this process ended with `own` (negative: the signal)."""
        if self.note is None:
            return own
        noted = int.from_bytes(self.note[:4], "little", signed=True)
        self.note.close()
        return own if noted == UNKNOWN else noted


def start(order: Order, descriptors: list[int]) -> Child:
    """Start the worker of an order, whose descriptors are its socket, its output and, maybe, where it hands over."""
    frames, output = descriptors[:2]
    handover = descriptors[2] if order.hands_over else None
    spaces = build.spaces(order.walls)
    note = mmap.mmap(-1, 4) if spaces else None
    if note is not None:
        note[:4] = UNKNOWN.to_bytes(4, "little", signed=True)
    pid = _clone(order, lambda: _become_worker(order, frames, output, handover, note), output)
    if note is not None:
        note.madvise(mmap.MADV_DONTFORK)  # no later child has a hand in it
    return Child(pid, note)


def _clone(order: Order, body: Callable[[], None], output: int) -> int:
    """A child that runs `body` once its users are mapped, and then ends. What goes wrong is written to `output`."""
    spaces = build.spaces(order.walls)
    parent = os.getpid()
    wait, go = os.pipe()
    pid = kernel.clone(spaces) if spaces else os.fork()
    if pid == 0:
        try:
            os.close(go)
            signal.set_wakeup_fd(-1)
            die_with_parent(0 if order.walls.namespaces else parent)
            if os.read(wait, 1):
                os.close(wait)
                body()
        except BaseException as error:  # noqa: BLE001 (nothing may go on in a process that is half a worker)
            os.write(output, f"The walls could not be put up: {error}\n".encode())
            os._exit(build.FAILED)
        finally:
            os._exit(70)
    os.close(wait)
    try:
        if spaces:
            build.map_users(pid, order.walls)
        os.write(go, b"\0")
    except OSError as error:
        os.write(output, f"The walls could not be put up: {error}\n".encode())
    finally:
        os.close(go)
    return pid


def _become_worker(order: Order, frames: int, output: int, handover: int | None, note: mmap.mmap | None) -> None:
    build.surround(order.walls, order.limits, handover)
    if note is None:
        _work(order, frames, output)
    else:
        os.setsid()
        build.attend(lambda: _work(order, frames, output, note), lambda status: _leave(note, status))


def _leave(note: mmap.mmap, status: int) -> None:
    note[:4] = status.to_bytes(4, "little", signed=True)


def _work(order: Order, frames: int, output: int, note: mmap.mmap | None = None) -> None:
    if note is not None:
        note.close()
    isolate(Surroundings(order.environment, order.directory), frames, output)
    if order.command:
        os.execve(order.command[0], order.command, dict(os.environ))
    if order.fresh:
        os.set_inheritable(FRAMES, True)
        os.execve(sys.executable, main.command(order.packages), dict(os.environ))
    process.serve(socket.socket(fileno=FRAMES))


def probe(order: Order) -> str:
    """Put up the walls of an order around a process that only looks whether Python can be read; why not, or nothing."""
    read, write = os.pipe()
    try:
        pid = _clone(order, lambda: _look_around(order), write)
    except OSError as error:
        os.close(read)
        os.close(write)
        return str(error)
    os.close(write)
    with os.fdopen(read, "rb") as answer:
        said = answer.read(4096).decode(errors="replace")
    _, status = os.waitpid(pid, 0)
    return said.partition(": ")[2].strip() or (f"it ended with status {status}" if status else "")


def _look_around(order: Order) -> None:
    build.surround(order.walls, order.limits, None)
    for path in _PROBED_FILES:
        with open(path, "rb") as file:
            file.read(1)
    os.stat(sys.executable)
    if order.walls.home:
        with open(os.path.join(order.walls.home, "probe"), "wb") as file:
            file.write(b"\0")
    os._exit(0)


# Ends


def kill_group(pid: int) -> None:
    """End a worker and what it started."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def adopt_strays() -> None:
    """Let this process be the parent of what workers leave behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(kernel.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_strays(known: Collection[int]) -> None:
    """End children that this process did not start: they outlived the worker that did."""
    with contextlib.suppress(OSError):
        with open(f"/proc/self/task/{os.getpid()}/children") as file:
            children = [int(pid) for pid in file.read().split()]
        for pid in children:
            if pid not in known:
                kill_group(pid)
