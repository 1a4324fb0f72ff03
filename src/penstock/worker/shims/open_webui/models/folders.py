"""Folders of chats: `Folders` and its models."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from open_webui._bridge import call, one, plain, several
from open_webui._missing import Table, any_shape, missing


class FolderModel(BaseModel):
    model_config = ConfigDict(from_attributes=True, defer_build=True)

    id: str
    parent_id: str | None = None
    user_id: str = ""
    name: str = ""
    items: dict[str, Any] | None = None
    meta: dict[str, Any] | None = None
    data: dict[str, Any] | None = None
    is_expanded: bool = False
    created_at: int = 0
    updated_at: int = 0


class FolderForm(BaseModel):
    model_config = ConfigDict(extra="allow", defer_build=True)

    name: str
    data: dict[str, Any] | None = None
    meta: dict[str, Any] | None = None
    parent_id: str | None = None


class FolderUpdateForm(BaseModel):
    model_config = ConfigDict(extra="allow", defer_build=True)

    name: str | None = None
    data: dict[str, Any] | None = None
    meta: dict[str, Any] | None = None


Folder = missing("models.folders.Folder", "the server's own tables", "Use Folders and its methods.")


class FolderTable(Table):
    def get_folder_by_id(self, id: str, db: Any = None) -> FolderModel | None:
        return one(FolderModel, call("folders.get", id=id))

    def get_folder_by_id_and_user_id(self, id: str, user_id: str, db: Any = None) -> FolderModel | None:
        folder = self.get_folder_by_id(id)
        return folder if folder and folder.user_id == user_id else None

    def get_folders_by_user_id(self, user_id: str, db: Any = None) -> list[FolderModel]:
        return several(FolderModel, call("folders.list", user_id=user_id))

    def get_folders_by_parent_id_and_user_id(
        self, parent_id: str | None, user_id: str, db: Any = None
    ) -> list[FolderModel]:
        return [folder for folder in self.get_folders_by_user_id(user_id) if folder.parent_id == parent_id]

    def get_folder_by_parent_id_and_user_id_and_name(
        self, parent_id: str | None, user_id: str, name: str, db: Any = None
    ) -> FolderModel | None:
        siblings = self.get_folders_by_parent_id_and_user_id(parent_id, user_id)
        return next((folder for folder in siblings if folder.name.lower() == name.lower()), None)

    def insert_new_folder(
        self, user_id: str, form_data: Any, parent_id: str | None = None, db: Any = None
    ) -> FolderModel | None:
        form = {"name": form_data} if isinstance(form_data, str) else plain(form_data)
        if parent_id:
            form["parent_id"] = parent_id
        return one(FolderModel, call("folders.create", user_id=user_id, form=form))

    def update_folder_by_id_and_user_id(
        self, id: str, user_id: str, form_data: Any, db: Any = None
    ) -> FolderModel | None:
        return one(FolderModel, call("folders.update", id=id, changes=plain(form_data), user_id=user_id))

    def update_folder_name_by_id_and_user_id(
        self, id: str, user_id: str, name: str, db: Any = None
    ) -> FolderModel | None:
        return one(FolderModel, call("folders.update", id=id, changes={"name": name}, user_id=user_id))

    def update_folder_parent_id_by_id_and_user_id(
        self, id: str, user_id: str, parent_id: str | None, db: Any = None
    ) -> FolderModel | None:
        return one(FolderModel, call("folders.update", id=id, changes={"parent_id": parent_id}, user_id=user_id))

    def delete_folder_by_id_and_user_id(self, id: str, user_id: str, *_: Any, **__: Any) -> list[str]:
        call("folders.delete", id=id, user_id=user_id)
        return [id]


Folders = FolderTable()
__getattr__ = any_shape("models.folders")
