"""Pictures of people and models, wherever their address says that they are."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from penstock.api.access import CurrentUser, ServicesDep
from penstock.api.documented import documented
from penstock.errors import NotFound
from penstock.flows.icons import ADDRESS, read_picture

router = APIRouter(tags=["pictures"])

OF_A_USER = "/user.png"
OF_A_MODEL = "/favicon.png"
ELSEWHERE = re.compile(r"https?://|/(?![/\\])")
SAFE = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}
HEADERS = {**SAFE, "cache-control": "private, max-age=300"}
FOR_GOOD = {**SAFE, "cache-control": "public, max-age=31536000, immutable"}


@router.get(f"{ADDRESS}{{name}}")
@documented("An icon", media="image/*")
async def icon(name: str, services: ServicesDep) -> Response:
    """An icon that a list names. Its name is made from its content, so that nobody need sign in to see it."""
    found = await services.models.picture(name)
    if found is None:
        raise NotFound("There is no such picture.")
    return Response(found.content, media_type=found.media_type, headers=FOR_GOOD)


@router.get("/api/v1/users/{user_id}/profile/image")
@documented("The picture of a user", media="image/*")
async def of_user(user_id: str, _: CurrentUser, services: ServicesDep) -> Response:
    return picture((await services.people.get(user_id)).profile_image_url, OF_A_USER)


@router.get("/api/v1/models/model/profile/image")
@documented("The picture of a model", media="image/*")
async def of_model(model_id: Annotated[str, Query(alias="id")], user: CurrentUser, services: ServicesDep) -> Response:
    model = await services.models.resolve(model_id, user)
    return picture(model.meta.get("profile_image_url"), OF_A_MODEL)


def picture(address: object, default: str) -> Response:
    """What stands in a `data:` address, or the way to another one."""
    if (found := read_picture(address)) is not None:
        return Response(found.content, media_type=found.media_type, headers=HEADERS)
    return RedirectResponse(address if isinstance(address, str) and ELSEWHERE.match(address) else default, 302)
