"""What actions themselves say about whether they are available: `available(self, __user__, __model__)` (spec A8).

It returns True, False, or a sentence why not. A call asks anew. Lists of models use what was said a little while ago
and wait only shortly for what nobody knows yet: such a button is shown, and its call decides.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Any

from penstock.errors import PenstockError
from penstock.flows import context_values
from penstock.flows.catalog import Catalog, CatalogModel
from penstock.flows.context import Services
from penstock.flows.registry import Serving
from penstock.flows.run_order import RunOrder
from penstock.realtime.hub import Target
from penstock.store.records import User

HOOK = "available"
DEADLINE = 2.0
LISTS_WAIT = 1.0
REMEMBERED = 30.0  # seconds
MOST = 10_000

Key = tuple[str, str, str | None]  # version, user and model


class Predicates:
    """Asks, and remembers for lists."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: dict[Key, tuple[float, str | None]] = {}
        self._asking: dict[Key, asyncio.Task[str | None]] = {}

    async def ask(self, serving: Serving, user: User, entry: CatalogModel | None, catalog: Catalog) -> str | None:
        """None where the action is available, else what it says, which may be nothing. An error is a refusal."""
        context = context_values.build(
            serving.description,
            HOOK,
            user=user,
            id=serving.id,
            model=catalog.wire_for_functions(entry) if entry else None,
        )
        order = RunOrder(
            serving=serving,
            hook=HOOK,
            body=None,
            context=context,
            user=user,
            target=Target(user.id),
            trigger=HOOK,
            deadline=DEADLINE,
            record=False,
            models=entry.lineage if entry else (),
        )
        try:
            answer = (await (await self._services.runs.start(order)).outcome()).value
        except PenstockError as error:
            answer = f"{serving.function.name} could not say whether it is available: {error.message}"
        said = _reading(answer)
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[_key(serving, user, entry)] = time.monotonic(), said
        return said

    async def refused(
        self, asking: Iterable[tuple[Serving, CatalogModel]], user: User, catalog: Catalog
    ) -> dict[tuple[str, str | None], str]:
        """Of these buttons those that their action refuses, with its words."""
        pairs = list(asking)
        now = time.monotonic()
        tasks = [
            self._task(serving, user, entry, catalog)
            for serving, entry in pairs
            if now - self._known.get(_key(serving, user, entry), (-REMEMBERED, None))[0] >= REMEMBERED
        ]
        if tasks:
            await asyncio.wait(tasks, timeout=LISTS_WAIT)
        answers = {
            (serving.id, entry.id): self._known.get(_key(serving, user, entry), (0.0, None))[1]
            for serving, entry in pairs
        }
        return {pair: said for pair, said in answers.items() if said is not None}

    def _task(self, serving: Serving, user: User, entry: CatalogModel, catalog: Catalog) -> asyncio.Task[str | None]:
        key = _key(serving, user, entry)
        if key not in self._asking:
            task = asyncio.create_task(self.ask(serving, user, entry, catalog))
            self._asking[key] = task
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        return self._asking[key]

    def stop(self) -> None:
        for task in [*self._asking.values()]:
            task.cancel()


def _key(serving: Serving, user: User, entry: CatalogModel | None) -> Key:
    return serving.version.id, user.id, entry.id if entry else None


def _reading(answer: Any) -> str | None:
    """A sentence is a reason; a method that returns nothing has nothing against it."""
    if isinstance(answer, str):
        return answer.strip() or None
    return None if answer or answer is None else ""
