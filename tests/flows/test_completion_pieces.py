"""What pipes yield, in all the forms that authors use, becomes text and chunks."""

from __future__ import annotations

from typing import Any

import pytest

from penstock.flows.completion_answer import Answer
from penstock.flows.completion_pieces import PieceReader, block_pieces


def chunk(text: str) -> dict[str, Any]:
    return {"choices": [{"delta": {"content": text}}]}


def line(text: str) -> str:
    return 'data: {"choices":[{"delta":{"content":"' + text + '"}}]}'


CASES: list[tuple[str, list[Any], list[Any]]] = [
    ("texts", ["a", "", "b\n", "\n", ": ", "id: "], ["a", "b\n", "\n", ": ", "id: "]),
    ("text that looks like a line", ["data: is the plural of datum", "\n"], ["data: is the plural of datum", "\n"]),
    ("dicts", [chunk("a"), {"event": {"type": "status"}}], [chunk("a"), {"event": {"type": "status"}}]),
    ("lines without an end", [line("a"), "", line("b"), "data: [DONE]"], [chunk("a"), chunk("b")]),
    ("lines with their end", [line("a") + "\n\n", "data: [DONE]\n\n"], [chunk("a")]),
    ("bytes as lines", [line("a").encode(), b"", line("b").encode() + b"\r\n", b"\r\n"], [chunk("a"), chunk("b")]),
    (
        "bytes torn apart",
        [b": wait\n\n" + line("a").encode()[:20], line("a").encode()[20:] + b"\n\ndata: [DO", b"NE]\n\n"],
        [chunk("a")],
    ),
    ("text after lines", [line("a"), "\n", "b", "\n", "c"], [chunk("a"), "b", "\n", "c"]),
    ("bytes as text", ["é".encode()[:1], "é".encode()[1:], b"\n"], ["é", "\n"]),
    ("a separator inside a line", [line("a\u2028b")], [chunk("a\u2028b")]),
    ("other values", [3, ["a", None], {"message": {"content": "x"}}], ["3", "a", {"choices": [
        {"index": 0, "delta": {"content": "x"}, "finish_reason": None}]}]),
    ("a beginning that is no line", ["d", "ata", " is"], ["data is"]),
    ("a beginning and no more", ["dat"], ["dat"]),
    ("a beginning and a chunk", ["data:", chunk("a"), "d"], ["data:", chunk("a"), "d"]),
    ("a word after lines of a stream", ["da", line("a")[2:], "\n", "\nda", line("b")[2:]], [chunk("a"), chunk("b")]),
    ("no JSON", ['data: {"broken', "data: {}"], ['{"broken', {}]),
]  # fmt: skip


@pytest.mark.spec("P2")
@pytest.mark.parametrize(("items", "pieces"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
@pytest.mark.parametrize("at_once", [True, False], ids=["one batch", "one by one"])
def test_reading(items: list[Any], pieces: list[Any], at_once: bool) -> None:
    reader = PieceReader()
    read: list[Any] = []
    for batch in [items] if at_once else [[item] for item in items]:
        read += reader.read(batch)
    assert read + reader.end() == pieces


@pytest.mark.spec("P2")
@pytest.mark.parametrize("size", range(1, 60))
@pytest.mark.parametrize("kind", [str, bytes])
def test_an_event_stream_may_be_torn_anywhere(size: int, kind: type) -> None:
    stream = f": hé\n\n{line('ö')}\n\n: wait\r\n{line('b')}\r\n\r\ndata: [DONE]\n\n"
    whole: Any = stream.encode() if kind is bytes else stream.split("\n", 2)[2]
    reader = PieceReader()
    read = [piece for at in range(0, len(whole), size) for piece in reader.read([whole[at : at + size]])]
    assert read + reader.end() == [chunk("ö"), chunk("b")]


def test_a_server_block_becomes_its_chunks() -> None:
    block = b": hello\r\n\r\nevent: x\r\n" + line("a").encode() + b"\r\n\r\ndata: [DONE]\r\n\r\n"
    assert block_pieces(block) == [chunk("a")]


def test_an_answer_is_the_sum_of_its_pieces() -> None:
    call = {"index": 0, "id": "c1", "function": {"name": "f", "arguments": '{"a"'}}
    answer = Answer()
    answer.add(["Hel", chunk("lo"), {"choices": [{"delta": {"reasoning_content": "hm"}}]}])
    answer.add([{"choices": [{"delta": {"tool_calls": [call]}}]}])
    answer.add([{"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": ":1}"}}]}}]}])
    answer.add([{"choices": [], "usage": {"total_tokens": 3}}, {"choices": [{"delta": {}, "finish_reason": "length"}]}])
    message = answer.message()
    assert message["content"] == "Hello"
    assert message["reasoning_content"] == "hm"
    assert message["tool_calls"][0]["function"] == {"name": "f", "arguments": '{"a":1}'}
    assert (answer.usage, answer.finish_reason) == ({"total_tokens": 3}, "length")
