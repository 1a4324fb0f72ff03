"""What waits for a slow socket: in order, merged where it only appends, bounded, nothing lost."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from penstock.realtime import outbox as outboxes
from penstock.realtime.outbox import Outbox, frame
from penstock.realtime.published import Published
from tests.waiting import eventually

pytestmark = pytest.mark.anyio


def event(type: str, data: Any, seq: int | None = None, message_id: str = "b", **more: Any) -> Published:
    return Published("ada", "c", message_id, type, data, seq, **more)


class Wire:
    """Takes events; slow as long as `open` is not set."""

    def __init__(self) -> None:
        self.sent: list[Published] = []
        self.open = asyncio.Event()
        self.given_up = False
        self.outbox = Outbox(self._send, self._give_up)

    async def _send(self, events: list[Published]) -> None:
        await self.open.wait()
        self.sent.extend(events)

    def _give_up(self) -> None:
        self.given_up = True

    async def took(self, count: int) -> None:
        await eventually(lambda: len(self.sent) >= count)

    async def drained(self, count: int) -> list[Published]:
        self.open.set()
        await self.took(count)
        self.outbox.close()
        return self.sent


async def test_text_that_waits_is_merged_and_nothing_is_lost() -> None:
    wire = Wire()
    for n in range(1, 2001):
        wire.outbox.put(event("message", {"content": f"{n},"}, n))
    wire.outbox.put(event("status", {"description": "x"}, 2001))
    for n in range(2002, 2005):
        wire.outbox.put(event("chat:completion", {"choices": [{"delta": {"content": f"{n},"}}]}, n))
    wire.outbox.put(event("message", {"content": "other"}, 2005, message_id="other"))
    sent = await wire.drained(4)
    assert [(item.type, item.seq) for item in sent] == [
        ("message", 2000),
        ("status", 2001),
        ("chat:completion", 2004),
        ("message", 2005),
    ]
    assert sent[0].data == {"content": "".join(f"{n}," for n in range(1, 2001))}
    assert sent[2].data["choices"][0]["delta"]["content"] == "2002,2003,2004,"


async def test_questions_are_never_merged() -> None:
    wire = Wire()
    wire.outbox.put(event("message", {"content": "a"}, 1))
    wire.outbox.put(event("message", {"content": "b"}, question_id="q"))
    assert len(await wire.drained(2)) == 2


async def test_what_was_missed_comes_first() -> None:
    wire = Wire()
    wire.outbox.hold()
    for seq in (4, 5, 6):
        wire.outbox.put(event("status", {}, seq))
    wire.outbox.put(event("notification", {}))
    wire.outbox.release([event("status", {}, seq) for seq in (2, 3, 4, 5)])
    assert [item.seq for item in await wire.drained(6)] == [2, 3, 4, 5, 6, None]


@pytest.mark.parametrize(("data", "count"), [({"description": "x"}, outboxes.MOST_ENTRIES + 1), ("x" * 2**20, 20)])
async def test_a_socket_that_takes_nothing_is_given_up(data: Any, count: int) -> None:
    wire = Wire()
    for _ in range(count):
        wire.outbox.put(event("status", data))
    assert wire.given_up
    wire.outbox.close()


async def test_a_socket_that_keeps_up_is_never_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outboxes, "MOST_CHARACTERS", 50_000)
    wire = Wire()
    wire.open.set()
    for n in range(2000):
        wire.outbox.put(event("status", {"description": "x" * 100}, n))
        if n % 100 == 0:
            await wire.took(n - 99)
    assert len(await wire.drained(2000)) == 2000
    assert not wire.given_up
    assert wire.outbox._characters == 0


def test_a_frame_is_a_packet_of_socket_io() -> None:
    text = frame(event("status", {"description": "\ud83d\ude00 \ud83d", "number": float("nan")}, 7))
    assert text.startswith('2["events",')
    name, payload = msgspec.json.decode(text[1:])
    assert name == "events"
    assert payload["seq"] == 7
    assert payload["data"]["data"]["number"] is None
