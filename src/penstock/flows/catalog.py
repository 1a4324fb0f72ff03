"""All models at one moment, with what belongs to each. Built once per change, then only read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from penstock.flows import availability
from penstock.flows.availability import SERVER, Rule, Viewer
from penstock.flows.connections import ProviderModel
from penstock.flows.icons import Icons
from penstock.flows.model_access import as_grants
from penstock.flows.pipes import PipeModel
from penstock.flows.registry import Serving
from penstock.functions.description import Button
from penstock.store.records import Function, Model

CHAIN_LIMIT = 10
WIRES_LIMIT = 20_000
PICTURE = "profile_image_url"  # in the meta of a record


@dataclass(frozen=True, slots=True)
class ModelAction:
    """One button of a model. `button` is set for an entry of `actions` (spec A2)."""

    id: str
    name: str
    icon: str
    serving: Serving
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class CatalogModel:
    """One model: what answers, the admin's record, and the record of every model that it is built on."""

    id: str
    name: str
    source: PipeModel | ProviderModel
    records: tuple[Model, ...] = ()  # own record first, then those of the models below
    record: Model | None = None

    @property
    def meta(self) -> Mapping[str, Any]:
        return self.record.meta if self.record else {}

    @property
    def base_id(self) -> str | None:
        return self.record.base_model_id if self.record else None

    @property
    def pipe(self) -> Serving | None:
        """The function that answers, where it is one."""
        return self.source.serving if isinstance(self.source, PipeModel) else None

    @property
    def lineage(self) -> tuple[str, ...]:
        """Ids from the model that answers to this one."""
        return tuple(dict.fromkeys([self.source.id, *(record.id for record in reversed(self.records)), self.id]))

    @property
    def params(self) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for record in reversed(self.records):
            merged.update({key: value for key, value in record.params.items() if value is not None})
        return merged


