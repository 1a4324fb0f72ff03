"""Getting rid of bounds."""

from __future__ import annotations

import mmap
import os
import re
import resource
import stat
import threading
import time

from .attempts import SECONDS, Given, Stopped, attempt


@attempt
def raise_own_limits(_: Given) -> str:
    for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_DATA, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC):
        hard = resource.getrlimit(kind)[1]
        if hard == resource.RLIM_INFINITY:
            return "there is none"
        resource.setrlimit(kind, (hard + 1, hard + 1))
    return "raised"


@attempt
def open_many_files(given: Given) -> str:
    wanted = given["open_files"] * 2
    held: list[int] = []
    while len(held) < wanted:
        held.append(os.dup(0))
    return f"{len(held)} descriptors"


@attempt
def write_large_file(given: Given) -> str:
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open(os.environ["DATA_DIR"] + "/large", "wb") as file:
        file.truncate(given["file_size"] * 2)
    os.unlink(os.environ["DATA_DIR"] + "/large")
    return "written"


@attempt
def start_many_threads(given: Given) -> str:
    """The kernel counts them with processes."""
    threading.stack_size(2**16)
    try:
        for _ in range(given["processes"] * 2):
            threading.Thread(target=time.sleep, args=(SECONDS,), daemon=True).start()
    except RuntimeError as error:
        raise Stopped(f"{threading.active_count()} threads: {error}") from error
    return f"{threading.active_count()} threads"


@attempt
def take_much_memory(given: Given) -> str:
    """Not touched: it is the kernel that refuses, not whoever looks at what is used."""
    with mmap.mmap(-1, given["memory"] * 4, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as held:
        return f"{len(held)} bytes"


@attempt
def inherit_descriptors(_: Given) -> str:
    """Besides the empty input, the output, the worker's socket and what Python itself opens there is nothing."""
    known = 0
    for number in range(1024):
        try:
            kind = os.fstat(number).st_mode
        except OSError:
            continue
        known += 1
        if number > 3 and (stat.S_ISREG(kind) or stat.S_ISDIR(kind) or stat.S_ISBLK(kind)):
            return f"{number}: {os.readlink(f'/proc/self/fd/{number}')}"
    raise Stopped(f"{known} descriptors, none of them somebody else's")


@attempt
def read_secrets_in_environment(given: Given) -> str:
    told = (given["token"], "hidden", "secret")
    found = {name: value for name, value in os.environ.items() if any(word in value for word in told)}
    with open("/proc/self/environ", "rb") as file:
        if given["token"].encode() in file.read():
            found["/proc/self/environ"] = "yes"
    if not found:
        raise Stopped("there are none")
    return str(found)


@attempt
def read_secrets_in_memory(given: Given) -> str:
    """All memory that this process has from the zygote, searched for what the server alone knows."""
    wanted = re.compile(given["pattern"].encode())  # it does not match itself
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            first, last = (int(part, 16) for part in span.split("-"))
            if rights.startswith("rw") and last - first < 2**30 and "[v" not in line:
                memory.seek(first)
                if found := wanted.search(memory.read(last - first)):
                    return f"{found[0]!r} in {line}"
    raise Stopped("it is not there")
