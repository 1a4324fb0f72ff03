"""What a worker says that wants to hurt the server: true to the protocol for a while, then not.

Everything comes from one seeded source of chance, so that a seed says it all again.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from typing import Any, Literal, cast

from penstock.protocol import frames
from penstock.protocol.framing import HEADER, FrameDecoder, encode

FLOOD = 2**22  # bytes at once, at most
Form = Literal["json", "stream", "html", "file", "opaque"]
VALUES: tuple[Any, ...] = (
    None, True, -1, 2**64 - 1, 1.5, float("nan"), float("inf"), "", "text", "\u0000", "x" * 3000, b"\xff\x00",
    [], [[[]]], {}, {"a": {"b": [1]}}, {"done": True}, {"description": "status"}, ["a"] * 200,
)  # fmt: skip
ODD = (  # parts of msgpack that no frame of ours has
    b"\x81\x90\x01", b"\x81\xc0\x01", b"\xc7\x00\xff", b"\xd4\x05\x01", b"\xd6\xff\x00\x00\x00\x00",
    b"\xd7\xff" + b"\xff" * 8, b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff",
    b"\xdb\x7f\xff\xff\xff", b"\xa2\xff\xfe", b"\xc1", b"\x91" * 600 + b"\xc0", b"\x81\xa1a" * 600 + b"\xc0",
    b"\x81\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00\x01", b"\xcf" + b"\xff" * 8,
)  # fmt: skip
NAMES = ("status", "message", "input", "replace", "notification", "", "x" * 300, "functions.list", "users.get")
FORMS: tuple[Form, ...] = ("json", "stream", "html", "file", "opaque")
DESCRIPTION = {"kind": "action", "name": "hostile", "hooks": {"action": ["body"]}}


class Hostile(asyncio.Protocol):
    """The other end of a worker's socket."""

    def __init__(self, chance: random.Random, on_end: Callable[[int], None]) -> None:
        self._chance = chance
        self._on_end = on_end
        self._decoder: FrameDecoder[frames.HostFrame] = FrameDecoder(frames.HostFrame, 2**24)
        self._runs: list[str] = []
        self._finished: set[str] = set()  # of those, the ones with an outcome
        self._calls = 0
        self._rage = chance.choice((0.0, 0.0, 0.01, 0.05, 0.3))  # how often it breaks the protocol
        self._transport: asyncio.Transport | None = None
        self.sent = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if self._chance.random() < self._rage / 3:
            self._say(self._nonsense())

    def data_received(self, data: bytes) -> None:
        for frame in self._decoder.feed(data):
            self._hear(frame)

    def connection_lost(self, exc: Exception | None) -> None:
        self._on_end(self._chance.choice((0, 1, -9, -11)))

    def _hear(self, frame: frames.HostFrame) -> None:
        match frame:
            case frames.Load():
                self._say(self._loaded())
            case frames.Call(run=run):
                self._runs.append(run)
                self._later(self._misbehave)
            case frames.Cancel(run=run):
                if self._chance.random() < 0.5:
                    self._say(encode(frames.Failed(run, "Cancelled", frame.reason)))
            case frames.Close():
                self._hang_up()
            case frames.Reply() | frames.More() | frames.Feed():
                self._later(self._misbehave)

    def _loaded(self) -> bytes:
        well = encode(frames.Loaded(DESCRIPTION))
        return bytes(well if self._chance.random() >= self._rage / 3 else self._mutated(well))

    def _misbehave(self) -> None:
        """Say a few things about any of the runs."""
        for _ in range(self._chance.randint(1, 6)):
            if self._chance.random() >= self._rage:
                self._say(encode(self._plausible()))
                continue
            act = self._chance.choices(
                (self._say_mutated, self._say_nonsense, self._flood, self._hang_up), (6, 3, 1, 1)
            )
            act[0]()

    def _plausible(self) -> frames.Frame:
        """A frame, mostly one that may come now."""
        if self._chance.random() < self._rage or not self._runs:
            return self._any_frame(self._chance.choice((*self._runs, "", "foreign", "r" * 5000)))
        run, chance = self._chance.choice(self._runs), self._chance
        if run in self._finished:
            count = chance.choice((0, 1, 2))
            if not count:
                self._runs.remove(run)
            return chance.choice((frames.Background(run, count), frames.Background(run, count), self._speech(run)))
        if chance.random() < 0.7:
            return self._speech(run)
        background = chance.choice((0, 0, 1))
        if background:
            self._finished.add(run)
        else:
            self._runs.remove(run)
        return self._outcome(run, background)

    def _speech(self, run: str) -> frames.Frame:
        self._calls += 1
        name, value = self._chance.choice(NAMES), self._chance.choice(VALUES)
        makers: list[Callable[[], frames.Frame]] = [
            lambda: frames.Emit(run, name, value),
            lambda: frames.Ask(run, self._calls, name, value),
            lambda: frames.HostCall(run, self._calls, name, {"a": value}),
            lambda: frames.Log(run, [(self._chance.choice((0.0, 1e300)), name, "x" * 300, "t")]),
            lambda: frames.Health(self._chance.choice((0.0, 1e300, float("nan"))), self._chance.choice((0, -1, 2**62))),
        ]
        if run not in self._finished:
            makers.append(lambda: frames.Chunk(run, [value] * self._chance.choice((0, 1, 1, 10))))
        return self._chance.choice(makers)()

    def _outcome(self, run: str, background: int) -> frames.Frame:
        form, value = self._chance.choice(FORMS), self._chance.choice(VALUES)
        if self._chance.random() < 0.7:
            return frames.Result(run, form, value, [], background)
        return frames.Failed(run, self._chance.choice(NAMES), "message", "trace", 3, background)

    def _any_frame(self, run: str) -> frames.Frame:
        chance, value = self._chance, self._chance.choice(VALUES)
        odd = chance.choice((0, -1, 2**31, 2**62))
        makers: tuple[Callable[[], frames.Frame], ...] = (
            lambda: self._speech(run),
            lambda: self._outcome(run, odd),
            lambda: frames.Ask(run, odd, "input", value),
            lambda: frames.HostCall(run, odd, "", {}),
            lambda: frames.Background(run, odd),
            lambda: frames.Chunk(run, [value] * 600),
            lambda: frames.Returned(run),
            lambda: frames.Loaded(DESCRIPTION),
            lambda: frames.LoadFailed("import", "Error", "late"),
            lambda: frames.Close(),
        )
        return chance.choice(makers)()

    def _say_mutated(self) -> None:
        self._say(self._mutated(encode(self._plausible())))

    def _say_nonsense(self) -> None:
        self._say(self._nonsense())

    def _mutated(self, data: bytes | bytearray) -> bytes:
        """With a length that fits, mostly."""
        body, chance = bytearray(data[HEADER.size :]), self._chance
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(body) + 1)
            match chance.randrange(4):
                case 0 if at < len(body):
                    body[at] = chance.randrange(256)
                case 1:
                    body[at:at] = chance.choice(ODD)
                case 2:
                    del body[at : at + chance.randint(1, 8)]
                case _:
                    body += chance.randbytes(chance.randint(1, 8))
        length = len(body) if chance.random() < 0.9 else chance.choice((0, 1, len(body) + 5, 2**24, 2**32 - 1))
        return HEADER.pack(length) + body

    def _nonsense(self) -> bytes:
        return self._chance.randbytes(self._chance.randint(1, 300))

    def _flood(self) -> None:
        """Much of the same, whatever was granted."""
        frame = encode(self._plausible())
        self._say(bytes(frame) * min(self._chance.randint(100, 2000), FLOOD // len(frame) + 1))

    def _later(self, act: Callable[[], None]) -> None:
        if self._chance.random() < 0.9:
            asyncio.get_running_loop().call_later(self._chance.choice((0, 0, 0.001, 0.02)), act)

    def _say(self, data: bytes | bytearray) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        self.sent += 1
        for piece in self._pieces(bytes(data)):
            self._transport.write(piece)

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        """Cut anywhere; the last piece may be missing."""
        if self._chance.random() < 0.7:
            yield data
            return
        cut = self._chance.randrange(len(data) + 1)
        yield data[:cut]
        if self._chance.random() >= self._rage / 3:
            yield data[cut:]

    def _hang_up(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.abort() if self._chance.random() < 0.5 else self._transport.close()
