"""Models as clients of OpenAI list them: `/api/models`, `/api/v1/models`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from penstock.api.access import AdminUser, CurrentUser, ServicesDep
from penstock.api.answers.models import ModelItem, Models
from penstock.api.documented import documented
from penstock.api.errors import answer
from penstock.api.openai_route import OpenAIRoute

router = APIRouter(tags=["models"], route_class=OpenAIRoute)


@router.get("/api/models")
@router.get("/api/v1/models")
@documented("List models that I may ask", Models)
async def models(user: CurrentUser, services: ServicesDep) -> Response:
    """The models that the caller may use, with their buttons and switches."""
    return Response(await services.models.encoded(user), media_type="application/json")


@router.get("/api/models/base")
@documented("List base models", Models)
async def base_models(_: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """Those that no admin built on others: pipes, and models of connected servers."""
    catalog = await services.models.catalog()
    return {"data": [catalog.wire(model, admin=True) for model in catalog.models.values() if not model.base_id]}


@router.get("/api/models/{model_id:path}", include_in_schema=False)
@router.get("/api/v1/models/{model_id:path}")
@documented("Read a model", ModelItem)
async def model(model_id: str, user: CurrentUser, services: ServicesDep) -> Response:
    """One of them."""
    found = await services.models.resolve(model_id, user)
    return answer(200, found.catalog.wire(found.entry, admin=user.role == "admin"))
