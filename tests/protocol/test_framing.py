"""Frames survive any way of being cut; anything else is refused by name."""

from __future__ import annotations

import string
from itertools import pairwise
from typing import Any

import pytest
from bench.hostile import ODD
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock.errors import ProtocolBroken
from penstock.protocol.frames import (
    Ask,
    Background,
    Call,
    Cancel,
    Chunk,
    Close,
    Emit,
    Failed,
    Feed,
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


host_frames = st.one_of(
    st.builds(Load, names, names, st.text(), names, st.none() | names, st.none() | names),
    st.builds(Call, names, names, plain, st.dictionaries(names, plain, max_size=3)),
    st.builds(Feed, names, st.lists(plain, max_size=3), st.booleans()),
    st.builds(More, names, st.integers(0, 2**32)),
    st.builds(Reply, names, st.integers(0, 100), plain),
    st.builds(Cancel, names, st.text()),
    st.builds(Close, st.floats(0, 10)),
)


@given(st.lists(host_frames, max_size=6), st.integers(1, 64))
def test_frames_of_the_host_survive_any_pace_too(frames: list[Frame], pace: int) -> None:
    stream = b"".join(encode(frame) for frame in frames)
    decoder: FrameDecoder[HostFrame] = FrameDecoder(HostFrame)
    found: list[Any] = []
    for start in range(0, len(stream), pace):
        found += decoder.feed(stream[start : start + pace])
        assert decoder.pending <= len(stream)
    assert b"".join(encode(frame) for frame in found) == stream


spoilers = st.one_of(
    st.tuples(st.just("insert"), st.integers(0, 10_000), st.binary(min_size=1, max_size=12)),
    st.tuples(st.just("insert"), st.integers(0, 10_000), st.sampled_from(ODD)),
    st.tuples(st.just("delete"), st.integers(0, 10_000), st.binary(min_size=1, max_size=12)),
    st.tuples(st.just("replace"), st.integers(0, 10_000), st.binary(min_size=1, max_size=12)),
)


@settings(max_examples=300)
@given(st.lists(worker_frames, min_size=1, max_size=4), st.lists(spoilers, max_size=4), st.integers(1, 400), st.data())
def test_spoilt_frames_are_refused_or_read_and_held_in_bounds(
    frames: list[Frame], spoil: list[tuple[str, int, bytes]], pace: int, data: st.DataObject
) -> None:
    stream = bytearray(b"".join(encode(frame) for frame in frames))
    for how, place, what in spoil:
        at = place % (len(stream) + 1)
        stream[at : at if how == "insert" else at + len(what)] = b"" if how == "delete" else what
    limit = data.draw(st.sampled_from((16, 200, 100_000)))
    decoder: FrameDecoder[WorkerFrame] = FrameDecoder(WorkerFrame, limit=limit)
    for start in range(0, len(stream), pace):
        try:
            found = decoder.feed(bytes(stream[start : start + pace]))
        except ProtocolBroken:
            return
        assert all(isinstance(frame, Frame) for frame in found)
        assert decoder.pending < limit + HEADER.size


@given(st.binary(max_size=20_000), st.integers(1, 5000))
def test_garbage_without_end_takes_no_more_room_than_one_frame(garbage: bytes, pace: int) -> None:
    decoder: FrameDecoder[WorkerFrame] = FrameDecoder(WorkerFrame, limit=1000)
    for start in range(0, len(garbage), pace):
        try:
            decoder.feed(garbage[start : start + pace])
        except ProtocolBroken:
            return
        assert decoder.pending < 1000 + HEADER.size


@pytest.mark.parametrize("odd", ODD)
def test_parts_of_msgpack_that_no_frame_has_are_refused_or_read(odd: bytes) -> None:
    body = b"\x94\xa4emit\xa1r\xa1x" + odd
    decoder: FrameDecoder[WorkerFrame] = FrameDecoder(WorkerFrame)
    try:
        (frame,) = decoder.feed(HEADER.pack(len(body)) + body)
    except ProtocolBroken:
        return
    assert isinstance(frame, Emit)


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
