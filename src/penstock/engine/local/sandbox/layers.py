"""The walls by name: what each does, and what it means where it is missing."""

from __future__ import annotations

from penstock.engine.base import Layer

WHAT = {
    "namespaces": "Functions see a file system of their own with nothing but programs, their packages and their two "
    "folders, and no process but their own; all of those end with the worker.",
    "network": "Functions have a network of their own: the only way out is the server's proxy, which checks addresses.",
    "landlock": "The kernel refuses files outside the function's folders, and signals to other processes.",
    "seccomp": "System calls that no function needs are refused: tracing, mounting, key rings, BPF, io_uring, raw and "
    "Unix sockets, and more.",
    "uid": "Each function is a user of its own towards the rest of the machine.",
    "limits": "Memory, processes, file sizes and open files of each process are bounded.",
    "cgroup": "Memory and processes of each worker are bounded as a whole, by the kernel.",
}
MEANS = {
    "namespaces": "Functions see which files and processes of the machine exist, and what is theirs as a user of the "
    "machine they can change without opening it: modes and times of files, priorities of processes. Landlock, where it "
    "is active, still keeps them from opening those files and from signalling those processes. Processes that they "
    "start may outlive them for a moment.",
    "network": "Functions share the server's network. Landlock, where the kernel is 6.7 or newer, still lets them "
    "connect to the proxy's port alone, and seccomp keeps them from everything but TCP; without Landlock, a function "
    "can connect anywhere the server can, past the proxy.",
    "landlock": "What is left of the file system's walls is the private root; without that one too, functions read and "
    "write whatever the server may.",
    "seccomp": "More of the kernel can be reached, and so can its mistakes; Unix sockets work where they can be seen; "
    "memory can be taken that no budget counts (segments and queues of System V).",
    "uid": "Functions run as the server's own user: the other layers alone keep them from its files and processes. "
    "Where that user is root, the number of processes is not bounded by the kernel.",
    "limits": "A function can use up the machine's memory, processes or descriptors before Penstock notices.",
    "cgroup": "Memory is bounded for each process by its limit, and for the worker by looking once a second; what the "
    "kernel itself holds for a worker, as the buffers of its sockets, is bounded by the number of open files alone.",
}
NAMES = tuple(WHAT)


def layer(name: str, why_not: str) -> Layer:
    return Layer(name, not why_not, WHAT[name], why_not, MEANS[name])
