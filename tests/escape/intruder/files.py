"""Reading and writing what belongs to others."""

from __future__ import annotations

import os
import stat
import sysconfig
from pathlib import Path

from .attempts import Given, Stopped, attempt


def _read(path: str) -> str:
    with open(path, "rb") as file:
        return repr(file.read(60))


@attempt
def read_shadow(_: Given) -> str:
    return _read("/etc/shadow")


@attempt
def read_file_outside(given: Given) -> str:
    return _read(given["secret_file"])


@attempt
def see_file_outside(given: Given) -> str:
    return str(os.stat(given["secret_file"]))


@attempt
def read_data_of_another_function(given: Given) -> str:
    return _read(given["other_data"])


@attempt
def read_database(given: Given) -> str:
    return _read(given["data_dir"] + "/penstock.db")


@attempt
def read_keys(given: Given) -> str:
    return _read(given["data_dir"] + "/secret.key")


@attempt
def list_data_folder(given: Given) -> str:
    own = {given["data_dir"] + "/functions", given["data_dir"] + "/workers", os.environ["DATA_DIR"], os.getcwd()}
    found = [
        entry.path
        for folder in (given["data_dir"], given["data_dir"] + "/functions", given["data_dir"] + "/workers")
        for entry in os.scandir(folder)
        if entry.path not in own
    ]
    if not found:
        raise Stopped("nothing is there but what is its own")
    return str(found)


@attempt
def read_folder_of_another_worker(given: Given) -> str:
    return str(os.listdir(given["other_worker"]))


@attempt
def read_shared_memory_file(given: Given) -> str:
    return _read(given["shared_memory"])


@attempt
def read_disk(_: Given) -> str:
    for name in ("vda", "sda", "nvme0n1", "xvda", "mem", "kmsg"):
        if os.path.exists(f"/dev/{name}"):
            return _read(f"/dev/{name}")
    raise Stopped("there is no device")


@attempt
def read_through_symbolic_link(given: Given) -> str:
    link = Path(os.environ["DATA_DIR"], "way-out")
    link.unlink(missing_ok=True)
    link.symlink_to(given["secret_file"])
    return _read(str(link))


@attempt
def read_through_dots(given: Given) -> str:
    return _read(os.path.join(os.environ["DATA_DIR"], os.path.relpath(given["secret_file"], os.environ["DATA_DIR"])))


@attempt
def read_with_program(given: Given) -> str:
    """A program that exists in memory alone has no more rights than the process that made it."""
    import subprocess

    descriptor = os.memfd_create("program", 0)
    with open("/bin/cat", "rb") as cat:
        os.write(descriptor, cat.read())
    done = subprocess.run(
        [f"/proc/self/fd/{descriptor}", given["secret_file"]],
        pass_fds=[descriptor],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Stopped(done.stderr)
    return done.stdout


# Writing: each attempt has a file of its own outside, which `scene.py` looks at afterwards


def _target(given: Given, name: str) -> str:
    return os.path.join(given["outside"], name)


@attempt
def write_file_outside(given: Given) -> None:
    with open(_target(given, "write_file_outside"), "w") as file:
        file.write("changed")


@attempt
def create_file_outside(given: Given) -> None:
    with open(_target(given, "create_file_outside") + ".new", "w") as file:
        file.write("new")


@attempt
def delete_file_outside(given: Given) -> None:
    os.unlink(_target(given, "delete_file_outside"))


@attempt
def truncate_file_outside(given: Given) -> None:
    os.truncate(_target(given, "truncate_file_outside"), 0)


@attempt
def change_mode_outside(given: Given) -> None:
    os.chmod(_target(given, "change_mode_outside"), 0o777)


@attempt
def change_owner_outside(given: Given) -> None:
    os.chown(_target(given, "change_owner_outside"), 65534, 65534)


@attempt
def change_time_outside(given: Given) -> None:
    os.utime(_target(given, "change_time_outside"), (1, 1))


@attempt
def move_file_from_outside(given: Given) -> None:
    os.rename(_target(given, "move_file_from_outside"), os.environ["DATA_DIR"] + "/moved")


@attempt
def move_file_outside(given: Given) -> None:
    own = os.environ["DATA_DIR"] + "/own"
    Path(own).write_text("replaced")
    os.rename(own, _target(given, "move_file_outside"))


@attempt
def link_file_from_outside(given: Given) -> None:
    own = os.environ["DATA_DIR"] + "/linked"
    Path(own).unlink(missing_ok=True)
    os.link(_target(given, "link_file_from_outside"), own)


@attempt
def write_through_symbolic_link(given: Given) -> None:
    link = Path(os.environ["DATA_DIR"], "way-to-write")
    link.unlink(missing_ok=True)
    link.symlink_to(_target(given, "write_through_symbolic_link"))
    link.write_text("changed")


@attempt
def write_temporary_folder_of_machine(given: Given) -> None:
    Path(given["temporary"]).write_text("here")


@attempt
def write_shared_memory_of_machine(given: Given) -> None:
    Path(given["shared_memory"] + ".new").write_text("here")


@attempt
def write_configuration(given: Given) -> None:
    with open(given["configuration"], "x"):
        pass
    os.unlink(given["configuration"])


@attempt
def write_packages(_: Given) -> None:
    path = os.path.join(sysconfig.get_paths()["purelib"], "penstock_escape.pth")
    with open(path, "x"):
        pass
    os.unlink(path)


@attempt
def write_penstock(_: Given) -> None:
    import penstock

    with open(penstock.__file__, "r+b"):
        pass


@attempt
def write_kernel_setting(_: Given) -> None:
    with open("/proc/sys/kernel/core_pattern", "r+b"):
        pass


@attempt
def make_device(_: Given) -> None:
    path = os.environ["DATA_DIR"] + "/disk"
    os.mknod(path, stat.S_IFBLK | 0o600, os.makedev(254, 0))
    os.unlink(path)
