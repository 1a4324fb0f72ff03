"""Doing something to, or learning something from, other processes."""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import signal
import struct

from .attempts import Given, Stopped, attempt, syscall

_SEIZE = 0x4206
_PARENT = os.getppid()  # of the worker: the first process of its walls


@attempt
def see_processes(given: Given) -> str:
    return str(os.stat(f"/proc/{given['victim']}"))


@attempt
def list_processes(given: Given) -> str:
    found = [name for name in os.listdir("/proc") if name == str(given["victim"])]
    if not found:
        raise Stopped("only its own are there")
    return str(found)


@attempt
def read_environment_of_another(given: Given) -> str:
    return _with(f"/proc/{given['victim']}/environ", given["token"])


@attempt
def read_environment_of_server(given: Given) -> str:
    return _with(f"/proc/{given['server']}/environ", "PATH")


@attempt
def read_command_of_another(given: Given) -> str:
    return _with(f"/proc/{given['victim']}/cmdline", given["duration"])


def _with(path: str, expected: str) -> str:
    with open(path, "rb") as file:
        said = file.read().decode(errors="replace")
    if expected not in said:
        raise Stopped("it is some other process")
    return said


@attempt
def read_memory_of_server(given: Given) -> str:
    with open(f"/proc/{given['server']}/mem", "rb") as memory:
        memory.seek(given["buffer"])
        return repr(memory.read(20))


@attempt
def read_memory_of_server_by_call(given: Given) -> str:
    own = ctypes.create_string_buffer(20)
    local = ctypes.create_string_buffer(struct.pack("@PN", ctypes.addressof(own), 20), 16)
    remote = ctypes.create_string_buffer(struct.pack("@PN", given["buffer"], 20), 16)
    syscall("process_vm_readv", given["server"], local, 1, remote, 1, 0)
    return repr(own.value)


@attempt
def open_descriptor_of_server(given: Given) -> str:
    with open(f"/proc/{given['server']}/fd/{given['descriptor']}", "rb") as file:
        return repr(file.read(20))


@attempt
def take_descriptor_of_server(given: Given) -> str:
    handle = syscall("pidfd_open", given["server"], 0)
    return str(syscall("pidfd_getfd", handle, given["descriptor"], 0))


@attempt
def read_through_root_of_another(given: Given) -> str:
    for pid in (given["victim"], 1, os.getppid()):
        try:
            with open(f"/proc/{pid}/root{given['secret_file']}") as file:
                return file.read()
        except OSError as error:
            said = error
    raise said


@attempt
def trace_another(given: Given) -> str:
    syscall("ptrace", _SEIZE, given["victim"], 0, 0)
    return "traced"


@attempt
def trace_first_process(_: Given) -> str:
    """Of its own name space, which has the same walls."""
    parent = os.getppid()
    with open(f"/proc/{parent}/stat") as file:
        grandparent = int(file.read().rpartition(")")[2].split()[1])
    syscall("ptrace", _SEIZE, grandparent, 0, 0)
    return f"traced {grandparent}"


@attempt
def kill_another(given: Given) -> None:
    os.kill(given["to_kill"], signal.SIGKILL)


@attempt
def kill_another_by_handle(given: Given) -> None:
    handle = syscall("pidfd_open", given["to_kill_by_handle"], 0)
    syscall("pidfd_send_signal", handle, signal.SIGKILL, None, 0)


@attempt
def kill_another_as_group(given: Given) -> None:
    os.killpg(given["to_kill_as_group"], signal.SIGKILL)


@attempt
def signal_server(given: Given) -> None:
    os.kill(given["server"], signal.SIGURG)


@attempt
def reach_zygote(given: Given) -> None:
    os.kill(given["zygote"], 0)


@attempt
def reach_another_worker(given: Given) -> None:
    os.kill(given["worker"], 0)


@attempt
def signal_server_by_kernel(given: Given) -> None:
    """Whoever is said to own a descriptor gets a signal when something can be read from it."""
    read, write = os.pipe()
    fcntl.fcntl(read, fcntl.F_SETOWN, given["server"])
    fcntl.fcntl(read, fcntl.F_SETSIG, signal.SIGWINCH)
    fcntl.fcntl(read, fcntl.F_SETFL, fcntl.fcntl(read, fcntl.F_GETFL) | os.O_ASYNC)
    os.write(write, b"x")


@attempt
def reach_guessed_processes(given: Given) -> str:
    """Signal 0 to every number but those of its own name space, which are small."""
    found = [pid for pid in range(301, given["server"] + 5_000) if _is_there(pid) and not _is_own(pid)]
    if not found:
        raise Stopped("nobody answers")
    return str(found)


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _is_own(pid: int) -> bool:
    own = os.getpid()
    return pid in (own, os.getppid(), _PARENT) or os.getsid(0) == _session(pid)


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return -1


@attempt
def reach_everybody(_: Given) -> str:
    """`kill(-1)` leaves out the sender and the first process; its own parent is another one."""
    pid = os.fork()
    if pid == 0:
        signal.pause()
    try:
        os.setsid()
    finally:
        found = _others()
        os.kill(pid, signal.SIGKILL)
    if not found:
        raise Stopped("there is nobody else")
    return str(found)


def _others() -> list[int]:
    known = {os.getpid(), os.getppid(), _PARENT, 1}
    try:
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []
    return [pid for pid in pids if pid not in known and pid > 300 and _is_there(pid) and _parent(pid) not in known]


def _parent(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return 0


@attempt
def slow_another_down(given: Given) -> None:
    os.setpriority(os.PRIO_PROCESS, given["victim"], 19)


@attempt
def move_another_to_one_core(given: Given) -> None:
    os.sched_setaffinity(given["victim"], {0})


@attempt
def limit_another(given: Given) -> str:
    return str(resource.prlimit(given["victim"], resource.RLIMIT_NOFILE))


@attempt
def read_shared_segment(given: Given) -> str:
    """Of System V, by its key."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    segment = syscall("shmget", given["segment"], 20, 0)
    address = libc.shmat(segment, None, 0o10000)
    if address in (None, ctypes.c_void_p(-1).value):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return repr(ctypes.string_at(address, 20))
