"""What the examples promise as a set."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acting import Theatre

pytestmark = pytest.mark.anyio

FILES = sorted((Path(__file__).parents[2] / "examples" / "functions").glob("*.py"))


async def test_every_example_is_installed_ready_and_on(examples: Theatre) -> None:
    offered = (await examples.admin.http.get("/api/v1/examples")).json()
    assert len(offered) == len(FILES)
    assert all(example["installed"] and example["description"] for example in offered)
    for example in offered:
        function = (await examples.admin.http.get(f"/api/v1/functions/id/{example['id']}")).json()
        state = (function["state"], function["is_active"], function["warnings"])
        assert state == ("ready", True, []), example["id"]
        assert function["is_global"] is (example["kind"] != "pipe"), example["id"]


async def test_installing_again_changes_nothing(examples: Theatre) -> None:
    before = (await examples.admin.http.get("/api/v1/functions/")).json()
    assert (await examples.admin.http.post("/api/v1/examples/install", json={})).status_code == 200
    assert (await examples.admin.http.get("/api/v1/functions/")).json() == before


async def test_the_model_offers_its_buttons_and_its_switch(examples: Theatre) -> None:
    models = (await examples.user.http.get("/api/models")).json()["data"]
    (guide,) = [model for model in models if model["id"] == "guide"]
    buttons = {action["id"]: action["name"] for action in guide["actions"]}
    assert buttons["text_tools.count"] == "Count words"
    assert {"improve", "chart", "export", "calculator", "long_job", "analyse", "admin_report"} < set(buttons)
    assert [switch["name"] for switch in guide["filters"]] == ["Brief answers"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_example_needs_nothing_from_outside(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    for outside in ("requirements:", "http://", "https://", "requests", "httpx", "aiohttp"):
        assert outside not in source.replace("http://www.w3.org/2000/svg", ""), outside
