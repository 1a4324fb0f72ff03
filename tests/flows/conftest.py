"""One engine for the tests of a module."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from penstock.engine.local import LocalEngine
from penstock.settings import Settings


@pytest.fixture(scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[LocalEngine]:
    """Real workers; whoever makes functions retires them."""
    made = LocalEngine(Settings(data_dir=tmp_path_factory.mktemp("engine"), stop_grace=1))
    await made.start()
    yield made
    await made.stop(1)
