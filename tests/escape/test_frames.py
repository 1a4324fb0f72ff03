"""A worker that writes to the server's socket itself loses itself, whatever it says, and only itself."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator

import msgspec
import pytest

from penstock.errors import PenstockError, ProtocolBroken, WorkerLost
from penstock.protocol.frames import (
    Ask,
    Background,
    Call,
    Chunk,
    Emit,
    Frame,
    Health,
    Load,
    Loaded,
    LoadFailed,
    Log,
    Result,
    Returned,
)
from penstock.protocol.framing import encode
from tests.escape.conftest import Stronghold, stronghold

pytestmark = pytest.mark.anyio

RUN = "r-hostile"
WRITER = """
import os, time
class Action:
    def action(self, body):
        if body is None:
            return "harmless"
        data = memoryview(body["bytes"])
        while data:
            try:
                data = data[os.write(3, data):]
            except BlockingIOError:
                time.sleep(0.001)
        if body.get("exit"):
            os._exit(0)
        time.sleep(60)
"""


def framed(value: object) -> bytes:
    body = msgspec.msgpack.encode(value)
    return struct.pack(">I", len(body)) + body


def frames(*all_of_them: Frame) -> bytes:
    return b"".join(encode(frame) for frame in all_of_them)


RESULT = Result(RUN, "json", 1, background=1)
NESTED = b"\x91" * 200_000 + b"\xc0"
BROKEN = {
    "a length over the limit": struct.pack(">I", 2**32 - 1),
    "a length over the limit, with the bytes": struct.pack(">I", 33 * 2**20) + bytes(2**20),
    "bytes that are no frame": framed(1) + b"\xc1" * 64,
    "no length at all": struct.pack(">I", 0) * 8,
    "text instead of frames": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3,
    "a kind that does not exist": framed({"type": "open_the_door", "run": RUN}),
    "a kind without its fields": framed({"type": "result"}),
    "fields of wrong types": framed({"type": "log", "run": RUN, "lines": [[0, 1, 2, 3]]}),
    "a form that does not exist": framed({"type": "result", "run": RUN, "form": "pickle", "value": b""}),
    "a value nested deeply": struct.pack(">I", len(NESTED)) + NESTED,
    "a list that says it is huge": struct.pack(">I", 5) + b"\xdd\xff\xff\xff\xff",
    "a text that is not UTF-8": struct.pack(">I", 3) + b"\xa2\xff\xfe",
    "a frame of the server, to load": frames(Load("f", "v", "", "<f>")),
    "a frame of the server, to call": frames(Call(RUN, "action")),
    "an event for a foreign run": frames(Emit("r-foreign", "status", {})),
    "a result for a foreign run": frames(Result("r-foreign", "json", 1)),
    "a log for a foreign run": frames(Log("r-foreign", [(0.0, "info", "text", "main")])),
    "two results": frames(RESULT, RESULT),
    "a chunk after the result": frames(RESULT, Chunk(RUN, [1])),
    "more chunks than were granted": frames(*(Chunk(RUN, [1] * 100) for _ in range(20))),
    "one chunk of too many items": frames(Chunk(RUN, [1] * 100_000)),
    "background work before the result": frames(Background(RUN, 1)),
    "that it has loaded, again": frames(Loaded({})),
    "that it has not loaded, after all": frames(LoadFailed("import", "ValueError", "no")),
    "that it gives back what it has begun": frames(Emit(RUN, "status", {}), Returned(RUN)),
}


@pytest.fixture(scope="module")
async def walled(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stronghold]:
    async with stronghold(tmp_path_factory.mktemp("frames")) as found:
        yield found


@pytest.mark.parametrize("what", BROKEN)
async def test_it_ends_with_a_named_error(hold: Stronghold, what: str) -> None:
    version = hold.function(WRITER)
    with pytest.raises(ProtocolBroken) as raised:
        await hold.write(version, BROKEN[what], RUN)
    assert raised.value.code == "protocol_broken"
    assert (await hold.run(version)).value == "harmless"


@pytest.mark.parametrize("last", ["half a length", "half a frame"])
async def test_an_end_in_the_middle_of_a_frame_is_an_end(hold: Stronghold, last: str) -> None:
    data = frames(Emit(RUN, "status", {"description": "x" * 100}))
    cut = data[:2] if last == "half a length" else data[:-10]
    with pytest.raises(WorkerLost, match="exit code 0"):
        await hold.write(hold.function(WRITER), cut, RUN, leave=True)


async def test_a_result_for_a_run_of_another_function_does_not_reach_it(hold: Stronghold) -> None:
    other = await hold.bench.start(
        hold.function(
            "import time\nclass Action:\n    def action(self, body):\n"
            "        time.sleep(0.5)\n        return 'genuine'\n"
        )
    )
    with pytest.raises(ProtocolBroken):
        await hold.write(hold.function(WRITER), frames(Result(other.id, "json", "forged")), RUN)
    assert (await hold.bench.follow(other)).value == "genuine"


async def test_a_sibling_run_of_the_same_worker_is_lost_with_it_and_told(hold: Stronghold) -> None:
    version = hold.function(WRITER.replace("time.sleep(60)", "time.sleep(60)\n    inlet = action"))
    patient = asyncio.create_task(hold.write(version, frames(Emit("r-first", "status", {})), "r-first"))
    await asyncio.sleep(0)
    with pytest.raises(ProtocolBroken):
        await hold.write(version, BROKEN["two results"], RUN)
    with pytest.raises(PenstockError):
        await patient


FLOODS = {
    "log lines": frames(Log(RUN, [(0.0, "info", "x" * 1000, "main")] * 100)) * 200,
    "log lines of no run": frames(Log("", [(0.0, "info", "x" * 1000, "main")] * 100)) * 200,
    "events": frames(Emit(RUN, "status", {"description": "x" * 1000})) * 20_000,
    "words about its health": frames(Health(float("nan"), 2**63 - 1)) * 20_000,
    "questions": frames(*(Ask(RUN, number, "input", {}) for number in range(5_000))),
}


@pytest.mark.parametrize("what", FLOODS)
async def test_a_flood_of_good_frames_stops_nobody_else(hold: Stronghold, what: str) -> None:
    version = hold.function(WRITER)
    flooding = asyncio.create_task(hold.write(version, FLOODS[what], RUN, leave=True))
    while not flooding.done():
        await hold.bystander_answers()
        await asyncio.wait([flooding], timeout=0.02)
    with pytest.raises(PenstockError):
        await flooding
