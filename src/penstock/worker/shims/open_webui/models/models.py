"""What an admin said about models: `Models`, `ModelModel` and `ModelForm`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from open_webui._bridge import call, one, plain, several
from open_webui._missing import Table, any_shape, missing
from open_webui.models.users import UserResponse


class ModelParams(BaseModel):
    model_config = ConfigDict(extra="allow", defer_build=True)


class ModelMeta(BaseModel):
    model_config = ConfigDict(extra="allow", defer_build=True)

    profile_image_url: str | None = "/static/favicon.png"
    description: str | None = None
    capabilities: dict[str, Any] | None = None


class ModelModel(BaseModel):
    model_config = ConfigDict(from_attributes=True, defer_build=True)

    id: str
    user_id: str = ""
    base_model_id: str | None = None
    name: str = ""
    params: ModelParams = ModelParams.model_construct()
    meta: ModelMeta = ModelMeta.model_construct()
    access_control: dict[str, Any] | None = None
    access_grants: list[Any] = []
    is_active: bool = True
    updated_at: int = 0
    created_at: int = 0


class ModelResponse(ModelModel):
    """The same, under the name that routes use."""


class ModelUserResponse(ModelModel):
    user: UserResponse | None = None


class ModelForm(BaseModel):
    model_config = ConfigDict(extra="ignore", defer_build=True)

    id: str
    base_model_id: str | None = None
    name: str
    meta: ModelMeta
    params: ModelParams
    access_control: dict[str, Any] | None = None
    access_grants: list[Any] | None = None
    is_active: bool = True


class ModelListResponse(BaseModel):
    model_config = ConfigDict(defer_build=True)

    items: list[ModelModel] = []
    total: int = 0


Model = missing("models.models.Model", "the server's own tables", "Use Models and its methods.")


class ModelsTable(Table):
    """Records of models that the calling user may use; changes only where an admin calls."""

    def get_model_by_id(self, id: str, db: Any = None) -> ModelModel | None:
        return one(ModelModel, call("models.record", id=id))

    def get_all_models(self, db: Any = None) -> list[ModelModel]:
        return several(ModelModel, call("models.records"))

    def get_models(self, db: Any = None) -> list[ModelModel]:
        return [model for model in self.get_all_models() if model.base_model_id is not None]

    def get_base_models(self, db: Any = None) -> list[ModelModel]:
        return [model for model in self.get_all_models() if model.base_model_id is None]

    def get_models_by_user_id(self, user_id: str, permission: str = "write", db: Any = None) -> list[ModelModel]:
        return [model for model in self.get_all_models() if model.user_id == user_id]

    def get_models_by_ids(self, ids: list[str], db: Any = None) -> list[ModelModel]:
        return [model for model in self.get_all_models() if model.id in ids]

    def search_models(
        self, user_id: str, filter: dict[str, Any] | None = None, skip: int = 0, limit: int = 30, db: Any = None
    ) -> ModelListResponse:
        query = str((filter or {}).get("query") or "").lower()
        found = [model for model in self.get_models() if query in model.name.lower() or query in model.id.lower()]
        return ModelListResponse(items=found[skip : skip + limit], total=len(found))

    def insert_new_model(self, form_data: Any, user_id: str, db: Any = None) -> ModelModel | None:
        return one(ModelModel, call("models.save", id=plain(form_data)["id"], changes=plain(form_data)))

    def update_model_by_id(self, id: str, model: Any, db: Any = None) -> ModelModel | None:
        return one(ModelModel, call("models.save", id=id, changes=plain(model)))

    def toggle_model_by_id(self, id: str, db: Any = None) -> ModelModel | None:
        model = self.get_model_by_id(id)
        return model and one(ModelModel, call("models.save", id=id, changes={"is_active": not model.is_active}))

    def delete_model_by_id(self, id: str, db: Any = None) -> bool:
        return bool(call("models.delete", id=id))


Models = ModelsTable()
__getattr__ = any_shape("models.models")
