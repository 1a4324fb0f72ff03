"""Answers into messages of chats, as the page asks for them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from penstock.store.records import Message
from tests.stage import Stage


async def ask_in_chat(play: Stage, model: str, text: str = "Hi", **body: Any) -> tuple[str, str]:
    """Ask in a new chat; gives the ids of the chat and of the message that is being answered into."""
    made = await play.client.post("/api/v1/chats/new", json={"chat": {"title": "New Chat"}})
    chat_id, message_id = str(made.json()["id"]), str(uuid4())
    question = {"id": str(uuid4()), "parentId": None, "content": text}
    asked = {"model": model, "chat_id": chat_id, "id": message_id, "session_id": "s", "user_message": question}
    answer = await play.client.post("/api/chat/completions", json={**asked, **body})
    assert answer.status_code == 200, answer.text
    return chat_id, message_id


async def stored_message(play: Stage, chat_id: str, message_id: str) -> Message:
    found = await play.server.services.hub.message(chat_id, message_id)
    assert found is not None
    return found
