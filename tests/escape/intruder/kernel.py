"""Asking the kernel for what no function needs."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import mmap
import os
import platform
import signal
import socket
import struct
from functools import partial

from .attempts import Given, Stopped, attempt, permitted, syscall

_NEWNET, _NEWUSER, _NEWNS = 0x40000000, 0x10000000, 0x00020000
_X32_BIT = 0x40000000
_TYPE = 0x5412  # TIOCSTI


def _buffer(data: bytes, size: int = 0) -> ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer(data, max(len(data), size))


@attempt
def mount(_: Given) -> str:
    folder = os.environ["DATA_DIR"] + "/mounted"
    os.makedirs(folder, exist_ok=True)
    syscall("mount", b"none", folder.encode(), b"tmpfs", 0, None)
    syscall("umount2", folder.encode(), 2)
    return "mounted"


@attempt
def mount_by_new_calls(_: Given) -> str:
    return str(syscall("fsopen", b"tmpfs", 0))


@attempt
def mount_over_own_root(_: Given) -> str:
    """In name spaces of a user that it makes for itself."""
    syscall("unshare", _NEWUSER | _NEWNS)
    syscall("mount", b"none", b"/", b"tmpfs", 0, None)
    return "mounted"


@attempt
def unshare_user(_: Given) -> str:
    syscall("unshare", _NEWUSER)
    return "unshared"


@attempt
def clone_into_new_user(_: Given) -> str:
    pid = syscall("clone", _NEWUSER | signal.SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return "cloned"


@attempt
def clone_into_new_user_by_new_call(_: Given) -> str:
    arguments = _buffer(struct.pack("=8Q", _NEWUSER, 0, 0, 0, signal.SIGCHLD, 0, 0, 0))
    pid = syscall("clone3", arguments, 64)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return "cloned"


@attempt
def enter_network_of_another(given: Given) -> str:
    descriptor = os.open(f"/proc/{given['victim']}/ns/net", os.O_RDONLY)
    syscall("setns", descriptor, _NEWNET)
    return "entered"


@attempt
def enter_root_of_first_process(_: Given) -> str:
    descriptor = os.open("/proc/1/ns/mnt", os.O_RDONLY)
    syscall("setns", descriptor, _NEWNS)
    return "entered"


@attempt
def change_root(_: Given) -> str:
    syscall("chroot", b"/")
    return "changed"


@attempt
def change_root_mount(_: Given) -> str:
    return permitted(lambda: syscall("pivot_root", b"/", b"/"), errno.EBUSY, errno.EINVAL)


@attempt
def add_key(_: Given) -> str:
    return str(syscall("add_key", b"user", b"penstock-escape", b"x", 1, -2))


@attempt
def read_key_rings(_: Given) -> str:
    return str(syscall("keyctl", 0, -4, 1))


@attempt
def load_bpf(_: Given) -> str:
    return str(syscall("bpf", 0, _buffer(struct.pack("=4I", 2, 4, 4, 1), 128), 128))


@attempt
def set_up_io_uring(_: Given) -> str:
    return str(syscall("io_uring_setup", 1, _buffer(b"", 120)))


@attempt
def open_perf_event(_: Given) -> str:
    attributes = _buffer(struct.pack("=IIQ", 1, 128, 0), 128)  # a software clock
    return str(syscall("perf_event_open", attributes, 0, -1, -1, 0))


@attempt
def open_userfaultfd(_: Given) -> str:
    return str(syscall("userfaultfd", 1))


@attempt
def watch_files(_: Given) -> str:
    return str(syscall("fanotify_init", 0, 0))


# Calls that ask for permission before they look at arguments; these arguments are never good


@attempt
def load_kernel(_: Given) -> str:
    return permitted(lambda: syscall("kexec_load", 0, 0xFFFF, None, 0xFFFF0000), errno.EINVAL)


@attempt
def reboot(_: Given) -> str:
    return permitted(lambda: syscall("reboot", 0, 0, 0, 0), errno.EINVAL)


@attempt
def swap(_: Given) -> str:
    return permitted(lambda: syscall("swapon", b"/not-there", 0), errno.ENOENT)


@attempt
def load_module(_: Given) -> str:
    return permitted(lambda: syscall("init_module", None, 0, b""), errno.ENOEXEC, errno.EFAULT)


@attempt
def set_clock(_: Given) -> str:
    syscall("settimeofday", None, None)
    return "permitted"


@attempt
def set_host_name(_: Given) -> str:
    socket.sethostname(socket.gethostname())
    return "set"


@attempt
def read_kernel_log(_: Given) -> str:
    own = _buffer(b"", 4096)
    syscall("syslog", 3, own, 4096)
    return repr(own.value[:60])


@attempt
def open_by_handle(_: Given) -> str:
    folder = os.environ["DATA_DIR"]
    handle = _buffer(struct.pack("=Ii", 128, 0), 136)
    number = ctypes.c_int()
    syscall("name_to_handle_at", -100, folder.encode(), handle, ctypes.byref(number), 0)
    mounted = os.open(folder, os.O_RDONLY)
    return str(syscall("open_by_handle_at", mounted, handle, os.O_RDONLY))


@attempt
def change_personality(_: Given) -> str:
    return str(syscall("personality", 0x0040000))


@attempt
def type_into_terminal(_: Given) -> str:
    """There is nothing at address 0: so nothing is typed, but whether it may be is told."""
    for path in ("/dev/tty", "/dev/console", "/dev/tty1", "/dev/pts/0"):
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY)
            return permitted(partial(fcntl.ioctl, descriptor, _TYPE, 0), errno.EFAULT)
        except OSError as error:
            said = error
    raise said


@attempt
def call_of_other_word_size(_: Given) -> str:
    """The same calls have other numbers where pointers are short."""
    if platform.machine() != "x86_64":
        raise Stopped("only on x86-64")
    return str(syscall("ptrace", 0, 0, 0, 0, extra=_X32_BIT))


@attempt
def call_of_other_machine(_: Given) -> str:
    """`int 0x80` is how programs of the 32-bit machine call: 26 is `ptrace` there."""
    if platform.machine() != "x86_64":
        raise Stopped("only on x86-64")
    code = bytes.fromhex("53b81a00000031db31c931d231f6cd805bc3")  # push rbx; mov eax, 26; xor ...; int 0x80
    memory = mmap.mmap(-1, len(code), prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(code)
    call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))
    found = call()
    if found < 0:
        raise OSError(-found, os.strerror(-found))
    return "traced"


@attempt
def gain_privileges_by_program(_: Given) -> str:
    """Whether a program with the set-user-id bit would get another user."""
    if syscall("prctl", 39, 0, 0, 0, 0):
        raise Stopped("no_new_privs is set")
    return "it would"


@attempt
def keep_capabilities(_: Given) -> str:
    header = _buffer(struct.pack("=II", 0x20080522, 0))
    found = _buffer(b"", 24)
    syscall("capget", header, found)
    words = struct.unpack("=6I", found.raw)
    if not any(words):
        raise Stopped("it has none")
    return f"{words[3]:08x}{words[0]:08x}"


@attempt
def become_another_user(_: Given) -> str:
    os.setresuid(65533, 65533, 65533)
    return "became"


@attempt
def get_ahead_of_others(_: Given) -> str:
    return str(os.nice(-5))
