"""Frames survive any way of being cut; anything else is refused by name."""

from __future__ import annotations

import string
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.errors import ProtocolBroken
from penstock.protocol.frames import (
    Ask,
    Background,
    Call,
    Chunk,
    Emit,
    Failed,
    Frame,
    Health,
    HostCall,
    HostFrame,
    Load,
    Log,
    More,
    Reply,
    Result,
    WorkerFrame,
)
from penstock.protocol.framing import HEADER, FrameDecoder, encode

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)
names = st.text(string.ascii_letters, min_size=1, max_size=8)
worker_frames = st.one_of(
    st.builds(Emit, names, names, plain),
    st.builds(Ask, names, st.integers(0, 100), names, plain),
    st.builds(HostCall, names, st.integers(0, 100), names, st.dictionaries(names, plain, max_size=3)),
    st.builds(Chunk, names, st.lists(plain, max_size=5)),
    st.builds(Result, names, st.just("json"), plain),
    st.builds(Failed, names, names, st.text(), st.text(), st.none() | st.integers(0, 9)),
    st.builds(Log, names, st.lists(st.tuples(st.floats(0, 1e10), names, st.text(), names), max_size=3)),
    st.builds(Background, names, st.integers(0, 5)),
    st.builds(Health, st.floats(0, 100), st.integers(0, 2**40)),
)


@given(st.lists(worker_frames, max_size=6), st.data())
def test_any_split_gives_the_same_frames(frames: list[Frame], data: st.DataObject) -> None:
    stream = b"".join(encode(frame) for frame in frames)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    decoder: FrameDecoder[WorkerFrame] = FrameDecoder(WorkerFrame)
    found: list[Any] = []
    for start, end in pairwise([0, *cuts, len(stream)]):
        found += decoder.feed(stream[start:end])
    assert found == frames
    assert decoder.pending == 0


@given(st.binary(max_size=200))
def test_garbage_is_refused_or_waited_for_and_never_raises_anything_else(garbage: bytes) -> None:
    decoder: FrameDecoder[WorkerFrame] = FrameDecoder(WorkerFrame, limit=1000)
    try:
        decoder.feed(garbage)
    except ProtocolBroken:
        return
    assert decoder.pending <= len(garbage)


@given(st.binary(min_size=1, max_size=200))
def test_a_body_of_garbage_is_refused(garbage: bytes) -> None:
    decoder: FrameDecoder[WorkerFrame] = FrameDecoder(WorkerFrame)
    try:
        (frame,) = decoder.feed(HEADER.pack(len(garbage)) + garbage)
    except ProtocolBroken:
        return
    assert isinstance(frame, Frame)


def test_a_frame_over_the_limit_is_refused_before_it_has_arrived() -> None:
    decoder: FrameDecoder[WorkerFrame] = FrameDecoder(WorkerFrame, limit=1000)
    with pytest.raises(ProtocolBroken, match="1,001 bytes"):
        decoder.feed(HEADER.pack(1001))


@pytest.mark.parametrize(
    ("frame", "side"),
    [
        (Load("f", "v", "source", "file"), WorkerFrame),
        (Call("r", "action"), WorkerFrame),
        (Reply("r", 1), WorkerFrame),
        (More("r", 1), WorkerFrame),
        (Emit("r", "x"), HostFrame),
        (Result("r", "json"), HostFrame),
    ],
)
def test_a_frame_that_only_the_other_side_may_send_is_refused(frame: Frame, side: Any) -> None:
    decoder: FrameDecoder[Any] = FrameDecoder(side)
    with pytest.raises(ProtocolBroken):
        decoder.feed(encode(frame))


def test_deeply_nested_bytes_are_refused() -> None:
    body = b"\x93\xa4emit\xa1r\xa1x"[:0] + b"\x94\xa4emit\xa1r\xa1x" + b"\x91" * 100_000 + b"\xc0"
    decoder: FrameDecoder[WorkerFrame] = FrameDecoder(WorkerFrame)
    with pytest.raises(ProtocolBroken):
        decoder.feed(HEADER.pack(len(body)) + body)
