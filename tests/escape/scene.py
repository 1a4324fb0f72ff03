"""What stands outside the walls: files, processes and sockets that a function is told of, and must not reach."""

from __future__ import annotations

import ctypes
import errno
import os
import secrets
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.escape import intruder
from tests.escape.intruder import files

VICTIM_SECONDS = "86399"
WRITING = tuple(
    name
    for name in intruder.ATTEMPTS
    if hasattr(files, name) and name.endswith("outside") and not name.startswith(("read", "see"))
)
KILLED = {
    "kill_another": "to_kill",
    "kill_another_by_handle": "to_kill_by_handle",
    "kill_another_as_group": "to_kill_as_group",
}
_IPC_CREAT, _IPC_RMID = 0o1000, 0


@dataclass
class Scene:
    """Made for one server. `given` is what its hostile function gets to know."""

    folder: Path
    data_dir: Path
    token: str = field(default_factory=lambda: secrets.token_hex(12))
    given: dict[str, Any] = field(default_factory=dict)
    heard: list[bytes] = field(default_factory=list)  # datagrams
    victims: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    connected: int = 0  # to the services of this machine
    signals: set[int] = field(default_factory=set)  # that the server got
    reached: bool = False  # a port that the function listened on

    @property
    def looks(self) -> dict[str, Callable[[], str]]:
        """For attempts whose outcome is seen from outside: what it is there; empty: nothing has happened."""
        return {
            **{name: partial(_difference, self.folder / "outside", name) for name in WRITING},
            **{name: partial(self._killed, name) for name in KILLED},
            "write_temporary_folder_of_machine": lambda: _exists(self.given["temporary"]),
            "write_shared_memory_of_machine": lambda: _exists(self.given["shared_memory"] + ".new"),
            "send_datagram": lambda: "it arrived" if self.heard else "",
            "listen_for_machine": lambda: "others could connect" if self.reached else "",
            "signal_server": lambda: "it arrived" if signal.SIGURG in self.signals else "",
            "signal_server_by_kernel": lambda: "it arrived" if signal.SIGWINCH in self.signals else "",
        }

    def _killed(self, attempt: str) -> str:
        return "" if self.victims[attempt].poll() is None else "the other process has ended"

    def renew(self) -> None:
        """As it was, for the next round."""
        self.heard.clear()
        self.signals.clear()
        self.connected = 0
        self.reached = False
        for name in WRITING:
            _make(self.folder / "outside", name)
        for path in (self.given["temporary"], self.given["shared_memory"] + ".new"):
            Path(path).unlink(missing_ok=True)
        for name, argument in KILLED.items():
            if name not in self.victims or self.victims[name].poll() is not None:
                self.victims[name] = _victim(self.token)
                self.given[argument] = self.victims[name].pid


def _exists(path: str) -> str:
    return f"{path} exists" if os.path.exists(path) else ""


PRECIOUS = "precious"
LONG_AGO = 1_000_000_000


def _make(folder: Path, name: str) -> None:
    (folder / f"{name}.new").unlink(missing_ok=True)
    (folder / name).unlink(missing_ok=True)
    (folder / name).write_text(PRECIOUS)
    (folder / name).chmod(0o600)
    os.utime(folder / name, (LONG_AGO, LONG_AGO))


def _difference(folder: Path, name: str) -> str:
    file = folder / name
    if (folder / f"{name}.new").exists():
        return "there is a new file"
    if not file.exists():
        return "it is gone"
    found = file.stat()
    if file.read_text() != PRECIOUS:
        return "its content has changed"
    state = (found.st_mode & 0o7777, int(found.st_mtime), found.st_uid, found.st_nlink)
    expected = (0o600, LONG_AGO, os.geteuid(), 1)
    return "" if state == expected else f"{state} instead of {expected}"


def _victim(token: str) -> subprocess.Popen[bytes]:
    """A process of the server's user that has nothing to do with any function."""
    environment = {"PATH": os.environ["PATH"], "ESCAPE_SECRET": token}
    return subprocess.Popen(["sleep", VICTIM_SECONDS], env=environment, start_new_session=True)


@contextmanager
def scene(folder: Path, data_dir: Path) -> Iterator[Scene]:
    """Everything there is, and none of it left afterwards. Files of the server itself must be there already."""
    made = Scene(folder, data_dir)
    with ExitStack() as stack:
        _files(made, stack)
        _processes(made, stack)
        _sockets(made, stack)
        made.renew()
        yield made


