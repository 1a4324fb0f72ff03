"""What users want models to know: `/api/v1/memories`."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from fastapi import APIRouter
from msgspec.structs import asdict
from pydantic import BaseModel, Field

from penstock.api.access import CurrentUser, ServicesDep
from penstock.api.answers.accounts import FoundMemories, MemoryItem
from penstock.api.documented import documented
from penstock.errors import NotFound
from penstock.flows.memory_search import nearest
from penstock.store.records import Memory, User

router = APIRouter(prefix="/api/v1/memories", tags=["memories"])


class MemoryForm(BaseModel):
    content: str = Field(min_length=1, max_length=100_000)


class MemoryQuestion(BaseModel):
    content: str
    k: Annotated[int, Field(ge=1, le=1000)] | None = 1


@router.get("/")
@documented("List my memories", list[MemoryItem])
async def memories(user: CurrentUser, services: ServicesDep) -> list[dict[str, Any]]:
    return [wire(memory) for memory in await services.store.memories.list(user.id)]


@router.post("/add")
@documented("Add a memory", MemoryItem)
async def add(body: MemoryForm, user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    memory = Memory(id=str(uuid.uuid4()), user_id=user.id, content=body.content)
    return wire(await services.store.memories.create(memory))


@router.post("/query")
@documented("Find memories", FoundMemories)
async def query(body: MemoryQuestion, user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    """The memories that share most words with the question, nearest first, as lists in lists."""
    best = nearest(body.content, await services.store.memories.list(user.id), body.k or 1)
    return {
        "ids": [[memory.id for _, memory in best]],
        "documents": [[memory.content for _, memory in best]],
        "metadatas": [[{"created_at": int(memory.created_at)} for _, memory in best]],
        "distances": [[distance for distance, _ in best]],
    }


@router.post("/{memory_id}/update")
@documented("Change a memory", MemoryItem)
async def update(memory_id: str, body: MemoryForm, user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    await _own(memory_id, user, services)
    return wire(await services.store.memories.update(memory_id, content=body.content))


@router.delete("/delete/user")
@documented("Delete all my memories", bool)
async def delete_all(user: CurrentUser, services: ServicesDep) -> bool:
    await services.store.memories.delete_all(user.id)
    return True


@router.delete("/{memory_id}")
@documented("Delete a memory", bool)
async def delete(memory_id: str, user: CurrentUser, services: ServicesDep) -> bool:
    await _own(memory_id, user, services)
    return await services.store.memories.delete(memory_id)


async def _own(memory_id: str, user: User, services: ServicesDep) -> Memory:
    memory = await services.store.memories.get(memory_id)
    if memory is None or memory.user_id != user.id:
        raise NotFound("This memory does not exist.")
    return memory


def wire(memory: Memory) -> dict[str, Any]:
    return {**asdict(memory), "created_at": int(memory.created_at), "updated_at": int(memory.updated_at)}
