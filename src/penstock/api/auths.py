"""Signing up, in and out, and API keys: `/api/v1/auths`."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from penstock.api.access import (
    COOKIE,
    AdminUser,
    AnyCaller,
    OwnCaller,
    ServicesDep,
    client_address,
    not_from_another_site,
)
from penstock.api.answers.accounts import ApiKey, NewApiKey, OwnProfile, SessionUser
from penstock.api.answers.common import Status
from penstock.api.documented import documented
from penstock.errors import BadRequest, EmailTaken, NotAllowed, TooManyAttempts, WrongPassword
from penstock.flows.accounts import Caller, checked_image, checked_name, permissions_of
from penstock.flows.people import ROLES, public

router = APIRouter(prefix="/api/v1/auths", tags=["auths"])


class SignUp(BaseModel):
    name: str
    email: str
    password: str
    profile_image_url: str = "/user.png"


class SignIn(BaseModel):
    email: str
    password: str


class NewAccount(SignUp):
    role: str = "pending"


class PasswordChange(BaseModel):
    password: str
    new_password: str


class ProfileChange(BaseModel):
    name: str
    profile_image_url: str | None = None


@router.post("/signup", dependencies=[Depends(not_from_another_site)])
@documented("Sign up", SessionUser, errors=[EmailTaken, NotAllowed])
async def sign_up(body: SignUp, request: Request, response: Response, services: ServicesDep) -> dict[str, Any]:
    caller = await services.accounts.sign_up(body.email, body.name, body.password, body.profile_image_url)
    user = caller.user
    services.events.tell("auth.signup", user, ("user", user.id), email=user.email)
    services.events.tell("user.created", user, ("user", user.id), email=user.email, role=user.role)
    return signed_in(caller, request, response)


@router.post("/signin", dependencies=[Depends(not_from_another_site)])
@documented("Sign in", SessionUser, errors=[WrongPassword, TooManyAttempts])
async def sign_in(body: SignIn, request: Request, response: Response, services: ServicesDep) -> dict[str, Any]:
    caller = await services.accounts.sign_in(body.email, body.password, client_address(request))
    services.events.tell("auth.login", caller.user, ("user", caller.user.id), email=caller.user.email)
    return signed_in(caller, request, response)


@router.get("/")
@documented("Who am I", SessionUser)
async def session(caller: AnyCaller, request: Request, response: Response) -> dict[str, Any]:
    """The account of whoever asks, as after signing in."""
    if caller.session_id:
        return signed_in(caller, request, response)
    return account(caller)


@router.get("/signout")
@router.post("/signout")
@documented("Sign out", Status)
async def sign_out(request: Request, response: Response, caller: OwnCaller, services: ServicesDep) -> dict[str, Any]:
    """Clients call it with GET as well; a picture or link in an answer that has this address must not."""
    if request.headers.get("sec-fetch-dest", "empty") != "empty":
        raise BadRequest("Nobody is signed out by looking at an address.", hint="Use the page's menu.")
    await services.accounts.sign_out(caller)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=is_https(request))
    return {"status": True}


@router.post("/update/password")
@documented("Change my password", bool, errors=[WrongPassword])
async def update_password(body: PasswordChange, caller: OwnCaller, services: ServicesDep) -> bool:
    await services.accounts.change_password(caller, body.password, body.new_password)
    return True


@router.post("/update/profile")
@documented("Change my name or picture", OwnProfile)
async def update_profile(body: ProfileChange, caller: OwnCaller, services: ServicesDep) -> dict[str, Any]:
    image = {} if body.profile_image_url is None else {"profile_image_url": checked_image(body.profile_image_url)}
    changed = await services.store.users.update(caller.user.id, name=checked_name(body.name), **image)
    services.events.tell("user.profile_updated", changed, ("user", changed.id), name=changed.name)
    return {**public(changed), "email": changed.email}


@router.post("/add")
@documented("Add an account", SessionUser, errors=[EmailTaken])
async def add_account(body: NewAccount, by: AdminUser, services: ServicesDep) -> dict[str, Any]:
    if body.role not in ROLES:
        raise BadRequest(f"A role is one of {', '.join(ROLES)}.", field="role")
    made = await services.accounts.add(body.email, body.name, body.password, body.role, body.profile_image_url)
    services.events.tell("user.created", by, ("user", made.user.id), email=made.user.email, role=made.user.role)
    return account(made)


@router.post("/api_key")
@documented("Make a new API key", NewApiKey)
async def make_api_key(caller: OwnCaller, services: ServicesDep) -> dict[str, str]:
    """A new key; the one before is void."""
    return {"api_key": await services.store.api_keys.set(caller.user.id)}


@router.get("/api_key")
@documented("Read my API key", ApiKey)
async def read_api_key(caller: OwnCaller, services: ServicesDep) -> dict[str, str | None]:
    """The key, or null where none was made yet."""
    return {"api_key": await services.store.api_keys.get(caller.user.id)}


@router.delete("/api_key")
@documented("Delete my API key", bool)
async def delete_api_key(caller: OwnCaller, services: ServicesDep) -> bool:
    await services.store.api_keys.delete(caller.user.id)
    services.accounts.access_changed(caller.user.id)
    return True


def signed_in(caller: Caller, request: Request, response: Response) -> dict[str, Any]:
    """The account, with its session also in the cookie."""
    response.set_cookie(
        COOKIE,
        caller.token,
        max_age=None if caller.expires_at is None else max(0, caller.expires_at - int(time.time())),
        httponly=True,
        samesite="lax",
        secure=is_https(request),
        path="/",
    )
    response.headers["cache-control"] = "no-store"
    return account(caller)


def account(caller: Caller) -> dict[str, Any]:
    user = caller.user
    return {
        "id": user.id,
        "name": user.name,
        "role": user.role,
        "email": user.email,
        "profile_image_url": user.profile_image_url,
        "token": caller.token,
        "token_type": "Bearer",
        "expires_at": caller.expires_at,
        "permissions": permissions_of(user),
    }


def is_https(request: Request) -> bool:
    return request.url.scheme == "https"
