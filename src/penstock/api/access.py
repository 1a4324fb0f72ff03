"""Who asks, and whether they may: the dependencies of all routers."""

from __future__ import annotations

from typing import Annotated, cast
from urllib.parse import urlsplit

from fastapi import Depends, Request

from penstock.errors import AccountPending, CrossSite, NotAllowed, NotSignedIn
from penstock.flows.accounts import Caller
from penstock.flows.context import Services
from penstock.flows.context_values import RequestInfo
from penstock.flows.system_events import caused_by
from penstock.store.records import User

COOKIE = "token"
READS = frozenset({"GET", "HEAD", "OPTIONS"})


def get_services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


async def _services(request: Request) -> Services:
    """Async, since FastAPI calls a plain function in a thread."""
    return get_services(request)


ServicesDep = Annotated[Services, Depends(_services)]


async def identified(request: Request) -> Caller:
    """Whoever is signed in, also while an account is pending. Raises `NotSignedIn`, `CrossSite`."""
    token = bearer(request)
    if token is None:
        token = request.cookies.get(COOKIE)
        if token is None:
            raise NotSignedIn("You are not signed in.")
        if request.method not in READS and not is_same_origin(request):
            raise CrossSite("Another site may not change anything with your sign-in.")
    found = await get_services(request).accounts.caller(token)
    if found.run_id is not None and (run := get_services(request).runs.live(found.run_id)):
        caused_by(run.order)
    return found


async def caller(request: Request) -> Caller:
    """Whoever is signed in with an account that is active."""
    found = await identified(request)
    if found.user.role == "pending":
        raise AccountPending("Your account waits for an administrator to activate it.")
    return found


async def verified_user(request: Request) -> User:
    return (await caller(request)).user


async def any_user(request: Request) -> User:
    return (await identified(request)).user


async def admin(request: Request) -> User:
    """An administrator; with the token of a run only for reading, whatever the rights of its function."""
    found = await caller(request)
    if found.user.role != "admin":
        raise NotAllowed("Only an administrator may do this.", hint=found.held_back)
    if found.run_id is not None and request.method not in READS:
        raise NotAllowed(
            "The token of a run may not change what administrators change.",
            hint="A function may change functions and models through `open_webui.models`, where its rights allow it.",
        )
    return found.user


async def optional_any_user(request: Request) -> User | None:
    try:
        return await any_user(request)
    except NotSignedIn:
        return None


async def own_caller(request: Request) -> Caller:
    """The person, not code that runs for them: what outlives a run is not for its token."""
    found = await identified(request)
    if found.run_id is not None:
        raise NotAllowed("The token of a run may not change how its user signs in.")
    return found


CurrentUser = Annotated[User, Depends(verified_user)]
CurrentCaller = Annotated[Caller, Depends(caller)]
AnyUser = Annotated[User, Depends(any_user)]
AnyCaller = Annotated[Caller, Depends(identified)]
OwnCaller = Annotated[Caller, Depends(own_caller)]
AdminUser = Annotated[User, Depends(admin)]
OptionalAnyUser = Annotated[User | None, Depends(optional_any_user)]


def bearer(request: Request) -> str | None:
    """The token of the Authorization header, where there is one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def is_same_origin(request: Request) -> bool:
    """Whether the browser says that one of our own pages sent this; nothing said counts as no."""
    if site := request.headers.get("sec-fetch-site"):
        return site == "same-origin"
    origin = request.headers.get("origin")
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host")


async def not_from_another_site(request: Request) -> None:
    """For doors without a sign-in: programs may come in, pages of other sites may not. Raises `CrossSite`."""
    if ("origin" in request.headers or "sec-fetch-site" in request.headers) and not is_same_origin(request):
        raise CrossSite("Another site may not sign you in or up.")


def client_address(request: Request) -> str:
    return request.client.host if request.client else ""


def request_info(request: Request) -> RequestInfo:
    """What a function may know of the request that led to its run."""
    return RequestInfo(
        method=request.method,
        url=str(request.url),
        base_url=str(request.base_url),
        headers=dict(request.headers),
        cookies=dict(request.cookies),
        client=(request.client.host, request.client.port) if request.client else None,
    )