def _files(scene: Scene, stack: ExitStack) -> None:
    outside = scene.folder / "outside"
    outside.mkdir()
    secret = scene.folder / "secret"
    secret.write_text(scene.token)
    secret.chmod(0o600)
    shared = Path(f"/dev/shm/penstock-{scene.token}")
    shared.write_text(scene.token)
    shared.chmod(0o600)
    temporary = Path(f"/tmp/penstock-{scene.token}")
    stack.callback(shared.unlink)
    for path in (temporary, Path(f"{shared}.new")):
        stack.callback(path.unlink, missing_ok=True)
    scene.given.update(
        token=scene.token,
        data_dir=str(scene.data_dir),
        secret_file=str(secret),
        outside=str(outside),
        shared_memory=str(shared),
        temporary=str(temporary),
        configuration=f"/etc/penstock-{scene.token}",
    )


def _processes(scene: Scene, stack: ExitStack) -> None:
    victim = _victim(scene.token)
    scene.victims[""] = victim
    stack.callback(_end_all, scene.victims)
    buffer = ctypes.create_string_buffer(scene.token.encode())
    descriptor = os.open(scene.given["secret_file"], os.O_RDONLY)
    stack.callback(os.close, descriptor)
    stack.callback(lambda: buffer)  # as long as its address is known
    segment = _segment(scene.token, stack)

    for number in (signal.SIGURG, signal.SIGWINCH):
        before = signal.signal(number, lambda number, _: scene.signals.add(number))
        stack.callback(signal.signal, number, before)
    scene.given.update(
        victim=victim.pid,
        duration=VICTIM_SECONDS,
        server=os.getpid(),
        buffer=ctypes.addressof(buffer),
        descriptor=descriptor,
        segment=segment,
    )


def _end_all(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in processes.values():
        process.kill()
        process.wait()


def _segment(token: str, stack: ExitStack) -> int:
    """Shared memory of System V; gives its key."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    key = secrets.randbelow(2**30) + 1
    found = libc.shmget(key, 4096, _IPC_CREAT | 0o600)
    assert found >= 0, os.strerror(ctypes.get_errno())
    stack.callback(libc.shmctl, found, _IPC_RMID, None)
    address = libc.shmat(found, None, 0)
    ctypes.memmove(address, token.encode(), len(token))
    libc.shmdt(ctypes.c_void_p(address))
    return key


def _sockets(scene: Scene, stack: ExitStack) -> None:
    stop = threading.Event()
    everywhere = _listener(socket.AF_INET6, ("::", 0)) if socket.has_dualstack_ipv6() else None
    tcp = everywhere or _listener(socket.AF_INET, ("0.0.0.0", 0))
    unix_path = f"/tmp/penstock-{scene.token}.sock"
    unix = _listener(socket.AF_UNIX, unix_path)
    os.chmod(unix_path, 0o777)
    stack.callback(os.unlink, unix_path)
    abstract = _listener(socket.AF_UNIX, f"\0penstock-{scene.token}")
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    free = stack.enter_context(socket.socket())  # nobody else gets its port; the function may have it beside us
    free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    free.bind(("127.0.0.1", 0))
    scene.given.update(
        port=tcp.getsockname()[1],
        unix=unix_path,
        abstract=f"penstock-{scene.token}",
        udp=udp.getsockname()[1],
        free_port=free.getsockname()[1],
        address=own_address(),
    )
    threads = [threading.Thread(target=_serve, args=(scene, sock, stop)) for sock in (tcp, unix, abstract, udp)]
    threads.append(threading.Thread(target=_knock, args=(scene, stop)))
    for thread in threads:
        thread.start()
        stack.callback(thread.join)
    stack.callback(stop.set)


def _listener(family: int, address: Any) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    sock.bind(address)
    sock.listen()
    return sock


def _serve(scene: Scene, sock: socket.socket, stop: threading.Event) -> None:
    sock.settimeout(0.05)
    with sock:
        while not stop.is_set():
            try:
                if sock.type == socket.SOCK_DGRAM:
                    scene.heard.append(sock.recv(100))
                else:
                    sock.accept()[0].close()
                    scene.connected += 1
            except TimeoutError:
                continue


def _knock(scene: Scene, stop: threading.Event) -> None:
    """Try the port that the function says it listens on."""
    while not stop.wait(0.03):
        with socket.socket() as sock:
            sock.settimeout(0.5)
            found = sock.connect_ex(("127.0.0.1", scene.given["free_port"]))
            if found in (0, errno.ECONNRESET):  # whoever listens may close again at once
                scene.reached = True


def own_address() -> str:
    """An address of this machine that is not its loopback; empty where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(("198.51.100.1", 9))  # no packet is sent
        except OSError:
            return ""
        address: str = sock.getsockname()[0]
        return "" if address.startswith("127.") else address


def lay_out(data_dir: Path) -> None:
    """Put the hostile package where its function finds it."""
    source = Path(intruder.__file__).parent
    shutil.copytree(source, data_dir / "intruder", ignore=shutil.ignore_patterns("__pycache__"))


SOURCE = """
import os, sys
sys.path.insert(0, os.environ["DATA_DIR"])
from intruder import run

class Action:
    def action(self, body):
        return run(body["attempts"], body["given"])
"""
