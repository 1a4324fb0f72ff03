"""The OpenAI-compatible servers that this server knows, and the models that each of them lists."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from penstock.errors import BadSetting, Conflict, Invalid, NotFound
from penstock.flows import provider
from penstock.flows.refreshed import Refreshed, settle
from penstock.settings import Settings
from penstock.store import Store
from penstock.store.records import Connection

SHAPE = "Write `address|key|prefix`, several separated by `;`, or a JSON list of objects with `url`, `key`, `prefix`."


@dataclass(frozen=True, slots=True)
class ProviderModel:
    """One model of one connection. `id` is what Penstock calls it, `upstream_id` what the server does."""

    id: str
    upstream_id: str
    connection: Connection
    raw: Mapping[str, Any]
    stale: bool = False


ModelList = list[dict[str, Any]]


class Connections:
    """Which servers there are, and what they list. Nobody ever waits for a server that is slow or down."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._fixed = parse_connections(settings.connections)
        self._lists: dict[str, Refreshed[ModelList]] = {}
        self._client: httpx.AsyncClient | None = None
        self.revision = 0  # grows with every change of a list

    @property
    def client(self) -> httpx.AsyncClient:
        """The client that all connections share; made on first use, closed by `stop`."""
        if self._client is None:
            timeout = httpx.Timeout(self._settings.run_deadline, connect=10.0)
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=64)
            self._client = httpx.AsyncClient(timeout=timeout, limits=limits)
        return self._client

    async def start(self) -> None:
        """Ask every server for its models, in the background."""
        await self._touch()

    async def stop(self) -> None:
        for models in self._lists.values():
            models.close()
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def get(self, connection_id: str) -> Connection:
        for connection in await self.list():
            if connection.id == connection_id:
                return connection
        raise NotFound(f"There is no connection '{connection_id}'.")

    async def save(self, connection: Connection) -> None:
        """Keep a connection that an admin made or changed."""
        self._refuse_fixed(connection.id)
        check_url(connection.url)
        await self._store.connections.save(connection)

    async def delete(self, connection_id: str) -> None:
        self._refuse_fixed(connection_id)
        await self.get(connection_id)
        await self._store.connections.delete(connection_id)

    async def test(self, connection: Connection) -> ModelList:
        """Ask a server now: its models, which are listed from then on. Raises `ProviderError`."""
        models = await provider.list_models(self.client, connection)
        if known := self._lists.get(connection.id):
            known.put(models)
        return models

    async def models(self) -> list[ProviderModel]:
        """The models of all enabled connections; where two have the same id, the first one counts."""
        connections = await self._touch()
        await settle(self._lists.values())
        found: dict[str, ProviderModel] = {}
        for connection in connections:
            for model in self._models_of(connection):
                found.setdefault(model.id, model)
        return list(found.values())

    def listing(self, connection: Connection) -> tuple[ModelList, str]:
        """What is known of a connection's models just now, and what went wrong when it was last asked."""
        if connection.model_ids:
            return [{"id": model_id} for model_id in connection.model_ids], ""
        known = self._lists.get(connection.id)
        return (known.value, known.error) if known else ([], "")

    async def complete(self, connection: Connection, body: Mapping[str, Any]) -> dict[str, Any]:
        return await provider.complete(self.client, connection, body)

    async def stream(self, connection: Connection, body: Mapping[str, Any]) -> provider.ProviderStream | dict[str, Any]:
        return await provider.stream(self.client, connection, body)

    def _models_of(self, connection: Connection) -> list[ProviderModel]:
        known = self._lists.get(connection.id)
        stale = bool(known and known.error) and not connection.model_ids
        prefix = f"{connection.prefix}." if connection.prefix else ""
        return [
            ProviderModel(prefix + raw["id"], raw["id"], connection, raw, stale) for raw in self.listing(connection)[0]
        ]

    async def _touch(self) -> list[Connection]:
        """Start what has to be fetched and forget what is gone; gives the enabled connections."""
        enabled = [connection for connection in await self.list() if connection.enabled]
        listed = {connection.id: connection for connection in enabled if not connection.model_ids}
        for gone in self._lists.keys() - listed.keys():
            self._lists.pop(gone).close()
        for connection in listed.values():
            fetch = partial(provider.list_models, self.client, connection)
            known = self._lists.get(connection.id)
            if known is None:
                known = Refreshed(fetch, [], max_age=self._settings.models_refresh, changed=self._changed)
                self._lists[connection.id] = known
            known.touch((connection.url, connection.key), fetch)
        return enabled

    def _changed(self) -> None:
        self.revision += 1

    def _refuse_fixed(self, connection_id: str) -> None:
        if any(connection.id == connection_id for connection in self._fixed):
            raise Conflict(
                "This connection comes from the settings of the server and cannot be changed here.",
                hint="Change PENSTOCK_CONNECTIONS and start the server again.",
            )

    async def list(self) -> list[Connection]:
        """All connections: those of the settings first."""
        return self._fixed + await self._store.connections.list()


def parse_connections(text: str) -> list[Connection]:
    """Read PENSTOCK_CONNECTIONS; raises `BadSetting` with the entry that is wrong."""
    text = text.strip()
    entries = (
        _from_json(text) if text.startswith("[") else [_from_line(part) for part in text.split(";") if part.strip()]
    )
    return [_connection(number, entry) for number, entry in enumerate(entries, start=1)]


def check_url(url: str) -> None:
    """Raise `Invalid` for what is not the address of an HTTP server."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Invalid(f"'{url}' is not an address such as https://api.example.com/v1.")


def _from_line(part: str) -> dict[str, Any]:
    fields = [field.strip() for field in part.split("|")]
    if len(fields) > 3:
        raise BadSetting(f"PENSTOCK_CONNECTIONS: '{fields[0]}' has more than three fields.", hint=SHAPE)
    return dict(zip(("url", "key", "prefix"), fields, strict=False))


def _from_json(text: str) -> list[dict[str, Any]]:
    try:
        entries = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise BadSetting(f"PENSTOCK_CONNECTIONS is not valid JSON: {error}", hint=SHAPE) from error
    return [entry if isinstance(entry, dict) else _from_line(str(entry)) for entry in entries]


def _connection(number: int, entry: dict[str, Any]) -> Connection:
    unknown = entry.keys() - {"url", "key", "prefix", "name", "model_ids"}
    if unknown:
        names = ", ".join(sorted(unknown))
        raise BadSetting(f"PENSTOCK_CONNECTIONS: entry {number} has unknown fields: {names}.", hint=SHAPE)
    url = str(entry.get("url", "")).rstrip("/")
    try:
        check_url(url)
        digest = hashlib.sha256(f"{url}|{entry.get('prefix', '')}|{number}".encode()).hexdigest()
        return msgspec.convert({**entry, "id": f"settings-{digest[:8]}", "url": url, "source": "settings"}, Connection)
    except Invalid as error:
        raise BadSetting(f"PENSTOCK_CONNECTIONS: entry {number}: {error.message}", hint=SHAPE) from error
    except msgspec.ValidationError as error:
        raise BadSetting(f"PENSTOCK_CONNECTIONS: entry {number}: {error}", hint=SHAPE) from error
