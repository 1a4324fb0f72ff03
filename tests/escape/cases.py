"""Which layers stop which attempt: what the documentation says of the walls, and what the tests hold it to.

Each case names everything that stops it by itself, as `a | b`; `a + b` stops it where both are there. Besides the names
of layers there are

- `unprivileged`: the server does not run as root, so that the system itself refuses;
- `landlock4`, `landlock6`: Landlock of a kernel that has it in this version (6.7 and 6.12);
- `root`: it does, and functions have less than its privileges in any of the walls;
- `always`: nothing that a layer has to do with.

`may` names cases in which the kernel, or its configuration, may be in the way even where no layer is.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable

_PRIVILEGE = "namespaces | network | landlock | seccomp | uid | unprivileged"  # none of which leaves any
_ACCESS = "namespaces | landlock | uid | root + network | root + seccomp"  # ptrace(2) has rules of its own

CASES = {
    # What it begins with; first, since later loot lies in its memory
    "inherit_descriptors": "always",
    "read_secrets_in_environment": "always",
    "read_secrets_in_memory": "always",
    # Files
    "read_shadow": "namespaces | landlock | uid | unprivileged",
    "read_file_outside": "namespaces | landlock | uid",
    "see_file_outside": "namespaces | uid",
    "read_data_of_another_function": "namespaces | landlock | uid",
    "read_database": "namespaces | landlock | uid",
    "read_keys": "namespaces | landlock | uid",
    "list_data_folder": "namespaces | landlock | uid",
    "read_folder_of_another_worker": "namespaces | landlock | uid",
    "read_shared_memory_file": "namespaces | landlock | uid",
    "read_disk": "namespaces | landlock | uid | unprivileged",
    "read_through_symbolic_link": "namespaces | landlock | uid",
    "read_through_dots": "namespaces | landlock | uid",
    "read_with_program": "namespaces | landlock | uid",
    "write_file_outside": "namespaces | landlock | uid",
    "create_file_outside": "namespaces | landlock | uid",
    "delete_file_outside": "namespaces | landlock | uid",
    "truncate_file_outside": "namespaces | landlock | uid",
    "change_mode_outside": "namespaces | uid",
    "change_owner_outside": _PRIVILEGE,
    "change_time_outside": "namespaces | uid",
    "move_file_from_outside": "namespaces | landlock | uid",
    "move_file_outside": "namespaces | landlock | uid",
    "link_file_from_outside": "namespaces | landlock | uid",
    "write_through_symbolic_link": "namespaces | landlock | uid",
    "write_temporary_folder_of_machine": "namespaces | landlock",
    "write_shared_memory_of_machine": "namespaces | landlock",
    "write_configuration": "namespaces | landlock | uid | unprivileged",
    "write_packages": "namespaces | landlock | uid",
    "write_penstock": "namespaces | landlock | uid",
    "write_kernel_setting": "namespaces | landlock | uid | unprivileged",
    "make_device": _PRIVILEGE,
    # Network
    "connect_loopback": "network | landlock4",
    "connect_loopback_by_other_names": "network | landlock4",
    "connect_own_address_of_machine": "network | landlock4",
    "connect_metadata": "network | landlock4",
    "connect_private_ranges": "network | landlock4",
    "connect_public_past_proxy": "network | landlock4",
    "connect_loopback_through_proxy": "always",
    "connect_loopback_through_proxy_by_name": "always",
    "connect_metadata_through_proxy": "always",
    "connect_own_address_through_proxy": "always",
    "connect_unix_socket": "namespaces | seccomp",
    "connect_abstract_socket": "network | seccomp | landlock6",
    "send_datagram": "network | seccomp",
    "ask_name_server": "network | seccomp",
    "open_raw_socket": _PRIVILEGE,
    "open_packet_socket": _PRIVILEGE,
    "open_netlink_socket": "seccomp",
    "open_vsock": "seccomp",
    "listen_for_machine": "network | landlock4",
    # Other processes
    "see_processes": "namespaces",
    "list_processes": "namespaces | landlock",
    "read_environment_of_another": _ACCESS,
    "read_environment_of_server": _ACCESS,
    "read_command_of_another": "namespaces | landlock",
    "read_memory_of_server": _ACCESS,
    "read_memory_of_server_by_call": f"{_ACCESS} | seccomp",
    "open_descriptor_of_server": _ACCESS,
    "take_descriptor_of_server": f"{_ACCESS} | seccomp",
    "read_through_root_of_another": "namespaces | landlock | uid",
    "trace_another": f"{_ACCESS} | seccomp",
    "trace_first_process": "seccomp",
    "kill_another": "namespaces | landlock6 | uid",
    "kill_another_by_handle": "namespaces | landlock6 | seccomp | uid",
    "kill_another_as_group": "namespaces | landlock6 | uid",
    "signal_server": "namespaces | landlock6 | uid",
    "signal_server_by_kernel": "namespaces | landlock6 | uid",
    "reach_zygote": "namespaces | landlock6 | uid",
    "reach_another_worker": "namespaces | landlock6 | uid",
    "reach_guessed_processes": "namespaces | landlock6 | uid",
    "reach_everybody": "namespaces | landlock6 | uid",
    "slow_another_down": "namespaces | uid | root + network | root + landlock | root + seccomp",
    "move_another_to_one_core": "namespaces | uid | root + network | root + landlock | root + seccomp",
    "limit_another": "namespaces | uid",
    "read_shared_segment": "namespaces | seccomp | uid",
    # The kernel
    "mount": _PRIVILEGE,
    "mount_by_new_calls": _PRIVILEGE,
    "mount_over_own_root": "landlock | seccomp",
    "unshare_user": "seccomp",
    "clone_into_new_user": "seccomp",
    "clone_into_new_user_by_new_call": "seccomp",
    "enter_network_of_another": _PRIVILEGE,
    "enter_root_of_first_process": _PRIVILEGE,
    "change_root": _PRIVILEGE,
    "change_root_mount": _PRIVILEGE,
    "add_key": "seccomp",
    "read_key_rings": "seccomp",
    "load_bpf": _PRIVILEGE,
    "set_up_io_uring": "seccomp",
    "open_perf_event": "seccomp",
    "open_userfaultfd": "seccomp",
    "watch_files": _PRIVILEGE,
    "load_kernel": _PRIVILEGE,
    "reboot": _PRIVILEGE,
    "swap": _PRIVILEGE,
    "load_module": _PRIVILEGE,
    "set_clock": _PRIVILEGE,
    "set_host_name": _PRIVILEGE,
    "read_kernel_log": _PRIVILEGE,
    "open_by_handle": _PRIVILEGE,
    "change_personality": "seccomp",
    "type_into_terminal": _PRIVILEGE,
    "call_of_other_word_size": "seccomp",
    "call_of_other_machine": "seccomp",
    "gain_privileges_by_program": "namespaces | network | landlock | seccomp | uid",
    "keep_capabilities": _PRIVILEGE,
    "become_another_user": _PRIVILEGE,
    "get_ahead_of_others": _PRIVILEGE,
    # Bounds
    "raise_own_limits": "limits",
    "open_many_files": "limits",
    "write_large_file": "limits",
    "start_many_threads": "limits + uid | limits + unprivileged + namespaces | limits + unprivileged + network",
    "take_much_memory": "limits",
}

MAY = frozenset(
    {
        "write_packages",
        "write_penstock",
        "trace_first_process",
        "enter_root_of_first_process",
        "type_into_terminal",
        "connect_private_ranges",
        "connect_metadata",
        "connect_public_past_proxy",
        "connect_own_address_of_machine",
        "connect_loopback_by_other_names",
        "ask_name_server",
        "open_vsock",
        "read_disk",
        "list_processes",
        "mount_over_own_root",
        "unshare_user",
        "clone_into_new_user",
        "clone_into_new_user_by_new_call",
        "load_bpf",
        "set_up_io_uring",
        "open_perf_event",
        "open_userfaultfd",
        "watch_files",
        "load_kernel",
        "swap",
        "load_module",
        "read_kernel_log",
        "open_by_handle",
        "call_of_other_word_size",
        "call_of_other_machine",
        "raise_own_limits",
    }
)


def is_stopped(case: str, present: Iterable[str]) -> bool:
    """Whether what is there keeps this attempt from succeeding."""
    there = {*present, "always"}
    return any(there.issuperset(part.strip() for part in parts.split("+")) for parts in CASES[case].split("|"))


def present(layers: Iterable[str]) -> frozenset[str]:
    """The layers that are active, and what else counts."""
    found = set(layers)
    found.add("unprivileged" if os.geteuid() else "root")
    if "landlock" in found:
        version = _landlock_version()
        found.update(f"landlock{since}" for since in (4, 6) if version >= since)
    return frozenset(found)


def _landlock_version() -> int:
    create_ruleset, version_flag = 444, 1
    return int(ctypes.CDLL(None).syscall(create_ruleset, None, 0, version_flag))


LANDLOCK = frozenset({"landlock", "landlock4", "landlock6"})
EVERYTHING = frozenset({"namespaces", "network", "seccomp", "limits", "uid"}) | LANDLOCK
ARRANGEMENTS = {
    "nothing": frozenset(),
    "`namespaces` (and so `uid`)": frozenset({"namespaces", "uid"}),
    "`network`": frozenset({"network"}),
    "`landlock`": LANDLOCK,
    "`seccomp`": frozenset({"seccomp"}),
    "`uid`": frozenset({"uid"}),
    "`limits`": frozenset({"limits"}),
    "`namespaces`, `network`, `uid` (a locked container)": frozenset({"namespaces", "network", "uid"}),
    "the same and `landlock` (with an old kernel, too)": frozenset({"namespaces", "network", "uid"}) | LANDLOCK,
}


def documented() -> str:
    """The table of docs/security.md, for a server that runs as root: what gets through where layers are missing."""
    rows = ["| missing | what gets through |", "|---|---|"]
    for missing, names in ARRANGEMENTS.items():
        open_ones = [case for case in CASES if not is_stopped(case, (EVERYTHING - names) | {"root"})]
        words = ", ".join(case.replace("_", " ") for case in open_ones)
        rows.append(f"| {missing} | {words or 'nothing'} |")
    return "\n".join(rows)
