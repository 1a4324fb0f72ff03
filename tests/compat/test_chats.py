"""Chats of the user, as functions read and change them (spec H1)."""

from __future__ import annotations

import pytest

from tests.compat.conftest import Stage

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H1")]

HEAD = """
    import asyncio
    from open_webui.models.chats import Chats, ChatModel
    class Action:
        async def action(self, body, __user__, __chat_id__=None, __message_id__=None):
"""


def action(code: str) -> str:
    return HEAD + "\n".join(" " * 12 + line for line in code.strip().splitlines())


async def test_a_chat_is_read_whole(stage: Stage) -> None:
    chat = await stage.chat()
    code = """
chat = await asyncio.to_thread(Chats.get_chat_by_id_and_user_id, id=__chat_id__, user_id=__user__["id"])
messages = chat.chat["history"]["messages"]
title, mapped = Chats.get_chat_title_by_id(__chat_id__), await Chats.get_messages_map_by_chat_id(__chat_id__)
return [chat.title, title, messages["a"]["content"], messages["q"]["childrenIds"], mapped["a"]["parentId"]]
"""
    answer = await stage.run(action(code), chat_id=chat.id, message_id="a")
    assert answer == ["Rivers", "Rivers", "The Nile.", ["a"], "q"]


@pytest.mark.parametrize("whose", ["another's", "unsaved", "none"])
async def test_other_chats_are_not_found(stage: Stage, whose: str) -> None:
    chat = await stage.chat(stage.admin)
    chat_id = {"another's": chat.id, "unsaved": "local:abc", "none": None}[whose]
    code = 'chat_id = body["chat_id"]; return [Chats.get_chat_by_id(chat_id), Chats.get_chat_title_by_id(chat_id)]'
    assert await stage.run(action(code), {"chat_id": chat_id}) == [None, None]


async def test_messages_are_changed_and_added(stage: Stage) -> None:
    chat = await stage.chat()
    code = """
Chats.upsert_message_to_chat_by_id_and_message_id(__chat_id__, "a", {"content": "The Amazon."})
Chats.upsert_message_to_chat_by_id_and_message_id(
    __chat_id__, "b", {"role": "user", "content": "Sure?", "parentId": "a"}
)
files = Chats.add_message_files_by_id_and_message_id(__chat_id__, "a", [{"type": "file", "url": "/x"}])
return [files, Chats.get_message_by_id_and_message_id(__chat_id__, "a")["content"]]
"""
    answer = await stage.run(action(code), chat_id=chat.id, message_id="a")
    assert answer == [[{"type": "file", "url": "/x"}], "The Amazon."]
    stored = await stage.services.store.messages.list(chat.id)
    assert [(message.id, message.content) for message in stored] == [
        ("q", "Which is longest?"),
        ("a", "The Amazon."),
        ("b", "Sure?"),
    ]
    kept = await stage.services.store.chats.get(chat.id)
    assert kept is not None
    assert kept.current_id == "b"


async def test_files_belong_to_messages_and_tags_to_chats(stage: Stage) -> None:
    chat = await stage.chat()
    code = """
import base64
from open_webui.routers.images import load_b64_image_data, upload_image
content, kind = load_b64_image_data("data:image/png;base64," + base64.b64encode(b"picture").decode())
where = {"chat_id": __chat_id__, "message_id": __message_id__}
file, url = await upload_image(None, content, kind, where, __user__)
linked = Chats.get_chat_files_by_chat_id_and_message_id(__chat_id__, __message_id__)
assert url == f"/api/v1/files/{file.id}/content" and [each.file_id for each in linked] == [file.id]
assert f"![]({upload_image(None, where, content, kind, __user__)})".startswith("![](/api/v1/files/")
assert load_b64_image_data("\\x89") == (None, None)
Chats.add_chat_tag_by_id_and_user_id_and_tag_name(__chat_id__, __user__["id"], "water")
Chats.add_chat_tag_by_id_and_user_id_and_tag_name(__chat_id__, __user__["id"], "long")
Chats.delete_tag_by_id_and_user_id_and_tag_name(__chat_id__, __user__["id"], "water")
tags = Chats.get_chat_tags_by_id_and_user_id(__chat_id__, __user__["id"])
return [file.filename[-4:], file.meta["content_type"], open(file.path, "rb").read() == b"picture", tags]
"""
    answer = await stage.run(action(code), chat_id=chat.id, message_id="a")
    assert answer == [".png", "image/png", True, ["long"]]


async def test_chats_of_everybody_are_for_those_who_may_see_them(stage: Stage) -> None:
    mine, theirs = await stage.chat(), await stage.chat(stage.admin)
    code = "ids = {chat.id for chat in Chats.get_chats()}; return [body[whose] in ids for whose in ('mine', 'theirs')]"
    body = {"mine": mine.id, "theirs": theirs.id}
    assert await stage.run(action(code), body) == [True, False]
    assert await stage.run(action(code), body, rights={"data": "all"}) == [True, True]


async def test_a_whole_chat_is_written_back(stage: Stage) -> None:
    chat = await stage.chat()
    code = """
chat = Chats.get_chat_by_id(__chat_id__)
chat.chat["history"]["messages"]["a"]["content"] = "The Amazon, some say."
chat.chat["title"] = "Long rivers"
return (await Chats.update_chat_by_id(__chat_id__, chat.chat)).title
"""
    assert await stage.run(action(code), chat_id=chat.id, message_id="a") == "Long rivers"
    stored = await stage.services.store.messages.get(chat.id, "a")
    assert stored is not None
    assert stored.content == "The Amazon, some say."


async def test_chats_are_made_listed_and_deleted(stage: Stage) -> None:
    code = """
form = {"chat": {"title": "Made", "history": {"currentId": "m", "messages": {
    "m": {"id": "m", "parentId": None, "childrenIds": [], "role": "user", "content": "Hello"}}}}}
made = Chats.insert_new_chat(__user__["id"], form)
listed = [chat.id for chat in Chats.get_chats_by_user_id(__user__["id"])]
assert made.chat["messages"] == [made.chat["history"]["messages"]["m"]]
assert listed == [chat.id for chat in (await Chats.get_chats_by_user_id(__user__["id"])).items]
found = [chat.id for chat in Chats.get_chats_by_user_id_and_search_text(__user__["id"], "hello")]
gone = Chats.delete_chat_by_id(made.id)
return [made.id in listed, made.id in found, gone, Chats.get_chat_by_id(made.id)]
"""
    assert await stage.run(action(code)) == [True, True, True, None]
