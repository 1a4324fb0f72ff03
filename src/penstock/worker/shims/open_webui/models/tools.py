"""Tools that models call. Penstock has none of its own kind, so every list is empty."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from open_webui._missing import Table, any_shape, missing, refuse
from open_webui.models.users import UserResponse


class ToolMeta(BaseModel):
    model_config = ConfigDict(extra="allow", defer_build=True)

    description: str | None = None
    manifest: dict[str, Any] | None = {}


class ToolModel(BaseModel):
    model_config = ConfigDict(from_attributes=True, defer_build=True)

    id: str
    user_id: str = ""
    name: str = ""
    content: str = ""
    specs: list[dict[str, Any]] = []
    meta: ToolMeta = ToolMeta.model_construct()
    access_control: dict[str, Any] | None = None
    updated_at: int = 0
    created_at: int = 0


class ToolUserModel(ToolModel):
    user: UserResponse | None = None


class ToolForm(BaseModel):
    model_config = ConfigDict(extra="allow", defer_build=True)

    id: str
    name: str
    content: str
    meta: ToolMeta


Tool = missing("models.tools.Tool", "the server's own tables")


class ToolsTable(Table):
    def get_tools(self, *_: Any, **__: Any) -> list[ToolUserModel]:
        return []

    def get_tools_by_user_id(self, user_id: str, permission: str = "write", db: Any = None) -> list[ToolUserModel]:
        return []

    def get_tool_by_id(self, id: str, db: Any = None) -> ToolModel | None:
        return None

    def get_tool_valves_by_id(self, id: str, db: Any = None) -> dict[str, Any] | None:
        return None

    def get_user_valves_by_id_and_user_id(self, id: str, user_id: str, db: Any = None) -> dict[str, Any] | None:
        return None

    def insert_new_tool(self, *_: Any, **__: Any) -> ToolModel:
        refuse("open_webui.models.tools.Tools.insert_new_tool", "tools kept by the server")


Tools = ToolsTable()
__getattr__ = any_shape("models.tools")
