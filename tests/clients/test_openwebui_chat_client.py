"""The main features of the package `openwebui-chat-client`, on a real server with pipes and a provider."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from openwebui_chat_client import OpenWebUIClient  # type: ignore[import-untyped]

from tests.acting import Person, Theatre, person
from tests.api.running import running_server
from tests.provider import connection, fake_provider
from tests.waiting import eventually

pytestmark = pytest.mark.anyio

PIPE = """
    import asyncio

    class Pipe:
        def pipes(self):
            return [{"id": "plain", "name": "Plain"}, {"id": "loud", "name": "Loud"}]

        async def pipe(self, body, __task__=None):
            said = body["messages"][-1]["content"]
            if isinstance(said, list):
                said = " ".join(part.get("text", part["type"]) for part in said)
            said = said.upper() if body["model"].endswith("loud") else said
            async def parts():
                yield "You said: "
                yield said
            return parts() if body.get("stream") else f"You said: {said}"
"""


@pytest.fixture(scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[Theatre]:
    async with fake_provider() as provider:
        folder = tmp_path_factory.mktemp("clients")
        async with running_server(folder, examples=False, connections=connection(provider)) as server:
            admin, user = await person(server, "ada", "admin"), await person(server, "una", "user")
            async with admin.http, user.http:
                theatre = Theatre(server, admin, user)
                await theatre.install(PIPE, "echoing", is_global=False)
                await eventually(lambda: is_listed(admin, "echoing.plain"), within=30)
                yield theatre


async def is_listed(who: Person, model_id: str) -> bool:
    return model_id in [model["id"] for model in (await who.http.get("/api/models")).json()["data"]]


@pytest.fixture(scope="module")
async def client(stage: Theatre) -> AsyncIterator[Any]:
    made = await asyncio.to_thread(OpenWebUIClient, stage.server.url, stage.admin.token, "echoing.plain")
    yield made
    made.session.close()


async def call(method: Any, *args: Any, **named: Any) -> Any:
    """The client blocks, and its server is in this loop."""
    return await asyncio.to_thread(method, *args, **named)


async def stored(stage: Theatre, chat_id: str) -> dict[str, Any]:
    chat: dict[str, Any] = (await stage.admin.http.get(f"/api/v1/chats/{chat_id}")).json()
    return chat


async def test_it_lists_the_models(client: Any) -> None:
    assert {"echoing.plain", "echoing.loud", "echo"} <= {model["id"] for model in await call(client.list_models)}


async def test_a_chat_is_stored_with_tags_and_folder(stage: Theatre, client: Any) -> None:
    said = await call(client.chat, "good morning", "Greetings", folder_name="Letters", tags=["warm"])
    assert said["response"] == "You said: good morning"
    chat = await stored(stage, said["chat_id"])
    assert chat["title"] == "Greetings"
    assert chat["chat"]["tags"] == ["warm"]
    history = chat["chat"]["history"]
    assert history["messages"][history["currentId"]]["content"] == "You said: good morning"
    assert history["messages"][history["currentId"]]["role"] == "assistant"
    folder = await call(client.get_folder_id_by_name, "Letters")
    assert chat["folder_id"] == folder
    assert said["chat_id"] in [each["id"] for each in await call(client.get_chats_by_folder, folder)]


async def test_a_second_question_continues_the_chat(stage: Theatre, client: Any) -> None:
    first = await call(client.chat, "one", "Numbers")
    second = await call(client.chat, "two", "Numbers")
    assert second["chat_id"] == first["chat_id"]
    messages = (await stored(stage, first["chat_id"]))["chat"]["history"]["messages"].values()
    assert [message["content"] for message in messages] == ["one", "You said: one", "two", "You said: two"]


async def test_it_streams(client: Any) -> None:
    def read() -> list[str]:
        return list(client.stream_chat("slowly", "Streaming", wait_before_request=0))

    assert "".join(await asyncio.to_thread(read)) == "You said: slowly"


async def test_several_models_answer_side_by_side(stage: Theatre, client: Any) -> None:
    models = ["echoing.plain", "echoing.loud"]
    said = await call(client.parallel_chat, "hello", "Choir", model_ids=models)
    answers = {model: answer["content"] for model, answer in said["responses"].items()}
    assert answers == {"echoing.plain": "You said: hello", "echoing.loud": "You said: HELLO"}
    messages = (await stored(stage, said["chat_id"]))["chat"]["history"]["messages"].values()
    assert len([message for message in messages if message["role"] == "assistant"]) == 2


async def test_files_and_images_go_along(stage: Theatre, client: Any, tmp_path: Path) -> None:
    note, picture = tmp_path / "note.txt", tmp_path / "dot.png"
    note.write_text("remember the milk")
    picture.write_bytes(bytes.fromhex(PIXEL))
    said = await call(client.chat, "look", "With files", rag_files=[str(note)], image_paths=[str(picture)])
    assert said["response"].startswith("You said: look")
    files = (await stage.admin.http.get("/api/v1/files/")).json()
    assert "note.txt" in [file["filename"] for file in files["items"]]


async def test_it_names_and_tags_chats(client: Any) -> None:
    said = await call(
        client.chat, "what is a penstock?", "Asked", model_id="echo", enable_auto_titling=True, enable_auto_tagging=True
    )
    assert said["response"] == "echo: what is a penstock?"


async def test_it_looks_after_chats(stage: Theatre, client: Any) -> None:
    chat_id = (await call(client.chat, "keep me", "Kept"))["chat_id"]
    assert await call(client.rename_chat, chat_id, "Renamed")
    assert (await stored(stage, chat_id))["title"] == "Renamed"
    await call(client.set_chat_tags, chat_id, ["a", "b"])
    assert (await stored(stage, chat_id))["chat"]["tags"] == ["a", "b"]
    assert chat_id in [chat["id"] for chat in await call(client.list_chats)]
    assert await call(client.archive_chat, chat_id)
    assert (await stored(stage, chat_id))["archived"]
    assert await call(client.switch_chat_model, chat_id, "echoing.loud")
    assert (await stored(stage, chat_id))["chat"]["models"] == ["echoing.loud"]


async def test_it_looks_after_models(client: Any) -> None:
    made = await call(client.create_model, "kind", "Kind", base_model_id="echoing.plain", description="Says please.")
    assert (made["id"], made["meta"]["description"]) == ("kind", "Says please.")
    assert "kind" in [model["id"] for model in await call(client.list_models)]
    changed = await call(client.update_model, "kind", name="Kinder", params={"system": "Be kind."})
    assert (changed["name"], changed["params"]["system"]) == ("Kinder", "Be kind.")
    assert (await call(client.get_model, "kind"))["name"] == "Kinder"
    assert (await call(client.chat, "please", "Politely", model_id="kind"))["response"] == "You said: please"
    assert await call(client.delete_model, "kind")
    assert await call(client.get_model, "kind") is None


async def test_it_looks_after_people(stage: Theatre, client: Any) -> None:
    listed = await call(client.get_users)
    emails = {user["email"]: user["id"] for user in (listed["users"] if isinstance(listed, dict) else listed)}
    una = emails["una@example.com"]
    assert (await call(client.get_user_by_id, una))["name"] == "Una"
    assert await call(client.update_user_role, una, "user")
    gone, _ = await stage.server.sign_up("passing")
    assert await call(client.delete_user, gone)
    assert isinstance(await call(client.list_groups), list)


async def test_what_penstock_does_not_have_is_an_answer(client: Any) -> None:
    assert not await call(client.get_notes)
    assert await call(client.create_knowledge_base, "none") is None


PIXEL = (
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)
