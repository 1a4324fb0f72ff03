"""Memories of the calling user, found by the words that they share with a question."""

from __future__ import annotations

import re
from typing import Any

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict

from open_webui._bridge import identity
from open_webui.models.memories import Memories, MemoryModel
from open_webui.retrieval.vector.main import SearchResult


class AddMemoryForm(BaseModel):
    model_config = ConfigDict(defer_build=True)

    content: str


class MemoryUpdateModel(BaseModel):
    model_config = ConfigDict(defer_build=True)

    content: str | None = None


class QueryMemoryForm(BaseModel):
    model_config = ConfigDict(defer_build=True)

    content: str
    k: int | None = 1


async def get_memories(user: Any = None, *_: Any, **__: Any) -> list[MemoryModel]:
    return Memories.get_memories_by_user_id(identity(user) or "")


async def add_memory(request: Any, form_data: AddMemoryForm, user: Any = None, *_: Any, **__: Any) -> Any:
    return Memories.insert_new_memory(identity(user) or "", form_data.content)


async def query_memory(request: Any, form_data: QueryMemoryForm, user: Any = None, *_: Any, **__: Any) -> SearchResult:
    """The memories nearest to a text; the distance says how many of its words are missing, from 0 to 1."""
    wanted = _words(form_data.content)
    memories = Memories.get_memories_by_user_id(identity(user) or "")
    near = sorted(((_distance(wanted, memory.content), index) for index, memory in enumerate(memories)))
    near = [each for each in near if each[0] < 1][: form_data.k or 1]
    found = [memories[index] for _distance_, index in near]
    return SearchResult(
        ids=[[memory.id for memory in found]],
        documents=[[memory.content for memory in found]],
        metadatas=[[{"created_at": memory.created_at, "updated_at": memory.updated_at} for memory in found]],
        distances=[[distance for distance, _index in near]],
    )


async def update_memory_by_id(
    memory_id: str, request: Any = None, form_data: Any = None, user: Any = None, *_: Any, **__: Any
) -> Any:
    memory = Memories.update_memory_by_id(memory_id, form_data.content)
    if memory is None:
        raise HTTPException(404, "There is no such memory.")
    return memory


async def delete_memory_by_id(memory_id: str, *_: Any, **__: Any) -> bool:
    return Memories.delete_memory_by_id(memory_id)


async def delete_memory_by_user_id(*arguments: Any, user: Any = None, **_: Any) -> bool:
    return Memories.delete_memories_by_user_id(identity(user or arguments[-1]) or "")


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _distance(wanted: set[str], content: str) -> float:
    return 1 - len(wanted & _words(content)) / len(wanted) if wanted else 1.0
