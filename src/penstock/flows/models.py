"""Which models there are for whom, and what stands behind each."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from penstock.errors import NotFound
from penstock.flows import availability
from penstock.flows.availability import Viewer
from penstock.flows.catalog import Catalog, CatalogModel, ModelAction, build_models
from penstock.flows.connections import ProviderModel
from penstock.flows.context import Services
from penstock.flows.icons import Icons, Picture
from penstock.flows.model_access import group_ids_of
from penstock.flows.pipes import PipeModel, Pipes
from penstock.flows.predicates import Predicates
from penstock.flows.registry import Serving
from penstock.store.records import Connection, User

DEFAULT_MODELS = "models.default"  # key in the store's settings: ids, separated by commas
MODELS_PUBLIC = "models.public"  # whether models without a record are for everybody
MODEL_ORDER = "models.order"  # ids that come first
LOOK_AGAIN = 1.0  # seconds between looks at whether a list is too old
ENCODED_LIMIT = 1000

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """A model that somebody may use, down to what answers: a pipe, or a connection."""

    id: str  # as the caller named it
    name: str
    answering_id: str  # of the pipe or provider model; what a pipe reads in `body["model"]`
    pipe: Serving | None
    connection: Connection | None
    upstream_id: str  # what the connection's server calls it
    params: Mapping[str, Any]
    meta: Mapping[str, Any]
    wire: Mapping[str, Any]
    entry: CatalogModel
    catalog: Catalog
    viewer: Viewer

    @property
    def lineage(self) -> tuple[str, ...]:
        """Ids from the model that answers to the one that was asked for."""
        return self.entry.lineage

    def actions(self) -> list[ModelAction]:
        return self.catalog.actions_for(self.entry, self.viewer)

    def filters(self, chosen: Sequence[str] | None) -> list[Serving]:
        """The filters that act (spec F1, F3). Those with a switch only when chosen, or by default when nobody chose."""
        return [
            serving
            for serving in self.catalog.filters_for(self.entry, self.viewer)
            if availability.switched_on(serving, self.meta, chosen).passed
        ]


class Models:
    """The catalogue, cached until a function, a record, a connection or one of their lists changes."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._pipes = Pipes(services)
        self.predicates = Predicates(services)
        self._catalog: Catalog | None = None
        self._icons = Icons()
        self._key: tuple[Any, ...] = ()
        self._look_again = 0.0

    async def start(self) -> None:
        """Begin to ask servers for their models, in the background."""
        await self._services.connections.start()

    async def stop(self) -> None:
        self._pipes.stop()
        self.predicates.stop()
        await self._services.connections.stop()

    async def catalog(self) -> Catalog:
        """All models as they are now; renewing what is too old goes on in the background."""
        order = tuple(await self._services.store.settings.get(MODEL_ORDER, ()) or ())
        now = time.monotonic()
        if self._catalog is not None and now < self._look_again and self._key == self._revisions(order):
            return self._catalog
        self._look_again = now + LOOK_AGAIN
        key = self._revisions(order)
        pipe_models = await self._pipes.models(await self._services.registry.active("pipe"))
        provider_models = await self._services.connections.models()
        key = (key[0], *self._revisions(order)[1:])
        if self._catalog is None or key != self._key:
            self._catalog, self._key = await self._build([*pipe_models, *provider_models], order), key
        return self._catalog

    def _revisions(self, order: tuple[str, ...]) -> tuple[Any, ...]:
        services = self._services
        return services.store.functions.revision, self._pipes.revision, services.connections.revision, order

    async def _build(self, base: Sequence[PipeModel | ProviderModel], order: Sequence[str]) -> Catalog:
        models, missing = build_models(base, await self._services.store.models.list())
        places = {model_id: place for place, model_id in enumerate(order)}
        ordered = sorted(models.values(), key=lambda model: places.get(model.id, len(places)))
        active = self._services.registry.active
        actions, filters = await active("action"), await active("filter")
        return Catalog({model.id: model for model in ordered}, missing, actions, filters, self._icons)

    async def picture(self, name: str) -> Picture | None:
        """An icon by the name that its content gives it."""
        return self._icons.picture(name, (await self.catalog()).pictures())

    async def encoded(self, user: User) -> bytes:
        """The body of `GET /api/models`, encoded once for all who see the same."""
        catalog = await self.catalog()
        viewer = await self._shown_to(user, catalog)
        visible = catalog.visible_to(viewer)
        whole = len(visible) == len(catalog.models)
        view = catalog.view_of(viewer)
        key = user.role == "admin", None if whole else tuple(model.id for model in visible), view
        if key not in catalog.encoded:
            if len(catalog.encoded) >= ENCODED_LIMIT:
                catalog.encoded.clear()
            catalog.encoded[key] = _encode({"data": _wires(catalog, user, visible, viewer)})
        return catalog.encoded[key]

    async def resolve(self, model_id: str, user: User) -> ResolvedModel:
        """What answers for a model. Raises `NotFound`, also for a model that the user may not know of."""
        catalog = await self.catalog()
        if model_id not in catalog.models and await self._pipes.first_lists():
            catalog = await self.catalog()
        entry = catalog.models.get(model_id)
        if entry is None:
            raise self._not_found(model_id, catalog)
        viewer = await self.viewer(user)
        if not catalog.is_visible(entry, viewer):
            raise NotFound(f"Model '{model_id}' was not found.")
        return _resolved(entry, catalog, viewer)

    async def viewer(self, user: User) -> Viewer:
        """That user, without asking any action whether it is available."""
        return Viewer(user, await group_ids_of(self._services.store, user), await self.are_public())

    async def are_public(self) -> bool:
        """Whether models that nobody recorded anything about are for everybody."""
        return bool(await self._services.store.settings.get(MODELS_PUBLIC, self._services.settings.models_public))

    async def _shown_to(self, user: User, catalog: Catalog) -> Viewer:
        viewer = await self.viewer(user)
        if not (asking := catalog.asking):
            return viewer
        entries = catalog.visible_to(viewer)
        pairs = ((serving, entry) for serving in asking for entry in entries)
        shown = [pair for pair in pairs if catalog.has_button(*pair, viewer)]
        return replace(viewer, unavailable=await self.predicates.refused(shown, user, catalog))

    async def default_id(self, user: User) -> str | None:
        """The model for who names none: the admin's choice, or else the first."""
        listed = [model["id"] for model in await self.list(user)]
        chosen = await self._services.store.settings.get(DEFAULT_MODELS)
        names = chosen.split(",") if isinstance(chosen, str) else chosen or []
        wanted = [name for name in names if name in listed]
        return (wanted or listed or [None])[0]

    async def actions_for(self, model_id: str, user: User) -> list[ModelAction]:
        """The buttons of a model, in order (spec A1, A8)."""
        return (await self.resolve(model_id, user)).actions()

    async def list(self, user: User) -> list[dict[str, Any]]:
        """The models that a user may use, as `GET /api/models` shows them."""
        catalog = await self.catalog()
        viewer = await self._shown_to(user, catalog)
        return _wires(catalog, user, catalog.visible_to(viewer), viewer)

    def _not_found(self, model_id: str, catalog: Catalog) -> NotFound:
        if model_id in catalog.missing:
            return NotFound(catalog.missing[model_id])
        function_id = model_id.partition(".")[0]
        reason = self._pipes.error(function_id)
        hint = f"The models of '{function_id}' could not be listed: {reason}" if reason else ""
        return NotFound(f"Model '{model_id}' was not found.", hint=hint or "See `GET /api/models` for those there are.")


def _wires(catalog: Catalog, user: User, models: Iterable[CatalogModel], viewer: Viewer) -> list[dict[str, Any]]:
    view = catalog.view_of(viewer)
    return [catalog.wire(model, admin=user.role == "admin", viewer=viewer, view=view) for model in models]


def _resolved(entry: CatalogModel, catalog: Catalog, viewer: Viewer) -> ResolvedModel:
    source = entry.source
    pipe = source.serving if isinstance(source, PipeModel) else None
    connection = source.connection if isinstance(source, ProviderModel) else None
    return ResolvedModel(
        id=entry.id,
        name=entry.name,
        answering_id=source.id,
        pipe=pipe,
        connection=connection,
        upstream_id=source.upstream_id if isinstance(source, ProviderModel) else source.id,
        params=entry.params,
        meta=entry.meta,
        wire=catalog.wire_for_functions(entry),
        entry=entry,
        catalog=catalog,
        viewer=viewer,
    )
