"""A registry with a real store and real workers, for tests of what it does."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from penstock.engine.base import HookCall
from penstock.engine.local import LocalEngine
from penstock.environments import Environments
from penstock.flows.registry import Registry, Serving
from penstock.functions.packages import Package
from penstock.protocol.frames import Result
from penstock.settings import Settings
from penstock.store import Store
from penstock.store.records import User


def action(answer: str, top: str = "") -> str:
    docstring = '"""\ntitle: Shout\ndescription: Shouts.\n"""\n'
    return f"{docstring}{top}\n\n\nclass Action:\n    def action(self, body):\n        return {answer!r}\n"


@dataclass
class House:
    registry: Registry
    store: Store
    engine: LocalEngine
    settings: Settings
    admin: User

    async def save(self, function_id: str, source: str | Package, **more: Any) -> Any:
        return await self.registry.save(function_id, "", source, {}, self.admin, **more)

    async def update(self, function_id: str, source: str | Package) -> Any:
        return await self.registry.update(function_id, "", source, {}, self.admin)

    async def answer(self, function_id: str) -> Any:
        return await self.answer_of(await self.registry.serving(function_id))

    async def answer_of(self, serving: Serving) -> Any:
        value = None
        async for frame in await self.engine.run(serving.source, HookCall(str(uuid.uuid4()), "action", {})):
            if isinstance(frame, Result):
                value = frame.value
        return value

    async def audited(self) -> list[str]:
        return [entry.what for entry in reversed(await self.store.audit.list())]


@asynccontextmanager
async def open_house(folder: Path, engine: LocalEngine, wheels: Path | None = None) -> AsyncIterator[House]:
    """Packages come from `wheels`; without that folder none are installed."""
    settings = Settings(data_dir=folder, environments=wheels is not None)
    store = await Store.open(settings)
    admin = await store.users.create("ada@example.com", "Ada", None, "admin")
    registry = Registry(store, engine, Environments(folder, wheels), settings)
    yield House(registry, store, engine, settings, admin)
    for function in await store.functions.list():
        await engine.retire(function.id)
    await store.close()


def workers_of(house: House, function_id: str) -> list[int]:
    return [worker.pid for worker in house.engine.workers() if worker.function_id == function_id]


async def gone(house: House, function_id: str) -> None:
    """Wait until no worker of the function is left."""
    async with asyncio.timeout(30):
        while workers_of(house, function_id):  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)
