"""The setting `examples`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.serving import serving


@pytest.mark.parametrize(("setting", "offered"), [("true", True), ("false", False)])
def test_examples_are_offered_unless_the_operator_says_no(tmp_path: Path, setting: str, offered: bool) -> None:
    with serving(tmp_path, examples=setting) as server, server.client(server.sign_up()) as client:
        answer = client.get("/api/v1/examples")
        assert answer.status_code == 200
        assert bool(answer.json()) is offered
