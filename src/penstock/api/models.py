"""What admins record about models: `/api/v1/models/...`."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Query
from msgspec import structs
from pydantic import BaseModel, Field, field_validator, model_validator

from penstock.api.access import AdminUser, CurrentUser, ServicesDep
from penstock.api.answers.models import ListedModels, ModelRecord, ModelSeen
from penstock.api.documented import documented
from penstock.api.function_wire import user_wire
from penstock.errors import Conflict, NotFound
from penstock.flows.catalog import PICTURE, record_wire
from penstock.flows.context import Services
from penstock.flows.icons import ADDRESS
from penstock.flows.model_access import from_grants, group_ids_of, may_read
from penstock.flows.models import MODELS_PUBLIC
from penstock.store.records import Model, User

router = APIRouter(prefix="/api/v1/models", tags=["models"])

PAGE = 30
ModelId = Annotated[str, Query(alias="id", min_length=1)]


class ModelForm(BaseModel):
    id: str = Field(min_length=1, max_length=256)
    base_model_id: str | None = None
    name: str = Field("", max_length=256)
    params: dict[str, Any] = {}
    meta: dict[str, Any] = {}
    access_control: dict[str, Any] | None = None
    access_grants: list[dict[str, Any]] | None = None
    is_active: bool = True

    @field_validator("params", "meta", mode="before")
    @classmethod
    def no_nothing(cls, value: Any) -> Any:
        return {} if value is None else value

    @model_validator(mode="after")
    def not_on_itself(self) -> ModelForm:
        if self.base_model_id == self.id:
            raise ValueError("A model cannot be built on itself.")
        return self

    def record(self, user: User, known: Model | None = None) -> Model:
        now = time.time()
        return Model(
            id=self.id,
            user_id=known.user_id if known else user.id,
            base_model_id=self.base_model_id or None,
            name=self.name or self.id,
            params=self.params,
            meta=self._meta(known),
            access_control=self._access(known),
            is_active=self.is_active,
            created_at=known.created_at if known else now,
            updated_at=now,
        )

    def _meta(self, known: Model | None) -> dict[str, Any]:
        """A picture whose address came from a list stays the picture that it was."""
        if known is None or not str(self.meta.get(PICTURE)).startswith(ADDRESS):
            return self.meta
        return {**self.meta, PICTURE: known.meta.get(PICTURE)}

    def _access(self, known: Model | None) -> dict[str, Any] | None:
        if self.access_grants is not None:
            return from_grants(self.access_grants)
        if "access_control" in self.model_fields_set or known is None:
            return self.access_control
        return known.access_control


class ModelForms(BaseModel):
    models: list[ModelForm]


class ModelsPublic(BaseModel):
    public: bool


class ModelChoice(BaseModel):
    id: str


class ModelAccess(ModelChoice):
    access_grants: list[dict[str, Any]]


@router.get("/list")
@documented("List models built on others", ListedModels)
async def listed(
    _: AdminUser, services: ServicesDep, query: str = "", page: Annotated[int, Query(ge=1)] = 1
) -> dict[str, Any]:
    """Models built on others, by name."""
    wanted = query.casefold()
    found = [
        model
        for model in await services.store.models.list()
        if model.base_model_id and (wanted in model.name.casefold() or wanted in model.id.casefold())
    ]
    found.sort(key=lambda model: (model.name.casefold(), model.id))
    shown = found[(page - 1) * PAGE : page * PAGE]
    authors = {author: user_wire(await services.store.users.get(author)) for author in {m.user_id for m in shown}}
    items = [{**record_wire(model), "user": authors[model.user_id], "write_access": True} for model in shown]
    return {"items": items, "total": len(found)}


@router.get("/public")
@documented("Whether unrecorded models are for everybody")
async def public(_: AdminUser, services: ServicesDep) -> ModelsPublic:
    """Whether models that nobody has recorded anything about are for everybody, or for administrators only."""
    return ModelsPublic(public=await services.models.are_public())


@router.post("/public")
@documented("Say whether unrecorded models are for everybody")
async def set_public(body: ModelsPublic, _: AdminUser, services: ServicesDep) -> ModelsPublic:
    await services.store.settings.set(MODELS_PUBLIC, body.public)
    return body


@router.get("/tags")
@documented("List tags of models", list[str])
async def tags(user: CurrentUser, services: ServicesDep) -> list[str]:
    """What the models of the caller are tagged with."""
    return sorted({tag["name"] for model in await services.models.list(user) for tag in model["tags"]})


@router.get("/base")
@documented("List records about base models", list[ModelRecord])
async def base(_: AdminUser, services: ServicesDep) -> list[dict[str, Any]]:
    """Records about models of pipes and servers."""
    return [record_wire(model) for model in await services.store.models.list() if not model.base_model_id]


@router.get("/export")
@documented("Export all records", list[ModelRecord])
async def export(_: AdminUser, services: ServicesDep) -> list[dict[str, Any]]:
    return [record_wire(model) for model in await services.store.models.list()]


@router.post("/create")
@documented("Record something about a model", ModelRecord, errors=[Conflict])
async def create(body: ModelForm, user: AdminUser, services: ServicesDep) -> dict[str, Any]:
    if await services.store.models.get(body.id) is not None:
        raise Conflict(f"There is already a record about the model '{body.id}'.", hint="Choose another id.")
    return await _saved("model.created", body.record(user), user, services)


@router.post("/import")
@documented("Import records", bool)
async def import_models(body: ModelForms, user: AdminUser, services: ServicesDep) -> bool:
    """Add records, and replace those with the same id."""
    for form in body.models:
        await _saved("model.imported", form.record(user, await services.store.models.get(form.id)), user, services)
    return True


@router.post("/sync")
@documented("Make these all records that there are", list[ModelRecord])
async def sync(body: ModelForms, user: AdminUser, services: ServicesDep) -> list[dict[str, Any]]:
    """Make these all the records that there are."""
    wanted = {form.id for form in body.models}
    await import_models(body, user, services)
    for model in await services.store.models.list():
        if model.id not in wanted:
            await services.store.models.delete(model.id)
            services.events.tell("model.deleted", user, ("model", model.id), name=model.name)
    return await export(user, services)


@router.get("/model")
@documented("Read a record", ModelSeen)
async def get(model_id: ModelId, user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    """A record; what only admins may know is theirs alone."""
    model = await services.store.models.get(model_id)
    if model is None or not may_read(model, user, await group_ids_of(services.store, user)):
        raise _no_record(model_id)
    wire = record_wire(model)
    if user.role != "admin":
        wire = {key: wire[key] for key in ("id", "base_model_id", "name", "meta", "is_active")}
    return {**wire, "write_access": user.role == "admin"}


@router.post("/model/update")
@documented("Change a record", ModelRecord)
async def update(
    body: ModelForm, user: AdminUser, services: ServicesDep, model_id: str = Query("", alias="id")
) -> dict[str, Any]:
    known = await _record(model_id or body.id, services)
    changed = body.model_copy(update={"id": known.id}).record(user, known)
    return await _saved("model.updated", changed, user, services)


@router.post("/model/access/update")
@documented("Say who may use a model", ModelRecord)
async def update_access(body: ModelAccess, admin: AdminUser, services: ServicesDep) -> dict[str, Any]:
    known = await _record(body.id, services)
    changed = structs.replace(known, access_control=from_grants(body.access_grants), updated_at=time.time())
    return await _saved("model.access_updated", changed, admin, services)


@router.post("/model/toggle")
@documented("Switch a model on or off", ModelRecord)
async def toggle(model_id: ModelId, admin: AdminUser, services: ServicesDep) -> dict[str, Any]:
    known = await _record(model_id, services)
    changed = structs.replace(known, is_active=not known.is_active, updated_at=time.time())
    return await _saved("model.enabled" if changed.is_active else "model.disabled", changed, admin, services)


@router.post("/model/delete")
@documented("Delete a record", bool)
async def delete(body: ModelChoice, admin: AdminUser, services: ServicesDep) -> bool:
    known = await _record(body.id, services)
    await services.store.models.delete(body.id)
    services.events.tell("model.deleted", admin, ("model", known.id), name=known.name)
    return True


@router.delete("/model/delete", include_in_schema=False)
@documented("Delete a record", bool)
async def delete_by_query(model_id: ModelId, user: AdminUser, services: ServicesDep) -> bool:
    return await delete(ModelChoice(id=model_id), user, services)


@router.delete("/delete/all")
@documented("Delete all records", bool)
async def delete_all(admin: AdminUser, services: ServicesDep) -> bool:
    gone = await services.store.models.list()
    await services.store.models.delete_all()
    for model in gone:
        services.events.tell("model.deleted", admin, ("model", model.id), name=model.name)
    return True


async def _saved(event: str, model: Model, by: User, services: Services) -> dict[str, Any]:
    """Keep a record, and let event functions know."""
    saved = await services.store.models.save(model)
    services.events.tell(event, by, ("model", saved.id), name=saved.name, base_model_id=saved.base_model_id)
    return record_wire(saved)


async def _record(model_id: str, services: ServicesDep) -> Model:
    model = await services.store.models.get(model_id)
    if model is None:
        raise _no_record(model_id)
    return model


def _no_record(model_id: str) -> NotFound:
    return NotFound(f"There is no record about the model '{model_id}'.")
