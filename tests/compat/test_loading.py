"""What a function may ask for before anybody has called it, and after its run has ended (spec H1)."""

from __future__ import annotations

import pytest

from tests.compat.conftest import Stage

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H1")]

IMPORTS = """
from pydantic import BaseModel
from open_webui.models.functions import Functions
from open_webui.models.users import Users
from open_webui.models.models import Models
from open_webui.models.chats import Chats
from open_webui.main import app
from open_webui.config import get_config, WEBUI_URL
"""


def action(top: str, constructor: str = "pass", answer: str = "self.seen") -> str:
    return f"""{IMPORTS}
{top}
class Action:
    class Valves(BaseModel):
        size: int = 3
    def __init__(self):
        self.seen = None
        self.valves = self.Valves()
        {constructor}
    async def action(self, body, __user__):
        return {{"value": {answer}}}
"""


async def test_its_own_valves_and_source_are_known_while_it_is_loaded(stage: Stage) -> None:
    top = 'VALVES, MYSELF = Functions.get_function_valves_by_id("early"), Functions.get_function_by_id("early")'
    more = 'self.seen = [VALVES, MYSELF.id, "class Action" in MYSELF.content, Functions.get_function_valves_by_id("x")]'
    serving = await stage.save(action(top, more), id="early", valves={"size": 8})
    assert await stage.run(serving) == {"value": [{"size": 8}, "early", True, None]}


@pytest.mark.parametrize(
    "code",
    [
        "app.state.config.TASK_MODEL",
        "app.state.MODELS.get('x')",
        "app.state.BASE_MODELS or None",
        "get_config().get('X')",
        "WEBUI_URL.value",
    ],
)
async def test_settings_and_models_are_unset_while_it_is_loaded(stage: Stage, code: str) -> None:
    assert await stage.run(action("", f"self.seen = {code}")) == {"value": None}


@pytest.mark.parametrize(
    "call",
    [
        "Users.get_user_by_id('x')",
        "Users.get_users()",
        "Models.get_models()",
        "Chats.get_chat_by_id('x')",
        "Functions.get_functions()",
        "Functions.get_function_by_id('other')",
        "Functions.update_function_valves_by_id('early', {'size': 9})",
    ],
)
@pytest.mark.parametrize("place", ["import", "constructor"])
async def test_a_users_data_is_refused_while_it_is_loaded(stage: Stage, call: str, place: str) -> None:
    source = action(f"SEEN = {call}") if place == "import" else action("", f"self.seen = {call}")
    with pytest.raises(Exception, match=r"asked for `\w+\.\w+` while nobody has called the function"):
        await stage.save(source)


async def test_a_constructor_may_catch_that(stage: Stage) -> None:
    source = """
    from open_webui.models.users import Users
    from penstock.errors import NeedsRun
    class Action:
        def __init__(self):
            try:
                Users.get_users()
            except NeedsRun as error:
                self.code = [error.code, error.hint]
        async def action(self, body):
            return self.code
    """
    assert await stage.run(source) == ["needs_run", "Move the call into a hook such as `pipe`, `inlet` or `action`."]
