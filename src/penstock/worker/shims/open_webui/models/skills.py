"""Skills kept by the server. Penstock has none, so every list is empty."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from open_webui._missing import Table, any_shape, refuse


class SkillMeta(BaseModel):
    model_config = ConfigDict(extra="allow", defer_build=True)

    tags: list[str] | None = []


class SkillModel(BaseModel):
    model_config = ConfigDict(extra="allow", from_attributes=True, defer_build=True)

    id: str
    user_id: str = ""
    name: str = ""
    description: str | None = None
    content: str = ""
    meta: SkillMeta = SkillMeta.model_construct()
    is_active: bool = True
    updated_at: int = 0
    created_at: int = 0


class SkillForm(BaseModel):
    model_config = ConfigDict(extra="allow", defer_build=True)

    id: str
    name: str
    description: str | None = None
    content: str
    meta: SkillMeta = SkillMeta.model_construct()
    is_active: bool = True


class SkillsTable(Table):
    def get_skills(self, *_: Any, **__: Any) -> list[SkillModel]:
        return []

    def get_skills_by_user_id(self, user_id: str, permission: str = "write", db: Any = None) -> list[SkillModel]:
        return []

    def get_skill_by_id(self, id: str, db: Any = None) -> SkillModel | None:
        return None

    def get_skill_by_name(self, name: str, db: Any = None) -> SkillModel | None:
        return None

    def insert_new_skill(self, *_: Any, **__: Any) -> SkillModel:
        refuse("open_webui.models.skills.Skills.insert_new_skill", "skills kept by the server")

    def update_skill_by_id(self, *_: Any, **__: Any) -> SkillModel:
        refuse("open_webui.models.skills.Skills.update_skill_by_id", "skills kept by the server")

    def delete_skill_by_id(self, *_: Any, **__: Any) -> bool:
        return False


Skills = SkillsTable()
__getattr__ = any_shape("models.skills")
