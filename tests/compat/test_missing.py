"""What Penstock does not have: it can be imported, and says so where it is used (spec H1)."""

from __future__ import annotations

import pytest

from tests.compat.conftest import Stage
from tests.compat.test_smaller_nouns import action

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H1")]


@pytest.mark.parametrize(
    ("imports", "use", "says"),
    [
        (
            "from open_webui.retrieval.vector.factory import VECTOR_DB_CLIENT",
            "VECTOR_DB_CLIENT.search('c', [])",
            "vector",
        ),
        ("from open_webui.retrieval.utils import get_embedding_function", "get_embedding_function()", "vector"),
        (
            "from open_webui.routers.images import image_generations, CreateImageForm",
            "await image_generations(None, CreateImageForm(prompt='x'))",
            "image",
        ),
        ("from open_webui.routers.audio import speech", "await speech(None, None)", "audio"),
        ("from open_webui.models.messages import Messages", "Messages.get_message_by_id('x')", "channels"),
        ("from open_webui.routers.retrieval import process_file, ProcessFileForm", "process_file()", "vector"),
        ("from open_webui.models.users import User\nfrom sqlalchemy import select", "select(User)", "tables"),
        ("from open_webui.models.chats import Chat\nfrom sqlalchemy import select", "select(Chat.meta)", "tables"),
        ("from open_webui.models.chats import Chat\nfrom sqlalchemy import select", "select(Chat)", "tables"),
        ("from open_webui.models.skills import Skills", "Skills.insert_new_skill('x')", "skills"),
    ],
)
async def test_what_is_missing_is_said_at_the_use(stage: Stage, imports: str, use: str, says: str) -> None:
    serving = await stage.save(action(imports, f"return {use}"))
    with pytest.raises(Exception, match=f"open_webui.*needs .*{says}.*which Penstock does not provide"):
        await stage.run(serving)


DB = "from open_webui.internal.db import get_db, get_async_db_context\nfrom sqlalchemy import text"


@pytest.mark.parametrize(
    ("imports", "code"),
    [
        ("", "with get_db() as db:\n    db.execute(text('select id from chat')).all()"),
        ("", "async with get_async_db_context() as db:\n    await db.execute(text('select * from \"user\"'))"),
        ("from open_webui.models.chats import Chat", "with get_db() as db:\n    db.query(Chat).all()"),
        ("from open_webui.models.chats import Chat", "with get_db() as db:\n    db.query(Chat.id, Chat.title).all()"),
        ("from open_webui.models.files import File", "with get_db() as db:\n    db.add(File(id='x'))"),
        ("from open_webui.models.memories import Memory", "with get_db() as db:\n    db.get(Memory, 'x')"),
        ("from open_webui.models.users import User", "with get_db() as db:\n    db.query(User).first()"),
        (
            "from open_webui.models.folders import Folder\nfrom sqlalchemy import update",
            "with get_db() as db:\n    db.execute(update(Folder))",
        ),
        (
            "from open_webui.models.chats import Chat\nfrom sqlalchemy import delete",
            "with get_db() as db:\n    db.execute(delete(Chat))",
        ),
    ],
)
async def test_the_servers_tables_are_not_queried(stage: Stage, imports: str, code: str) -> None:
    with pytest.raises(Exception, match="own tables, which Penstock does not provide"):
        await stage.run(action(f"{DB}\n{imports}", code))


@pytest.mark.parametrize("noun", ["users.Users", "chats.Chats", "files.Files", "tools.Tools", "models.Models"])
async def test_a_method_that_is_missing_is_named_and_can_be_looked_for(stage: Stage, noun: str) -> None:
    module, name = noun.split(".")
    imports = f"from open_webui.models.{module} import {name}"
    code = f"""
    assert not hasattr({name}, "no_such_method") and getattr({name}, "no_such_method", None) is None
    {name}.no_such_method()
    """
    with pytest.raises(Exception, match=f"open_webui.models.{noun} has no `no_such_method` in Penstock") as raised:
        await stage.run(action(imports, code))
    assert raised.value.code == "not_provided"  # type: ignore[attr-defined]


async def test_other_functions_are_seen_by_their_valves_alone(stage: Stage) -> None:
    other = """
    from pydantic import BaseModel
    class Filter:
        class Valves(BaseModel):
            priority: int = 3
            colour: str = "red"
            api_key: str = "secret-of-the-author"
        def inlet(self, body):
            return body
    """
    await stage.save(other, id="neighbour", valves={"colour": "blue"})
    imports = """
import sys
from open_webui.functions import get_function_module_by_id
from pydantic import BaseModel
"""
    code = """
    functions = __request__.app.state.FUNCTIONS
    other = functions["neighbour"]
    same = get_function_module_by_id(__request__, "neighbour").Filter().valves
    assert "nobody" not in functions and functions.get("nobody") is None and "neighbour" in list(functions)
    own = [sys.modules[f"function_{__id__}"].Action is type(self), functions[__id__] is self]
    return [other.valves.priority, other.valves.colour, same.colour, hasattr(same, "api_key"), *own]
    """
    source = action(imports, code).replace("__request__=None", "__id__, __request__=None")
    assert await stage.run(source) == [3, "blue", "blue", False, True, True]
    with pytest.raises(Exception, match="`counter` of the function `neighbour` cannot be reached"):
        await stage.run(action(imports, "return __request__.app.state.FUNCTIONS['neighbour'].counter"))
    with pytest.raises(Exception, match=r"function_neighbour.*runs in a process of its own"):
        await stage.run(action(imports, "return sys.modules['function_neighbour']"))
