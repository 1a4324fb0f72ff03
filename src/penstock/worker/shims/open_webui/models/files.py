"""Files of the calling user: `Files`, `FileModel` and `FileForm`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from open_webui import _contents
from open_webui._bridge import call, one, plain, several
from open_webui._missing import Table, any_shape, missing


class FileModel(BaseModel):
    """`path` is a copy in this function's own folder; the content comes when `path` is first read."""

    model_config = ConfigDict(from_attributes=True, defer_build=True)

    id: str
    user_id: str = ""
    hash: str | None = None
    filename: str = ""
    path: str | None = None
    data: dict[str, Any] | None = None
    meta: dict[str, Any] | None = None
    access_control: dict[str, Any] | None = None
    created_at: int | None = None
    updated_at: int | None = None

    def __getattribute__(self, name: str) -> Any:
        if name == "path":
            path = self.__dict__.get("path")
            return _contents.present(path) if path else path
        return super().__getattribute__(name)


class FileModelResponse(FileModel):
    model_config = ConfigDict(extra="allow", defer_build=True)


class FileMeta(BaseModel):
    model_config = ConfigDict(extra="allow", defer_build=True)

    name: str | None = None
    content_type: str | None = None
    size: int | None = None


class FileMetadataResponse(BaseModel):
    model_config = ConfigDict(extra="ignore", defer_build=True)

    id: str
    hash: str | None = None
    meta: dict[str, Any] = {}
    created_at: int = 0
    updated_at: int = 0


class FileForm(BaseModel):
    model_config = ConfigDict(defer_build=True)

    id: str
    hash: str | None = None
    filename: str
    path: str = ""
    data: dict[str, Any] = {}
    meta: dict[str, Any] = {}
    access_control: dict[str, Any] | None = None


File = missing("models.files.File", "the server's own tables", "Use Files and its methods.")


def _model(values: dict[str, Any] | None) -> FileModel | None:
    return one(FileModel, values and {**values, "path": _contents.local_path(values["id"], values["filename"])})


class FilesTable(Table):
    def insert_new_file(self, user_id: str, form_data: FileForm, db: Any = None) -> FileModel | None:
        """What stands at `form_data.path`, in this function's own folder, becomes a file of the server.

        Earlier releases had the path in `meta`.
        """
        form = plain(form_data)
        path = Path(form.pop("path", "") or (form.get("meta") or {}).get("path") or "")
        content = path.read_bytes() if path.is_file() else b""
        return _model(_contents.create(content, form))

    def get_file_by_id(self, id: str, db: Any = None) -> FileModel | None:
        return _model(call("files.get", id=id))

    def get_file_by_id_and_user_id(self, id: str, user_id: str, db: Any = None) -> FileModel | None:
        file = self.get_file_by_id(id)
        return file if file and file.user_id == user_id else None

    def get_file_metadata_by_id(self, id: str, db: Any = None) -> FileMetadataResponse | None:
        return one(FileMetadataResponse, call("files.get", id=id))

    def get_files(self, db: Any = None) -> list[FileModel]:
        """Those of the user, whoever else's the function may see."""
        return [model for values in call("files.list") if (model := _model(values))]

    def get_files_by_user_id(self, user_id: str, db: Any = None) -> list[FileModel]:
        return [model for values in call("files.list", user_id=user_id) if (model := _model(values))]

    def get_files_by_ids(self, ids: list[str], db: Any = None) -> list[FileModel]:
        return [file for id in ids if (file := self.get_file_by_id(id))]

    def get_file_metadatas_by_ids(self, ids: list[str], db: Any = None) -> list[FileMetadataResponse]:
        return several(FileMetadataResponse, [file.model_dump() for file in self.get_files_by_ids(ids)])

    def check_access_by_user_id(self, id: str, user_id: str, permission: str = "write", db: Any = None) -> bool:
        return self.get_file_by_id_and_user_id(id, user_id) is not None

    def update_file_by_id(self, id: str, form_data: Any, db: Any = None) -> FileModel | None:
        return _model(call("files.update", id=id, changes=plain(form_data)))

    def update_file_hash_by_id(self, id: str, hash: str, db: Any = None) -> FileModel | None:
        return _model(call("files.update", id=id, changes={"hash": hash}))

    def update_file_data_by_id(self, id: str, data: dict[str, Any], db: Any = None) -> FileModel | None:
        return _model(call("files.update", id=id, changes={"data": plain(data)}))

    def update_file_metadata_by_id(self, id: str, meta: dict[str, Any], db: Any = None) -> FileModel | None:
        return _model(call("files.update", id=id, changes={"meta": plain(meta)}))

    def delete_file_by_id(self, id: str, db: Any = None) -> bool:
        return bool(call("files.delete", id=id))


Files = FilesTable()
__getattr__ = any_shape("models.files")
