"""What the host orders from the zygote, and what it hears from it.

msgpack maps behind a length of four bytes, as frames are. A `start` order brings descriptors: the worker's socket, its
output pipe and, where the worker has a network of its own, the socket on which it hands over its listener.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Walls(Struct, frozen=True, omit_defaults=True):
    """What surrounds a process from before the first line of author code. Without any: a plain child process."""

    namespaces: bool = False  # user, mount, process, ipc and host name spaces, with a private root
    network: bool = False  # a network of its own, with nothing but a loopback
    landlock: bool = False
    seccomp: bool = False
    uid: int | None = None  # of the process outside; None: the server's own
    port: int = 0  # of the proxy; 0: no network at all
    read: tuple[str, ...] = ()  # folders and files that can be read and run
    write: tuple[str, ...] = ()  # folders that can be written
    links: dict[str, str] = {}  # symbolic links of the private root
    hidden: tuple[str, ...] = ()  # folders inside readable ones that must not be seen
    home: str = ""  # also what `/tmp` is, in a private root


class Limits(Struct, frozen=True, omit_defaults=True):
    """Resource limits; 0: the server's own."""

    memory: int = 0  # bytes that one process may have for itself
    processes: int = 0  # with threads; holds only where the process has a user of its own
    file_size: int = 0
    open_files: int = 0


class Order(Struct, frozen=True, omit_defaults=True):
    """`start`: a worker. `kill`: end one. `probe`: try walls on a process that does nothing else."""

    order: Literal["start", "kill", "probe"]
    id: int = 0
    pid: int = 0
    environment: dict[str, str] = {}
    directory: str = "/"
    fresh: bool = False  # in an interpreter that has imported nothing yet
    command: tuple[str, ...] = ()  # what runs in place of a worker
    packages: str = ""  # for a fresh one: what it imports from before anything else
    walls: Walls = Walls()
    limits: Limits = Limits()

    @property
    def hands_over(self) -> bool:
        """Whether a third descriptor comes along."""
        return self.walls.network and self.walls.port > 0


class News(Struct, frozen=True, omit_defaults=True):
    news: Literal["ready", "started", "ended", "probed"]
    id: int = 0
    pid: int = 0
    status: int = 0
    modules: list[str] = []
    why: str = ""  # what stands in the way of walls that were probed
