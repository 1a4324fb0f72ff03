"""Everything printed or logged, on any thread, goes to its run (I6)."""

from __future__ import annotations

import io
import logging
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from penstock.worker.runs import LogLine, Run, current

LINE_LIMIT = 64 * 1024
LOGURU_DEFAULT = 0  # the handler that loguru makes for itself
Sink = Callable[["Run | None", LogLine], None]

_inside_logging = threading.local()


class CapturedStream(io.TextIOBase):
    """Stands for `sys.stdout` or `sys.stderr`: whole lines go to the run that wrote them."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name: str, descriptor: int, sink: Sink) -> None:
        self.name = name
        self._descriptor = descriptor
        self._sink = sink
        self._partial = threading.local()

    def write(self, text: str, /) -> int:
        if getattr(_inside_logging, "depth", 0):
            return len(text)  # the record itself was captured
        whole = getattr(self._partial, "text", "") + text
        lines = whole.split("\n")
        self._partial.text = lines.pop()
        for line in lines:
            self._line(line)
        if len(self._partial.text) > LINE_LIMIT:
            self.finish_line()
        return len(text)

    def finish_line(self) -> None:
        """Pass on what this thread wrote without ending the line."""
        text = getattr(self._partial, "text", "")
        self._partial.text = ""
        if text:
            self._line(text)

    def _line(self, text: str) -> None:
        self._sink(current.get(), (time.time(), self.name, text[:LINE_LIMIT], threading.current_thread().name))

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return False

    def flush(self) -> None:
        return None

    @property
    def buffer(self) -> CapturedBuffer:
        return CapturedBuffer(self)


class CapturedBuffer(io.RawIOBase):
    """For authors who write bytes: `sys.stdout.buffer.write(...)`."""

    def __init__(self, stream: CapturedStream) -> None:
        self._stream = stream

    def write(self, data: Any, /) -> int:
        self._stream.write(bytes(data).decode("utf-8", "replace"))
        return len(data)

    def writable(self) -> bool:
        return True


def capture(sink: Sink) -> None:
    """From now on, output and log records of this process go to `sink`."""
    sys.stdout = CapturedStream("stdout", 1, sink)
    sys.stderr = CapturedStream("stderr", 2, sink)
    _capture_logging(sink)
    logging.captureWarnings(True)
    _Loguru.sink = sink
    capture_loguru()


class _Loguru:
    """Where its records go: known later than its handler is made, which takes 5 ms that the zygote spends."""

    sink: Sink | None = None


def capture_loguru() -> None:
    """Take loguru's records as such, once it is imported, unless the author has put handlers of his own."""
    loguru = sys.modules.get("loguru")
    if loguru is None:
        return
    try:
        loguru.logger.remove(LOGURU_DEFAULT)
    except ValueError:
        return

    def write(message: Any) -> None:
        record = message.record
        level, text = record["level"].name.lower(), str(message).rstrip("\n")
        if _Loguru.sink is not None:
            line = (record["time"].timestamp(), level, text[:LINE_LIMIT], record["thread"].name)
            _Loguru.sink(current.get(), line)

    loguru.logger.add(write, format="{message}", level="DEBUG")


def release() -> None:
    """Print plainly again, to the output that the process was given."""
    sys.stdout = open(1, "w", buffering=1, closefd=False)  # noqa: SIM115 (open as long as the process)
    sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115


def finish_lines() -> None:
    """Pass on what the present thread wrote without ending the line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, CapturedStream):
            stream.finish_line()


def _capture_logging(sink: Sink) -> None:
    call_handlers = logging.Logger.callHandlers
    formatter = logging.Formatter()

    def captured(logger: logging.Logger, record: logging.LogRecord) -> None:
        text = _format(formatter, record)
        sink(current.get(), (record.created, record.levelname.lower(), text, record.threadName or ""))
        _inside_logging.depth = getattr(_inside_logging, "depth", 0) + 1
        try:
            call_handlers(logger, record)
        finally:
            _inside_logging.depth -= 1

    logging.Logger.callHandlers = captured  # type: ignore[method-assign, assignment]
    logging.getLogger().setLevel(logging.INFO)


def _format(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    try:
        return formatter.format(record)[:LINE_LIMIT]
    except Exception:  # noqa: BLE001 (author code: a message that does not fit its arguments)
        return f"{record.msg} {record.args}"[:LINE_LIMIT]
