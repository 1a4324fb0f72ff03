"""Old events are forgotten, newer ones stay."""

from __future__ import annotations

import pytest

from penstock.realtime import pruning
from penstock.realtime.hub import Hub, Target
from penstock.realtime.pruning import EventPruning
from penstock.store import Store
from tests.waiting import eventually

pytestmark = pytest.mark.anyio


async def test_what_is_too_old_goes(store: Store, hub: Hub, target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(3):
        hub.emit(target, "status", {"description": str(n)})
    await hub.settle()
    assert await EventPruning(store).prune() == 0
    monkeypatch.setattr(pruning, "KEPT_FOR", -1)
    forgetting = EventPruning(store)
    forgetting.start()

    async def newest_only() -> bool:
        return len(await store.events.after(target.user_id, 0)) == 1

    await eventually(newest_only)
    await forgetting.stop()
