"""The folder that functions of Open WebUI expect in its container."""

from __future__ import annotations

import pytest

from tests.acting import Theatre

pytestmark = pytest.mark.anyio

WRITER = """
    from pathlib import Path
    from open_webui.config import DATA_DIR

    class Action:
        def action(self, body):
            folder = Path("/app/backend/data/cache")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "note.txt").write_text("kept")
            return {"text": (Path(DATA_DIR) / "cache" / "note.txt").read_text()}
"""


@pytest.mark.spec("H1")
async def test_it_is_the_functions_own(theatre: Theatre) -> None:
    if "namespaces" not in {layer.name for layer in theatre.services.engine.layers() if layer.active}:
        pytest.skip("There are no name spaces on this machine: the folder cannot be made.")
    action = await theatre.install(WRITER)
    assert await theatre.user.clicked(action) == {"text": "kept"}
    own = theatre.server.settings.data_dir / "functions" / action / "cache" / "note.txt"
    assert own.read_text() == "kept"
