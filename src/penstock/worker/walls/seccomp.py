"""A filter of system calls: what an author's code has no business with is refused (seccomp(2), seccomp_unotify(2)).

A denied call fails with an error number, it does not end the process: libraries that only try get on with it.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from collections.abc import Iterator

from penstock.protocol.orders import Walls
from penstock.worker.walls import kernel

_X86 = platform.machine() == "x86_64"
_ARCHITECTURE = 0xC000003E if _X86 else 0xC00000B7  # linux/audit.h
_X32_BIT = 0x40000000

# Numbers on x86-64 and on ARM64 (0: not there), from the kernel's tables
DENIED: dict[str, tuple[int, int]] = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "process_madvise": (440, 440),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_tree_attr": (467, 467),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "iopl": (172, 0),
    "ioperm": (173, 0),
    "modify_ldt": (154, 0),
    "lookup_dcookie": (212, 18),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "memfd_secret": (447, 447),
    "personality": (135, 92),
    # What they hold belongs to no process: so nobody would count it
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
}
_PIDFD_SEND_SIGNAL = (424, 424)
_CLONE = (56, 220)
_CLONE3 = (435, 435)
_SOCKET = (41, 198)
_IOCTL = (16, 29)
_TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
_AF_INET, _AF_INET6 = 2, 10
_STREAM, _DATAGRAM, _TYPE_MASK = 1, 2, 0xF

_ALLOW = 0x7FFF0000
_KILL = 0x80000000
_REFUSE = 0x00050000
_LOAD, _EQUAL, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x45, 0x54, 0x06
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_SET_FILTER = 22  # PR_SET_SECCOMP
_MODE_FILTER = 2

Instruction = tuple[int, int, int, int]


def confine(walls: Walls) -> None:
    """Filter the system calls of this process and of all that it starts. Needs `no_new_privs`."""
    program = b"".join(struct.pack("=HBBI", *instruction) for instruction in _program(walls))
    code = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("@HxxxxxxP", len(program) // 8, ctypes.addressof(code)), 16)
    kernel.prctl("seccomp", _SET_FILTER, _MODE_FILTER, ctypes.addressof(header))


def _program(walls: Walls) -> Iterator[Instruction]:
    yield from ((_LOAD, 0, 0, _MACHINE), (_EQUAL, 1, 0, _ARCHITECTURE), (_RETURN, 0, 0, _KILL))
    yield (_LOAD, 0, 0, _NUMBER)
    if _X86:
        yield from ((_ANY_BIT, 0, 1, _X32_BIT), _refuse(errno.ENOSYS))
    for numbers in (*DENIED.values(), *(() if walls.namespaces else (_PIDFD_SEND_SIGNAL,))):
        if number := _here(numbers):
            yield from ((_EQUAL, 0, 1, number), _refuse(errno.EPERM))
    yield from ((_EQUAL, 0, 1, _here(_CLONE3)), _refuse(errno.ENOSYS))  # the C library then takes `clone`
    yield from _when(_CLONE, [*_argument(0), (_ANY_BIT, 0, 1, kernel.NEW_SPACES), _refuse(errno.EPERM)])
    ioctl = [step for request in _TERMINAL_INPUT for step in ((_EQUAL, 0, 1, request), _refuse(errno.EPERM))]
    yield from _when(_IOCTL, [*_argument(1), *ioctl])
    yield from _when(_SOCKET, _sockets(walls))
    yield (_RETURN, 0, 0, _ALLOW)


def _sockets(walls: Walls) -> list[Instruction]:
    """Internet sockets alone; without a network of its own only streams, since nothing else passes the proxy."""
    if not walls.port and not walls.network:
        return [_refuse(errno.EACCES)]
    families: list[Instruction] = [
        *_argument(0),
        (_EQUAL, 2, 0, _AF_INET),
        (_EQUAL, 1, 0, _AF_INET6),
        _refuse(errno.EAFNOSUPPORT),
    ]
    kinds: list[Instruction] = [*_argument(1), (_AND, 0, 0, _TYPE_MASK), (_EQUAL, 2, 0, _STREAM)]
    datagrams: Instruction = (_EQUAL, 1, 0, _DATAGRAM) if walls.network else (_EQUAL, 0, 0, _DATAGRAM)
    return [*families, *kinds, datagrams, _refuse(errno.EPERM)]


def _when(numbers: tuple[int, int], steps: list[Instruction]) -> Iterator[Instruction]:
    """The steps for one call, ended by permission."""
    yield (_EQUAL, 0, len(steps) + 1, _here(numbers))
    yield from steps
    yield (_RETURN, 0, 0, _ALLOW)


def _here(numbers: tuple[int, int]) -> int:
    return numbers[0] if _X86 else numbers[1]


def _argument(index: int) -> list[Instruction]:
    """Its lower half, which is all that these calls look at."""
    return [(_LOAD, 0, 0, _ARGUMENTS + 8 * index)]


def _refuse(number: int) -> Instruction:
    return (_RETURN, 0, 0, _REFUSE | number)
