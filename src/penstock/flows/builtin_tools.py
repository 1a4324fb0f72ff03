"""The tools that the server has itself: what its user keeps here, for models that are offered it (spec P3).

They run on the server with the rights of the run that calls them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from penstock.errors import NotFound
from penstock.flows import host_chats, host_files, host_memories
from penstock.flows.host_asking import Asking
from penstock.flows.memory_search import nearest
from penstock.functions.events import text_of

LONGEST_TEXT = 10_000  # characters of a file or a message at once
MOST = 50

Handler = Callable[..., Awaitable[Any]]
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BuiltinTool:
    """One tool. `properties` is JSON Schema; those in `required` must be given."""

    name: str
    description: str
    handler: Handler
    properties: Schema = field(default_factory=dict)
    required: Sequence[str] = ()

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": dict(self.properties),
            "required": list(self.required),
            "additionalProperties": False,
        }


async def list_memories(asking: Asking) -> Any:
    return [_memory(memory) for memory in await host_memories.list_(asking)]


async def search_memories(asking: Asking, query: str, count: int = 5) -> Any:
    found = nearest(query, await asking.services.store.memories.list(asking.user.id), count)
    return [{"id": memory.id, "content": memory.content} for _, memory in found]


async def add_memory(asking: Asking, content: str) -> Any:
    return _memory(await host_memories.create(asking, content))


async def delete_memory(asking: Asking, memory_id: str) -> Any:
    return {"deleted": await host_memories.delete(asking, memory_id, asking.user.id)}


async def search_chats(asking: Asking, query: str, count: int = 5) -> Any:
    found = await asking.services.store.chats.search(asking.user.id, query, 0, min(count, MOST))
    return [{"id": chat.id, "title": chat.title, "updated_at": int(chat.updated_at)} for chat in found]


async def view_chat(asking: Asking, chat_id: str) -> Any:
    chat = await asking.services.store.chats.get(chat_id)
    if chat is None or chat.user_id != asking.user.id:
        raise NotFound("This chat does not exist.")
    document = (await host_chats.get(asking, chat_id) or {}).get("chat") or {}
    told = [
        {"role": message.get("role"), "content": text_of(message.get("content"))[:LONGEST_TEXT]}
        for message in document.get("messages") or []
    ]
    return {"id": chat_id, "title": chat.title, "messages": told}


async def list_files(asking: Asking) -> Any:
    return [
        {"id": file["id"], "filename": file["filename"], "size": (file.get("meta") or {}).get("size")}
        for file in await host_files.list_(asking)
    ]


async def view_file(asking: Asking, file_id: str, offset: int = 0, max_chars: int = LONGEST_TEXT) -> Any:
    file = await asking.services.store.files.get(file_id)
    if file is None or file.user_id != asking.user.id:
        raise NotFound("This file does not exist.")
    text = await asking.services.files.text(file)
    part = text[offset : offset + min(max_chars, LONGEST_TEXT)]
    return {"id": file_id, "filename": file.filename, "content": part, "characters": len(text), "offset": offset}


async def get_current_timestamp(_: Asking) -> Any:
    now = datetime.now().astimezone()
    return {"timestamp": int(now.timestamp()), "iso": now.isoformat(timespec="seconds")}


def _memory(memory: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": memory["id"], "content": memory["content"]}


def _text(description: str) -> Schema:
    return {"type": "string", "description": description}


def _count(description: str, default: int, most: int, least: int = 1) -> Schema:
    return {"type": "integer", "description": description, "default": default, "minimum": least, "maximum": most}


SETS: Mapping[str, tuple[BuiltinTool, ...]] = {
    "builtin:memories": (
        BuiltinTool("list_memories", "List everything that the user wants to be remembered.", list_memories),
        BuiltinTool(
            "search_memories",
            "Search what the user wants to be remembered.",
            search_memories,
            {"query": _text("What to look for"), "count": _count("How many at most", 5, MOST)},
            ["query"],
        ),
        BuiltinTool(
            "add_memory",
            "Remember something about the user from now on.",
            add_memory,
            {"content": _text("One fact, in a sentence")},
            ["content"],
        ),
        BuiltinTool(
            "delete_memory",
            "Forget something that was remembered.",
            delete_memory,
            {"memory_id": _text("The id of the memory")},
            ["memory_id"],
        ),
    ),
    "builtin:chats": (
        BuiltinTool(
            "search_chats",
            "Search the user's other chats by their words.",
            search_chats,
            {"query": _text("What to look for"), "count": _count("How many at most", 5, MOST)},
            ["query"],
        ),
        BuiltinTool("view_chat", "Read one chat.", view_chat, {"chat_id": _text("The id of the chat")}, ["chat_id"]),
    ),
    "builtin:files": (
        BuiltinTool("list_files", "List the user's files.", list_files),
        BuiltinTool(
            "view_file",
            "Read the text of one of the user's files, piece by piece.",
            view_file,
            {
                "file_id": _text("The id of the file"),
                "offset": _count("The first character", 0, 10**9, 0),
                "max_chars": _count("How many characters", LONGEST_TEXT, LONGEST_TEXT),
            },
            ["file_id"],
        ),
    ),
    "builtin:time": (BuiltinTool("get_current_timestamp", "Tell the date and the time.", get_current_timestamp),),
}
NAMES = {
    "builtin:memories": "Memories",
    "builtin:chats": "Chats",
    "builtin:files": "Files",
    "builtin:time": "Date and time",
}
