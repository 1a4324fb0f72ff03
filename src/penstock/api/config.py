"""What clients ask before anything else, and settings that admins change: `/api/config`, `/health`, configs."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from penstock import __version__
from penstock.api.access import AdminUser, CurrentUser, OptionalAnyUser, ServicesDep
from penstock.api.answers.common import Status
from penstock.api.answers.server import Config, ConnectionSettings, DefaultModels, Version
from penstock.api.documented import documented
from penstock.errors import BadRequest
from penstock.flows.accounts import permissions_of
from penstock.flows.context import Services
from penstock.flows.models import DEFAULT_MODELS, MODEL_ORDER
from penstock.store.records import User

router = APIRouter(tags=["config"])

LONGEST_KEY = 200

PARTS = {
    **dict.fromkeys(("enable_functions", "enable_plugins", "enable_folders", "enable_memories"), True),
    **dict.fromkeys(("enable_channels", "enable_notes", "enable_tools", "enable_web_search"), False),
    **dict.fromkeys(("enable_image_generation", "enable_code_execution", "enable_code_interpreter"), False),
    **dict.fromkeys(("enable_autocomplete_generation", "enable_direct_connections"), False),
    **dict.fromkeys(("enable_community_sharing", "enable_message_rating"), False),
}
"""What clients of Open WebUI offer or hide, by the names under which they look for it."""


class ConfigImport(BaseModel):
    config: dict[str, Any]


class Banners(BaseModel):
    banners: list[dict[str, Any]]


class ModelDefaults(BaseModel):
    DEFAULT_MODELS: str | None = None
    MODEL_ORDER_LIST: list[str] | None = None


@router.get("/api/config")
@documented("What this server offers", Config)
async def config(services: ServicesDep, user: OptionalAnyUser) -> dict[str, Any]:
    """Without a sign-in: the name and which doors are open. `onboarding` while there is no account.

    `signed_in` says whether it is worth asking who: also true while the account is pending.
    """
    onboarding = not await services.accounts.has_users()
    features: dict[str, bool] = {
        "auth": True,
        "enable_login_form": True,
        "enable_password_auth": True,
        "enable_signup": onboarding or await services.accounts.sign_up_is_open(),
        "enable_api_keys": True,
        "enable_websocket": True,
        "enable_ldap": False,
    }
    answer: dict[str, Any] = {
        "status": True,
        "name": services.settings.name,
        "version": __version__,
        "signed_in": user is not None,
        "default_locale": "",
        "oauth": {"providers": {}},
        "features": features,
    }
    if onboarding:
        answer["onboarding"] = True
    if user is not None and user.role != "pending":
        features |= PARTS
        answer |= await _for_users(services)
        answer["permissions"] = permissions_of(user)
    return answer


async def _for_users(services: ServicesDep) -> dict[str, Any]:
    stored = await services.store.settings.all()
    return {
        "default_models": stored.get(DEFAULT_MODELS),
        "default_prompt_suggestions": stored.get("ui.prompt_suggestions", []),
        "banners": stored.get("ui.banners", []),
        "file": {"max_size": services.settings.upload_limit, "max_count": None},
    }


@router.get("/health")
@router.get("/api/health", include_in_schema=False)
@documented("Whether the server answers", Status)
async def health() -> dict[str, bool]:
    return {"status": True}


@router.get("/ready")
@documented("Whether the database answers", Status)
async def ready(services: ServicesDep) -> dict[str, bool]:
    """True when the database answers."""
    await services.store.users.count()
    return {"status": True}


@router.get("/api/version")
@documented("Which Penstock this is", Version)
async def version() -> dict[str, str]:
    return {"version": __version__}


@router.get("/api/v1/configs/export")
@documented("Export stored settings", dict[str, Any])
async def export_configs(_: AdminUser, services: ServicesDep) -> dict[str, Any]:
    return await services.store.settings.all()


@router.post("/api/v1/configs/import")
@documented("Import stored settings", dict[str, Any])
async def import_configs(body: ConfigImport, admin: AdminUser, services: ServicesDep) -> dict[str, Any]:
    if any(len(key) > LONGEST_KEY for key in body.config):
        raise BadRequest(f"The name of a setting has at most {LONGEST_KEY} characters.")
    for key, value in body.config.items():
        await services.store.settings.set(key, value)
    _told(services, admin, *body.config)
    return await services.store.settings.all()


@router.get("/api/v1/configs/connections")
@documented("Read what is set about connections", ConnectionSettings)
async def connection_settings(_: AdminUser, services: ServicesDep) -> dict[str, Any]:
    return await services.store.settings.get("connections", _CONNECTION_DEFAULTS)  # type: ignore[no-any-return]


@router.post("/api/v1/configs/connections")
@documented("Change what is set about connections", ConnectionSettings)
async def change_connection_settings(body: dict[str, Any], admin: AdminUser, services: ServicesDep) -> dict[str, Any]:
    present = await services.store.settings.get("connections", _CONNECTION_DEFAULTS)
    changed = {**present, **body}
    await services.store.settings.set("connections", changed)
    _told(services, admin, "connections")
    return changed


_CONNECTION_DEFAULTS = {"ENABLE_DIRECT_CONNECTIONS": False, "ENABLE_BASE_MODELS_CACHE": True}


@router.get("/api/v1/configs/banners")
@documented("List banners", list[dict[str, Any]])
async def banners(_: CurrentUser, services: ServicesDep) -> list[Any]:
    return list(await services.store.settings.get("ui.banners", []))


@router.post("/api/v1/configs/banners")
@documented("Replace all banners", list[dict[str, Any]])
async def change_banners(body: Banners, admin: AdminUser, services: ServicesDep) -> list[Any]:
    await services.store.settings.set("ui.banners", body.banners)
    _told(services, admin, "ui.banners")
    return body.banners


@router.get("/api/v1/configs/models")
@documented("Read default models and order", DefaultModels)
async def model_defaults(_: AdminUser, services: ServicesDep) -> dict[str, Any]:
    return {
        "DEFAULT_MODELS": await services.store.settings.get(DEFAULT_MODELS),
        "MODEL_ORDER_LIST": await services.store.settings.get(MODEL_ORDER, []),
    }


@router.post("/api/v1/configs/models")
@documented("Set default models and order", DefaultModels)
async def change_model_defaults(body: ModelDefaults, admin: AdminUser, services: ServicesDep) -> dict[str, Any]:
    await services.store.settings.set(DEFAULT_MODELS, body.DEFAULT_MODELS)
    await services.store.settings.set(MODEL_ORDER, body.MODEL_ORDER_LIST or [])
    _told(services, admin, DEFAULT_MODELS, MODEL_ORDER)
    return await model_defaults(admin, services)


def _told(services: Services, by: User, *keys: str) -> None:
    services.events.tell("config.updated", by, ("config", ""), keys=sorted(keys))
