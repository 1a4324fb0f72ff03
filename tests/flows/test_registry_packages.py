"""Functions with packages of their own, and with imports of earlier releases."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from penstock.api.function_wire import function_wire, version_wire
from penstock.engine.base import HookCall
from penstock.engine.local import LocalEngine
from penstock.environments import Environments
from penstock.errors import RequirementsError, Unavailable
from penstock.flows.registry import Registry
from penstock.protocol.frames import Failed
from tests.environments.wheels import make_wheel
from tests.flows.house import House, open_house

pytestmark = pytest.mark.anyio


def with_pen(version: str) -> str:
    return (
        f'"""\nrequirements: tinypen=={version}\n"""\nimport tinypen\n\n\nclass Action:\n'
        "    def action(self, body):\n        return tinypen.VERSION\n"
    )


@pytest.fixture
async def house(tmp_path: Path, engine: LocalEngine) -> AsyncIterator[House]:
    wheels = tmp_path / "wheels"
    for version in ("1.0", "2.0"):
        make_wheel(wheels, "tinypen", version)
    async with open_house(tmp_path / "data", engine, wheels) as opened:
        yield opened


@pytest.mark.spec("M4")
async def test_two_functions_use_different_versions_of_one_package(house: House) -> None:
    for number in ("1", "2"):
        await house.save(f"pen_{number}", with_pen(f"{number}.0"), is_active=True)
    assert [await house.answer("pen_1"), await house.answer("pen_2")] == ["1.0", "2.0"]
    (version,) = await house.store.versions.list("pen_1")
    assert version.requirements == ["tinypen==1.0"]
    assert version.environment_id


WHERE = '''"""
requirements: {requirements}
"""
import {module}


class Action:
    def action(self, body):
        return {module}.__file__
'''


@pytest.mark.spec("M4")
@pytest.mark.parametrize("module", ["requests", "aiohttp", "pydantic", "msgspec"])
async def test_another_version_of_what_the_server_uses_is_for_its_function_alone(
    house: House, tmp_path: Path, module: str
) -> None:
    """The zygote has imported these: a fork would silently keep the server's."""
    installed = Path(importlib.import_module(module).__file__ or "").parent
    whole = installed if module == "pydantic" else None
    make_wheel(tmp_path / "wheels", module, "99.0", package=whole)
    await house.save("own", WHERE.format(requirements=f"{module}==99.0", module=module), is_active=True)
    await house.save("neighbour", WHERE.format(requirements="", module=module), is_active=True)
    (version,) = await house.store.versions.list("own")
    environments = house.settings.data_dir / "environments"
    servers = str(installed / "__init__.py")
    # The worker itself needs msgspec. Where the author's does not fit it, the server's is taken.
    expected = environments / str(version.environment_id) / "site-packages" / module / "__init__.py"
    assert await house.answer("own") == (servers if module == "msgspec" else str(expected))
    assert await house.answer("neighbour") == servers


@pytest.mark.spec("M4")
@pytest.mark.spec("L4")
async def test_a_package_that_cannot_be_had_stops_the_save(house: House) -> None:
    with pytest.raises(RequirementsError, match="tinypen") as refused:
        await house.save("pen", with_pen("9.0"))
    assert refused.value.fields["phase"] == "requirements"
    assert await house.store.functions.list() == []


@pytest.mark.spec("M4")
async def test_an_update_may_change_the_packages(house: House) -> None:
    await house.save("pen", with_pen("1.0"), is_active=True)
    assert await house.answer("pen") == "1.0"
    await house.update("pen", with_pen("2.0"))
    assert await house.answer("pen") == "2.0"
    _, oldest = await house.store.versions.list("pen")
    await house.registry.roll_back("pen", oldest.id, house.admin)
    assert await house.answer("pen") == "1.0"


@pytest.mark.spec("L6")
async def test_packages_that_are_gone_are_installed_again(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.save("pen", with_pen("1.0"), is_active=True)
    await house.engine.retire("pen")
    monkeypatch.setattr("penstock.flows.restoring.AGAIN_AFTER", 0.0)
    environments = house.settings.data_dir / "environments"
    for path in environments.rglob("*"):
        path.chmod(0o755)
    shutil.rmtree(environments)
    wheels = tmp_path / "wheels"
    house.registry = Registry(house.store, house.engine, Environments(house.settings.data_dir, wheels), house.settings)
    wheels.rename(tmp_path / "away")
    wheels.mkdir()
    with pytest.raises(Unavailable, match="cannot be just now"):
        await house.registry.serving("pen")
    function = await house.registry.get("pen")
    assert (function.is_active, function.state) == (True, "ready"), "nothing is wrong with the function"
    lacking = await house.registry.version_of("pen")
    assert lacking.lacks.startswith("Its packages cannot be installed here. tinypen")
    assert function_wire(function, lacking)["state"] == "needs_packages"
    wheels.rmdir()
    (tmp_path / "away").rename(wheels)
    assert await house.answer("pen") == "1.0"
    assert (await house.registry.version_of("pen")).lacks == ""


@pytest.mark.spec("M5")
async def test_legacy_imports_load_and_keep_line_numbers(house: House) -> None:
    source = (
        '"""\nfrom config import nothing\n"""\nfrom utils.misc import get_last_user_message\n'
        "from apps.webui.models.users import Users\n\n\nclass Action:\n    def action(self, body):\n"
        "        return get_last_user_message([{'role': 'user', 'content': 'hello'}])\n"
    )
    await house.save("old", source, is_active=True)
    assert await house.answer("old") == "hello"
    (version,) = await house.store.versions.list("old")
    assert version.source == source


@pytest.mark.spec("M5", "I7")
async def test_a_failing_run_keeps_the_lines_of_a_source_with_legacy_imports(house: House) -> None:
    source = (
        "from apps.webui.models.users import Users; from utils.misc import get_last_user_message\n\n\n"
        "class Action:\n    def action(self, body):\n        x = 'from config import x'\n        raise ValueError(x)\n"
    )
    await house.save("old", source)
    serving = await house.registry.version_of("old")
    *_, failed = [frame async for frame in await house.engine.run(serving.source, HookCall("old-1", "action", {}))]
    assert isinstance(failed, Failed)
    assert (failed.line, failed.message) == (7, "from config import x")


@pytest.mark.spec("L5", "M4")
async def test_a_version_keeps_the_lock_of_its_requirements(house: House) -> None:
    await house.save("pen", with_pen("1.0"), message="first")
    await house.update("pen", with_pen("2.0"))
    newest, oldest = await house.store.versions.list("pen")
    shown = [
        version_wire(each, await house.registry.get("pen"), house.admin, source=False) for each in (newest, oldest)
    ]
    assert [each["lock"] for each in shown] == [["tinypen==2.0"], ["tinypen==1.0"]]
    assert (shown[1]["commit_message"], shown[1]["user"]["name"]) == ("first", "Ada")
    assert shown[1]["created_at"] <= shown[0]["created_at"]
