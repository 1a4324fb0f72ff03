"""Functions of several files, saved, run, updated and rolled back (spec M6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from penstock.engine.base import HookCall, VersionSource
from penstock.engine.local import LocalEngine
from penstock.errors import SourceError
from penstock.functions.packages import Package
from penstock.protocol.frames import Failed
from tests.flows.house import House, gone, open_house

pytestmark = [pytest.mark.anyio, pytest.mark.spec("M6")]

INIT = '''"""
title: Packed
version: 1.0
"""
from importlib import resources
from pathlib import Path

from .helpers import shout
from .parts.deep import DEPTH


class Action:
    async def action(self, body):
        beside = (Path(__file__).parent / "data.json").read_text()
        inside = resources.files(__package__).joinpath("parts", "words.txt").read_text()
        return [shout("hello"), DEPTH, beside, inside]
'''
FILES = {
    "__init__.py": INIT.encode(),
    "helpers.py": b"def shout(text):\n    return text.upper()\n",
    "data.json": b'{"a": 1}',
    "parts/__init__.py": b"",
    "parts/deep.py": b"from ..helpers import shout\n\nDEPTH = shout('deep')\n",
    "parts/words.txt": b"some words",
}
CALLED = {"parts_in_deep__py": "DEPTH = 1\n"}


def package(**changed: str) -> Package:
    """Names are given with `__` for the dot and `_in_` for the slash."""
    new = {name.replace("_in_", "/").replace("__", "."): text.encode() for name, text in changed.items()}
    if "init" in new:
        new["__init__.py"] = new.pop("init")
    return Package.of(FILES | new)


@pytest.fixture
async def house(tmp_path: Path, engine: LocalEngine) -> AsyncIterator[House]:
    async with open_house(tmp_path, engine) as opened:
        yield opened


async def test_relative_imports_and_data_files_work(house: House) -> None:
    function = await house.save("packed", package(), is_active=True)
    assert (function.kind, function.name) == ("action", "Packed")
    assert await house.answer("packed") == ["HELLO", "DEEP", '{"a": 1}', "some words"]


async def test_modules_import_each_other_by_the_id_of_the_function_too(house: House) -> None:
    init = """
import sys
from . import helpers
class Action:
    def action(self, body):
        import packed
        import packed.helpers
        from packed.parts.deep import DEPTH
        same = sys.modules["packed.helpers"] is helpers is packed.helpers
        return [same, packed is sys.modules[__name__], DEPTH, helpers.__spec__.name == helpers.__name__]
"""
    deep = "from packed.helpers import shout\n\nDEPTH = shout('deep')\n"
    await house.save("packed", package(init=init, parts_in_deep__py=deep), is_active=True)
    assert await house.answer("packed") == [True, True, "DEEP", True]


@pytest.mark.spec("L4", "M5")
@pytest.mark.parametrize(
    ("changed", "said", "file", "line"),
    [
        ({"helpers__py": "x = 1\ndef f(:\n"}, "helpers.py, line 2, column 7: invalid syntax", "helpers.py", 2),
        ({"helpers__py": "from apps.webui.models import users\n1 / 0\n"}, "helpers.py, line 2, ", "helpers.py", 2),
        ({"parts_in_deep__py": "\nraise RuntimeError('no')\n"}, "parts/deep.py, line 2", "parts/deep.py", 2),
        ({"init": "class Action:\n    pass\n"}, "__init__.py, line 1, column 1: the class", "__init__.py", 1),
        ({"init": "\nclass Action:\n    action = print\n    1 / 0\n"}, "__init__.py, line 4", "__init__.py", 4),
        ({"helpers__py": "from nowhere_at_all import x\n"}, "helpers.py, line 1, ", "helpers.py", 1),
    ],
)  # fmt: skip
async def test_a_package_that_does_not_load_names_file_and_line(
    house: House, changed: dict[str, str], said: str, file: str, line: int
) -> None:
    with pytest.raises(SourceError) as refused:
        await house.save("packed", package(**changed))
    assert refused.value.message.startswith(said)
    assert (refused.value.fields["file"], refused.value.fields["line"]) == (file, line)
    assert await house.store.functions.list() == []


async def test_a_file_of_the_package_that_is_imported_without_a_dot_is_explained(house: House) -> None:
    with pytest.raises(SourceError) as refused:
        await house.save("packed", package(parts_in_deep__py="import helpers\n"))
    assert "`from .helpers import ...`" in refused.value.hint


@pytest.mark.spec("I7")
async def test_tracebacks_of_runs_name_the_file_of_the_package(house: House) -> None:
    await house.save("packed", package(helpers__py="def shout(text):\n    raise LookupError(text)\n", **CALLED))
    failed = [frame async for frame in await house.engine.run(await source(house), HookCall("r", "action", {}))][-1]
    assert isinstance(failed, Failed)
    assert (failed.type, failed.line) == ("LookupError", 2)
    assert 'File "packed/helpers.py", line 2, in shout' in failed.traceback
    assert "raise LookupError(text)" in failed.traceback
    assert str(house.settings.data_dir) not in failed.traceback


@pytest.mark.spec("M5")
async def test_every_module_may_import_as_in_earlier_releases_and_await_what_is_there(house: House) -> None:
    helpers = "from apps.webui.models.users import Users\n\ndef shout(text):\n    return Users and None\n"
    init = (
        "from .helpers import shout\n\nclass Action:\n    async def action(self):\n        return [await shout('')]\n"
    )
    await house.save("packed", package(helpers__py=helpers, init=init, parts_in_deep__py=""), is_active=True)
    assert await house.answer("packed") == [None]


async def test_the_files_cannot_be_written_and_go_with_the_last_worker(house: House, engine: LocalEngine) -> None:
    init = """
