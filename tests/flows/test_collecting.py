"""Which packages stay, and which go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from penstock.engine.base import HookCall
from penstock.engine.local import LocalEngine
from penstock.environments import Environments
from penstock.flows.collecting import Collecting
from penstock.protocol.frames import Ask, Result
from tests.environments.wheels import make_wheel
from tests.flows.house import House, gone, open_house

pytestmark = [pytest.mark.anyio, pytest.mark.spec("M4")]

WAITS = '''"""
requirements: tinypen=={version}
"""

class Action:
    async def action(self, body, __event_call__):
        await __event_call__({{"type": "input", "data": {{}}}})
        import tinypen
        return tinypen.VERSION
'''


@pytest.fixture
async def house(tmp_path: Path, engine: LocalEngine) -> AsyncIterator[House]:
    for version in ("1.0", "2.0"):
        make_wheel(tmp_path / "wheels", "tinypen", version)
    async with open_house(tmp_path / "data", engine, tmp_path / "wheels") as opened:
        yield opened


@pytest.fixture
def environments(house: House, tmp_path: Path) -> Environments:
    return Environments(house.settings.data_dir, tmp_path / "wheels")


@pytest.fixture
def collecting(house: House, environments: Environments) -> Collecting:
    return Collecting(environments, house.store, house.engine)


def pins(environments: Environments) -> set[str]:
    return {pin for each in environments.installed() for pin in each.pins}


async def test_what_any_version_names_stays(house: House, environments: Environments, collecting: Collecting) -> None:
    await house.save("pen", WAITS.format(version="1.0"))
    await house.update("pen", WAITS.format(version="2.0"))
    assert await collecting.collect(older_than=-1) == []
    _, oldest = await house.store.versions.list("pen")
    await house.registry.delete_version("pen", oldest.id, house.admin)
    (removed,) = await collecting.collect(older_than=-1)
    assert (removed.pins, pins(environments)) == (("tinypen==1.0",), {"tinypen==2.0"})
    assert removed.size > 0


async def test_what_a_draining_worker_uses_stays(
    house: House, environments: Environments, collecting: Collecting
) -> None:
    await house.save("pen", WAITS.format(version="1.0"), is_active=True)
    serving = await house.registry.serving("pen")
    run = await house.engine.run(serving.source, HookCall("r", "action", {}))
    frames = aiter(run)
    question = await anext(frames)
    assert isinstance(question, Ask)
    await house.registry.delete("pen", house.admin)
    assert await collecting.collect(older_than=-1) == []
    await run.reply(question.call, "go on")
    results = [frame.value async for frame in frames if isinstance(frame, Result)]
    assert results == ["1.0"]
    await gone(house, "pen")
    (removed,) = await collecting.collect(older_than=-1)
    assert (removed.pins, pins(environments)) == (("tinypen==1.0",), set())


async def test_what_was_asked_for_lately_stays(
    house: House, environments: Environments, collecting: Collecting
) -> None:
    await environments.ensure(["tinypen"])
    assert await collecting.collect() == []
    assert len(await collecting.collect(older_than=-1)) == 1


async def test_the_start_clears_away_what_a_crash_left(house: House, collecting: Collecting) -> None:
    left = house.settings.data_dir / "environments" / ".aside-of-a-crash"
    left.mkdir(parents=True)
    (left / "half").write_text("half")
    await collecting.start()
    await collecting.stop()
    assert not left.exists()
