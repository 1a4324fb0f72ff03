"""Which tab does what may be done only once (spec E4): a script that one tab has begun is begun by no other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class _Claim:
    sid: str
    tab: str
    forsaken: asyncio.TimerHandle | None = None


class Claims:
    """Claims of questions by sockets. `forsaken(question_id)` is called when a tab does not come back."""

    def __init__(self, forsaken: Callable[[str], None]) -> None:
        self._forsaken = forsaken
        self._claims: dict[str, _Claim] = {}

    def __contains__(self, question_id: str) -> bool:
        return question_id in self._claims

    def take(self, question_id: str, sid: str, tab: str) -> bool:
        """Claim a question for a tab, also anew from another socket; false when another tab has it."""
        held = self._claims.get(question_id)
        if held is not None and held.tab != tab:
            return False
        if held is not None and held.forsaken is not None:
            held.forsaken.cancel()
        self._claims[question_id] = _Claim(sid, tab)
        return True

    def left(self, sid: str, grace: float) -> None:
        """A socket has gone: its tab may come back within `grace` seconds."""
        loop = asyncio.get_running_loop()
        for question_id, claim in self._claims.items():
            if claim.sid == sid and claim.forsaken is None:
                claim.forsaken = loop.call_later(grace, self._give_up, question_id)

    def drop(self, question_id: str) -> None:
        """The question is closed."""
        claim = self._claims.pop(question_id, None)
        if claim is not None and claim.forsaken is not None:
            claim.forsaken.cancel()

    def close(self) -> None:
        for question_id in list(self._claims):
            self.drop(question_id)

    def _give_up(self, question_id: str) -> None:
        self._claims.pop(question_id, None)
        self._forsaken(question_id)
