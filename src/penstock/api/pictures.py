"""Pictures of people and models, wherever their address says that they are."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from penstock.api.access import CurrentUser, ServicesDep

router = APIRouter(tags=["pictures"])

OF_A_USER = "/user.png"
OF_A_MODEL = "/favicon.png"
INLINE = re.compile(r"data:(image/[a-z0-9.+-]+);base64,(.+)", re.IGNORECASE | re.DOTALL)
ELSEWHERE = re.compile(r"https?://|/(?![/\\])")
HEADERS = {
    "cache-control": "private, max-age=300",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}


@router.get("/api/v1/users/{user_id}/profile/image")
async def of_user(user_id: str, _: CurrentUser, services: ServicesDep) -> Response:
    return picture((await services.people.get(user_id)).profile_image_url, OF_A_USER)


@router.get("/api/v1/models/model/profile/image")
async def of_model(model_id: Annotated[str, Query(alias="id")], user: CurrentUser, services: ServicesDep) -> Response:
    model = await services.models.resolve(model_id, user)
    return picture(model.meta.get("profile_image_url"), OF_A_MODEL)


def picture(address: object, default: str) -> Response:
    """What stands in a `data:` address, or the way to another one."""
    address = address if isinstance(address, str) else ""
    if found := INLINE.fullmatch(address):
        try:
            content = base64.b64decode(found[2], validate=True)
        except binascii.Error:
            return RedirectResponse(default, 302)
        return Response(content, media_type=found[1].lower(), headers=HEADERS)
    return RedirectResponse(address if ELSEWHERE.match(address) else default, 302)
