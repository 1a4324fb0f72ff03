"""Engines of their own on the Ray that all tests share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from penstock.engine.ray import RayEngine
from penstock.settings import Settings
from tests.engine.conftest import Bench

StartEngine = Callable[..., Awaitable[Bench]]


@pytest.fixture
async def start_engine(ray: None, tmp_path: Path) -> AsyncIterator[StartEngine]:
    async with AsyncExitStack() as ends:

        async def start(**settings: Any) -> Bench:
            engine = RayEngine(Settings(**{"data_dir": tmp_path, "ray_actors": 2, **settings}))
            await engine.start()
            ends.push_async_callback(engine.stop, 0)
            return Bench(engine)

        yield start
