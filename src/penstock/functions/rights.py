"""What a function may do, and how much of everything it may use.

An admin decides both per function; a function without a decision has `Rights()`. Sizes are in bytes, times in seconds.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Profile = Literal["closed", "standard", "trusted"]
"""`closed`: no network. `standard`: public hosts and the server's own address, other private ones where `hosts`
grants them. `trusted`: no walls at all; budgets stay."""

PROFILES: tuple[Profile, ...] = ("closed", "standard", "trusted")


class Budget(msgspec.Struct, frozen=True, omit_defaults=False, forbid_unknown_fields=True):
    """The most that a function may use. Each name appears in the error that going over it causes."""

    deadline: float | None = None  # wall clock of one run; None: the server's `run_deadline`
    cpu: float = 300.0  # processor time of one run
    memory: int = 1024 * 2**20  # of a worker with everything it starts
    processes: int = 64  # processes and threads of a worker
    file_size: int = 256 * 2**20  # one file
    disk: int = 1024 * 2**20  # the function's private folder and its temporary files together
    open_files: int = 512
    output: int = 16 * 2**20  # one value that a hook returns or emits
    log: int = 2**20  # log of one run, and of loading; what comes after it is dropped and counted
    events: int = 20_000  # events that a run emits in one second; more are slowed down
    questions: int = 20  # questions of one run that are open at the same time
    concurrency: int = 100  # runs at the same time
    queue: int = 1_000  # runs that wait for one of those; the next is refused with 429


class Rights(msgspec.Struct, frozen=True, omit_defaults=False, forbid_unknown_fields=True):
    """The decision of an admin about one function."""

    profile: Profile = "standard"
    hosts: tuple[str, ...] = ()  # `name`, `*.name`, an address or a network, each with an optional `:port`
    data: Literal["user", "all"] = "user"  # whose data host calls reach: the run's user's, or everybody's
    page_script: bool = False  # whether `execute` runs in the page itself
    budget: Budget = Budget()


STANDARD = Rights()


def beyond(rights: Rights, other: Rights) -> bool:
    """Whether `rights` allow anything that `other` do not. Budgets are no rights in this sense."""
    return (
        PROFILES.index(rights.profile) > PROFILES.index(other.profile)
        or not set(rights.hosts) <= set(other.hosts)
        or (rights.data == "all" and other.data != "all")
        or (rights.page_script and not other.page_script)
    )
