"""Groups of people: `Groups` and `GroupModel`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from open_webui._bridge import call, one, several
from open_webui._missing import Table, any_shape, missing


class GroupModel(BaseModel):
    model_config = ConfigDict(from_attributes=True, defer_build=True)

    id: str
    user_id: str = ""
    name: str = ""
    description: str = ""
    data: dict[str, Any] | None = None
    meta: dict[str, Any] | None = None
    permissions: dict[str, Any] | None = None
    user_ids: list[str] = []
    created_at: int = 0
    updated_at: int = 0


class GroupForm(BaseModel):
    model_config = ConfigDict(extra="allow", defer_build=True)

    name: str
    description: str = ""
    permissions: dict[str, Any] | None = None


Group = missing("models.groups.Group", "the server's own tables", "Use Groups and its methods.")
GroupMember = missing("models.groups.GroupMember", "the server's own tables", "Use Groups and its methods.")


class GroupTable(Table):
    """Groups of the calling user; all of them where an admin calls. They are changed in the admin page."""

    def get_groups(self, filter: Any = None, db: Any = None) -> list[GroupModel]:
        return several(GroupModel, call("groups.list"))

    def get_all_groups(self, db: Any = None) -> list[GroupModel]:
        return self.get_groups()

    def get_groups_by_member_id(self, user_id: str, db: Any = None) -> list[GroupModel]:
        return several(GroupModel, call("groups.list", user_id=user_id))

    def get_group_by_id(self, id: str, db: Any = None) -> GroupModel | None:
        return one(GroupModel, call("groups.get", id=id))

    def get_group_user_ids_by_id(self, id: str, db: Any = None) -> list[str]:
        group = self.get_group_by_id(id)
        return group.user_ids if group else []


Groups = GroupTable()
__getattr__ = any_shape("models.groups")
