"""Installed functions and their valves: `Functions` and its models."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from open_webui._bridge import call, one, plain, several
from open_webui._missing import Table, any_shape, missing
from penstock.worker import host


class FunctionMeta(BaseModel):
    model_config = ConfigDict(extra="allow", defer_build=True)

    description: str | None = None
    manifest: dict[str, Any] | None = {}


class FunctionModel(BaseModel):
    model_config = ConfigDict(from_attributes=True, defer_build=True)

    id: str
    user_id: str = ""
    name: str = ""
    type: str = ""
    content: str = ""
    meta: FunctionMeta = FunctionMeta.model_construct(description=None, manifest={})
    is_active: bool = False
    is_global: bool = False
    updated_at: int = 0
    created_at: int = 0


class FunctionWithValves(FunctionModel):
    valves: dict[str, Any] | None = None


class FunctionForm(BaseModel):
    model_config = ConfigDict(defer_build=True)

    id: str
    name: str
    content: str
    meta: FunctionMeta


class FunctionValves(BaseModel):
    model_config = ConfigDict(defer_build=True)

    valves: dict[str, Any] | None = None


Function = missing("models.functions.Function", "the server's own tables", "Use Functions and its methods.")


class FunctionsTable(Table):
    """Reads for everybody; changes of a function only where an admin calls. Secrets of others are left out."""

    def get_function_by_id(self, id: str, db: Any = None) -> FunctionModel | None:
        """While the function is loaded nobody has called it: it then sees its own id and source, and nothing else."""
        if not host.in_run() and (source := host.own_source(id)) is not None:
            return FunctionModel(id=id, name=id, content=source)
        return one(FunctionModel, call("functions.get", id=id))

    def get_functions(self, active_only: bool = False, db: Any = None, **_: Any) -> list[FunctionModel]:
        return several(FunctionModel, call("functions.list", active_only=active_only))

    def get_functions_by_type(self, type: str, active_only: bool = False, db: Any = None) -> list[FunctionModel]:
        return several(FunctionModel, call("functions.list", type=type, active_only=active_only))

    def get_global_filter_functions(self, db: Any = None) -> list[FunctionModel]:
        return [each for each in self.get_functions_by_type("filter", active_only=True) if each.is_global]

    def get_global_action_functions(self, db: Any = None) -> list[FunctionModel]:
        return [each for each in self.get_functions_by_type("action", active_only=True) if each.is_global]

    def get_functions_by_ids(self, ids: list[str], db: Any = None) -> list[FunctionModel]:
        return [each for id in ids if (each := self.get_function_by_id(id))]

    def get_function_valves_by_ids(self, ids: list[str], db: Any = None) -> dict[str, dict[str, Any]]:
        return {id: self.get_function_valves_by_id(id) or {} for id in ids}

    def get_function_valves_by_id(self, id: str, db: Any = None) -> dict[str, Any] | None:
        """The set values, without defaults. While the function is loaded: its own; of others None."""
        if not host.in_run():
            return host.valves_at_load(id)
        return call("functions.valves", id=id)

    def update_function_valves_by_id(self, id: str, valves: Any, db: Any = None) -> FunctionWithValves | None:
        """Replace the set values. The class `Valves` checks them first, as on the function's page."""
        return one(FunctionWithValves, call("functions.set_valves", id=id, valves=plain(valves)))

    def get_user_valves_by_id_and_user_id(self, id: str, user_id: str, db: Any = None) -> dict[str, Any] | None:
        return call("functions.user_valves", id=id, user_id=user_id)

    def update_user_valves_by_id_and_user_id(
        self, id: str, user_id: str, valves: Any, db: Any = None
    ) -> dict[str, Any] | None:
        return call("functions.set_user_valves", id=id, user_id=user_id, valves=plain(valves))

    def update_function_by_id(self, id: str, updated: Any, db: Any = None) -> FunctionModel | None:
        return one(FunctionModel, call("functions.update", id=id, changes=plain(updated)))

    def update_function_metadata_by_id(self, id: str, metadata: Any, db: Any = None) -> FunctionModel | None:
        return one(FunctionModel, call("functions.update", id=id, changes={"meta": plain(metadata)}))

    def insert_new_function(self, user_id: str, type: str, form_data: Any, db: Any = None) -> FunctionModel | None:
        form = plain(form_data)
        created = call(
            "functions.create", id=form["id"], name=form["name"], content=form["content"], meta=form.get("meta") or {}
        )
        return one(FunctionModel, created)

    def delete_function_by_id(self, id: str, db: Any = None) -> bool:
        return bool(call("functions.delete", id=id))


Functions = FunctionsTable()
__getattr__ = any_shape("models.functions")
