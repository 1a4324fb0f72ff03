"""Memories, folders, groups, models, events, a database of one's own, and what Penstock does not have (spec H1)."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from tests.compat.conftest import Stage

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H1")]


def action(imports: str, code: str) -> str:
    body = textwrap.indent(textwrap.dedent(code).strip(), " " * 8)
    return f"{imports}\nclass Action:\n    async def action(self, body, __user__, __request__=None):\n{body}\n"


async def test_memories_are_kept_found_and_forgotten(stage: Stage) -> None:
    imports = """
from open_webui.models.memories import Memories, MemoryModel
from open_webui.models.users import UserModel
from open_webui.routers.memories import (
    add_memory, AddMemoryForm, query_memory, QueryMemoryForm, update_memory_by_id, MemoryUpdateModel,
    delete_memory_by_id,
)"""
    code = """
    user = UserModel(**__user__)
    made = await add_memory(__request__, AddMemoryForm(content="Likes green tea"), user)
    await add_memory(__request__, AddMemoryForm(content="Lives in Bern"), user)
    found = await query_memory(__request__, QueryMemoryForm(content="which tea?", k=3), user)
    await update_memory_by_id(made.id, __request__, MemoryUpdateModel(content="Likes black tea"), user)
    own = sorted(memory.content for memory in Memories.get_memories_by_user_id(user.id))
    await delete_memory_by_id(made.id, __request__, user)
    left = [memory.content for memory in await Memories.get_memories_by_user_id(user.id)]
    Memories.delete_memories_by_user_id(user.id)
    return [found.documents, own, left]
    """
    assert await stage.run(action(imports, code)) == [
        [["Likes green tea"]],
        ["Likes black tea", "Lives in Bern"],
        ["Lives in Bern"],
    ]


async def test_tables_are_found_where_the_routes_of_the_server_use_them(stage: Stage) -> None:
    imports = """
from open_webui.routers.users import Users
from open_webui.routers.memories import add_memory, AddMemoryForm, Memories"""
    code = """
    user = Users.get_user_by_id(__user__["id"])
    await add_memory(request=__request__, form_data=AddMemoryForm(content="Plays chess"), user=user)
    return [memory.content for memory in Memories.get_memories_by_user_id(user.id)]
    """
    assert await stage.run(action(imports, code)) == ["Plays chess"]


async def test_folders_are_found_and_changed(stage: Stage) -> None:
    imports = "from open_webui.models.folders import Folders, FolderForm, FolderUpdateForm"
    code = """
    made = Folders.insert_new_folder(__user__["id"], FolderForm(name="Work", data={"system_prompt": "Be brief."}))
    inner = Folders.insert_new_folder(__user__["id"], FolderForm(name="Inner"), parent_id=made.id)
    Folders.update_folder_by_id_and_user_id(made.id, __user__["id"], FolderUpdateForm(meta={"icon": "x"}))
    folder = Folders.get_folder_by_id_and_user_id(made.id, __user__["id"])
    return [folder.name, folder.data, folder.meta, inner.parent_id == made.id,
            Folders.get_folder_by_id_and_user_id(made.id, "somebody")]
    """
    expected = ["Work", {"system_prompt": "Be brief."}, {"icon": "x"}, True, None]
    assert await stage.run(action(imports, code)) == expected


async def test_models_are_changed_by_admins_only(stage: Stage) -> None:
    imports = "from open_webui.models.models import Models, ModelForm, ModelMeta, ModelParams"
    code = """
    params = ModelParams(system="Teach.")
    form = ModelForm(id="tutor", base_model_id="base", name="Tutor", meta=ModelMeta(), params=params)
    Models.insert_new_model(form, __user__["id"])
    model = Models.get_model_by_id("tutor")
    return [model.name, model.params.model_dump(), [each.id for each in Models.search_models(__user__["id"]).items]]
    """
    assert await stage.run(action(imports, code), user=stage.admin, rights={"data": "all"}) == [
        "Tutor",
        {"system": "Teach."},
        ["tutor"],
    ]
    with pytest.raises(Exception, match="Only where an admin started it"):
        await stage.run(action(imports, code))


async def test_an_emitter_for_a_message(stage: Stage) -> None:
    chat = await stage.chat()
    imports = "from open_webui.socket.main import get_event_emitter, get_event_call"
    code = """
    where = {"user_id": __user__["id"], "chat_id": body["chat_id"], "message_id": "a"}
    emit = get_event_emitter(where)
    await emit({"type": "status", "data": {"description": "Looking", "done": True}})
    """
    await stage.run(action(imports, code), {"chat_id": chat.id})
    await stage.services.hub.settle()
    message = await stage.services.store.messages.get(chat.id, "a")
    assert message is not None
    assert [status["description"] for status in message.status_history] == ["Looking"]
    theirs = await stage.chat(stage.admin)
    with pytest.raises(Exception, match="nobody else"):
        await stage.run(action(imports, code), {"chat_id": theirs.id})


async def test_a_function_has_a_database_of_its_own(stage: Stage) -> None:
    imports = """
