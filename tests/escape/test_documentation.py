"""What docs/security.md promises is what the table of cases says, which the other tests hold to."""

from __future__ import annotations

from pathlib import Path

from penstock.engine.local.sandbox.layers import NAMES
from tests.escape.cases import CASES, documented

PAGE = (Path(__file__).parents[2] / "docs" / "security.md").read_text()


def test_the_table_of_what_gets_through_is_up_to_date() -> None:
    assert documented() in PAGE, f"put this into docs/security.md:\n{documented()}"


def test_every_layer_is_explained() -> None:
    assert [name for name in NAMES if f"| `{name}` |" not in PAGE] == []


def test_the_number_of_attempts_is_right() -> None:
    assert f"{len(CASES)} attempts" in PAGE
