"""Collections of documents. Penstock has none, so every list is empty."""

from __future__ import annotations

from typing import Any

from open_webui._missing import Table, any_name


class KnowledgeTable(Table):
    def get_knowledge_bases(self, *_: Any, **__: Any) -> list[Any]:
        return []

    def get_knowledge_bases_by_user_id(self, *_: Any, **__: Any) -> list[Any]:
        return []

    def get_knowledge_by_id(self, id: str, db: Any = None) -> None:
        return None


Knowledges = KnowledgeTable()
__getattr__ = any_name("models.knowledge", "collections of documents", "Attach files to the chat instead.")