@dataclass(slots=True)
class Catalog:
    """What `penstock.flows.models.Models` serves. `missing` says why a recorded model is not there."""

    models: dict[str, CatalogModel]
    missing: dict[str, str]
    actions: Sequence[Serving]  # in the order in which they are shown and act (spec L10)
    filters: Sequence[Serving]
    icons: Icons = field(default_factory=Icons)
    wires: dict[tuple[str, str, Any], dict[str, Any]] = field(default_factory=dict)
    encoded: dict[Any, bytes] = field(default_factory=dict)
    limited: Sequence[Function] = ()  # functions that are not for everybody
    asking: Sequence[Serving] = ()  # actions that say themselves for whom they are
    restricted: bool = False  # whether anything is not for everybody
    _actions: dict[str, list[ModelAction]] = field(default_factory=dict)
    _buttons: dict[str, dict[str, Any]] = field(default_factory=dict)
    _switches: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pipes = {model.pipe.id: model.pipe for model in self.models.values() if model.pipe is not None}
        known = [*self.actions, *self.filters, *pipes.values()]
        self.limited = [each.function for each in known if each.function.access_control is not None]
        self.asking = [serving for serving in self.actions if "available" in serving.description.hooks]
        self.restricted = bool(self.limited) or any(
            model.record is not None and model.record.access_control is not None for model in self.models.values()
        )

    def visible_to(self, viewer: Viewer) -> Sequence[CatalogModel]:
        """Without a look at each model where there is nothing to look for."""
        if viewer.models_public and not self.restricted:
            return [*self.models.values()]
        return [model for model in self.models.values() if self.is_visible(model, viewer)]

    def has_button(self, serving: Serving, model: CatalogModel, viewer: Viewer) -> bool:
        """Whether any button of an action stands under messages of a model."""
        ids = [action.id for action in self._actions_of(serving)]
        return any(
            availability.passes(availability.button(serving, model.id, model.meta, action_id, viewer))
            for action_id in ids
        )

    def is_visible(self, model: CatalogModel, viewer: Viewer) -> bool:
        return availability.passes(self.model_rules(model, viewer))

    def model_rules(self, model: CatalogModel, viewer: Viewer) -> Iterator[Rule]:
        """Whether a model is there: by its record, and by the function that answers."""
        yield availability.model_readable(model.id, model.record, viewer)
        if model.pipe is not None:
            yield availability.allowed(model.pipe.function, viewer)

    def actions_for(self, model: CatalogModel, viewer: Viewer = SERVER) -> list[ModelAction]:
        return [
            action
            for serving in self.actions
            for action in self._actions_of(serving)
            if availability.passes(availability.button(serving, model.id, model.meta, action.id, viewer))
        ]

    def _actions_of(self, serving: Serving) -> list[ModelAction]:
        if serving.id not in self._actions:
            self._actions[serving.id] = model_actions(serving)
        return self._actions[serving.id]

    def filters_for(self, model: CatalogModel, viewer: Viewer = SERVER) -> list[Serving]:
        """Global and bound ones in order, those included that a person may switch off."""
        return [
            serving
            for serving in self.filters
            if availability.passes(availability.filter_in_reach(serving, model.id, model.meta, viewer))
        ]

    def wire(self, model: CatalogModel, *, admin: bool, viewer: Viewer = SERVER, view: Any = None) -> dict[str, Any]:
        """A model as `GET /api/models` shows it; `view` stands for all who see the same (see `view_of`)."""
        key = (model.id, "admin" if admin else "user", view)
        if key not in self.wires:
            if len(self.wires) >= WIRES_LIMIT:
                self.wires.clear()
            info = None if model.record is None else self._shown(model.record, admin)
            self.wires[key] = self._wire(model, info, viewer)
        return self.wires[key]

    def view_of(self, viewer: Viewer) -> Any:
        """What of the functions this viewer sees, as something to compare."""
        refused = [function.id for function in self.limited if not availability.allowed(function, viewer).passed]
        return (tuple(refused), tuple(sorted(viewer.unavailable, key=str))) if refused or viewer.unavailable else None

    def wire_for_functions(self, model: CatalogModel) -> dict[str, Any]:
        """The same for functions, which look for `info` also where no admin has recorded anything."""
        key = (model.id, "function", None)
        if key not in self.wires:
            self.wires[key] = self._wire(model, record_wire(model.record) if model.record else _unrecorded(model))
        return self.wires[key]

    def pictures(self) -> Iterator[str]:
        """Every icon, as its author or admin gave it."""
        yield from (action.icon for serving in self.actions for action in self._actions_of(serving))
        yield from map(_filter_icon, self.filters)
        yield from (_text(model.meta.get(PICTURE)) for model in self.models.values())

    def _wire(self, model: CatalogModel, info: dict[str, Any] | None, viewer: Viewer = SERVER) -> dict[str, Any]:
        wire: dict[str, Any] = {"id": model.id, "name": model.name, "object": "model", **_origin(model)}
        if info is not None:
            wire["info"] = info
        if model.base_id:
            wire["preset"] = True
        if model.source.stale:
            wire["stale"] = True
        wire["actions"] = [self._button(action) for action in self.actions_for(model, viewer)]
        wire["filters"] = [self._switch(found) for found in self.filters_for(model, viewer) if found.description.toggle]
        wire["tags"] = [{"name": tag} for tag in _tags(model.meta)]
        return wire

    def _shown(self, record: Model, admin: bool) -> dict[str, Any]:
        """The record with an address in the place of its picture."""
        wire = record_wire(record) if admin else _public(record)
        if picture := _text(record.meta.get(PICTURE)):
            wire["meta"] = {**wire["meta"], PICTURE: self.icons.address(picture)}
        return wire

    def _button(self, action: ModelAction) -> dict[str, Any]:
        if action.id not in self._buttons:
            self._buttons[action.id] = _action_wire(action, self.icons.address(action.icon))
        return self._buttons[action.id]

    def _switch(self, serving: Serving) -> dict[str, Any]:
        if serving.id not in self._switches:
            self._switches[serving.id] = _filter_wire(serving, self.icons.address(_filter_icon(serving)))
        return self._switches[serving.id]


def build_models(
    base: Iterable[PipeModel | ProviderModel], records: Iterable[Model]
) -> tuple[dict[str, CatalogModel], dict[str, str]]:
    """Put the records of admins over what pipes and servers give; says of each model left out why it is."""
    by_id = {record.id: record for record in records}
    sources: dict[str, PipeModel | ProviderModel] = {}
    for source in base:
        sources.setdefault(source.id, source)
    models: dict[str, CatalogModel] = {}
    missing: dict[str, str] = {}
    for model_id in [*sources, *(record.id for record in by_id.values() if record.id not in sources)]:
        record = by_id.get(model_id)
        if record is not None and not record.is_active:
            missing[model_id] = f"Model '{model_id}' is switched off."
            continue
        base_id, found = _chain(model_id, by_id, sources)
        if found is None:
            missing[model_id] = f"Model '{model_id}' is built on '{base_id}', which was not found."
            continue
        name = record.name if record and record.name else _source_name(found)
        models[model_id] = CatalogModel(model_id, name, found, tuple(_records(model_id, by_id)), record)
    return models, missing


