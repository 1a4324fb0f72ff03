"""The ways in which published functions call for data: all of them work on the same names (spec H1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.compat.conftest import Stage

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H1")]

HEAD = """
import asyncio, inspect, threading
from open_webui.models.users import Users, UserModel
from open_webui.models.memories import Memories

def name(user):
    return user and user.name

async def adaptive(function, *arguments):
    result = function(*arguments)
    if inspect.isawaitable(result):
        result = await result
    return result

async def careful(function, *arguments):
    if inspect.iscoroutinefunction(function):
        return await function(*arguments)
    return await asyncio.to_thread(function, *arguments)

def in_thread(function, *arguments):
    found = []
    thread = threading.Thread(target=lambda: found.append(function(*arguments)))
    thread.start()
    thread.join()
    return found[0]

class Action:
"""

STYLES = {
    "plain": "async def action(self, body, __user__): return {get}",
    "awaited": "async def action(self, body, __user__): return await {get}",
    "plain def": "def action(self, body, __user__): return {get}",
    "in a thread": "async def action(self, body, __user__): return await asyncio.to_thread({function}, {argument})",
    "adaptive": "async def action(self, body, __user__): return await adaptive({function}, {argument})",
    "careful": "async def action(self, body, __user__): return await careful({function}, {argument})",
    "own thread": "async def action(self, body, __user__): return in_thread({function}, {argument})",
    "thread pool": """async def action(self, body, __user__):
        from fastapi.concurrency import run_in_threadpool
        return await run_in_threadpool({function}, {argument})""",
    "executor": """async def action(self, body, __user__):
        return await asyncio.get_running_loop().run_in_executor(None, {function}, {argument})""",
    "gathered": """async def action(self, body, __user__):
        first, second = await asyncio.gather({get}, *[{get} for _ in range(1)])
        assert name_or_list(first) == name_or_list(second)
        return first""",
    "task": "async def action(self, body, __user__): return await asyncio.create_task({get})",
    "bounded": "async def action(self, body, __user__): return await asyncio.wait_for({get}, timeout=30)",
    "own loop": "def action(self, body, __user__): return asyncio.run({get})",
}
ANSWERS: dict[str, tuple[str, str, Any]] = {
    "a value": ("Users.get_user_by_id", '__user__["id"]', "Una"),
    "nothing": ("Users.get_user_by_id", '"nobody"', None),
    "a list": ("Memories.get_memories_by_user_id", '"nobody"', []),
}
SHOWN = """
def name_or_list(value):
    return value.name if isinstance(value, UserModel) else value

def shown(hook):
    if inspect.iscoroutinefunction(hook):
        async def hook_shown(self, body, __user__):
            return {"value": name_or_list(await hook(self, body, __user__))}
    else:
        def hook_shown(self, body, __user__):
            return {"value": name_or_list(hook(self, body, __user__))}
    return hook_shown

"""


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("style", STYLES)
async def test_every_style_gives_the_same(stage: Stage, style: str, answer: str) -> None:
    function, argument, expected = ANSWERS[answer]
    hook = STYLES[style].format(get=f"{function}({argument})", function=function, argument=argument)
    source = HEAD.replace("class Action:", SHOWN + "class Action:") + f"    @shown\n    {hook}\n"
    assert await stage.run(source) == {"value": expected}


async def test_lines_of_errors_stay_the_authors(stage: Stage) -> None:
    source = '''"""title: Fails
"""
from __future__ import annotations
from open_webui.models.users import Users

class Action:
    async def action(self, body, __user__):
        user = await Users.get_user_by_id(__user__["id"])
        return await (
            self.divide(user, 0)
        )

    async def divide(self, user, number):
        return 1 / number
'''
    with pytest.raises(Exception, match="division by zero") as raised:
        await stage.run(source)
    assert raised.value.fields["line"] == 14  # type: ignore[attr-defined]


async def test_a_user_model_is_made_of_the_user(stage: Stage) -> None:
    source = """
    from open_webui.models.users import User, UserModel
    class Action:
        class UserValves:
            pass
        async def action(self, body, __user__):
            user = UserModel(**__user__)
            same = User(**__user__).id == user.id
            return [user.name, user.role, user.settings and user.settings.ui, user.model_dump()["email"], same]
    """
    assert await stage.run(source) == ["Una", "user", {}, "una@example.com", True]


@pytest.mark.spec("I3")
async def test_a_plain_hook_makes_something_that_needs_the_loop(stage: Stage) -> None:
    source = """
    import asyncio
    class Toaster:
        def __init__(self, emit):
            self.task = asyncio.create_task(self.toast(emit))
        async def toast(self, emit):
            await emit({"type": "notification", "data": {"type": "info", "content": "Hello"}})
    class Action:
        def action(self, body, __event_emitter__):
            self.toaster = Toaster(__event_emitter__)
            return "made"
    """
    assert await stage.run(source) == "made"
