"""What a person wants models to remember: `Memories` and `MemoryModel`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from open_webui._bridge import call, one, several
from open_webui._missing import Table, any_shape, missing


class MemoryModel(BaseModel):
    model_config = ConfigDict(from_attributes=True, defer_build=True)

    id: str
    user_id: str = ""
    content: str = ""
    updated_at: int = 0
    created_at: int = 0


Memory = missing("models.memories.Memory", "the server's own tables", "Use Memories and its methods.")


class MemoriesTable(Table):
    def get_memories(self, db: Any = None) -> list[MemoryModel]:
        return several(MemoryModel, call("memories.list"))

    def get_memories_by_user_id(self, user_id: str, db: Any = None) -> list[MemoryModel]:
        return several(MemoryModel, call("memories.list", user_id=user_id))

    def get_memory_by_id(self, id: str, db: Any = None) -> MemoryModel | None:
        return one(MemoryModel, call("memories.get", id=id))

    def insert_new_memory(self, user_id: str, content: str, db: Any = None) -> MemoryModel | None:
        return one(MemoryModel, call("memories.create", user_id=user_id, content=content))

    def update_memory_by_id(self, id: str, content: str, db: Any = None) -> MemoryModel | None:
        return one(MemoryModel, call("memories.update", id=id, content=content))

    def update_memory_by_id_and_user_id(
        self, id: str, user_id: str, content: str, db: Any = None
    ) -> MemoryModel | None:
        return one(MemoryModel, call("memories.update", id=id, content=content, user_id=user_id))

    def delete_memory_by_id(self, id: str, db: Any = None) -> bool:
        return bool(call("memories.delete", id=id))

    def delete_memory_by_id_and_user_id(self, id: str, user_id: str, db: Any = None) -> bool:
        return bool(call("memories.delete", id=id, user_id=user_id))

    def delete_memories_by_user_id(self, user_id: str, db: Any = None) -> bool:
        for memory in self.get_memories_by_user_id(user_id):
            self.delete_memory_by_id(memory.id)
        return True


Memories = MemoriesTable()
__getattr__ = any_shape("models.memories")
