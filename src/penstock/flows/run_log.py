"""The log of one run: shown to whoever listens, kept without secrets and up to its budget (spec I6)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from penstock.flows import run_record
from penstock.flows.redaction import redact
from penstock.flows.run_order import RunOrder
from penstock.functions.log_allowance import LogAllowance
from penstock.store import Store
from penstock.store.records import RunLog
from penstock.store.runs import TRACE

_encode = msgspec.json.Encoder(enc_hook=str).encode


class RunLogBook:
    """`secrets` is asked only where a line may hold one."""

    def __init__(self, order: RunOrder, store: Store, allowance: LogAllowance, secrets: Callable[[], Sequence[str]]):
        self._order = order
        self._store = store
        self._allowance = allowance
        self._secrets = secrets

    def add(self, when: float, level: str, text: str, thread: str = "") -> None:
        thread = "" if thread == TRACE else thread  # an author's thread may have any name
        text = redact(text, self._secrets())[: run_record.TEXT_LIMIT]
        if self._allowance.takes(text):
            self._put(when, level, text, thread)

    def event(self, kind: str, data: Any) -> None:
        """Where there is nobody to show an event to, it stays with the run (spec E6)."""
        self.add(time.time(), "event", f"{kind} {_encode(data).decode()}")

    def close(self) -> None:
        """Say what was left out."""
        if sentence := self._allowance.sentence:
            self._put(time.time(), "warning", sentence, "")

    def _put(self, when: float, level: str, text: str, thread: str) -> None:
        if self._order.listener is not None:
            self._order.listener("log", {"time": when, "level": level, "text": text})
        if self._order.record:
            line = RunLog(run_id=self._order.id, time=when, level=level, text=text, thread=thread)
            self._store.runs.log_nowait([line])
