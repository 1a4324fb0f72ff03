"""Which budget the kernel has held a function to, where an exception of the author's code says only what failed."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Mapping

MB = 2**20
_BY_NUMBER = {errno.ENOMEM: "memory", errno.EMFILE: "open_files", errno.EFBIG: "file_size"}
_FORKING = frozenset({"_execute_child", "_fork_exec", "fork", "_launch"})
_budgets: dict[str, int] = {}


def know(limits: Mapping[str, int]) -> None:
    """Take the budgets in force from the limits of `Load`; 0 or nothing: not bounded."""
    _budgets.clear()
    _budgets.update(limits)


def explanation(error: BaseException) -> str:
    """A sentence that names the budget and its value, for an error that went over one; otherwise nothing."""
    for each in (error, error.__cause__, error.__context__):
        name = _budget(each)
        if name and (limit := _budgets.get(name)):
            value = f"{limit / MB:,.4g} MB" if name in ("memory", "file_size") else f"{limit:,}"
            return f"The function went over its budget `{name}`: {value}."
    return ""


def _budget(error: BaseException | None) -> str | None:
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        return "processes"
    if isinstance(error, OSError):
        if error.errno == errno.EAGAIN and _was_forking(error):
            return "processes"
        return _BY_NUMBER.get(error.errno or 0)
    return None


def _was_forking(error: OSError) -> bool:
    """Whether it was a process that could not be started; a socket may have the same error."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and (frames[-1].name in _FORKING or "fork" in (frames[-1].line or ""))
