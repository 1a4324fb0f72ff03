"""Functions with packages of their own, and with imports of earlier releases."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from penstock.api.function_wire import function_wire
from penstock.engine.local import LocalEngine
from penstock.environments import Environments
from penstock.errors import RequirementsError, Unavailable
from penstock.flows.registry import Registry
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
