"""Engines of their own for tests that end, fill or change what others would share."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from penstock.engine.local import LocalEngine
from penstock.functions.rights import Budget, Rights
from penstock.settings import Settings
from tests.engine.conftest import Bench

MB = 2**20


@contextlib.asynccontextmanager
async def local_bench(data_dir: Path, **settings: Any) -> AsyncIterator[Bench]:
    engine = LocalEngine(Settings(data_dir=data_dir, **settings))
    await engine.start()
    try:
        yield Bench(engine)
    finally:
        await engine.stop(grace=0)


def budget(**values: Any) -> Rights:
    return Rights(budget=Budget(**values))
