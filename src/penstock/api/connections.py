"""OpenAI-compatible servers, for admins: `/api/v1/connections`. Keys go in and never come out."""

from __future__ import annotations

import time
import uuid
from typing import Any

from fastapi import APIRouter
from msgspec import structs
from pydantic import BaseModel, Field, field_validator

from penstock.api.access import AdminUser, ServicesDep
from penstock.api.answers.models import ConnectionItem, ConnectionTest
from penstock.api.documented import documented
from penstock.errors import ProviderError
from penstock.flows.connections import Connections
from penstock.store.records import Connection

router = APIRouter(prefix="/api/v1/connections", tags=["connections"])


class ConnectionForm(BaseModel):
    url: str | None = Field(None, min_length=1, max_length=2000)
    key: str | None = Field(None, max_length=10_000, description="Left out or null: stays as it is.")
    prefix: str | None = Field(None, max_length=100, pattern=r"^[\w\-/ ]*$")
    name: str | None = Field(None, max_length=200)
    enabled: bool | None = None
    model_ids: list[str] | None = None

    @field_validator("url")
    @classmethod
    def without_end(cls, url: str | None) -> str | None:
        return url.strip().rstrip("/") if url else url

    def given(self) -> dict[str, Any]:
        return self.model_dump(exclude_none=True)


class NewConnection(ConnectionForm):
    url: str = Field(min_length=1, max_length=2000)


@router.get("")
@router.get("/", include_in_schema=False)
@documented("List connections", list[ConnectionItem])
async def listed(_: AdminUser, services: ServicesDep) -> list[dict[str, Any]]:
    return [_wire(connection, services.connections) for connection in await services.connections.list()]


@router.post("")
@router.post("/", include_in_schema=False)
@documented("Add a connection", ConnectionItem)
async def create(body: NewConnection, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    now = time.time()
    connection = Connection(id=str(uuid.uuid4()), created_at=now, updated_at=now, **body.given())
    await services.connections.save(connection)
    return _wire(connection, services.connections)


@router.post("/{connection_id}")
@documented("Change a connection", ConnectionItem)
async def update(connection_id: str, body: ConnectionForm, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    known = await services.connections.get(connection_id)
    connection = structs.replace(known, updated_at=time.time(), **body.given())
    await services.connections.save(connection)
    return _wire(connection, services.connections)


@router.delete("/{connection_id}")
@documented("Delete a connection", bool)
async def delete(connection_id: str, _: AdminUser, services: ServicesDep) -> bool:
    await services.connections.delete(connection_id)
    return True


@router.post("/{connection_id}/test")
@documented("Test a connection", ConnectionTest)
async def test(connection_id: str, _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """Ask the server for its models, now; where that fails, `error` says what is wrong and `hint` what helps."""
    connection = await services.connections.get(connection_id)
    try:
        models = await services.connections.test(connection)
    except ProviderError as error:
        return {"ok": False, "models": [], "error": error.message, "hint": error.hint or None}
    return {"ok": True, "models": [model["id"] for model in models], "error": None, "hint": None}


def _wire(connection: Connection, connections: Connections) -> dict[str, Any]:
    models, error = connections.listing(connection)
    return {
        "id": connection.id,
        "url": connection.url,
        "name": connection.name,
        "prefix": connection.prefix,
        "enabled": connection.enabled,
        "model_ids": connection.model_ids,
        "source": connection.source,
        "has_key": bool(connection.key),
        "models": [model["id"] for model in models] if connection.enabled else [],
        "error": (error or None) if connection.enabled else None,
        "created_at": int(connection.created_at),
        "updated_at": int(connection.updated_at),
    }