from sqlalchemy import Column, Integer, String, text
from open_webui.internal.db import Base, engine, get_db, Session, get_async_db_context

class Visit(Base):
    __tablename__ = "visits"
    id = Column(Integer, primary_key=True)
    who = Column(String)

Base.metadata.create_all(engine)
"""
    code = """
    with get_db() as db:
        db.add(Visit(who=__user__["name"]))
        db.commit()
        count = db.query(Visit).count()
    async with get_async_db_context() as db:
        names = (await db.execute(text("select who from visits"))).scalars().all()
    return [count, names]
    """
    serving = await stage.save(action(imports, code))
    assert await stage.run(serving) == [1, ["Una"]]
    assert await stage.run(serving) == [2, ["Una", "Una"]]


@pytest.mark.spec("P3")
async def test_tools_are_found_and_called_by_the_function_itself(stage: Stage) -> None:
    await stage.save(
        'class Action:\n    parameters = {"type": "object", "properties": {"n": {"type": "integer"}}}\n'
        '    async def action(self, body):\n        return {"twice": body["n"] * 2}\n',
        id="doubling",
    )
    await stage.services.registry.toggle_global("doubling", stage.admin)
    imports = "from open_webui.utils.tools import get_tools, get_builtin_tools"
    code = """
    own = await get_builtin_tools(__request__, {"__user__": __user__}, features={"memory": False}, model={})
    chosen = get_tools(__request__, ["action:doubling", "builtin:memories", "gone"], __user__, {})
    doubled = await chosen["doubling"]["callable"](n=4)
    added = await chosen["add_memory"]["callable"](content="Likes green tea")
    return [sorted(own), chosen["doubling"]["spec"]["name"], doubled, "green tea" in added]
    """
    own = ["get_current_timestamp", "list_files", "search_chats", "view_chat", "view_file"]
    assert await stage.run(action(imports, code)) == [own, "doubling", {"twice": 8}, True]


async def test_a_name_that_never_was_is_said_when_saved(stage: Stage) -> None:
    with pytest.raises(Exception, match="no_such_name"):
        await stage.save(action("from open_webui.utils.misc import no_such_name", "return 1"))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Tools.get_tools()", []),
        ("get_tools(None, [], None, {})", {}),
        ("type(await get_models() + await get_base_models()).__name__", "list"),
        ("SRC_LOG_LEVELS['OPENAI'] + GLOBAL_LOG_LEVEL", "INFOINFO"),
        ("VERSION", "0.12.4"),
        ("AIOHTTP_CLIENT_TIMEOUT", None),
        ("TASKS.TITLE_GENERATION == 'title_generation'", True),
        ("str(TASKS.TAGS_GENERATION)", "tags_generation"),
        ("[CACHE_DIR.is_dir(), UPLOAD_DIR.is_dir(), CACHE_DIR.parent == DATA_DIR]", [True, True, True]),
        ("get_config()['WEBUI_NAME']", "Penstock"),
        ("len(WEBUI_SECRET_KEY) > 20 and WEBUI_SECRET_KEY == again", True),
        ("TOOL_SERVER_CONNECTIONS.value", []),
        ("get_redis_connection('redis://x')", None),
        ('extract_frontmatter(\'"""\\ntitle: T\\n"""\')[\'title\']', "T"),
    ],
)
async def test_values_of_the_environment(stage: Stage, expression: str, expected: Any) -> None:
    imports = """
from open_webui.env import SRC_LOG_LEVELS, GLOBAL_LOG_LEVEL, VERSION, AIOHTTP_CLIENT_TIMEOUT, WEBUI_SECRET_KEY
from open_webui.env import WEBUI_SECRET_KEY as again
from open_webui.constants import TASKS
from open_webui.config import CACHE_DIR, DATA_DIR, UPLOAD_DIR, TOOL_SERVER_CONNECTIONS, get_config
from open_webui.models.tools import Tools, ToolUserModel
from open_webui.utils.tools import get_tools, get_builtin_tools, get_terminal_tools
from open_webui.utils.redis import get_redis_connection
from open_webui.routers.models import get_models, get_base_models
from open_webui.utils.plugin import extract_frontmatter
from open_webui.utils.logger import stdout_format
"""
    assert await stage.run(action(imports, f"return {{'value': {expression}}}")) == {"value": expected}