def model_actions(serving: Serving) -> list[ModelAction]:
    """The buttons of one action function."""
    function, description = serving.function, serving.description
    icon = description.icon_url or str(serving.version.manifest.get("icon_url") or "")
    if not description.actions:
        return [ModelAction(function.id, function.name, icon, serving)]
    return [
        ModelAction(f"{function.id}.{button.id}", button.name or button.id, button.icon_url or icon, serving, button)
        for button in description.actions
    ]


def record_wire(record: Model) -> dict[str, Any]:
    """An admin's record about a model, whole."""
    fields: dict[str, Any] = msgspec.to_builtins(record)
    return {**fields, "access_grants": as_grants(record.access_control)} | {
        "created_at": int(record.created_at),
        "updated_at": int(record.updated_at),
    }


def _public(record: Model) -> dict[str, Any]:
    """The record without what only admins may know: parameters (the system prompt is one) and access."""
    hidden = ("params", "access_control", "access_grants", "user_id")
    return {key: value for key, value in record_wire(record).items() if key not in hidden}


def _unrecorded(model: CatalogModel) -> dict[str, Any]:
    return {"id": model.id, "name": model.name, "base_model_id": None, "params": {}, "meta": {}, "is_active": True}


def _records(model_id: str, by_id: Mapping[str, Model]) -> Iterable[Model]:
    seen: set[str] = set()
    next_id: str | None = model_id
    while next_id and next_id not in seen and (record := by_id.get(next_id)) is not None:
        seen.add(next_id)
        yield record
        next_id = record.base_model_id


def _chain(
    model_id: str, by_id: Mapping[str, Model], sources: Mapping[str, PipeModel | ProviderModel]
) -> tuple[str, PipeModel | ProviderModel | None]:
    """The id at the end of a chain of base models, and what answers there."""
    *_, last = [model_id, *(record.base_model_id or record.id for record in _records(model_id, by_id))]
    return last, sources.get(last)


def _origin(model: CatalogModel) -> dict[str, Any]:
    source = model.source
    if isinstance(source, ProviderModel):
        raw = source.raw
        created = raw.get("created")
        return {
            "created": created if isinstance(created, int) else int(source.connection.created_at),
            "owned_by": str(raw.get("owned_by") or "openai"),
            "connection_type": "external",
            "openai": {"id": source.upstream_id},
            "has_user_valves": False,
        }
    function = source.serving.function
    return {
        "created": int(function.created_at),
        "owned_by": "openai",
        "pipe": {"type": "pipe"},
        "has_user_valves": source.serving.has_user_valves,
    }


def _source_name(source: PipeModel | ProviderModel) -> str:
    return source.name if isinstance(source, PipeModel) else str(source.raw.get("name") or source.id)


def _action_wire(action: ModelAction, icon: str) -> dict[str, Any]:
    description = action.serving.function.meta.get("description") or ""
    wire: dict[str, Any] = {"id": action.id, "name": action.name, "description": description, "icon": icon or None}
    if action.serving.has_user_valves:
        wire["has_user_valves"] = True
    return wire


def _filter_wire(serving: Serving, icon: str) -> dict[str, Any]:
    function = serving.function
    return {
        "id": function.id,
        "name": function.name,
        "description": function.meta.get("description") or "",
        "icon": icon or None,
        "has_user_valves": serving.has_user_valves,
    }


def _filter_icon(serving: Serving) -> str:
    description = serving.description
    return _text(description.icon_url or description.attributes.get("icon") or serving.version.manifest.get("icon_url"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _tags(meta: Mapping[str, Any]) -> list[str]:
    tags = meta.get("tags")
    names = [tag.get("name") if isinstance(tag, dict) else tag for tag in tags] if isinstance(tags, list) else []
    return [str(name) for name in names if name]
