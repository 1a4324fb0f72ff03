"""Heads of requests and answers, whatever they are made of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from penstock.engine.local.egress.heads import BadHead, read_answer, read_request


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: f"GET {text} HTTP/1.1\r\n\r\n".encode()))
def test_heads_are_read_or_refused(head: bytes) -> None:
    for read in (read_request, read_answer):
        try:
            read(head + b"\r\n\r\n")
        except BadHead:
            continue
