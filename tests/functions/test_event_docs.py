"""Every event and question that the code knows is in the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.functions import answers, events

PAGE = (Path(__file__).parents[2] / "docs" / "events.md").read_text()


@pytest.mark.parametrize(
    "name",
    sorted(
        events.EMITTED | events.OF_CHATS | answers.CONFIRMATIONS | answers.CHOICES | answers.IN_ONE_TAB
        | {"form", "file", "input", "action", "request:user_input", "request:interaction:done", "events:gap"}
        | {"action:started", "action:finished"}
    ),
)  # fmt: skip
def test_it_is_documented(name: str) -> None:
    assert f"`{name}`" in PAGE
