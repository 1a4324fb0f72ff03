"""The life of functions, with a real store and real workers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from penstock.engine.local import LocalEngine
from penstock.environments import Environments
from penstock.errors import (
    BadRequest,
    Conflict,
    FunctionInactive,
    NeedsConfiguration,
    NotBound,
    NotFound,
    SourceError,
    UnknownAction,
    UnknownFunction,
    UnknownSubAction,
)
from penstock.flows.registry import Registry
from penstock.flows.serving import data_folder
from tests.flows.house import House, action, gone, open_house, workers_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def house(tmp_path: Path, engine: LocalEngine) -> AsyncIterator[House]:
    async with open_house(tmp_path, engine) as opened:
        yield opened


@pytest.mark.spec("L1")
@pytest.mark.parametrize("bad", ["", "two words", "1st", "a-b", "a.b", "é!", "x" * 300])
async def test_an_id_is_a_python_identifier(house: House, bad: str) -> None:
    with pytest.raises(BadRequest) as refused:
        await house.save(bad, action("a"))
    assert refused.value.hint
    assert await house.store.functions.list() == []


@pytest.mark.spec("L1")
async def test_an_id_is_lowercased_and_unique(house: House) -> None:
    assert (await house.save("Shout", action("a"))).id == "shout"
    with pytest.raises(BadRequest, match="already a function with the id `shout`"):
        await house.save("SHOUT", action("b"))


@pytest.mark.spec("L2")
@pytest.mark.spec("L4")
async def test_a_saved_function_is_off_and_described_by_its_source(house: House) -> None:
    function = await house.save("shout", action("a"))
    assert (function.kind, function.name, function.is_active, function.state) == ("action", "Shout", False, "ready")
    assert function.meta["description"] == "Shouts."
    assert function.meta["manifest"] == {"title": "Shout", "description": "Shouts."}
    with pytest.raises(FunctionInactive):
        await house.registry.serving("shout")
    await house.registry.toggle("shout", house.admin)
    assert await house.answer("shout") == "a"
    assert await house.audited() == ["function.created", "function.enabled"]


@pytest.mark.spec("L4")
@pytest.mark.parametrize(
    ("source", "phase", "line"),
    [
        ("class Action:\n    def action(self, body)\n        pass\n", "syntax", 2),
        ("x = 1\n", "kind", None),
        ("class Action:\n    pass\n", "hooks", 1),
        (action("a", top="raise RuntimeError('no')"), "import", 5),
        (action("a", top="import not_to_be_found"), "import", 5),
        ("class Action:\n    def __init__(self):\n        1 / 0\n    def action(self, body): ...\n", "construct", 3),
    ],
)
async def test_what_does_not_load_is_not_stored(house: House, source: str, phase: str, line: int | None) -> None:
    with pytest.raises(SourceError) as refused:
        await house.save("shout", source)
    assert (refused.value.fields["phase"], refused.value.fields["line"]) == (phase, line)
    if line:
        assert refused.value.message.startswith(f"line {line}")
    assert await house.store.functions.list() == []


@pytest.mark.spec("L4")
async def test_a_missing_package_is_explained_by_the_line_to_add(house: House) -> None:
    with pytest.raises(SourceError) as refused:
        await house.save("shout", action("a", top="import github"))
    assert "`requirements: PyGithub`" in refused.value.hint


@pytest.mark.spec("L4")
async def test_a_name_that_the_server_does_not_offer_is_said(house: House) -> None:
    with pytest.raises(SourceError) as refused:
        await house.save("shout", action("a", top="from open_webui.models.users import Unheard"))
    assert refused.value.message.endswith("cannot import name 'Unheard' from 'open_webui.models.users'")
    assert "not among what Penstock offers" in refused.value.hint


@pytest.mark.spec("L5")
@pytest.mark.spec("L9")
async def test_every_save_is_a_version_and_serves_at_once(house: House) -> None:
    await house.save("shout", action("one"), is_active=True, message="first")
    assert await house.answer("shout") == "one"
    await house.update("shout", action("two"))
    assert await house.answer("shout") == "two"
    newest, oldest = await house.store.versions.list("shout")
    assert (newest.number, oldest.number, oldest.message, oldest.author_id) == (2, 1, "first", house.admin.id)

    await house.registry.roll_back("shout", oldest.id, house.admin)
    assert await house.answer("shout") == "one"
    assert len(await house.store.versions.list("shout")) == 2


@pytest.mark.spec("L5")
async def test_the_same_source_makes_no_version(house: House) -> None:
    await house.save("shout", action("one"))
    function = await house.registry.update("shout", "Louder", action("one"), {"description": "Loud."}, house.admin)
    assert (function.name, function.meta["description"]) == ("Louder", "Loud.")
    assert len(await house.store.versions.list("shout")) == 1


@pytest.mark.spec("L4")
@pytest.mark.spec("L6")
async def test_a_bad_update_leaves_what_serves_untouched(house: House) -> None:
    before = await house.save("shout", action("one"), is_active=True)
    with pytest.raises(SourceError):
        await house.update("shout", action("two", top="1 / 0"))
    assert await house.store.functions.get("shout") == before
    assert await house.answer("shout") == "one"


@pytest.mark.spec("L8")
async def test_switching_off_and_deleting_end_the_workers(house: House) -> None:
    await house.save("shout", action("one"), is_active=True)
    await house.answer("shout")
    assert workers_of(house, "shout")
    await house.registry.toggle("shout", house.admin)
    await gone(house, "shout")
    await house.registry.toggle("shout", house.admin)
    await house.answer("shout")
    folder = house.settings.data_dir / "functions" / "shout"
    assert folder.is_dir()
    await house.registry.delete("shout", house.admin)
    await gone(house, "shout")
    assert not folder.exists()
    with pytest.raises(UnknownFunction):
        await house.registry.serving("shout")


@pytest.mark.spec("L8")
async def test_a_new_version_gets_new_workers(house: House) -> None:
    source = (
        "count = 0\nclass Action:\n    def action(self, body):\n"
        "        global count\n        count += 1\n        return count\n"
    )
    await house.save("shout", source, is_active=True)
    assert [await house.answer("shout") for _ in range(3)] == [1, 2, 3]
    await house.update("shout", source + "\n")
    assert await house.answer("shout") == 1


FRAGILE = "from pathlib import Path\nif Path({flag!r}).exists():\n    raise RuntimeError('broken by a flag')\n"


def flag_of(house: House, function_id: str) -> Path:
    """A file that the function sees as well: in its own folder."""
    folder = data_folder(house.settings.data_dir, function_id)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "flag"


@pytest.mark.spec("L6")
async def test_a_version_that_stops_loading_gives_way_to_the_last_good_one(house: House) -> None:
    flag = flag_of(house, "shout")
    await house.save("shout", action("one"), is_active=True)
    await house.update("shout", action("two", top=FRAGILE.format(flag=str(flag))))
    flag.touch()
    bad = await house.registry.serving("shout")
    with pytest.raises(SourceError) as failed:
        await house.answer("shout")
    good = await house.registry.load_failed(bad, failed.value)
    assert good is not None
    assert await house.answer_of(good) == "one"
    assert await house.answer("shout") == "one"
    function = await house.registry.get("shout")
    assert (function.is_active, function.state) == (True, "quarantined")
    assert "broken by a flag" in function.reason
    assert (await house.store.versions.list("shout"))[0].state == "quarantined"
    assert "function.quarantined" in await house.audited()
    assert await house.registry.load_failed(bad, failed.value) is not None, "a second report changes nothing"
    await house.update("shout", action("three"))
    assert (await house.registry.get("shout")).state == "ready"
    assert await house.answer("shout") == "three"


@pytest.mark.spec("L6")
async def test_a_function_without_a_good_version_goes_off_and_comes_back(house: House) -> None:
    flag = flag_of(house, "shout")
    await house.save("shout", action("one", top=FRAGILE.format(flag=str(flag))), is_active=True)
    flag.touch()
    serving = await house.registry.serving("shout")
    with pytest.raises(SourceError) as failed:
        await house.answer("shout")
    assert await house.registry.load_failed(serving, failed.value) is None
    function = await house.registry.get("shout")
    assert (function.is_active, function.state) == (False, "failed")
    assert function.meta["deactivated"]["reason"] == function.reason
    with pytest.raises(FunctionInactive, match="broken by a flag"):
        await house.registry.serving("shout")
    with pytest.raises(Conflict, match="broken by a flag"):
        await house.registry.toggle("shout", house.admin)

    await house.update("shout", action("two"))
    function = await house.registry.get("shout")
    assert (function.is_active, function.state, "deactivated" in function.meta) == (True, "ready", False)
    assert await house.answer("shout") == "two"


@pytest.mark.spec("L6")
async def test_a_failed_function_recovers_at_the_next_start(house: House, tmp_path: Path) -> None:
    flag = flag_of(house, "shout")
    await house.save("shout", action("one", top=FRAGILE.format(flag=str(flag))), is_active=True)
    flag.touch()
    serving = await house.registry.serving("shout")
    with pytest.raises(SourceError) as failed:
        await house.answer("shout")
    await house.registry.load_failed(serving, failed.value)
    flag.unlink()
    again = Registry(house.store, house.engine, Environments(tmp_path), house.settings)
    await again.start()
    async with asyncio.timeout(30):
        while not (await again.get("shout")).is_active:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)
    await again.stop()
    assert await house.answer("shout") == "one"
    assert "function.recovered" in await house.audited()


@pytest.mark.spec("L6")
async def test_a_failed_function_is_switched_on_once_it_loads(house: House) -> None:
    flag = flag_of(house, "shout")
    await house.save("shout", action("one", top=FRAGILE.format(flag=str(flag))), is_active=True)
    flag.touch()
    serving = await house.registry.serving("shout")
    with pytest.raises(SourceError) as failed:
        await house.answer("shout")
    await house.registry.load_failed(serving, failed.value)
    flag.unlink()
    assert (await house.registry.toggle("shout", house.admin)).is_active
    assert await house.answer("shout") == "one"


@pytest.mark.spec("L7")
async def test_required_valves_make_a_function_wait_for_configuration(house: House) -> None:
    source = (
        "from pydantic import BaseModel\nclass Action:\n    class Valves(BaseModel):\n        url: str\n"
        "    def __init__(self):\n        self.valves = self.Valves()\n"
        "    def action(self, body):\n        return self.valves.url\n"
    )
    function = await house.save("shout", source, is_active=True)
    assert (function.state, function.reason) == ("needs_configuration", "Needs values for url.")
    serving = await house.registry.serving("shout")
    with pytest.raises(NeedsConfiguration, match="`url`") as needs:
        await house.registry.valves_for(serving, house.admin.id)
    assert needs.value.fields == {"missing": ["url"]}


async def test_actions_are_looked_up_with_a_sentence_for_each_trouble(house: House) -> None:
    source = (
        "class Action:\n    actions = [{'id': 'up', 'name': 'Up'}, {'id': 'down', 'name': 'Down'}]\n"
        "    def action(self, body): ...\n"
    )
    await house.save("shout", source)
    await house.save("quiet", "class Filter:\n    pass\n", is_active=True)
    sentences = set()
    for action_id, expected in [("absent", UnknownAction), ("quiet", UnknownAction), ("shout", FunctionInactive)]:
        with pytest.raises(expected) as refused:
            await house.registry.action(action_id, [])
        sentences.add(refused.value.message)
    await house.registry.toggle("shout", house.admin)
    with pytest.raises(UnknownSubAction) as unknown:
        await house.registry.action("shout.sideways", [])
    with pytest.raises(NotBound) as unbound:
        await house.registry.action("shout.up", ["other"])
    assert len(sentences | {unknown.value.message, unbound.value.message}) == 5

    for bound in (["shout"], ["shout.up"], None):
        serving, sub = await house.registry.action("shout.up", bound)
        assert (serving.id, sub) == ("shout", "up")
    await house.registry.toggle_global("shout", house.admin)
    assert (await house.registry.action("shout", []))[1] is None


@pytest.mark.spec("L10")
async def test_active_functions_come_in_order_of_priority_then_id(house: House) -> None:
    def filter_with(priority: int) -> str:
        return (
            "from pydantic import BaseModel\nclass Filter:\n    class Valves(BaseModel):\n"
            f"        priority: int = {priority}\n    def inlet(self, body):\n        return body\n"
        )

    for name, priority in [("c", 0), ("b", 5), ("a", 5), ("d", -1)]:
        await house.save(name, filter_with(priority), is_active=True)
    await house.save("off", filter_with(0))
    assert [serving.id for serving in await house.registry.active("filter")] == ["d", "c", "a", "b"]
    await house.store.valves.set("d", {"priority": 9})
    assert [serving.id for serving in await house.registry.active("filter")] == ["c", "a", "b", "d"]
    assert await house.registry.active("pipe") == ()


@pytest.mark.spec("L2")
async def test_a_clone_is_a_function_of_its_own(house: House) -> None:
    await house.save("shout", action("one"), is_active=True)
    first = await house.registry.clone("shout", house.admin)
    second = await house.registry.clone("shout", house.admin)
    assert (first.id, second.id, first.name, first.is_active) == (
        "shout_clone",
        "shout_clone_2",
        "Shout (Clone)",
        False,
    )


@pytest.mark.spec("L5")
async def test_the_serving_version_cannot_be_deleted(house: House) -> None:
    await house.save("shout", action("one"))
    await house.update("shout", action("two"))
    newest, oldest = await house.store.versions.list("shout")
    with pytest.raises(Conflict):
        await house.registry.delete_version("shout", newest.id, house.admin)
    await house.registry.delete_version("shout", oldest.id, house.admin)
    with pytest.raises(NotFound):
        await house.registry.roll_back("shout", oldest.id, house.admin)


async def test_simultaneous_saves_take_turns(house: House) -> None:
    await house.save("shout", action("0"), is_active=True)
    await asyncio.gather(*(house.update("shout", action(str(number))) for number in range(1, 5)))
    versions = await house.store.versions.list("shout")
    assert [version.number for version in versions] == [5, 4, 3, 2, 1]
    serving = await house.registry.serving("shout")
    assert serving.version.id == versions[0].id
    outcomes = await asyncio.gather(*(house.save("twin", action("x")) for _ in range(3)), return_exceptions=True)
    assert [isinstance(outcome, BadRequest) for outcome in outcomes].count(True) == 2


@pytest.mark.spec("L9")
async def test_the_run_after_a_save_uses_what_was_saved(house: House) -> None:
    await house.save("shout", action("0"), is_active=True)
    for number in range(1, 4):
        await house.update("shout", action(str(number)))
        assert await house.answer("shout") == str(number)
