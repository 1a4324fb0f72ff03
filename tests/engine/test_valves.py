"""Valves in a run: those in force when it started, each user's own."""

from __future__ import annotations

import asyncio

import pytest

from tests.engine.conftest import Bench

pytestmark = pytest.mark.anyio


@pytest.mark.spec("V4")
async def test_self_valves_are_set_before_each_run(bench: Bench) -> None:
    version = bench.version(
        """
        from pydantic import BaseModel
        class Action:
            class Valves(BaseModel):
                name: str = "default"
                size: int = 1
            def __init__(self): self.valves = self.Valves()
            def action(self, body): return [self.valves.name, self.valves.size, type(self.valves).__name__]
        """
    )
    assert (await bench.run(version)).value == ["default", 1, "Valves"]
    assert (await bench.run(version, valves={"name": "set", "size": "2"})).value == ["set", 2, "Valves"]
    assert (await bench.run(version)).value == ["default", 1, "Valves"]


@pytest.mark.spec("V4")
async def test_a_run_keeps_the_valves_that_it_started_with(bench: Bench) -> None:
    version = bench.version(
        """
        import asyncio, threading
        from pydantic import BaseModel
        class Action:
            class Valves(BaseModel):
                name: str = "default"
            def __init__(self): self.valves = self.Valves()
            async def action(self, body):
                seen = [self.valves.name]
                await asyncio.sleep(body)
                seen.append(self.valves.name)
                seen.append(await asyncio.to_thread(lambda: self.valves.name))
                return seen
        """
    )
    slow = await bench.start(version, body=0.2, valves={"name": "first"})
    assert (await bench.run(version, body=0, valves={"name": "second"})).value == ["second"] * 3
    assert (await bench.follow(slow)).value == ["first"] * 3


@pytest.mark.spec("V4")
async def test_a_property_setter_of_the_author_fires(bench: Bench) -> None:
    version = bench.version(
        """
        from pydantic import BaseModel
        class Action:
            class Valves(BaseModel):
                name: str = "default"
            seen = []
            @property
            def valves(self): return self._valves
            @valves.setter
            def valves(self, value):
                self._valves = value
                self.seen.append(value.name)
            def __init__(self): self.valves = self.Valves()
            def action(self, body): return self.seen
        """
    )
    assert (await bench.run(version, valves={"name": "set"})).value[-1] == "set"


@pytest.mark.spec("V4")
async def test_user_valves_answer_as_object_and_as_mapping(bench: Bench) -> None:
    source = """
    from pydantic import BaseModel
    class Action:
        class UserValves(BaseModel):
            colour: str = "red"
            get: int = 5
        async def action(self, body, __user__):
            valves = __user__["valves"]
            return [
                isinstance(valves, self.UserValves), valves.colour, valves["colour"], "colour" in valves, "x" in valves,
                dict(valves), valves.get, sorted(valves.keys()), bool(valves), list(valves.items()),
            ]
    """
    outcome = await bench.run(source, context={"user": {"id": "u"}}, user_valves={"colour": "blue"})
    assert outcome.value == [
        True,
        "blue",
        "blue",
        True,
        False,
        {"colour": "blue", "get": 5},
        5,
        ["colour", "get"],
        True,
        [["colour", "blue"], ["get", 5]],
    ]


@pytest.mark.spec("V4")
async def test_user_valves_have_defaults_and_are_absent_without_a_class(bench: Bench) -> None:
    with_class = """
    from pydantic import BaseModel
    class Action:
        class UserValves(BaseModel):
            colour: str = "red"
        def action(self, body, __user__): return __user__["valves"].get("colour"), __user__["valves"].get("x", 1)
    """
    without = "class Action:\n    def action(self, body, __user__): return 'valves' in __user__\n"
    assert (await bench.run(with_class, context={"user": {"id": "u"}})).value == ["red", 1]
    assert (await bench.run(without, context={"user": {"id": "u"}})).value is False
    assert (await bench.run(without.replace("__user__:", "__user__=None:"), context={"user": {}})).value is False


@pytest.mark.spec("V4")
async def test_no_run_sees_the_valves_of_another_user(bench: Bench) -> None:
    version = bench.version(
        """
        import asyncio
        from pydantic import BaseModel
        class Action:
            class UserValves(BaseModel):
                token: str = ""
            async def action(self, body, __user__):
                await asyncio.sleep(0.01)
                return __user__["valves"].token == __user__["id"]
        """
    )
    outcomes = await asyncio.gather(
        *(bench.run(version, context={"user": {"id": f"u{n}"}}, user_valves={"token": f"u{n}"}) for n in range(50))
    )
    assert all(outcome.value for outcome in outcomes)


@pytest.mark.spec("V4")
async def test_a_stored_valve_that_no_longer_fits_is_left_at_its_default(bench: Bench) -> None:
    source = """
    from pydantic import BaseModel
    class Action:
        class Valves(BaseModel):
            size: int = 1
            name: str = "x"
        def action(self, body): return [self.valves.size, self.valves.name]
    """
    outcome = await bench.run(source, valves={"size": "many", "name": "y"})
    assert outcome.value == [1, "y"]
    assert "valve 'size' is left at its default" in outcome.texts[0]


@pytest.mark.spec("L7")
async def test_a_missing_required_valve_fails_the_run_and_not_the_load(bench: Bench) -> None:
    version = bench.version(
        """
        from pydantic import BaseModel, Field
        class Action:
            class Valves(BaseModel):
                key: str = Field(...)
            def __init__(self):
                self.valves = self.Valves()
                self.length = len(self.valves.key)
            def action(self, body): return self.valves.key
        """
    )
    failed = (await bench.run(version)).failed
    assert failed is not None
    assert failed.type == "ValidationError"
    assert "key" in failed.message
    assert (await bench.run(version, valves={"key": "k"})).value == "k"


@pytest.mark.spec("V4")
async def test_what_a_hook_puts_on_self_user_valves_is_its_runs_own(bench: Bench) -> None:
    version = bench.version(
        """
        import asyncio
        from pydantic import BaseModel
        class Action:
            user_valves = None
            class UserValves(BaseModel):
                token: str = ""
            def __init__(self): self.user_valves = None
            async def action(self, body, __user__):
                before = self.user_valves
                self.user_valves = __user__["valves"]
                await asyncio.sleep(0.01)
                return [self.user_valves.token, __user__["id"], before is None]
        """
    )
    first = await bench.run(version, context={"user": {"id": "first"}}, user_valves={"token": "first"})
    assert first.value == ["first", "first", True]
    outcomes = await asyncio.gather(
        *(bench.run(version, context={"user": {"id": f"u{n}"}}, user_valves={"token": f"u{n}"}) for n in range(20))
    )
    assert all(outcome.value[0] == outcome.value[1] for outcome in outcomes)