import os
from pathlib import Path

class Action:
    def action(self, body):
        try:
            (Path(__file__).parent / "data.json").write_text("changed")
        except OSError as error:
            return [type(error).__name__, str(Path(__file__).parent)]
"""
    await house.save("packed", package(init=init), is_active=True)
    refused, folder = await house.answer("packed")
    assert refused in ("PermissionError", "OSError")
    await house.registry.delete("packed", house.admin)
    await gone(house, "packed")
    async with asyncio.timeout(30):
        while Path(folder).exists():  # noqa: ASYNC110, ASYNC240 - nothing tells
            await asyncio.sleep(0.01)


@pytest.mark.spec("L5")
async def test_a_version_is_all_files_and_can_be_rolled_back_and_cloned(house: House) -> None:
    await house.save("packed", package(), is_active=True)
    await house.update("packed", package())
    assert len(await house.store.versions.list("packed")) == 1, "the same files make no version"
    await house.update("packed", package(data__json='{"a": 2}'))
    assert (await house.answer("packed"))[2] == '{"a": 2}'
    _, first = await house.store.versions.list("packed")
    await house.registry.roll_back("packed", first.id, house.admin)
    assert (await house.answer("packed"))[2] == '{"a": 1}'
    await house.registry.clone("packed", house.admin)
    assert (await house.answer_of(await house.registry.version_of("packed_clone")))[0] == "HELLO"
    with pytest.raises(SourceError):
        await house.update("packed", package(helpers__py="def ("))
    assert (await house.answer("packed"))[0] == "HELLO"


@pytest.mark.spec("L9")
async def test_no_run_sees_half_of_an_update(house: House) -> None:
    init = """
import importlib
from pathlib import Path

class Action:
    async def action(self, body):
        late = importlib.import_module(".late", __package__)
        return [NUMBER, late.NUMBER, int((Path(__file__).parent / "number.txt").read_text())]
"""

    def numbered(number: int) -> Package:
        return package(init=f"NUMBER = {number}\n{init}", late__py=f"NUMBER = {number}", number__txt=str(number))

    await house.save("packed", numbered(0), is_active=True)
    seen: list[list[int]] = []
    updating = asyncio.ensure_future(_updated(house, [numbered(number) for number in range(1, 4)]))
    while not updating.done():
        seen += await asyncio.gather(*(house.answer("packed") for _ in range(4)))
    await updating
    seen.append(await house.answer("packed"))
    assert all(len(set(numbers)) == 1 for numbers in seen), seen
    assert seen[-1] == [3, 3, 3]
    assert [numbers[0] for numbers in seen] == sorted(numbers[0] for numbers in seen)


async def _updated(house: House, packages: list[Package]) -> None:
    for each in packages:
        await house.update("packed", each)


async def source(house: House) -> VersionSource:
    return (await house.registry.version_of("packed")).source
