"""What a run asked of the host and waits for: questions and host calls.

The answer can be awaited from any loop, and waited for from any thread: replies arrive on the socket's thread, so
that even the worker's own loop may block for one.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import CancelledError, Future
from typing import Any

from penstock import errors
from penstock.protocol.frames import Reply, Withdraw
from penstock.protocol.framing import encode
from penstock.worker.runs import Interrupted, Run


class Replies:
    """Open calls by number."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._open: dict[int, tuple[Run, Future[Any]]] = {}

    def number(self) -> int:
        return next(self._numbers)

    def ask(self, run: Run, call: int, encoded: bytearray) -> Future[Any]:
        future: Future[Any] = Future()
        self._open[call] = run, future
        run.speak(encoded)
        return future

    def withdraw(self, run: Run, call: int) -> None:
        """Nobody waits for this answer any more."""
        if self._open.pop(call, None) is not None and not run.over:
            run.send_bytes(encode(Withdraw(run.id, call)))

    def drop(self, run: Run) -> None:
        """Nothing will be answered to this run any more."""
        for call, (owner, future) in list(self._open.items()):
            if owner is run:
                self._open.pop(call, None)
                future.cancel()

    def settle(self, reply: Reply) -> None:
        _, future = self._open.pop(reply.call, (None, None))
        if future is None or not future.set_running_or_notify_cancel():
            return
        if reply.error is None:
            future.set_result(reply.value)
        else:
            future.set_exception(error_of(reply.error))


class Answer(Coroutine[Any, Any, Any]):
    """An answer to come: `await` it on any loop, hand it to `asyncio.run`, or block with `result()`."""

    def __init__(self, future: Future[Any], withdraw: Callable[[], None] | None = None) -> None:
        """`withdraw` is called when the task that awaits it is cancelled."""
        self._future = future
        self._withdraw = withdraw
        self._waiting: Coroutine[Any, Any, Any] | None = None

    def result(self, timeout: float | None = None) -> Any:
        """Block until the answer is there. Works on every thread, also on the worker's own loop."""
        try:
            return self._future.result(timeout)
        except CancelledError:
            raise Interrupted("the run was cancelled") from None

    def send(self, value: Any) -> Any:
        if self._waiting is None:
            self._waiting = self._wait()
        return self._waiting.send(value)

    def throw(self, *error: Any) -> Any:
        if self._waiting is None:
            self._waiting = self._wait()
        return self._waiting.throw(*error)

    def close(self) -> None:
        if self._waiting is not None:
            self._waiting.close()

    def __await__(self) -> Generator[Any, None, Any]:
        return self._wait().__await__()

    async def _wait(self) -> Any:
        if self._future.done():
            return self.result()
        try:
            return await asyncio.wrap_future(self._future)
        except asyncio.CancelledError:
            if self._withdraw is not None:
                self._withdraw()
            raise


def error_of(error: dict[str, Any]) -> Exception:
    """The exception that author code sees: the matching class of `penstock.errors`."""
    message = str(error.get("message") or "The server could not do it.")
    kind = _BY_CODE.get(str(error.get("code")), errors.PenstockError)
    return kind(message, hint=error.get("hint"))


_BY_CODE: dict[str, type[errors.PenstockError]] = {
    kind.code: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.PenstockError)
}
